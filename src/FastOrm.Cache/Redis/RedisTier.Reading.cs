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

    private async Task<RemoteReading?> ReadAsync(
        RedisLink link, ReadOnlyMemory<int> stamps, IReadOnlyList<string> keys, bool createsStamps)
    {
        // The entries first: what is changed between the two is then seen to be.
        var server = link.Known;
        var entries = keys.Count == 0 ? NoEntries : ReadEntriesAsync(link.Database, keys, isOneServer: server is not null);
        var reading = server is null || createsStamps
            ? ReadByScriptAsync(link, stamps, createsStamps)
            : ReadKnownAsync(link, server, stamps);
        await Task.WhenAll(entries, reading).ConfigureAwait(false);
        var (position, values) = await reading.ConfigureAwait(false)
            ?? (await ReadByScriptAsync(link, stamps, createsStamps: false).ConfigureAwait(false))!;
        return new RemoteReading(position, values, await entries.ConfigureAwait(false));
    }

    private static readonly Task<ReadOnlyMemory<byte>?[]> NoEntries = Task.FromResult(Array.Empty<ReadOnlyMemory<byte>?>());

    private async Task<ReadOnlyMemory<byte>?[]> ReadEntriesAsync(IDatabase database, IReadOnlyList<string> keys, bool isOneServer)
    {
        var names = new RedisKey[keys.Count];
        for (var i = 0; i < names.Length; i++)
        {
            names[i] = _names.Entry(keys[i]);
        }

        var values = await (isOneServer ? database.StringGetAsync(names) : Task.WhenAll(names.Select(name => GetAsync(database, name))))
            .ConfigureAwait(false);
        return Array.ConvertAll(values, static value => value.IsNull ? default(ReadOnlyMemory<byte>?) : (byte[])value!);
    }

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

    // Null if it is not certain that the server has answered, or if it has no era of its own.
    private async Task<StampReading?> ReadKnownAsync(RedisLink link, RedisLink.Server server, ReadOnlyMemory<int> stamps)
    {
        var fields = new RedisValue[Control.Length + stamps.Length];
        Control.CopyTo(fields, 0);
        for (var i = 0; i < stamps.Length; i++)
        {
            fields[Control.Length + i] = RedisMessageCodec.Slots(stamps.Span.Slice(i, 1));
        }

        var found = await link.Database.HashGetAsync(_names.Stamps, fields, CommandFlags.DemandMaster).ConfigureAwait(false);
        if (link.Known != server
            || !server.RunId.AsSpan().SequenceEqual((byte[]?)found[2])
            || Position(found[0], found[1]) is not { } position)
        {
            return null;
        }

        var values = new long[stamps.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Int64(found[Control.Length + i]);
        }

        return new StampReading(position, values);
    }

    private async Task<StampReading?> ReadByScriptAsync(RedisLink link, ReadOnlyMemory<int> stamps, bool createsStamps)
        => await AskAsync(link, RedisScripts.Read, stamps.Span, createsStamps, []).ConfigureAwait(false);

    private Task<StampReading> AskAsync(
        RedisLink link, string script, ReadOnlySpan<int> read, bool createsStamps, ReadOnlySpan<RedisValue> more)
    {
        RedisValue[] values =
        [
            NewStamps.Of(1),
            NewStamps.Counter(),
            RedisMessageCodec.Slots(read),
            createsStamps ? NewStamps.Of(read.Length) : [],
            .. more,
        ];
        return AskAsync(link, script, values);
    }

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
            && (byte[]?)counter is { } digits && Utf8Parser.TryParse(digits, out long number, out var used) && used == digits.Length
            && number is >= 0 and < NewStamps.CounterEnds
                ? new RemotePosition(name, number)
                : null;

    private static long Int64(RedisValue value)
        => (byte[]?)value is { Length: sizeof(long) } bytes ? BinaryPrimitives.ReadInt64LittleEndian(bytes) : 0;

    /// <summary>Stamps as they were at one instant.</summary>
    private sealed record StampReading(RemotePosition Position, long[] Values);
}
