namespace FastOrm.Cache.Tests.Integration.Support;

/// <summary>A cache that this library has not made.</summary>
internal sealed class OtherCache : ICache
{
    public string Name => "other";

    public bool IsEnabled { get; set; }

    public bool DryRun { get; set; }

    public CacheStatistics Statistics => new();

    public CacheDiagnostics Diagnostics => new();

    public CacheEvents Events => throw new NotSupportedException();

    public ValueTask<CacheResult<T>> TryGetAsync<T>(string key, CancellationToken cancellationToken = default)
        => throw new NotSupportedException();

    public CacheResult<T> TryGet<T>(string key) => throw new NotSupportedException();

    public CacheValueExplanation Explain(string key) => throw new NotSupportedException();

    public ValueTask SetAsync<T>(string key, T value, CacheEntryOptions? options = null, CancellationToken cancellationToken = default)
        => throw new NotSupportedException();

    public void Set<T>(string key, T value, CacheEntryOptions? options = null) => throw new NotSupportedException();

    public ValueTask<CacheResult<T>> RememberAsync<TState, T>(
        string key,
        TState state,
        CacheEntryOptions? options,
        Func<TState, CancellationToken, Task<T>> loader,
        CancellationToken cancellationToken,
        params ReadOnlySpan<string> tags)
        => throw new NotSupportedException();

    public CacheResult<T> Remember<TState, T>(
        string key, TState state, CacheEntryOptions? options, Func<TState, T> loader, params ReadOnlySpan<string> tags)
        => throw new NotSupportedException();

    public ValueTask<T> RefreshAsync<TState, T>(
        string key,
        TState state,
        CacheEntryOptions? options,
        Func<TState, CancellationToken, Task<T>> loader,
        CancellationToken cancellationToken,
        params ReadOnlySpan<string> tags)
        => throw new NotSupportedException();

    public T Refresh<TState, T>(
        string key, TState state, CacheEntryOptions? options, Func<TState, T> loader, params ReadOnlySpan<string> tags)
        => throw new NotSupportedException();

    public ValueTask WriteThroughAsync<T>(
        string key,
        T value,
        Func<T, CancellationToken, Task> write,
        CacheEntryOptions? options = null,
        CancellationToken cancellationToken = default)
        => throw new NotSupportedException();

    public void WriteThrough<T>(string key, T value, Action<T> write, CacheEntryOptions? options = null) => throw new NotSupportedException();

    public ValueTask<IReadOnlyDictionary<string, T?>> GetManyAsync<T>(
        IEnumerable<string> keys, CancellationToken cancellationToken = default)
        => throw new NotSupportedException();

    public IReadOnlyDictionary<string, T?> GetMany<T>(IEnumerable<string> keys) => throw new NotSupportedException();

    public void SetMany<T>(IEnumerable<KeyValuePair<string, T>> values, CacheEntryOptions? options = null)
        => throw new NotSupportedException();

    public ValueTask SetManyAsync<T>(
        IEnumerable<KeyValuePair<string, T>> values, CacheEntryOptions? options = null, CancellationToken cancellationToken = default)
        => throw new NotSupportedException();

    public ValueTask<IReadOnlyDictionary<TId, T>> RememberManyAsync<TId, T>(
        IEnumerable<TId> ids,
        Func<TId, string> key,
        CacheEntryOptions? options,
        Func<IReadOnlyList<TId>, CancellationToken, Task<IReadOnlyDictionary<TId, T>>> loader,
        CancellationToken cancellationToken,
        params ReadOnlySpan<string> tags)
        where TId : notnull
        => throw new NotSupportedException();

    public IReadOnlyDictionary<TId, T> RememberMany<TId, T>(
        IEnumerable<TId> ids,
        Func<TId, string> key,
        CacheEntryOptions? options,
        Func<IReadOnlyList<TId>, IReadOnlyDictionary<TId, T>> loader,
        params ReadOnlySpan<string> tags)
        where TId : notnull
        => throw new NotSupportedException();

    public ValueTask<IReadOnlyDictionary<TId, T>> RefreshManyAsync<TId, T>(
        IEnumerable<TId> ids,
        Func<TId, string> key,
        CacheEntryOptions? options,
        Func<IReadOnlyList<TId>, CancellationToken, Task<IReadOnlyDictionary<TId, T>>> loader,
        CancellationToken cancellationToken,
        params ReadOnlySpan<string> tags)
        where TId : notnull
        => throw new NotSupportedException();

    public IReadOnlyDictionary<TId, T> RefreshMany<TId, T>(
        IEnumerable<TId> ids,
        Func<TId, string> key,
        CacheEntryOptions? options,
        Func<IReadOnlyList<TId>, IReadOnlyDictionary<TId, T>> loader,
        params ReadOnlySpan<string> tags)
        where TId : notnull
        => throw new NotSupportedException();

    public ValueTask ForgetAsync(params ReadOnlySpan<string> keys) => default;

    public ValueTask FlushAsync(params ReadOnlySpan<string> tags) => default;

    public ValueTask ClearAsync() => default;

    public void Forget(params ReadOnlySpan<string> keys)
    {
    }

    public void Flush(params ReadOnlySpan<string> tags)
    {
    }

    public void Clear()
    {
    }

    public void Dispose()
    {
    }
}
