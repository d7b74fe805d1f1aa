using FastOrm.Cache.Redis;
using FastOrm.Cache.Tests.Unit.Support;

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
    public void Garbage_is_a_message_or_none_and_never_an_error_nor_much_memory()
    {
        var messages = Enumerable.Range(0, 50).Select(static seed => Some(new Random(seed))).ToArray();
        Fuzz.Each(Fuzz.Inputs, random =>
        {
            var spoilt = Fuzz.Damage(random, messages[random.Next(messages.Length)], messages[random.Next(messages.Length)]);
            return (spoilt, () =>
            {
                if (Fuzz.Within(2_000 + (24 * spoilt.Length), () => RedisMessageCodec.Decode(spoilt)) is { } message)
                {
                    Assert.InRange(message.Position.Counter, 1, NewStamps.CounterEnds - 1);
                    Assert.NotEqual(0, message.Position.Era);
                }
            });
        });
    }

    private static byte[] Some(Random random)
        => RedisMessageCodec.Encode(
            new RemotePosition(random.NextInt64(1, long.MaxValue), random.NextInt64(1, NewStamps.CounterEnds)),
            Change with
            {
                Stamps = Enumerable.Range(0, random.Next(5)).Select(_ => random.Next(1 << 21)).ToArray(),
                Keys = [.. Enumerable.Range(0, random.Next(4)).Select(i => new string((char)('a' + i), random.Next(40)))],
            });
}
