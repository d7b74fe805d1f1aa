namespace FastOrm.Cache.AspNetCore.Live;

/// <summary>The last seconds of one cache, and its state at the last of them. Bounded.</summary>
internal sealed class CacheHistory(ICache cache, int capacity)
{
    private readonly Lock _gate = new();
    private readonly Queue<Sample> _samples = new(capacity);
    private CacheStatistics _before = cache.Statistics;
    private Lazy<string> _tick = new(static () => "{}");

    public ICache Cache => cache;

    /// <summary>What is sent to each who watches, made once for all of them when the first asks.</summary>
    public string Tick => Volatile.Read(ref _tick).Value;

    /// <summary>The past, and the state now: what comes first.</summary>
    public string Beginning(bool allowsChanges)
    {
        lock (_gate)
        {
            return CacheView.Serialize(new { samples = _samples.ToArray(), state = CacheView.Of(cache), allowsChanges, capacity });
        }
    }

    /// <summary>A second has passed.</summary>
    public void Add(DateTimeOffset time)
    {
        var now = cache.Statistics;
        lock (_gate)
        {
            var sample = Sample.Between(_before, now, time);
            _before = now;
            if (_samples.Count == capacity)
            {
                _samples.Dequeue();
            }

            _samples.Enqueue(sample);
            Volatile.Write(ref _tick, new Lazy<string>(() => CacheView.Serialize(new { sample, state = CacheView.Of(cache) })));
        }
    }
}
