using FastOrm.Cache.EfCore.Keys;
using FastOrm.Cache.EfCore.Plans;
using FastOrm.Cache.EfCore.Rows;
using FastOrm.Cache.Memory;

namespace FastOrm.Cache.Tests.Unit.Rows;

/// <summary>Runs alone: the hash is replaced for the whole process.</summary>
[CollectionDefinition(nameof(CollidingHashes), DisableParallelization = true)]
public sealed class CollidingHashes;

[Collection(nameof(CollidingHashes))]
public sealed class RowKeyTests
{
    [Fact]
    public void Equal_shapes_values_and_places_make_equal_keys()
    {
        var (one, other) = (Key([1], [2], 0), Key([1], [2], 0));

        Assert.Equal(one, other);
        Assert.Equal(one.GetHashCode(), other.GetHashCode());
        Assert.NotSame(one.Identity, other.Identity);
    }

    [Fact]
    public void Keys_that_differ_in_anything_are_not_equal() => AssertAllDiffer();

    [Fact]
    public void With_colliding_hashes_the_bytes_still_decide()
    {
        // The same as the product's; put back afterwards.
        Func<byte[], ulong, ulong> own = static (values, seed) => System.IO.Hashing.XxHash3.HashToUInt64(values, unchecked((long)seed));
        RowKey.ReplaceHash(static (_, _) => 42);
        try
        {
            Assert.Equal(Key([1], [2], 0).GetHashCode(), Key([3], [4], 5).GetHashCode());
            Assert.Equal(Key([1], [2], 0), Key([1], [2], 0));
            AssertAllDiffer();
        }
        finally
        {
            RowKey.ReplaceHash(own);
        }
    }

    [Fact]
    public void The_name_in_the_shared_tier_is_that_of_the_bytes_whoever_was_asked_for_before()
    {
        Func<byte[], ulong, ulong> own = static (values, seed) => System.IO.Hashing.XxHash3.HashToUInt64(values, unchecked((long)seed));
        RowKey.ReplaceHash(static (_, _) => 42); // All in one place.
        try
        {
            string[] names = [.. Enumerable.Range(0, 6).Select(static i => ((RowKey)Key([1], [(byte)(i % 3)], 0).Identity).RemoteKey)];

            Assert.Equal(names[..3], names[3..]);
            Assert.Equal(3, names.Distinct().Count());
            Assert.Equal(((RowKey)Key([1], [2], 0).Identity).MakeRemoteKey(), names[2]);
            Assert.Same(((RowKey)Key([1], [2], 0).Identity).RemoteKey, names[5]);
        }
        finally
        {
            RowKey.ReplaceHash(own);
        }
    }

    [Fact]
    public void The_names_of_keys_with_large_values_are_not_kept()
    {
        var values = new byte[10_000];

        Assert.NotSame(((RowKey)Key([1], values, 0).Identity).RemoteKey, ((RowKey)Key([1], values, 0).Identity).RemoteKey);
        Assert.Equal(((RowKey)Key([1], values, 0).Identity).RemoteKey, ((RowKey)Key([1], values, 0).Identity).MakeRemoteKey());
    }

    private static void AssertAllDiffer()
    {
        LocalCacheKey[] keys =
        [
            Key([1], [2], 0), Key([1], [2], 1), Key([1], [3], 0), Key([2], [2], 0), Key([1], [], 0), Key([], [2], 0), Key([1, 2], [], 0),
            Key([], [1, 2], 0), Key([1], [2, 0], 0), Key([1, 0], [2], 0), Key([], [], 0),
        ];
        for (var i = 0; i < keys.Length; i++)
        {
            for (var j = 0; j < keys.Length; j++)
            {
                Assert.Equal(i == j, keys[i].Equals(keys[j]));
            }
        }

        Assert.False(keys[0].Identity.Equals("a string"));
        Assert.False(keys[0].Identity.Equals(null));
    }

    private static LocalCacheKey Key(byte[] shape, byte[] values, int command)
    {
        var key = new QueryKey();
        key.Shape.Bytes(shape);
        return RowKey.Of(new Plan(key, static () => { }, new QueryFacts(), []), values, command);
    }
}
