using System.Runtime.CompilerServices;
using FastOrm.Cache.Diagnostics;
using FastOrm.Cache.Engine;
using FastOrm.Cache.Memory;
using FastOrm.Cache.Stamps;
using FastOrm.Cache.Tests.Unit.Support;

namespace FastOrm.Cache.Tests.Unit.Memory;

public sealed class ExpiryTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void An_entry_is_found_until_its_time_is_over_and_not_after()
    {
        using var test = new TestTier();
        test.Store("a", ttl: Second);

        test.Time.Advance(Second - TimeSpan.FromMilliseconds(1));
        Assert.True(test.Holds("a"));

        test.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.False(test.Holds("a"));
    }

    [Fact]
    public void An_expired_entry_is_removed_without_being_read()
    {
        using var test = new TestTier();
        test.Store("short", ttl: Second);
        test.Store("long", ttl: TimeSpan.FromHours(1), size: 20);
        test.Store("for ever", size: 30);

        test.Time.Advance(TestTier.CleanupInterval);

        Assert.Equal((2, TestTier.BytesOf(20, 30)), (test.Tier.Count, test.Tier.Bytes));
        Assert.Equal((1, 0), (test.Counters.Expirations.Value, test.Counters.Evictions.Value));
    }

    [Fact]
    public void An_entry_whose_stamp_has_changed_is_removed_without_being_read()
    {
        using var test = new TestTier();
        var stamps = new StampTable();
        test.Store("dead", dependencies: [stamps.All.Seen(), stamps.Tag(1).Seen()]);
        test.Store("valid", dependencies: [stamps.All.Seen(), stamps.Tag(2).Seen()]);
        stamps.Tag(1).Change();

        test.Time.Advance(TestTier.CleanupInterval);

        Assert.Equal(1, test.Tier.Count);
        Assert.True(test.Holds("valid"));
        Assert.Equal(1, test.Counters.Expirations.Value);
    }

    [Fact]
    public void Cleaning_goes_on_at_every_interval()
    {
        using var test = new TestTier();
        for (var round = 1; round <= 3; round++)
        {
            test.Store("a", ttl: Second);
            test.Time.Advance(TestTier.CleanupInterval);
            Assert.Equal(0, test.Tier.Count);
            Assert.Equal(round, test.Counters.Expirations.Value);
        }
    }

    [Fact]
    public void An_exception_during_cleaning_does_not_end_it()
    {
        using var test = new TestTier();
        test.Store("a", ttl: Second);

        test.Time.Failure = new InvalidOperationException("no time");
        test.Time.Advance(TestTier.CleanupInterval);
        test.Time.Failure = null;
        Assert.Equal(1, test.Tier.Count);

        test.Time.Advance(TestTier.CleanupInterval);
        Assert.Equal(0, test.Tier.Count);
    }

    [Fact]
    public void A_replacement_of_an_expired_entry_outlives_the_cleaning()
    {
        using var test = new TestTier();
        test.Store("a", value: "old", ttl: Second);
        test.Time.Advance(Second);
        test.Store("a", value: "new", ttl: TimeSpan.FromHours(1));

        test.Tier.RemoveDead(test.Clock.Now);

        Assert.Equal("new", test.Find("a")!.Value);
        Assert.Equal(0, test.Counters.Expirations.Value);
    }

    [Fact]
    public void An_expired_entry_that_leaves_a_full_tier_counts_as_expired()
    {
        using var test = new TestTier(maxEntries: 1);
        test.Store("a", ttl: Second);
        test.Time.Advance(Second);
        test.Store("b");

        Assert.Equal((1, 0), (test.Counters.Expirations.Value, test.Counters.Evictions.Value));
    }

    [Fact]
    public void An_expired_entry_leaves_a_full_tier_however_often_it_was_used()
    {
        using var test = new TestTier(maxEntries: 2);
        test.Store("used", ttl: Second);
        test.Holds("used");
        test.Holds("used");
        test.Time.Advance(Second);
        test.Store("a");
        test.Store("b");

        Assert.True(test.Holds("a"));
        Assert.True(test.Holds("b"));
    }

    [Fact]
    public void Disposing_stops_the_timer_and_may_be_repeated()
    {
        var test = new TestTier();
        test.Store("a", ttl: Second);
        Assert.Equal(1, test.Time.ActiveTimers);

        test.Dispose();
        test.Dispose();

        Assert.Equal(0, test.Time.ActiveTimers);
        test.Time.Advance(TestTier.CleanupInterval);
        Assert.Equal(1, test.Tier.Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(long.MaxValue)]
    public void Any_positive_interval_is_accepted_by_the_system_timer(long ticks)
    {
        using var tier = NewTier();
        new CleanupTimer(tier, TimeSpan.FromTicks(ticks), new Clock(TimeProvider.System)).Dispose();
    }

    [Fact]
    public void An_abandoned_tier_is_collected_and_its_timer_ends()
    {
        var time = new ManualTimeProvider();
        var tier = Abandon(time);
        for (var i = 0; i < 10 && tier.IsAlive; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.False(tier.IsAlive);
        time.Advance(TestTier.CleanupInterval);
        Assert.Equal(0, time.ActiveTimers);
    }

    // A frame of its own, so that no local of the test holds the tier.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Abandon(TimeProvider time)
    {
        var tier = NewTier();
        _ = new CleanupTimer(tier, TestTier.CleanupInterval, new Clock(time));
        tier.Store(new LocalCacheEntry(new LocalCacheKey("a"), null, [], 0, Clock.Never, 10), 0);
        return new WeakReference(tier);
    }

    private static MemoryTier NewTier() => new(new LocalTierSettings("test", 16, 1 << 20, static _ => { }));
}
