namespace FastOrm.Cache;

/// <summary>
/// A named cache: values that live until their time is over, until their key is forgotten or one of their tags is flushed, or until they are
/// evicted.
/// </summary>
/// <remarks>
/// <para>
/// Get one from <see cref="FastCache.Default"/>, from <see cref="FastCache.Create"/> or by dependency injection. All members are safe to
/// call from many threads at once. Disposing stops the removal of expired entries; an owner disposes what it created. A cache that is
/// disposed or not enabled keeps nothing: loaders are run for each caller.
/// </para>
/// <para>
/// A key has one value at a time, of one type: what was kept as another type is loaded anew. A key is a text of at most
/// <see cref="CacheKey.MaxLength"/> bytes, compared by ordinal; <see cref="CacheKey.Of"/> makes one of parts. Keys and tags that are null,
/// empty or white space are refused with an <see cref="ArgumentException"/> before anything is done.
/// </para>
/// <para>
/// At most one load of a key runs at a time, and those who ask meanwhile wait for it; whoever asks after the key was forgotten or one of its
/// tags flushed never gets what was being loaded then. Each caller gets a value of its own, unless the type is immutable or the options
/// say that it is shared. The overloads for everyday use are in <see cref="CacheExtensions"/>.
/// </para>
/// </remarks>
public interface ICache : IDisposable
{
    /// <summary>The name of this cache; <c>"default"</c> unless another was given.</summary>
    string Name { get; }

    /// <summary>
    /// Whether the cache answers. While it is <see langword="false"/> nothing is read or stored and every query and loader goes to its
    /// source; invalidations are still carried out, and what is set or refreshed leaves nothing older, so switching it on again is safe at any
    /// time.
    /// </summary>
    bool IsEnabled { get; set; }

    /// <summary>
    /// Whether the cache only shows what it would do: everything is looked up, stored, invalidated and counted as always, but each query goes
    /// to its database and each loader is run, and the caller gets what they give. What has no source is served as always: what
    /// <c>TryGet</c>, <c>GetMany</c> and <c>IDistributedCache</c> read. It can be changed at any time.
    /// </summary>
    bool DryRun { get; set; }

    /// <summary>A snapshot of what this cache holds and has done since it was created.</summary>
    CacheStatistics Statistics { get; }

    /// <summary>A snapshot of what this cache does, more closely: for an operator, not for a hit path. Never names a key.</summary>
    CacheDiagnostics Diagnostics { get; }

    /// <summary>Tells of what happens to keys.</summary>
    CacheEvents Events { get; }

    /// <summary>Looks for a value.</summary>
    /// <typeparam name="T">The type as which it was stored.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="cancellationToken">Cancels the look-up.</param>
    /// <returns>What is known of the key: also that there is no value. A value in memory is there without waiting.</returns>
    ValueTask<CacheResult<T>> TryGetAsync<T>(string key, CancellationToken cancellationToken = default);

    /// <summary>The same for callers that are synchronous. Asking a tier that nodes share blocks the thread.</summary>
    CacheResult<T> TryGet<T>(string key);

    /// <summary>Says what the memory of this process has under a key, and why it would not be served: for an operator. Nothing is counted.</summary>
    /// <param name="key">The key, whatever it is: of one that no value can have, the explanation says so.</param>
    CacheValueExplanation Explain(string key);

