namespace FastOrm.Cache.AspNetCore.Live;

/// <summary>Looks at each cache once a second for as long as the application runs, and wakes those who watch.</summary>
internal sealed class Sampler
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly ICacheProvider _caches;
    private readonly TimeProvider _time;
    private readonly int _capacity;
    private readonly Dictionary<string, CacheHistory> _histories = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private volatile TaskCompletionSource _next = NewTick();

    public Sampler(ICacheProvider caches, TimeProvider time, TimeSpan history, CancellationToken stopping)
    {
        (_caches, _time, _capacity, Stopping) = (caches, time, (int)history.TotalSeconds, stopping);
        using var ownContext = ExecutionContext.SuppressFlow();
        var timer = time.CreateTimer(static state => ((Sampler)state!).Run(), this, Interval, Interval);
        stopping.Register(timer.Dispose);
    }

    /// <summary>The application ends.</summary>
    public CancellationToken Stopping { get; }

    /// <summary>Completes when the next second has passed.</summary>
    public Task Next => _next.Task;

    /// <summary>The history of a cache that is registered under this name; null if none is.</summary>
    public CacheHistory? Find(string? name)
    {
        try
        {
            var cache = string.IsNullOrWhiteSpace(name) ? First() : _caches.Get(name);
            lock (_gate)
            {
                if (!_histories.TryGetValue(cache.Name, out var history))
                {
                    _histories.Add(cache.Name, history = new CacheHistory(cache, _capacity));
                }

                return history;
            }
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    private ICache First() => _caches.Get(_caches.Names.First());

    private void Run()
    {
        foreach (var name in _caches.Names)
        {
            try
            {
                Find(name)?.Add(_time.GetUtcNow());
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                // On a timer's thread it would end the process; the other caches are looked at all the same.
            }
        }

        Interlocked.Exchange(ref _next, NewTick()).SetResult();
    }

    private static TaskCompletionSource NewTick() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
