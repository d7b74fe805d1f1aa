using System.Net;
using System.Net.Sockets;
using FastOrm.Cache.Redis;
using FastOrm.Cache.Tests.Integration.Support;

namespace FastOrm.Cache.Tests.Integration.Redis;

/// <summary>What cannot be used is told with its remedy, and without keys or passwords.</summary>
public sealed class TroubleTests : RedisTierTest
{
    [Theory]
    [InlineData(null)]
    [InlineData("wrong-secret")]
    public async Task A_password_that_is_missing_or_wrong_is_named(string? password)
    {
        var server = Start("--requirepass", "secret");

        await FailsAsync(Open(server.Address, o => o.Password = password), "Redis.Password");
        await ReadAsync(Open($"redis://:secret@{server.Address}"), [1]);
    }

    [Fact]
    public async Task Tls_where_the_server_has_none_is_named()
        => await FailsAsync(Open($"rediss://{Start().Address}"), "rediss://");

    [Fact]
    public async Task A_replica_is_named()
    {
        var server = Start();
        var replica = Start("--replicaof", $"127.0.0.1 {server.Port}");

        await FailsAsync(Open(replica.Address), "master");
    }

    [Fact]
    public async Task What_is_no_Redis_is_named()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answering = Task.Run(async () =>
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync();
                await client.GetStream().WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());
            }
        });

        await FailsAsync(Open($"127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}"), "Redis.Url");
        listener.Stop();
        await Assert.ThrowsAnyAsync<Exception>(() => answering);
    }

    [Fact]
    public async Task A_server_that_is_absent_at_first_is_used_when_it_is_there()
    {
        var server = Start();
        server.Kill();
        var tier = Open(server.Address);
        await FailsAsync(tier, "See whether it runs");

        server.StartAgain();

        Assert.NotEqual(0, (await InTheEndAsync(() => ChangeAsync(tier, 1))).Stamps[0]);
    }

    [Fact]
    public async Task A_key_that_is_none_of_the_caches_is_named_or_is_a_miss()
    {
        var server = Start();
        var tier = Open(server.Address);
        server.Run("RPUSH", "t:default:a", "list");
        await StoreAsync(tier, "b");

        // Before the server is known, and after.
        for (var i = 0; i < 2; i++)
        {
            var read = await ReadAsync(tier, [1], ["a", "b"]);
            Assert.Null(read.Entries[0]);
            Assert.NotNull(read.Entries[1]);
        }

        server.Run("SET", "{t:default}:stamps", "text");
        await FailsAsync(tier, "Redis.Prefix");
        server.Run("DEL", "{t:default}:stamps");
        await ReadAsync(tier, [1]);
        await StoreAsync(tier, "a");
        Assert.NotNull((await ReadAsync(tier, [1], ["a"])).Entries[0]);
    }

    [Fact]
    public async Task A_full_server_that_evicts_nothing_loses_its_stamps_and_all_hear_of_it()
    {
        var server = Start("--maxmemory-policy", "noeviction");
        var (tier, other) = (Open(server.Address), Open(server.Address));
        var old = await ChangeAsync(tier, 1, 2);
        await StoreAsync(tier, "a", "b");
        var heard = new TaskCompletionSource<RemoteMessage>();
        await using var listening = await other.ListenAsync(heard.SetResult, static () => { }, default);

        server.Run("CONFIG", "SET", "maxmemory", "1");
        var changed = await tier.ChangeAsync(Change([1], read: [1, 2], removed: ["a"]), default);
        var message = await heard.Task.WaitAsync(TimeSpan.FromSeconds(20));
        await Assert.ThrowsAsync<IOException>(() => StoreAsync(tier, "c"));
        await FailsAsync(tier, "maxmemory");
        server.Run("CONFIG", "SET", "maxmemory", "0");
        var after = await ReadAsync(other, [1, 2], ["a", "b"]);

        Assert.Equal([0, 0], (IEnumerable<long>)changed.Stamps);
        Assert.Equal([1], (IEnumerable<int>)message.Stamps.ToArray());
        Assert.Equal(changed.Position, message.Position);
        Assert.Equal(3, new[] { old.Position.Era, message.Position.Era, after.Position.Era }.Distinct().Count());
        Assert.Equal([0, 0], (IEnumerable<long>)after.Stamps);
        Assert.Null(after.Entries[0]);
        Assert.NotNull(after.Entries[1]);
    }

    [Fact]
    public async Task Who_waits_for_a_server_that_stands_still_can_give_up()
    {
        var server = Start();
        var tier = Open(server.Address);
        await ReadAsync(tier, [1]);
        server.Suspend();
        using var patience = new CancellationTokenSource();

        var reading = tier.ReadAsync(new[] { 1 }, ["a"], patience.Token).AsTask();
        Assert.False(reading.IsCompleted);
        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        server.Resume();
        await InTheEndAsync(() => ReadAsync(tier, [1]));
    }

    [Fact]
    public async Task No_more_rights_are_needed_than_docs_redis_md_says()
    {
        var server = Start();
        server.Run(
            [
                "ACL", "SETUSER", "default", "on", "nopass", "resetkeys", "resetchannels", "-@all",
                .. "~t:* ~{t:* &t:* +@read +@write +@scripting +@pubsub +@connection +info".Split(' '),
            ]);
        var tier = Open(server.Address);
        var heard = new TaskCompletionSource<RemoteMessage>();
        await using var listening = await tier.ListenAsync(message => heard.TrySetResult(message), static () => { }, default);

        await StoreAsync(tier, "a");
        var changed = await tier.ChangeAsync(Change([1], read: [1], removed: ["a"]), default);
        var read = await ReadAsync(tier, [1], ["a"]);

        Assert.Equal(changed.Stamps, read.Stamps);
        Assert.Null(read.Entries[0]);
        Assert.Equal(changed.Position, (await heard.Task.WaitAsync(TimeSpan.FromSeconds(20))).Position);
    }

    [Fact]
    public void A_user_needs_a_client_that_knows_users()
    {
        if (RedisClient.KnowsUsers)
        {
            Assert.NotNull(RedisConfiguration.Of(new RedisCacheOptions { Url = "redis://me:secret@localhost" }));
            return;
        }

        var error = Assert.Throws<InvalidOperationException>(
            () => RedisConfiguration.Of(new RedisCacheOptions { Url = "redis://me:secret@localhost" }));
        Assert.Contains("StackExchange.Redis", error.Message);
        Assert.DoesNotContain("secret", error.Message);
    }

    private static async Task FailsAsync(IRemoteCacheTier tier, string remedy)
    {
        var errors = new[]
        {
            await Assert.ThrowsAsync<IOException>(() => ReadAsync(tier, [1], ["private-key"])),
            await Assert.ThrowsAsync<IOException>(() => tier.ReadAsync(new[] { 1 }, ["private-key"], default).AsTask()),
        };
        Assert.All(errors, error => Assert.Contains(remedy, error.Message));
        Assert.All(errors, error => Assert.DoesNotContain("private-key", error.ToString()));
        Assert.All(errors, error => Assert.DoesNotContain("secret", error.ToString()));
    }
}
