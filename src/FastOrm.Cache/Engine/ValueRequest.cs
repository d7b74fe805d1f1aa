using System.Runtime.InteropServices;
using FastOrm.Cache.Memory;

namespace FastOrm.Cache.Engine;

/// <summary>One call for a value that may have to be loaded.</summary>
/// <param name="Key">The key.</param>
/// <param name="Options">How the value is kept.</param>
/// <param name="Tags">The tags of the call and of the options.</param>
/// <param name="State">What the loader needs.</param>
/// <param name="LoadAsync">The loader; null if it is synchronous.</param>
/// <param name="Load">The synchronous loader.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ValueRequest<TState, T>(
    string Key, CacheEntryOptions Options, string[] Tags, TState State, Func<TState, CancellationToken, Task<T>>? LoadAsync, Func<TState, T>? Load)
{
    public bool IsAsync => LoadAsync is not null;

    public LocalCacheKey EntryKey => new(Key);

    public ValueTask<T> RunAsync(CancellationToken cancellationToken)
        => LoadAsync is null
            ? new ValueTask<T>(Load!(State))
            : new ValueTask<T>(LoadAsync(State, cancellationToken)
                ?? throw new InvalidOperationException($"The loader of a value returned no task: a {typeof(Task<T>)} must not be null."));
}
