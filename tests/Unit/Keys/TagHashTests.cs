using FastOrm.Cache.EfCore;
using FastOrm.Cache.EfCore.Plans;
using FastOrm.Cache.Keys;

namespace FastOrm.Cache.Tests.Unit.Keys;

public sealed class TagHashTests
{
    private const ulong PinnedTag = 14154327822318469251;
    private const ulong PinnedName = 618123349713871889;

    [Fact]
    public void A_tag_a_name_and_a_table_of_one_text_are_three()
        => Assert.Equal(3, new HashSet<ulong> { TagHash.OfTag("X"), TagHash.OfName("X"), new TableName("X").Hash }.Count);

    [Fact]
    public void Tags_are_compared_by_ordinal()
        => Assert.Equal(4, new HashSet<ulong> { TagHash.OfTag("a"), TagHash.OfTag("A"), TagHash.OfTag(" a"), TagHash.OfTag("e\u0301") }.Count);

    [Fact]
    public void Hashes_are_the_same_in_every_process()
        => Assert.Equal((PinnedTag, PinnedName), (TagHash.OfTag("products"), TagHash.OfName("products")));

    [Fact]
    public void A_table_is_known_by_its_name_without_regard_to_case_and_schema()
    {
        Assert.Equal(new TableName("Products"), new TableName("PRODUCTS"));
        Assert.Equal(new TableName("products").Hash, new TableName("Shop.Products").Hash);
        Assert.NotEqual(new TableName("Products").Hash, new TableName("Orders").Hash);
    }

    [Fact]
    public void The_digest_does_not_depend_on_the_order_or_repetition_of_tags_nor_on_the_time_to_live()
    {
        var one = new RememberOptions { Tags = ["a", "b"], Ttl = TimeSpan.FromSeconds(1) }.Digest;
        var other = new RememberOptions { Tags = ["b", "a", "b"], Ttl = TimeSpan.FromHours(1), Fresh = true }.Digest;

        Assert.Equal(one.Bytes, other.Bytes);
        Assert.Equal(one.Tags, other.Tags);
        Assert.Equal(2, one.Tags.Length);
    }

    [Fact]
    public void Digests_of_other_names_and_tags_differ()
    {
        RememberOptions[] options =
        [
            new(), new() { Key = "a" }, new() { Key = "b" }, new() { Tags = ["a"] }, new() { Tags = ["b"] }, new() { Tags = ["a", "b"] },
            new() { Tags = ["ab"] }, new() { Key = "a", Tags = ["b"] }, new() { Key = "b", Tags = ["a"] }, new() { Key = "a", Tags = ["a"] },
        ];

        Assert.Equal(options.Length, options.Select(static option => Convert.ToHexString(option.Digest.Bytes)).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void A_name_is_a_tag_of_its_own_kind()
        => Assert.Equal(
            [TagHash.OfName("a"), TagHash.OfTag("a")],
            new RememberOptions { Key = "a", Tags = ["a"] }.Digest.Tags);
}
