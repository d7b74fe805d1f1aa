using FastOrm.Cache.Redis;

namespace FastOrm.Cache.Tests.Unit.Redis;

public sealed class RedisMessageCodecTests
{
    private static readonly RemoteChange Change = new(7, new[] { 1, 300 }, ["a", "ä", "\uD800"], [], default, []);

    // Nodes of other versions of the library read it: who changes it changes its first byte.
    private const string Golden
        = "01F0DEBC9A78563412023432070000000000000002000000010000002C01000003000000"
            + "01000000" + "61" + "02000000" + "C3A4" + "03000000" + "FF00D8";

    [Fact]
    public void A_message_is_these_bytes()
        => Assert.Equal(Golden, Convert.ToHexString(RedisMessageCodec.Encode(new RemotePosition(0x123456789ABCDEF0, 42), Change)));

    [Fact]
    public void A_message_says_what_was_written()
    {
        var message = RedisMessageCodec.Decode(Convert.FromHexString(Golden))!;

        Assert.Equal(new RemotePosition(0x123456789ABCDEF0, 42), message.Position);
        Assert.Equal(7, message.Source);
        Assert.Equal([1, 300], message.Stamps.ToArray());
        Assert.Equal(["a", "ä", "\uD800"], message.Keys);
    }

    [Fact]
    public void Whatever_is_cut_off_or_added_is_no_message()
    {
        var bytes = Convert.FromHexString(Golden);

        Assert.All(Enumerable.Range(0, bytes.Length), length => Assert.Null(RedisMessageCodec.Decode(bytes.AsSpan(0, length))));
        Assert.Null(RedisMessageCodec.Decode([.. bytes, 0]));
        Assert.Null(RedisMessageCodec.Decode([2, .. bytes[1..]]));
    }

    [Fact]
    public void Garbage_is_a_message_or_none_and_never_an_error()
    {
        var random = new Random(1);
        var bytes = Convert.FromHexString(Golden);
        for (var i = 0; i < 20_000; i++)
        {
            var spoilt = bytes.ToArray();
            for (var n = random.Next(1, 4); n > 0; n--)
            {
                spoilt[random.Next(spoilt.Length)] = (byte)random.Next(256);
            }

            RedisMessageCodec.Decode(spoilt);
        }
    }
}
