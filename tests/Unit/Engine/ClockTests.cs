using FastOrm.Cache.Engine;
using FastOrm.Cache.Tests.Unit.Support;

namespace FastOrm.Cache.Tests.Unit.Engine;

public sealed class ClockTests
{
    [Fact]
    public void The_clock_follows_its_provider_in_milliseconds()
    {
        var time = new ManualTimeProvider();
        var clock = new Clock(time);
        var start = clock.Now;

        Assert.Equal(start, clock.Now);
        time.Advance(TimeSpan.FromMilliseconds(1500));
        Assert.Equal(start + 1500, clock.Now);
        Assert.Same(time, clock.Provider);
    }

    [Fact]
    public void The_system_clock_never_goes_back()
    {
        var clock = new Clock(TimeProvider.System);
        var last = clock.Now;
        for (var i = 0; i < 10_000; i++)
        {
            var now = clock.Now;
            Assert.True(now >= last);
            last = now;
        }
    }

    [Fact]
    public void A_point_in_time_lies_its_span_later()
        => Assert.Equal(3500, Clock.After(1000, TimeSpan.FromMilliseconds(2500)));

    [Fact]
    public void A_span_below_a_millisecond_still_lies_in_the_future()
        => Assert.Equal(1001, Clock.After(1000, TimeSpan.FromTicks(1)));

    [Fact]
    public void An_endless_span_never_ends()
    {
        Assert.Equal(Clock.Never, Clock.After(long.MaxValue - 1, TimeSpan.FromDays(1)));
        Assert.True(Clock.After(1000, TimeSpan.MaxValue) > TimeSpan.FromDays(3650).TotalMilliseconds);
    }
}
