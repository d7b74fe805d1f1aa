using System.Buffers.Binary;
using System.Buffers.Text;
using StackExchange.Redis;

namespace FastOrm.Cache.Redis;

/// <summary>
/// Readings. The stamps of a server that is known are read by one <c>HMGET</c>; of any other by a script, in which it tells its
/// <c>run_id</c> and ends an era that began elsewhere. Entries need no such care: what carries stamps that are current is current wherever
/// it was kept.
/// </summary>
internal sealed partial class RedisTier
{
    private static readonly RedisValue[] Control = ["e", "n", "r"];

    private static readonly Task<byte[]?[]> NoEntries = Task.FromResult(Array.Empty<byte[]?>());

    private async Task<RemoteReading?> ReadAsync(RedisLink link, ReadOnlyMemory<int> stamps, IReadOnlyList<string> keys)
        => (link.Known is { } server ? await ReadKnownAsync(link, server, stamps, keys).ConfigureAwait(false) : null)
            ?? await ReadByScriptAsync(link, stamps, keys).ConfigureAwait(false);

    // Null if it is not certain that the server has answered, or if it has no era of its own.
    private async Task<RemoteReading?> ReadKnownAsync(
        RedisLink link, RedisLink.Server server, ReadOnlyMemory<int> stamps, IReadOnlyList<string> keys)
    {
        var fields = new RedisValue[Control.Length + stamps.Length];
        Control.CopyTo(fields, 0);
        for (var i = 0; i < stamps.Length; i++)
        {
            fields[Control.Length + i] = RedisMessageCodec.Slots(stamps.Span.Slice(i, 1));
        }

        // The entries first: what is changed between the two is then seen to be. They are answered first as well. Both go out at once:
        // the client writes on a thread of its own, and would wake it twice.
        var batch = link.Database.CreateBatch();
        var entries = keys.Count == 0 ? null : batch.StringGetAsync(Names(keys));
        var stampsRead = batch.HashGetAsync(_names.Stamps, fields, CommandFlags.DemandMaster);
        batch.Execute();
        var found = await RedisClient.BothAsync(stampsRead, entries).ConfigureAwait(false);
        var values = entries is null ? [] : await entries.ConfigureAwait(false);
        if (link.Known != server
            || !server.RunId.AsSpan().SequenceEqual((byte[]?)found[2])
            || Position(found[0], found[1]) is not { } position)
        {
            return null;
        }

        var read = new long[stamps.Length];
        for (var i = 0; i < read.Length; i++)
        {
            var value = found[Control.Length + i];
            read[i] = Int64(value);
            if (read[i] == 0 && !value.IsNull)
            {
                return null; // It is none of ours: the script puts another in its place.
            }
        }

        return new RemoteReading(position, read, Entries(values));
    }

    private async Task<RemoteReading?> ReadByScriptAsync(RedisLink link, ReadOnlyMemory<int> stamps, IReadOnlyList<string> keys)
    {
        var entries = keys.Count == 0 ? NoEntries : ReadEntriesAsync(link, keys);
        var (position, values) = await RedisClient.BothAsync(
            AskAsync(link, RedisScripts.Read, stamps.Span, []), entries).ConfigureAwait(false);
        return new RemoteReading(position, values, await entries.ConfigureAwait(false));
    }

    private async Task<byte[]?[]> ReadEntriesAsync(RedisLink link, IReadOnlyList<string> keys)
        => Entries(await (link.Known is not null
            ? link.Database.StringGetAsync(Names(keys))
            : Task.WhenAll(Names(keys).Select(name => GetAsync(link.Database, name)))).ConfigureAwait(false));

    // Of servers that keep parts of the keys each.
    private static async Task<RedisValue> GetAsync(IDatabase database, RedisKey name)
    {
        try
        {
            return await database.StringGetAsync(name).ConfigureAwait(false);
        }
        catch (RedisServerException error) when (RedisTrouble.IsWrongType(error))
        {
            return RedisValue.Null;
        }
    }

    private RedisKey[] Names(IReadOnlyList<string> keys)
    {
        var names = new RedisKey[keys.Count];
        for (var i = 0; i < names.Length; i++)
        {
            names[i] = _names.Entry(keys[i]);
        }

        return names;
    }

    private static byte[]?[] Entries(RedisValue[] values)
        => Array.ConvertAll(values, static value => value.IsNull ? null : (byte[]?)value);

    private Task<StampReading> AskAsync(
        RedisLink link, string script, ReadOnlySpan<int> read, ReadOnlySpan<RedisValue> more)
        => AskAsync(link, script, Asking(read, more));

    private static RedisValue[] Asking(ReadOnlySpan<int> read, ReadOnlySpan<RedisValue> more)
        => [NewStamps.Of(1), NewStamps.Counter(), RedisMessageCodec.Slots(read), NewStamps.Of(1), .. more];

    private async Task<StampReading> AskAsync(RedisLink link, string script, RedisValue[] values)
    {
        var sockets = link.Sockets;
        var answer = (RedisValue[])(await link.RunAsync(script, _names.Stamps, values).ConfigureAwait(false))!;
        link.Verify(sockets, (byte[])answer[2]!);
        var bytes = (byte[])answer[3]!;
        var stamps = new long[bytes.Length / sizeof(long)];
        for (var i = 0; i < stamps.Length; i++)
        {
            stamps[i] = BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(i * sizeof(long)));
        }

        return new StampReading(Position(answer[0], answer[1])!.Value, stamps);
    }

    // Null if what is there is none of ours.
    private static RemotePosition? Position(RedisValue era, RedisValue counter)
        => Int64(era) is not 0 and var name
            && (byte[]?)counter is [>= (byte)'1' and <= (byte)'9', ..] digits && Utf8Parser.TryParse(digits, out long number, out var used) && used == digits.Length
            && number is > 0 and < NewStamps.CounterEnds
                ? new RemotePosition(name, number)
                : null;

    private static long Int64(RedisValue value)
        => (byte[]?)value is { Length: sizeof(long) } bytes ? BinaryPrimitives.ReadInt64LittleEndian(bytes) : 0;

    /// <summary>Stamps as they were at one instant.</summary>
    private sealed record StampReading(RemotePosition Position, long[] Values);
}
