using FastOrm.Cache.Memory;

namespace FastOrm.Cache.Tests.Unit.Memory;

public sealed class MemoryTierTests
{
    [Fact]
    public void What_was_stored_is_found_under_an_equal_key()
    {
        using var test = new TestTier();
        var entry = test.Store("product:1", value: 42);

        Assert.Same(entry, test.Find(string.Concat("product:", "1")));
        Assert.Null(test.Find("product:2"));
    }

    [Fact]
    public void The_number_of_entries_never_exceeds_its_bound()
    {
        using var test = new TestTier(maxEntries: 16);
        for (var i = 0; i < 100; i++)
        {
            test.Store($"k{i}");
            Assert.Equal(Math.Min(i + 1, 16), test.Tier.Count);
        }

        Assert.Equal(84, test.Counters.Evictions.Value);
        Assert.Equal(0, test.Counters.Expirations.Value);
    }

    [Fact]
    public void The_bytes_never_exceed_their_bound()
    {
        var maxBytes = TestTier.BytesOf(1000, 1000, 1000, 1000);
        using var test = new TestTier(maxBytes: maxBytes);
        var random = new Random(1);
        for (var i = 0; i < 1000; i++)
        {
            test.Store($"k{i}", size: random.Next(4000));
            Assert.InRange(test.Tier.Bytes, 1, maxBytes);
            Assert.True(test.Holds($"k{i}"));
        }
    }

    [Fact]
    public void Bytes_count_the_size_and_the_overhead_of_each_entry()
    {
        using var test = new TestTier();
        test.Store("a", size: 100);
        test.Store("b", size: 0);

        Assert.Equal(100 + 2 * S3Fifo.EntryOverhead, test.Tier.Bytes);
    }

    [Fact]
    public void The_entry_just_stored_is_not_the_one_that_leaves()
    {
        using var test = new TestTier(maxEntries: 1);
        test.Store("a");
        test.Store("b");

        Assert.False(test.Holds("a"));
        Assert.True(test.Holds("b"));
    }

    [Fact]
    public void An_entry_that_fills_the_whole_tier_is_kept()
    {
        using var test = new TestTier(maxBytes: TestTier.BytesOf(5000));
        test.Store("small");
        test.Store("whole", size: 5000);

        Assert.True(test.Holds("whole"));
        Assert.Equal(1, test.Tier.Count);
    }

    [Fact]
    public void An_entry_larger_than_the_tier_is_not_kept_and_drives_nothing_out()
    {
        using var test = new TestTier(maxBytes: TestTier.BytesOf(5000));
        test.Store("small");
        test.Store("huge", size: 5001);

        Assert.True(test.Holds("small"));
        Assert.False(test.Holds("huge"));
        Assert.Equal(0, test.Counters.Evictions.Value);
    }

    [Fact]
    public void A_replacement_larger_than_the_tier_leaves_no_older_value_behind()
    {
        using var test = new TestTier(maxBytes: TestTier.BytesOf(5000));
        test.Store("a", value: "old");
        test.Store("a", value: "new", size: 5001);

        Assert.False(test.Holds("a"));
        Assert.Equal((0, 0), (test.Tier.Count, test.Tier.Bytes));
    }

    [Theory]
    [InlineData(10, 5000)]
    [InlineData(5000, 10)]
    public void Replacing_an_entry_accounts_for_the_new_one_only(int before, int after)
    {
        using var test = new TestTier();
        test.Store("a", value: "old", size: before);
        test.Store("a", value: "new", size: after);

        Assert.Equal("new", test.Find("a")!.Value);
        Assert.Equal((1, TestTier.BytesOf(after)), (test.Tier.Count, test.Tier.Bytes));
        Assert.Equal(0, test.Counters.Evictions.Value);
    }

    [Fact]
    public void A_replacement_that_grows_drives_out_others_and_not_itself()
    {
        using var test = new TestTier(maxBytes: TestTier.BytesOf(1000, 1000, 1000));
        test.Store("a", size: 1000);
        test.Store("b", size: 1000);
        test.Store("c", size: 1000);
        test.Store("a", value: "new", size: 2000);

        Assert.Equal("new", test.Find("a")!.Value);
        Assert.InRange(test.Tier.Bytes, 1, TestTier.BytesOf(1000, 1000, 1000));
    }