    /// <summary>Stores a value in place of any other. Loads of the key that are under way are not stored any more.</summary>
    /// <typeparam name="T">The type as which it will be read.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="value">The value, which may be <see langword="null"/>. What can neither be shared nor copied is not stored, and counted.</param>
    /// <param name="options">How it is kept; null for the defaults of the cache.</param>
    /// <param name="cancellationToken">Cancels the store.</param>
    ValueTask SetAsync<T>(string key, T value, CacheEntryOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>The same for callers that are synchronous.</summary>
    void Set<T>(string key, T value, CacheEntryOptions? options = null);

    /// <summary>The value of a key, loaded if it is not there.</summary>
    /// <typeparam name="TState">The type of what the loader needs.</typeparam>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="state">What the loader needs, so that it can be a static function and costs nothing on a hit.</param>
    /// <param name="options">How the value is kept; null for the defaults of the cache.</param>
    /// <param name="loader">
    /// Loads the value. It gets the token of the caller that runs it. If it throws, one of those who wait tries once more with its own; that
    /// failure goes to all. If its caller is cancelled, another goes on. One that returns although it was cancelled has loaded the value.
    /// </param>
    /// <param name="cancellationToken">Cancels the wait of this caller, and the load if this caller runs it.</param>
    /// <param name="tags">The tags by which the value can be flushed, beside those of the options.</param>
    /// <returns>The value, and whether it is stale.</returns>
    /// <exception cref="InvalidOperationException">The loader asks for its own key.</exception>
    ValueTask<CacheResult<T>> RememberAsync<TState, T>(
        string key,
        TState state,
        CacheEntryOptions? options,
        Func<TState, CancellationToken, Task<T>> loader,
        CancellationToken cancellationToken,
        params ReadOnlySpan<string> tags);

    /// <summary>The same for callers that are synchronous. Waiting for the load of another caller blocks the thread.</summary>
    CacheResult<T> Remember<TState, T>(
        string key, TState state, CacheEntryOptions? options, Func<TState, T> loader, params ReadOnlySpan<string> tags);

    /// <summary>Loads the value of a key now and replaces what is stored, whatever load is under way.</summary>
    /// <inheritdoc cref="RememberAsync{TState, T}"/>
    ValueTask<T> RefreshAsync<TState, T>(
        string key,
        TState state,
        CacheEntryOptions? options,
        Func<TState, CancellationToken, Task<T>> loader,
        CancellationToken cancellationToken,
        params ReadOnlySpan<string> tags);

    /// <summary>The same for callers that are synchronous.</summary>
    T Refresh<TState, T>(string key, TState state, CacheEntryOptions? options, Func<TState, T> loader, params ReadOnlySpan<string> tags);

    /// <summary>
    /// Writes a value to its source and stores it then. If the write fails, or another has set or forgotten the key meanwhile, so that it is
    /// not known whose write came last, the key is forgotten instead: it may have been carried out all the same.
    /// </summary>
    /// <typeparam name="T">The type as which it will be read.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    /// <param name="write">Writes it to its source.</param>
    /// <param name="options">How it is kept; null for the defaults of the cache.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    ValueTask WriteThroughAsync<T>(
        string key,
        T value,
        Func<T, CancellationToken, Task> write,
        CacheEntryOptions? options = null,
        CancellationToken cancellationToken = default);

    /// <summary>The same for callers that are synchronous.</summary>
    void WriteThrough<T>(string key, T value, Action<T> write, CacheEntryOptions? options = null);

    /// <summary>Looks for several values.</summary>
    /// <typeparam name="T">The type as which they were stored.</typeparam>
    /// <param name="keys">The keys.</param>
    /// <param name="cancellationToken">Cancels the look-up.</param>
    /// <returns>The values that there are, by key. Misses and absences are left out.</returns>
    ValueTask<IReadOnlyDictionary<string, T?>> GetManyAsync<T>(IEnumerable<string> keys, CancellationToken cancellationToken = default);

    /// <summary>The same for callers that are synchronous.</summary>
    IReadOnlyDictionary<string, T?> GetMany<T>(IEnumerable<string> keys);

