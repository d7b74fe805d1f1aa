using FastOrm.Cache.Tests.Unit.Support;

namespace FastOrm.Cache.Tests.Unit.Engine;

/// <summary>What is told of a key: whether memory would answer, and why not.</summary>
public sealed class ExplainTests : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly ICache _cache;

    public ExplainTests() => _cache = FastCache.Create(o => (o.TimeProvider, o.DefaultTtl) = (_time, TimeSpan.FromMinutes(5)));

    public void Dispose() => _cache.Dispose();

    [Fact]
    public void A_value_is_told_with_its_age_and_the_time_that_it_has_left()
    {
        _cache.Set("key", 1);
        _time.Advance(TimeSpan.FromMinutes(2));

        var known = _cache.Explain("key");
        Assert.Equal((true, null, false), (known.IsHit, known.Reason, known.IsAbsence));
        Assert.Equal((TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(3)), (known.Age!.Value, known.TimeLeft!.Value));
        Assert.NotEqual(0, known.Bytes);
        Assert.Equal(0, _cache.Statistics.Hits + _cache.Statistics.Misses);
    }

    [Fact]
    public void What_has_no_end_has_infinite_time_left()
    {
        _cache.RememberForever("key", static () => 1);
        Assert.Equal(Timeout.InfiniteTimeSpan, _cache.Explain("key").TimeLeft);
    }

    [Fact]
    public void What_is_stale_or_was_flushed_is_no_hit_and_says_why()
    {
        var options = new CacheEntryOptions { Ttl = TimeSpan.FromMinutes(1), StaleFor = TimeSpan.FromMinutes(5), Tags = ["tag"] };
        _cache.Set("key", 1, options);
        _time.Advance(TimeSpan.FromMinutes(2));
        var stale = _cache.Explain("key");
        Assert.Equal(("its time is over", TimeSpan.Zero, TimeSpan.FromMinutes(4)), (stale.Reason, stale.TimeLeft!.Value, stale.StaleLeft!.Value));

        _cache.Set("key", 1, options);
        _cache.Flush("tag");
        var flushed = _cache.Explain("key");
        Assert.Equal((false, "it was invalidated after it was loaded"), (flushed.IsHit, flushed.Reason));
        Assert.Equal(InvalidationCause.Flushed, flushed.LastInvalidation!.Cause);
    }

    [Fact]
    public void A_key_that_was_forgotten_says_so()
    {
        _cache.Set("key", 1);
        _cache.Forget("key");

        var known = _cache.Explain("key");
        Assert.Equal((false, "memory has no value of this key"), (known.IsHit, known.Reason));
        Assert.Equal(InvalidationCause.Forgotten, known.LastInvalidation!.Cause);
    }

    [Fact]
    public void While_it_is_switched_off_nothing_is_a_hit()
    {
        _cache.Set("key", 1);
        _cache.IsEnabled = false;
        Assert.Equal((false, "the cache is switched off"), (_cache.Explain("key").IsHit, _cache.Explain("key").Reason));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(10_000)]
    public void What_can_be_no_key_is_told_and_not_thrown(object text)
    {
        var known = _cache.Explain(text as string ?? new string('x', (int)text));
        Assert.False(known.IsHit);
        Assert.Contains("1024 bytes", known.Reason, StringComparison.Ordinal);
        Assert.Equal(new CacheValueExplanation { Reason = known.Reason }, known);
    }

    [Fact]
    public void That_there_is_no_value_is_told()
    {
        _cache.Remember("key", TimeSpan.FromMinutes(1), static () => (string?)null);
        Assert.Equal((true, true), (_cache.Explain("key").IsHit, _cache.Explain("key").IsAbsence));
    }
}
