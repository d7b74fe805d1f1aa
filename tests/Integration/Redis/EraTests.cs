using FastOrm.Cache.Tests.Integration.Support;

namespace FastOrm.Cache.Tests.Integration.Redis;

/// <summary>An era is one history: what a server brings back, or has lost, is of another.</summary>
public sealed class EraTests : RedisTierTest
{
    private readonly RedisServer _server;
    private readonly IRemoteCacheTier _tier;

    public EraTests()
    {
        _server = Start();
        _tier = Open(_server.Address);
    }

    [Fact]
    public async Task A_server_that_restarts_from_an_old_dump_brings_no_old_stamps_back()
    {
        await ChangeAsync(_tier, 1, 2);
        await StoreAsync(_tier, "a");
        var old = await ReadAsync(_tier, [1, 2], ["a"]);
        _server.Run("SAVE");
        var changed = await _tier.ChangeAsync(Change([1], read: [1, 2]), default);

        // Some ask all the time, as threads of an application do.
        using var end = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 4).Select(_ => Task.Run(() => ReadOnAsync(end.Token))).ToArray();
        _server.Kill();
        _server.StartAgain();
        var after = await InTheEndAsync(() => ReadAsync(_tier, [1, 2], ["a"]));
        await end.CancelAsync();
        var readings = (await Task.WhenAll(readers)).SelectMany(static all => all).Append(after).ToArray();

        Assert.Contains("t:default:a", _server.Run("KEYS", "*"));
        Assert.Equal(old.Position.Era, changed.Position.Era);
        Assert.NotEqual(old.Position.Era, after.Position.Era);
        Assert.Equal([0, 0], (IEnumerable<long>)after.Stamps);
        Assert.DoesNotContain(readings, reading => reading.Position == old.Position);
        Assert.DoesNotContain(readings, reading => reading.Stamps[0] == old.Stamps[0]);
        Assert.All(
            readings.Where(reading => reading.Position.Era == old.Position.Era),
            reading => Assert.Equal(changed.Stamps, reading.Stamps));
    }

    [Fact]
    public async Task A_server_that_restarts_empty_begins_another_era()
    {
        var old = await ChangeAsync(_tier, 1);

        _server.Kill();
        _server.StartAgain();
        var after = await InTheEndAsync(() => ReadAsync(_tier, [1]));

        Assert.NotEqual(old.Position.Era, after.Position.Era);
        Assert.Equal(0, after.Stamps[0]);
    }

    [Fact]
    public async Task A_change_that_meets_the_stamps_of_an_old_dump_ends_their_era()
    {
        var old = await ChangeAsync(_tier, 1, 2);
        _server.Run("SAVE");
        _server.Kill();
        _server.StartAgain();

        var changed = await InTheEndAsync(() => _tier.ChangeAsync(Change([1], read: [2]), default).AsTask());

        Assert.NotEqual(old.Position.Era, changed.Position.Era);
        Assert.NotEqual(old.Stamps[1], changed.Stamps[0]);
    }

    [Fact]
    public async Task A_replica_that_is_promoted_begins_another_era_though_it_has_all_stamps()
    {
        var replica = Start("--replicaof", $"127.0.0.1 {_server.Port}");
        await InTheEndAsync(() => Task.FromResult(replica.Run("INFO", "replication").Contains("master_link_status:up") ? 1 : throw new IOException()));
        var tier = Open(_server.Address, o => (o.Url, o.Configuration) = (null, $"{_server.Address},{replica.Address},configCheckSeconds=1"));
        await ChangeAsync(tier, 1);
        await StoreAsync(tier, "a");
        var old = await ReadAsync(tier, [1], ["a"]);
        await InTheEndAsync(() => Task.FromResult(replica.Run("DBSIZE") == "2" ? 1 : throw new IOException()));

        // From here on it lags.
        replica.Run("REPLICAOF", "127.0.0.1", "1");
        await tier.ChangeAsync(Change([1]), default);
        _server.Kill();
        replica.Run("REPLICAOF", "NO", "ONE");
        var after = await InTheEndAsync(() => ReadAsync(tier, [1], ["a"]));

        Assert.NotNull(after.Entries[0]);
        Assert.NotEqual(old.Position.Era, after.Position.Era);
        Assert.NotEqual(old.Stamps[0], after.Stamps[0]);
    }

    [Theory]
    [InlineData("FLUSHALL")]
    [InlineData("DEL", "{t:default}:stamps")]
    [InlineData("HDEL", "{t:default}:stamps", "e")]
    [InlineData("HDEL", "{t:default}:stamps", "n")]
    [InlineData("HDEL", "{t:default}:stamps", "r")]
    [InlineData("HSET", "{t:default}:stamps", "e", "short")]
    [InlineData("HSET", "{t:default}:stamps", "e", "\0\0\0\0\0\0\0\0")]
    [InlineData("HSET", "{t:default}:stamps", "n", "many")]
    [InlineData("HSET", "{t:default}:stamps", "n", "9223372036854775807")]
    [InlineData("HSET", "{t:default}:stamps", "n", "-1")]
    [InlineData("HSET", "{t:default}:stamps", "n", "007")]
    [InlineData("HSET", "{t:default}:stamps", "r", "0123456789012345678901234567890123456789")]
    public async Task Whatever_is_lost_or_spoilt_begins_another_era(params string[] command)
    {
        var old = await ChangeAsync(_tier, 1, 2);
        _server.Run(command);
        var read = await ReadAsync(_tier, [1, 2]);

        Assert.NotEqual(old.Position.Era, read.Position.Era);
        Assert.Equal([0, 0], (IEnumerable<long>)read.Stamps);
        var changed = await _tier.ChangeAsync(Change([1]), default);
        Assert.Equal(read.Position with { Counter = read.Position.Counter + 1 }, changed.Position);
    }

    [Theory]
    [InlineData("short")]
    [InlineData("much longer than a stamp")]
    [InlineData("\0\0\0\0\0\0\0\0")]
    public async Task A_stamp_that_is_none_gets_a_value(string value)
    {
        var old = await ChangeAsync(_tier, 1, 2);

        _server.Run("HSET", "{t:default}:stamps", "\u0001\0\0\0", value);

        var made = await ReadAsync(_tier, [1, 2]);
        Assert.DoesNotContain(made.Stamps[0], (long[])[0, old.Stamps[0]]);
        Assert.Equal(old.Stamps[1], made.Stamps[1]);
        Assert.Equal(made.Stamps, (await ReadAsync(_tier, [1, 2])).Stamps);
    }

    private async Task<List<RemoteReading>> ReadOnAsync(CancellationToken end)
    {
        var readings = new List<RemoteReading>();
        while (!end.IsCancellationRequested)
        {
            try
            {
                readings.Add(await ReadAsync(_tier, [1, 2], ["a"]));
            }
            catch (IOException)
            {
                await Task.Yield();
            }
        }

        return readings;
    }
}
