using FastOrm.Cache.Memory;
using FastOrm.Cache.Tests.Conformance;
using FastOrm.Cache.Tests.Unit.CacheDocument;
using FastOrm.Cache.Tests.Unit.Support;

namespace FastOrm.Cache.Tests.Unit.Memory;

/// <summary>The tier that comes with the cache.</summary>
public sealed class OwnLocalTierTests : LocalTierConformance
{
    private readonly ManualTimeProvider _time = new();
    private Lock? _gate;

    protected override TimeProvider Time => _time;

    protected override void Elapse(TimeSpan time) => _time.Advance(time);

    protected override void UseTier(FastOrmCacheOptions options)
        => options.UseLocalTier(settings =>
        {
            var tier = new MemoryTier(settings);
            _gate = tier.Gate;
            return tier;
        });

    protected override void WhileLocked(Action action)
    {
        lock (_gate!)
        {
            action();
        }
    }
}

/// <summary>A tier as others write it.</summary>
public sealed class OtherLocalTierTests : LocalTierConformance
{
    private readonly ManualTimeProvider _time = new();
    private Lock? _gate;

    protected override TimeProvider Time => _time;

    protected override void Elapse(TimeSpan time) => _time.Advance(time);

    protected override void UseTier(FastOrmCacheOptions options)
        => options.UseLocalTier(settings =>
        {
            var tier = new MemoryCacheTier(settings);
            _gate = tier.Gate;
            return tier;
        });

    protected override void WhileLocked(Action action)
    {
        lock (_gate!)
        {
            action();
        }
    }
}
