using FastOrm.Cache.EfCore;

namespace FastOrm.Cache.Tests.Unit.Keys;

public sealed class RememberOptionsTests
{
    [Fact]
    public void Nothing_is_set_by_default()
    {
        var options = new RememberOptions();

        Assert.Null(options.Ttl);
        Assert.Null(options.Key);
        Assert.Empty(options.Tags);
        Assert.False(options.Fresh);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(-20_000_000)]
    public void A_time_to_live_of_nothing_is_refused(long ticks)
        => Assert.Throws<ArgumentOutOfRangeException>("Ttl", () => new RememberOptions { Ttl = TimeSpan.FromTicks(ticks) });

    [Fact]
    public void A_time_to_live_may_be_infinite_tiny_or_left_to_the_cache()
    {
        Assert.Equal(Timeout.InfiniteTimeSpan, new RememberOptions { Ttl = Timeout.InfiniteTimeSpan }.Ttl);
        Assert.Equal(TimeSpan.FromTicks(1), new RememberOptions { Ttl = TimeSpan.FromTicks(1) }.Ttl);
        Assert.Null(new RememberOptions { Ttl = null }.Ttl);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \t")]
    public void Names_and_tags_of_nothing_are_refused(string text)
    {
        Assert.Throws<ArgumentException>("Key", () => new RememberOptions { Key = text });
        Assert.Throws<ArgumentException>("Tags", () => new RememberOptions { Tags = ["good", text] });
        Assert.Throws<ArgumentNullException>(() => new RememberOptions { Tags = null! });
        Assert.Throws<ArgumentNullException>(() => new RememberOptions { Tags = [null!] });
    }

    [Fact]
    public void What_is_out_of_its_range_is_refused_by_its_name()
    {
        Action[] calls =
        [
            () => _ = new RememberOptions { LocalTtl = TimeSpan.Zero },
            () => _ = new RememberOptions { EmptyTtl = TimeSpan.Zero },
            () => _ = new RememberOptions { StaleFor = TimeSpan.FromTicks(-2) },
            () => _ = new RememberOptions { Tiers = (CacheTiers)4 },
            () => _ = new RememberOptions { Consistency = (CacheConsistency)2 },
        ];

        Assert.All(calls, static call => Assert.StartsWith(
            "RememberOptions.", Assert.Throws<ArgumentOutOfRangeException>(call).Message, StringComparison.Ordinal));
    }

    [Fact]
    public void The_tags_are_copied()
    {
        var tags = new List<string> { "a" };
        var options = new RememberOptions { Tags = tags };
        tags.Add("b");

        Assert.Equal(["a"], options.Tags);
    }

    [Fact]
    public void Options_with_the_same_values_are_equal()
    {
        static RememberOptions Make() => new() { Key = "k", Ttl = TimeSpan.FromSeconds(1), Tags = ["a", "b"], Fresh = true };

        Assert.Equal(Make(), Make());
        Assert.Equal(Make().GetHashCode(), Make().GetHashCode());
        Assert.True(Make().Equals((object)Make()));
        Assert.False(Make().Equals(null));
        Assert.False(Make().Equals("k"));
    }

    [Fact]
    public void Options_that_differ_in_anything_are_not_equal()
    {
        var options = new RememberOptions { Key = "k", Ttl = TimeSpan.FromSeconds(1), Tags = ["a"] };

        Assert.NotEqual(options, new RememberOptions { Key = "j", Ttl = TimeSpan.FromSeconds(1), Tags = ["a"] });
        Assert.NotEqual(options, new RememberOptions { Key = "k", Ttl = TimeSpan.FromSeconds(2), Tags = ["a"] });
        Assert.NotEqual(options, new RememberOptions { Key = "k", Ttl = TimeSpan.FromSeconds(1), Tags = ["b"] });
        Assert.NotEqual(options, new RememberOptions { Key = "k", Ttl = TimeSpan.FromSeconds(1), Tags = ["a"], Fresh = true });
        Assert.NotEqual(options, new RememberOptions { Key = "k", Ttl = TimeSpan.FromSeconds(1), Tags = ["a"], EmptyTtl = Timeout.InfiniteTimeSpan });
        Assert.NotEqual(options, new RememberOptions());
    }
}
