using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace FastOrm.Cache.Diagnostics;

/// <summary>Measures one look-up for those who listen. Nobody makes one while nobody does.</summary>
internal readonly ref struct LookUpWatch
{
    // Boxed once, not for each look-up.
    private static readonly object Hit = true;
    private static readonly object Miss = false;

    private readonly Histogram<double> _duration;
    private readonly Activity? _activity;
    private readonly TimeProvider _time;
    private readonly string _cache;
    private readonly string _kind;
    private readonly long _began;

    public LookUpWatch(CacheInstruments instruments, TimeProvider time, string cache, string kind)
    {
        (_duration, _time, _cache, _kind) = (instruments.LookUpDuration, time, cache, kind);
        _activity = CacheActivities.LookUp(cache, kind);
        _began = time.GetTimestamp();
    }

    public static bool IsWanted(CacheInstruments instruments) => instruments.LookUpDuration.Enabled || CacheActivities.Source.HasListeners();

    public void End(bool isHit)
    {
        var outcome = isHit ? Hit : Miss;
        _duration.Record(
            _time.GetElapsedTime(_began).TotalSeconds,
            KeyValuePair.Create<string, object?>("cache.name", _cache),
            KeyValuePair.Create<string, object?>("cache.kind", _kind),
            KeyValuePair.Create<string, object?>("cache.hit", outcome));
        _activity?.SetTag("cache.hit", outcome);
        _activity?.Dispose();
    }
}
