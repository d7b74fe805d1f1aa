using System.Buffers.Binary;
using StackExchange.Redis;

namespace FastOrm.Cache.Tests.Integration.Redis;

/// <summary>Whatever has become of the markers in a Redis, nothing stays pending for ever, and none that stands is lost.</summary>
public sealed class DamagedMarkersTests : RedisTierTest
{
    private const string Stamps = "{t:default}:stamps";
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(1);

    private readonly IRemoteCacheTier _tier;
    private readonly ConnectionMultiplexer _redis;

    public DamagedMarkersTests()
    {
        var server = Start();
        _tier = Open(server.Address);
        _redis = ConnectionMultiplexer.Connect(server.Address + ",syncTimeout=30000,connectTimeout=30000");
    }

    private IDatabase Database => _redis.GetDatabase();

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(double.MaxValue)]
    [InlineData(0)]
    public async Task A_marker_that_would_stand_for_longer_than_any_may_is_ended(double until)
    {
        await using var end = new End(_redis);
        await _tier.MarkAsync(Marker(7, 1), default);
        var bytes = (byte[])(await Database.HashGetAsync(Stamps, Field(7)))!;
        BinaryPrimitives.WriteDoubleLittleEndian(bytes, until);
        await Database.HashSetAsync(Stamps, Field(7), bytes);

        await _tier.SweepAsync(default);

        Assert.NotEqual(RemoteMarker.Pending, (await ReadAsync(_tier, [1])).Stamps[0]);
        Assert.False(await Database.HashExistsAsync(Stamps, Field(7)));
        Assert.False(await Database.HashExistsAsync(Stamps, "m"));
    }

    [Fact]
    public async Task A_server_whose_clock_has_gone_back_keeps_no_marker_for_longer_than_the_longest_life()
    {
        await using var end = new End(_redis);
        await _tier.MarkAsync(Marker(7, 1), default);
        await _tier.MarkAsync(Marker(8, 2), default);
        var bytes = (byte[])(await Database.HashGetAsync(Stamps, Field(7)))!;
        BinaryPrimitives.WriteDoubleLittleEndian(bytes, BinaryPrimitives.ReadDoubleLittleEndian(bytes) + TimeSpan.FromHours(2).TotalMilliseconds);
        await Database.HashSetAsync(Stamps, Field(7), bytes);

        await _tier.SweepAsync(default);

        var stamps = (await ReadAsync(_tier, [1, 2])).Stamps;
        Assert.NotEqual(RemoteMarker.Pending, stamps[0]);
        Assert.Equal(RemoteMarker.Pending, stamps[1]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(14)]
    public async Task The_end_of_a_marker_that_was_cut_ends_others_all_the_same(int length)
    {
        await using var end = new End(_redis);
        await _tier.MarkAsync(Marker(7, 1, 2), default);
        await _tier.MarkAsync(Marker(8, 3), default);
        var before = (await _tier.ReadAsync(Array.Empty<int>(), [], default))!.Position;
        await Database.HashSetAsync(Stamps, Field(7), ((byte[])(await Database.HashGetAsync(Stamps, Field(7)))!)[..length]);
        var own = new TaskCompletionSource<RemoteMessage>();
        await using var listening = await _tier.ListenAsync(own.SetResult, static () => { }, default);

        await _tier.ChangeAsync(Change([]) with { EndedMarkers = [7, 8] }, default);

        Assert.DoesNotContain(RemoteMarker.Pending, (await ReadAsync(_tier, [1, 2, 3])).Stamps);
        var message = await own.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Contains(3, message.Stamps.ToArray());
        Assert.Equal(before.Counter + 1, message.Position.Counter);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public async Task A_list_of_markers_with_a_piece_of_one_loses_none(int piece)
    {
        await using var end = new End(_redis);
        for (var i = 1; i <= 9; i++)
        {
            await _tier.MarkAsync(Marker(i, i), default);
        }

        byte[] list = (await Database.HashGetAsync(Stamps, "m"))!;
        await Database.HashSetAsync(Stamps, "m", (byte[])[.. list, .. new byte[piece]]);

        await _tier.ChangeAsync(Change([20]), default);
        await _tier.ChangeAsync(Change([21]), default);

        Assert.All((await ReadAsync(_tier, [1, 2, 3, 4, 5, 6, 7, 8, 9])).Stamps, static stamp => Assert.Equal(RemoteMarker.Pending, stamp));
        Assert.Equal(list.Length, ((byte[])(await Database.HashGetAsync(Stamps, "m"))!).Length);
    }

    [Theory]
    [InlineData(16)]
    [InlineData(24)]
    [InlineData(13)]
    public async Task A_stamp_with_markers_that_nobody_has_set_is_not_pending(int length)
    {
        await using var end = new End(_redis);
        await _tier.MarkAsync(Marker(7, 2), default);
        var bytes = new byte[length];
        bytes.AsSpan().Fill(9);
        await Database.HashSetAsync(Stamps, new byte[] { 1, 0, 0, 0 }, bytes);

        var first = (await ReadAsync(_tier, [1])).Stamps;

        Assert.NotEqual(RemoteMarker.Pending, first[0]);
        Assert.Equal(first, (await ReadAsync(_tier, [1])).Stamps);
    }

    private static RemoteMarker Marker(long id, params int[] stamps) => new(5, id, stamps, [], Life);

    private static byte[] Field(long id)
    {
        var field = new byte[9];
        field[0] = (byte)'m';
        BinaryPrimitives.WriteInt64LittleEndian(field.AsSpan(1), id);
        return field;
    }

    // Not on the thread on which the client completes what it was asked last: it would wait for itself.
    private sealed class End(ConnectionMultiplexer redis) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            await redis.CloseAsync();
        }
    }
}
