using FastOrm.Cache.Tests.Conformance;
using FastOrm.Cache.Tests.Unit.CacheDocument;
using FastOrm.Cache.Tests.Unit.Support;

namespace FastOrm.Cache.Tests.Unit.Memory;

/// <summary>The tier that comes with the cache.</summary>
public sealed class OwnLocalTierTests : LocalTierConformance
{
    private readonly ManualTimeProvider _time = new();

    protected override TimeProvider Time => _time;

    protected override void Elapse(TimeSpan time) => _time.Advance(time);

    protected override void UseTier(FastOrmCacheOptions options)
    {
        // It is there if nothing is said.
    }
}

/// <summary>A tier as others write it.</summary>
public sealed class OtherLocalTierTests : LocalTierConformance
{
    private readonly ManualTimeProvider _time = new();

    protected override TimeProvider Time => _time;

    protected override void Elapse(TimeSpan time) => _time.Advance(time);

    protected override void UseTier(FastOrmCacheOptions options)
        => options.UseLocalTier(static settings => new MemoryCacheTier(settings));
}
