using FastOrm.Cache.Diagnostics;
using FastOrm.Cache.Engine;
using FastOrm.Cache.Keys;
using FastOrm.Cache.Stamps;
using FastOrm.Cache.Tests.Unit.Support;

namespace FastOrm.Cache.Tests.Unit.Diagnostics;

/// <summary>Hits that were found wrong, until it is certain.</summary>
public sealed class PendingVerdictsTests : IDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private readonly ManualTimeProvider _time = new();
    private readonly CacheEngine _cache;
    private readonly List<bool> _told = [];

    public PendingVerdictsTests() => _cache = (CacheEngine)FastCache.Create(options => options.TimeProvider = _time);

    private (long Wrong, long Discarded) Counted => (_cache.Statistics.VerifyMismatches, _cache.Statistics.VerifyDiscards);

    public void Dispose() => _cache.Dispose();

    [Fact]
    public void Without_news_it_is_told_when_the_time_for_them_is_over()
    {
        Suspect();
        _time.Advance(Grace / 2);
        Assert.Equal((0, 0), Counted);
        _time.Advance(Grace);

        Assert.Equal([false], _told);
        Assert.Equal((1, 0), Counted);
    }

    [Fact]
    public void With_news_it_is_none()
    {
        Suspect();
        _cache.Flush("t");
        _time.Advance(Grace);

        Assert.Empty(_told);
        Assert.Equal((0, 1), Counted);
    }

    [Fact]
    public void What_waits_when_the_cache_is_disposed_of_is_told_then_and_once()
    {
        Suspect();
        _cache.Dispose();
        Assert.Equal([true], _told);

        Suspect(); // By a read that is still under way.
        Assert.Equal([true, true], _told);
        _time.Advance(Grace);
        Assert.Equal([true, true], _told);
        Assert.Equal((2, 0), Counted);
    }

    [Fact]
    public void What_its_logger_throws_ends_nothing()
    {
        _cache.Verdicts.Add([], Grace, static _ => throw new InvalidOperationException("the logger is gone"));
        Suspect();
        _time.Advance(Grace);

        Assert.Equal([false], _told);
        Assert.Equal((2, 0), Counted);
    }

    [Fact]
    public void They_are_bounded()
    {
        for (var i = 0; i <= PendingVerdicts.Capacity; i++)
        {
            Suspect();
        }

        Assert.Equal((0, 1), Counted);
        _time.Advance(Grace);
        Assert.Equal(PendingVerdicts.Capacity, _told.Count);
    }

    private void Suspect() => _cache.Verdicts.Add([_cache.Stamps.Tag(TagHash.OfTag("t")).Seen()], Grace, _told.Add);
}
