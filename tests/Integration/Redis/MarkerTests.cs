using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using FastOrm.Cache.Redis;
using FastOrm.Cache.Tests.Integration.Support;
using StackExchange.Redis;

namespace FastOrm.Cache.Tests.Integration.Redis;

/// <summary>Markers where there are many of them, and where there is no room for any.</summary>
public sealed class MarkerTests : RedisTierTest
{
    private const string Stamps = "{t:default}:stamps";
    private const int Many = 4_100; // More than the server can be asked for at a time.

    [Fact]
    public async Task What_a_reading_costs_does_not_grow_with_the_markers_that_it_does_not_meet()
    {
        var server = Start();
        using var redis = ConnectionMultiplexer.Connect(server.Address + ",syncTimeout=30000,connectTimeout=30000");
        await ChangeAsync(Open(server.Address), [.. Enumerable.Range(1, 5)]);
        var without = Cost(server, redis.GetDatabase());

        await MarkAsync(Open(server.Address), [.. Enumerable.Range(10, Many)]);

        var with = Cost(server, redis.GetDatabase());
        Assert.True(with < 10 * without, $"A reading takes {without} us of the server's time, and {with} us when many markers stand."); // Expected: the same.
    }

    [Fact]
    public async Task Of_thousands_of_markers_those_are_swept_whose_time_is_over()
    {
        int[] over = [2, 3_999, 4_000, Many];
        var server = Start();
        var tier = Open(server.Address);
        int[] all = [.. Enumerable.Range(1, Many)];
        await MarkAsync(tier, all);
        Array.ForEach(over, stamp => LetEnd(server, stamp));

        await tier.SweepAsync(default);

        var read = (await ReadAsync(tier, all)).Stamps;
        Assert.Equal(over, all.Where(stamp => read[stamp - 1] != RemoteMarker.Pending));
        Assert.Equal(8 * (Many - over.Length), server.Run("HGET", Stamps, "m").Length);
    }

    [Fact]
    public async Task A_full_server_takes_no_marker_and_renews_and_ends_those_that_it_has()
    {
        var server = Start("--maxmemory-policy", "noeviction");
        var tier = Open(server.Address);
        await MarkAsync(tier, 1, 2);
        LetEnd(server, 2);
        var before = Until(server, 1);
        server.Run("CONFIG", "SET", "maxmemory", "1");

        Assert.False(await tier.MarkAsync(Marker(3), default));
        await tier.RenewAsync(1, TimeSpan.FromMinutes(30), default);
        await tier.SweepAsync(default);

        Assert.True(Until(server, 1) > before + TimeSpan.FromMinutes(20).TotalMilliseconds);
        var read = (await ReadAsync(tier, [1, 2, 3])).Stamps;
        Assert.Equal((RemoteMarker.Pending, 0), (read[0], read[2]));
        Assert.NotEqual(RemoteMarker.Pending, read[1]);
    }

    // In microseconds of the server's time.
    private static double Cost(RedisServer server, IDatabase database)
    {
        RedisValue[] values = [NewStamps.Of(1), NewStamps.Counter(), RedisMessageCodec.Slots([1, 2, 3, 4, 5]), NewStamps.Of(1)];
        database.ScriptEvaluate(RedisScripts.Read, [Stamps], values);
        server.Run("CONFIG", "RESETSTAT");
        for (var i = 0; i < 300; i++)
        {
            database.ScriptEvaluate(RedisScripts.Read, [Stamps], values);
        }

        var spent = server.Run("INFO", "commandstats").Split("cmdstat_evalsha:")[1].Split("usec_per_call=")[1].Split(',')[0];
        return double.Parse(spent, CultureInfo.InvariantCulture);
    }

    private static Task MarkAsync(IRemoteCacheTier tier, params int[] stamps)
        => Task.WhenAll(stamps.Select(stamp => tier.MarkAsync(Marker(stamp), default).AsTask()));

    // Known by the number of the stamp that it marks.
    private static RemoteMarker Marker(int stamp) => new(5, stamp, new[] { stamp }, [], TimeSpan.FromMinutes(5));

    private static void LetEnd(RedisServer server, int marker)
        => server.Run("HSET", Stamps, Field(marker), new string('\0', sizeof(double)) + server.Run("HGET", Stamps, Field(marker))[sizeof(double)..]);

    private static double Until(RedisServer server, int marker)
        => BinaryPrimitives.ReadDoubleLittleEndian(Encoding.Latin1.GetBytes(server.Run("HGET", Stamps, Field(marker))));

    private static string Field(int marker) => "m" + Encoding.Latin1.GetString(BitConverter.GetBytes((long)marker));
}
