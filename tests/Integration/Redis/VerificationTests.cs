using System.Globalization;
using System.Text.RegularExpressions;
using FastOrm.Cache.Redis;
using FastOrm.Cache.Tests.Integration.Support;
using StackExchange.Redis;

namespace FastOrm.Cache.Tests.Integration.Redis;

/// <summary>What a reading costs, counted by the server.</summary>
public sealed partial class VerificationTests : RedisTierTest
{
    private readonly RedisServer _server;
    private readonly IRemoteCacheTier _tier;

    public VerificationTests()
    {
        _server = Start();
        _tier = Open(_server.Address);
    }

    [Fact]
    public async Task A_known_server_is_asked_once_for_all_entries_and_once_for_all_stamps()
    {
        await ReadAsync(_tier, [1], ["a"]);
        _server.Run("CONFIG", "RESETSTAT");

        await ReadAsync(_tier, [1, 2, 3], ["a", "b", "c"]);
        await ReadAsync(_tier, [], ["a"]);
        await ReadAsync(_tier, [4]);

        Assert.Equal((2, 3, 0), (Calls("mget"), Calls("hmget"), Calls("evalsha") + Calls("eval")));
    }

    [Fact]
    public async Task A_new_connection_to_the_same_server_costs_one_script_and_stays_in_the_era()
    {
        var old = await ChangeAsync(_tier, 1);
        _server.Run("CLIENT", "KILL", "TYPE", "normal");
        var after = await InTheEndAsync(() => ReadAsync(_tier, [1]));
        await ReadAsync(_tier, [1]);

        Assert.Equal(2, Calls("eval") + Calls("evalsha"));
        Assert.Equal(old.Position, after.Position);
        Assert.Equal(old.Stamps, after.Stamps);
    }

    [Fact]
    public async Task A_small_hash_of_stamps_is_no_list_that_is_searched_from_its_beginning()
    {
        await ReadAsync(_tier, [1]);

        Assert.Equal("hashtable", _server.Run("OBJECT", "ENCODING", "{t:default}:stamps"));
    }

    [Fact]
    public async Task Scripts_that_the_server_has_forgotten_are_told_again()
    {
        var old = await ChangeAsync(_tier, 1);

        _server.Run("SCRIPT", "FLUSH");

        Assert.Equal(old.Stamps, (await ReadAsync(_tier, [1])).Stamps);
        Assert.Equal(old.Position.Era, (await _tier.ChangeAsync(Change([1]), default)).Position.Era);
    }

    [Fact]
    public async Task As_many_connections_are_used_as_the_options_say()
    {
        var tier = Open(_server.Address, static o => (o.MaxConnections, o.Configuration) = (3, "name=three"));
        var before = await ChangeAsync(tier, 1);

        await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => ReadAsync(tier, [1])));

        Assert.Equal(before.Position, (await ReadAsync(tier, [1])).Position);

        // Not by their last command: a client asks whether its server is still there.
        Assert.Equal(3, ClientsOf("three").Count(static client => client.Contains(" sub=0 ", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_a_caller_does_after_an_answer_holds_up_nobody_elses(bool isConnectionOfApplication)
    {
        using var multiplexer = isConnectionOfApplication ? await ConnectionMultiplexer.ConnectAsync(_server.Address) : null;
        var tier = multiplexer is null ? _tier : Keep(new RedisTier(multiplexer, new RedisCacheOptions { Prefix = "t:" }, "default"));

        for (var i = 0; i < 20; i++)
        {
            await ReadAndBlockAsync(tier, changes: i % 2 == 0);
        }
    }

    [Fact]
    public async Task An_entry_has_its_time_in_milliseconds()
    {
        await _tier.StoreAsync([new("a", new byte[1], TimeSpan.FromMilliseconds(90_500)), new("b", new byte[1], null)], default);
        await _tier.TryLeaseAsync("a", "me", TimeSpan.FromSeconds(30), default);
        await ChangeAsync(_tier, 1);

        Assert.InRange(long.Parse(_server.Run("PTTL", "t:default:a"), CultureInfo.InvariantCulture), 60_000, 90_500);
        Assert.Equal("-1", _server.Run("PTTL", "t:default:b"));
        Assert.Equal("-1", _server.Run("PTTL", "{t:default}:stamps"));
        Assert.InRange(long.Parse(_server.Run("PTTL", "t:default!lease:a"), CultureInfo.InvariantCulture), 10_000, 30_000);
    }

    private static async Task ReadAndBlockAsync(IRemoteCacheTier tier, bool changes)
    {
        await (changes ? ChangeAsync(tier, 1) : ReadAsync(tier, [1], ["a"])).ConfigureAwait(false);
        Assert.True(ReadAsync(tier, [1], ["a"]).Wait(TimeSpan.FromSeconds(20)));
    }

    private string[] ClientsOf(string name)
        => [.. _server.Run("CLIENT", "LIST").Split('\n').Where(client => client.Contains($"name={name} ", StringComparison.Ordinal))];

    private int Calls(string command)
        => int.Parse(
            CallsOf().Matches(_server.Run("INFO", "commandstats")).FirstOrDefault(match => match.Groups[1].Value == command)?.Groups[2].Value ?? "0",
            CultureInfo.InvariantCulture);

    [GeneratedRegex("cmdstat_([a-z|]+):calls=([0-9]+)")]
    private static partial Regex CallsOf();
}