    [Fact]
    public void The_eviction_of_a_replaced_entry_never_removes_the_new_one()
    {
        using var test = new TestTier(maxEntries: 16);
        for (var round = 0; round < 50; round++)
        {
            for (var i = 0; i < 16; i++)
            {
                test.Store($"k{i}", value: round);
            }

            Assert.All(Enumerable.Range(0, 16), i => Assert.Equal(round, test.Find($"k{i}")!.Value));
        }

        Assert.Equal(0, test.Counters.Evictions.Value);
    }

    [Fact]
    public void An_entry_that_is_stored_twice_counts_once()
    {
        using var test = new TestTier(maxEntries: 16);
        var entry = test.Store("a");
        test.Tier.Store(entry, 0);

        Assert.Equal((1, TestTier.BytesOf(10)), (test.Tier.Count, test.Tier.Bytes));
        Assert.True(test.Tier.Remove(entry.Key));
        Assert.Equal((0, 0), (test.Tier.Count, test.Tier.Bytes));
    }

    [Fact]
    public void A_replacement_shares_the_identity_that_the_dictionary_keeps()
    {
        using var test = new TestTier();
        var first = test.Store("a");
        var second = test.Store(new string("a".AsSpan()));

        Assert.Same(first.Key.Identity, second.Key.Identity);
    }

    [Fact]
    public void A_removed_entry_is_gone_and_no_longer_counted()
    {
        using var test = new TestTier();
        test.Store("a");
        test.Store("b", size: 20);

        Assert.True(test.Tier.Remove(new LocalCacheKey("a")));
        Assert.False(test.Tier.Remove(new LocalCacheKey("a")));
        Assert.False(test.Holds("a"));
        Assert.Equal((1, TestTier.BytesOf(20)), (test.Tier.Count, test.Tier.Bytes));
    }

    [Fact]
    public void A_removed_entry_holds_none_of_its_neighbours()
    {
        using var test = new TestTier();
        var (a, b, c) = (test.Store("a"), test.Store("b"), test.Store("c"));
        test.Tier.Remove(b.Key);

        Assert.Null(b.Newer);
        Assert.Null(b.Older);
        Assert.Same(c, a.Newer);
    }

    [Fact]
    public void Clear_removes_everything_and_the_tier_goes_on()
    {
        using var test = new TestTier(maxEntries: 16);
        for (var i = 0; i < 40; i++)
        {
            test.Store($"k{i}");
        }

        test.Tier.Clear();
        Assert.Equal((0, 0), (test.Tier.Count, test.Tier.Bytes));
        Assert.DoesNotContain(Enumerable.Range(0, 40), i => test.Holds($"k{i}"));

        for (var i = 0; i < 40; i++)
        {
            test.Store($"k{i}");
        }

        Assert.Equal(16, test.Tier.Count);
    }

    [Fact]
    public void Keys_of_one_hash_never_return_each_others_value()
    {
        using var test = new TestTier(maxEntries: 20);
        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < 100; i++)
            {
                test.Tier.Store(new LocalCacheEntry(Colliding(i), i, [], 0, long.MaxValue, 10), 0);
                for (var k = 0; k <= i; k++)
                {
                    Assert.Equal(k, test.Tier.Find(Colliding(k), 0)?.Value ?? k);
                }
            }
        }

        Assert.Equal((20, 20 * TestTier.BytesOf(10)), (test.Tier.Count, test.Tier.Bytes));
        Assert.False(test.Tier.Remove(new LocalCacheKey(7, "absent")));

        static LocalCacheKey Colliding(int i) => new(7, $"identity {i}");
    }

    [Fact]
    public void A_string_and_an_object_of_one_hash_are_different_keys()
    {
        using var test = new TestTier();
        var text = new LocalCacheKey(7, "key");
        test.Tier.Store(new LocalCacheEntry(text, "text", [], 0, long.MaxValue, 10), 0);

        Assert.Null(test.Tier.Find(new LocalCacheKey(7, new object()), 0));
        Assert.Equal("text", test.Tier.Find(text, 0)!.Value);
    }
}