    /// <summary>Stores several values.</summary>
    /// <typeparam name="T">The type as which they will be read.</typeparam>
    /// <param name="values">The values by key.</param>
    /// <param name="options">How they are kept; null for the defaults of the cache.</param>
    /// <param name="cancellationToken">Cancels the store.</param>
    ValueTask SetManyAsync<T>(
        IEnumerable<KeyValuePair<string, T>> values, CacheEntryOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>The same for callers that are synchronous.</summary>
    void SetMany<T>(IEnumerable<KeyValuePair<string, T>> values, CacheEntryOptions? options = null);

    /// <summary>The values of several ids: those that are not there are loaded with one call.</summary>
    /// <typeparam name="TId">The type of the ids.</typeparam>
    /// <typeparam name="T">The type of the values.</typeparam>
    /// <param name="ids">The ids; each counts once.</param>
    /// <param name="key">The key of an id.</param>
    /// <param name="options">How the values are kept; null for the defaults of the cache.</param>
    /// <param name="loader">
    /// Loads the values of the ids it is given, in a list that nobody can change. Of what it leaves out it is remembered that there is none.
    /// </param>
    /// <param name="cancellationToken">Cancels the wait, and the load that this caller runs.</param>
    /// <param name="tags">The tags by which the values can be flushed, beside those of the options.</param>
    /// <returns>The values that there are, by id.</returns>
    ValueTask<IReadOnlyDictionary<TId, T>> RememberManyAsync<TId, T>(
        IEnumerable<TId> ids,
        Func<TId, string> key,
        CacheEntryOptions? options,
        Func<IReadOnlyList<TId>, CancellationToken, Task<IReadOnlyDictionary<TId, T>>> loader,
        CancellationToken cancellationToken,
        params ReadOnlySpan<string> tags)
        where TId : notnull;

    /// <summary>The same for callers that are synchronous. Waiting for the load of another caller blocks the thread.</summary>
    IReadOnlyDictionary<TId, T> RememberMany<TId, T>(
        IEnumerable<TId> ids,
        Func<TId, string> key,
        CacheEntryOptions? options,
        Func<IReadOnlyList<TId>, IReadOnlyDictionary<TId, T>> loader,
        params ReadOnlySpan<string> tags)
        where TId : notnull;

    /// <summary>
    /// Loads the values of several ids now, with one call, and replaces what is stored. If that fails, what is stored stays.
    /// </summary>
    /// <inheritdoc cref="RememberManyAsync"/>
    ValueTask<IReadOnlyDictionary<TId, T>> RefreshManyAsync<TId, T>(
        IEnumerable<TId> ids,
        Func<TId, string> key,
        CacheEntryOptions? options,
        Func<IReadOnlyList<TId>, CancellationToken, Task<IReadOnlyDictionary<TId, T>>> loader,
        CancellationToken cancellationToken,
        params ReadOnlySpan<string> tags)
        where TId : notnull;

    /// <summary>The same for callers that are synchronous.</summary>
    IReadOnlyDictionary<TId, T> RefreshMany<TId, T>(
        IEnumerable<TId> ids,
        Func<TId, string> key,
        CacheEntryOptions? options,
        Func<IReadOnlyList<TId>, IReadOnlyDictionary<TId, T>> loader,
        params ReadOnlySpan<string> tags)
        where TId : notnull;

    /// <summary>Drops what was stored under the given keys, and what is being loaded for them.</summary>
    /// <param name="keys">The keys. For remembered queries: the name given in <c>Remember(key, …)</c>.</param>
    /// <returns>A task that is complete when no later read on this node can see the entries.</returns>
    ValueTask ForgetAsync(params ReadOnlySpan<string> keys);

    /// <summary>Drops every entry that carries one of the given tags, or one that begins with it and a colon.</summary>
    /// <param name="tags">The tags, compared by ordinal.</param>
    /// <returns>A task that is complete when no later read on this node can see the entries.</returns>
    ValueTask FlushAsync(params ReadOnlySpan<string> tags);

    /// <summary>Drops every entry. A load that is under way is not stored.</summary>
    /// <returns>A task that is complete when no later read on this node can see the entries.</returns>
    ValueTask ClearAsync();

    /// <summary>The same for callers that are synchronous.</summary>
    void Forget(params ReadOnlySpan<string> keys);

    /// <summary>The same for callers that are synchronous.</summary>
    void Flush(params ReadOnlySpan<string> tags);

    /// <summary>The same for callers that are synchronous.</summary>
    void Clear();
}
