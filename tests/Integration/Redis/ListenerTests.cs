using System.Collections.Concurrent;
using FastOrm.Cache.Redis;
using FastOrm.Cache.Tests.Integration.Support;
using StackExchange.Redis;

namespace FastOrm.Cache.Tests.Integration.Redis;

/// <summary>What is told when messages are lost, or are none.</summary>
public sealed class ListenerTests : RedisTierTest
{
    private readonly RedisServer _server;
    private readonly ConcurrentQueue<string> _told = new();

    public ListenerTests() => _server = Start();

    [Fact]
    public async Task Garbage_on_the_channel_may_have_been_a_change()
    {
        var tier = Open(_server.Address);
        await ListenAsync(tier);

        string[] garbage = ["", "x", "\u0001", "\u0001era-----\u0003abc", new('\u0001', 200), "\u0001\u0001\u0001\u0001\u0001\u0001\u0001\u0001\u0001\u00011" + new string('\u00ff', 40)];
        foreach (var text in garbage)
        {
            _server.Run("PUBLISH", "t:default:changes:0", text);
        }

        await tier.ChangeAsync(Change([5]), default);
        await ToldAsync("5");
        Assert.True(_told.Count(static what => what == "lost") >= garbage.Length);
        Assert.Equal(["5"], Changes);
    }

    [Fact]
    public async Task Whoever_loses_the_subscription_is_told_and_hears_again()
    {
        var tier = Open(_server.Address);
        await ListenAsync(tier);

        _server.Run("CLIENT", "KILL", "TYPE", "pubsub");

        // When it is lost, when it is back, and when the server listens again for sure.
        await InTheEndAsync(() => Task.FromResult(_told.Count >= 3 ? 1 : throw new IOException()));
        await InTheEndAsync(() => tier.ChangeAsync(Change([6]), default).AsTask());
        await ToldAsync("6");
        Assert.Equal(["6"], Changes);
    }

    [Fact]
    public async Task Databases_of_one_server_have_channels_of_their_own()
    {
        var (first, second) = (Open(_server.Address), Open(_server.Address, static o => o.Database = 2));
        await ListenAsync(first);

        var changed = await second.ChangeAsync(Change([7], read: [7]), default);
        await first.ChangeAsync(Change([8]), default);

        await ToldAsync("8");
        Assert.Equal(["8"], Changes);
        Assert.Equal([0], (IEnumerable<long>)(await ReadAsync(first, [7])).Stamps);
        Assert.NotEqual(changed.Position.Era, (await ReadAsync(first, [])).Position.Era);
    }

    [Fact]
    public async Task A_connection_of_the_application_is_used_as_it_is_and_stays_its_own()
    {
        using var multiplexer = await ConnectionMultiplexer.ConnectAsync($"{_server.Address},channelPrefix=app:,defaultDatabase=3");
        var tier = new RedisTier(multiplexer, new RedisCacheOptions { Prefix = "t:" }, "default");
        await ListenAsync(tier);

        await tier.ChangeAsync(Change([9]), default);
        await ToldAsync("9");
        await tier.DisposeAsync();

        Assert.Equal("1", _server.Run("PUBLISH", "app:t:default:changes:3", "x"));
        Assert.True(await multiplexer.GetDatabase(3).KeyExistsAsync("{t:default}:stamps"));
    }

    private async Task ListenAsync(IRemoteCacheTier tier)
        => await tier.ListenAsync(change => _told.Enqueue(string.Join(' ', change.Stamps.ToArray())), () => _told.Enqueue("lost"), default);

    private Task ToldAsync(string what)
        => InTheEndAsync(() => Task.FromResult(_told.Contains(what) ? 1 : throw new IOException($"Not told: {what}")));

    private IEnumerable<string> Changes => _told.Where(static what => what != "lost");
}
