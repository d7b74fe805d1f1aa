using System.Buffers.Binary;
using StackExchange.Redis;

namespace FastOrm.Cache.Redis;

internal sealed partial class RedisTier
{
    private async Task<RemoteReading> ChangeAsync(RedisLink link, RemoteChange change)
    {
        // One server carries both out in this order, without waiting in between. Several do not. If an entry cannot be removed the others
        // hear of the change all the same, and it is made once more.
        var removed = change.Removed.Count == 0 ? Task.CompletedTask : RemoveAsync(link.Database, change.Removed);
        if (!removed.IsCompleted && link.HasManyServers)
        {
            await removed.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        var changed = ChangeStampsAsync(link, change);
        var (position, values) = await RedisClient.BothAsync(changed, removed).ConfigureAwait(false);
        await removed.ConfigureAwait(false);
        return new RemoteReading(position, values, []);
    }

    private async Task<StampReading> ChangeStampsAsync(RedisLink link, RemoteChange change)
    {
        try
        {
            return await AskAsync(link, RedisScripts.Change, change.Read.Span, Changing(link, change)).ConfigureAwait(false);
        }
        catch (RedisServerException error) when (RedisTrouble.IsOutOfMemory(error))
        {
            return await ForgetStampsAsync(link.Database, change).ConfigureAwait(false);
        }
    }

    private async Task<bool> MarkAsync(RedisLink link, RemoteMarker marker)
    {
        var change = new RemoteChange(marker.Source, marker.Stamps, [], [], ReadOnlyMemory<int>.Empty, marker.Relied);
        try
        {
            await AskAsync(link, RedisScripts.Change, [], Changing(link, change, marker)).ConfigureAwait(false);
            return true;
        }
        catch (RedisServerException error) when (RedisTrouble.IsOutOfMemory(error))
        {
            return false;
        }
    }

    // Whoever has made them is not there any more: nobody has changed his own stamps for it.
    private Task<RedisResult> SweepAsync(RedisLink link)
        => link.RunAsync(
            RedisScripts.Sweep,
            _names.Stamps,
            Asking([], Changing(link, new RemoteChange(0, ReadOnlyMemory<int>.Empty, [], [], ReadOnlyMemory<int>.Empty, []))));

    private RedisValue[] Changing(RedisLink link, RemoteChange change, RemoteMarker? marker = null)
        =>
        [
            RedisMessageCodec.Slots(change.Stamps.Span),
            NewStamps.Of(1),
            link.ChannelPrefix + _names.Channel,
            RedisMessageCodec.Bytes(change.Source),
            RedisMessageCodec.Keys(change.Keys),
            RedisMessageCodec.Claims(change.Relied),
            RedisMessageCodec.Bytes([.. change.EndedMarkers]),
            marker is null ? Array.Empty<byte>() : RedisMessageCodec.Bytes(marker.Id),
            marker is null ? 0 : (long)marker.Life.TotalMilliseconds,
        ];

    private async Task<RemotePosition> ClaimAsync(RedisLink link, IReadOnlyList<RemoteClaim> claims)
    {
        var disputed = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(disputed, RemoteClaim.Disputed);
        return (await AskAsync(link, RedisScripts.Claim, [], [RedisMessageCodec.Claims(claims), disputed]).ConfigureAwait(false))
            .Position;
    }

    /// <summary>
    /// A Redis that is full and refuses writes still deletes and publishes: without stamps nothing is valid, and an era that nobody has
    /// heard of makes everything unknown to all nodes.
    /// </summary>
    private async Task<StampReading> ForgetStampsAsync(IDatabase database, RemoteChange change)
    {
        var position = new RemotePosition(NewStamps.Era(), NewStamps.Counter());
        await database.KeyDeleteAsync(_names.Stamps, CommandFlags.DemandMaster).ConfigureAwait(false);
        await database.PublishAsync(Channel(_names.Channel), RedisMessageCodec.Encode(position, change)).ConfigureAwait(false);
        return new StampReading(position, new long[change.Read.Length]);
    }

    // One by one: on a cluster they are in many places. It is pipelined all the same.
    private Task RemoveAsync(IDatabase database, IReadOnlyList<string> keys)
        => Task.WhenAll(keys.Select(key => database.KeyDeleteAsync(_names.Entry(key), CommandFlags.DemandMaster)));

    private static RedisChannel Channel(string name) => new(name, RedisChannel.PatternMode.Literal);
}
