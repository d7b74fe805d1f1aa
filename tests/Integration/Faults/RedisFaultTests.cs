using System.Globalization;
using System.Net.Sockets;
using FastOrm.Cache.Tests.Integration.Support;
using Xunit.Abstractions;

namespace FastOrm.Cache.Tests.Integration.Faults;

/// <summary>
/// Whatever happens to Redis: no exception reaches a caller, nobody waits long, no node reads older than its own last write, and soon after
/// Redis is used again and all nodes agree.
/// </summary>
[Collection(nameof(Alone))]
public sealed class RedisFaultTests(ITestOutputHelper output) : IDisposable
{
    private static readonly bool IsSlow = Environment.GetEnvironmentVariable("FASTORM_SLOW") == "1";
    private static readonly TimeSpan While = TimeSpan.FromSeconds(1.5);

    private readonly List<IDisposable> _ending = [];

    [Fact]
    public async Task A_server_is_killed_and_comes_back_empty()
    {
        var server = Start();
        var lab = Lab(server.Address);
        await lab.RunAsync(async () =>
        {
            Assert.Null(lab.Statistics.Remote!.LastError);
            server.Kill();
            await Task.Delay(While);
            var down = lab.Statistics.Remote!;
            Assert.True(down is { IsListening: false, LastErrorAt: not null } && down.Breaker != RemoteTierBreaker.Closed, down.ToString());
            Assert.StartsWith($"Redis at {server.Address} does not answer", down.LastError, StringComparison.Ordinal);
            server.StartAgain();
        });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_server_comes_back_with_a_dump_from_before_the_last_writes(bool isVerified)
    {
        var server = Start();
        await Lab(server.Address, isVerified: isVerified).RunAsync(async () =>
        {
            server.Run("SAVE");
            await Task.Delay(While);
            server.Kill();
            server.StartAgain();
        });
    }

    [Fact]
    public async Task A_server_is_killed_again_and_again()
    {
        var server = Start();
        await Lab(server.Address).RunAsync(async () =>
        {
            for (var i = 0; i < (IsSlow ? 15 : 3); i++)
            {
                await Task.Delay(While);
                server.Kill();
                server.StartAgain();
            }
        });
    }

    [Theory]
    [InlineData(8, false, 10)]
    [InlineData(64, false, 3)]
    [InlineData(32, true, 3)]
    public async Task A_server_stands_still(int workers, bool isSynchronous, int seconds)
    {
        var server = Start();
        var lab = Ending(new FaultLab(server.Address, isSynchronous: isSynchronous, tell: output.WriteLine));
        await lab.RunAsync(
            async () =>
            {
                server.Suspend();
                await Task.Delay(TimeSpan.FromSeconds(IsSlow ? 30 : seconds));
                server.Resume();
            },
            workers);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Replies_are_late(bool isVerified)
    {
        var proxy = Proxy(Start());
        await Lab(proxy.Address, isVerified: isVerified).RunAsync(async () =>
        {
            proxy.Delay = TimeSpan.FromMilliseconds(200);
            await Task.Delay(While);
            proxy.Delay = 2 * FaultLab.Budget;
            await Task.Delay(While);
            proxy.Delay = TimeSpan.Zero;
        });

        Assert.True(proxy.Faults > 0);
    }

    [Fact]
    public async Task Messages_alone_are_late_and_a_reader_wants_to_be_certain()
    {
        var proxy = Proxy(Start());
        await Lab(proxy.Address, isVerified: true).RunAsync(async () =>
        {
            proxy.MessageDelay = FaultLab.Budget / 3;
            await Task.Delay(2 * While);
            proxy.MessageDelay = TimeSpan.Zero;
        });

        Assert.True(proxy.Faults > 0);
    }

    [Fact]
    public async Task Connections_are_reset_in_the_middle_of_replies()
    {
        var proxy = Proxy(Start());
        await Lab(proxy.Address).RunAsync(() => WhileAsync(proxy, static (_, random) => random.Next(50) == 0 ? ReplyFault.Reset : ReplyFault.None));

        Assert.True(proxy.Faults > 0);
    }

    [Fact]
    public async Task Replies_are_garbage()
    {
        var proxy = Proxy(Start());
        await Lab(proxy.Address).RunAsync(() => WhileAsync(proxy, static (reply, random) =>
        {
            if (random.Next(50) != 0)
            {
                return ReplyFault.None;
            }

            random.NextBytes(reply.Span);
            return ReplyFault.Changed;
        }));

        Assert.True(proxy.Faults > 0);
    }

    [Fact]
    public async Task Single_bytes_of_replies_are_changed()
    {
        var proxy = Proxy(Start());
        await Lab(proxy.Address, padding: 500).RunAsync(() => WhileAsync(proxy, static (reply, random) =>
        {
            // Within an entry, where the protocol does not notice.
            if (reply.Length < 400 || random.Next(10) != 0)
            {
                return ReplyFault.None;
            }

            reply.Span[random.Next(200, 300)] ^= 0x20;
            return ReplyFault.Changed;
        }));

        Assert.True(proxy.Faults > 0);
    }

    [Fact]
    public async Task A_server_that_evicts_nothing_is_full()
    {
        var server = Start("--maxmemory-policy", "noeviction");
        var lab = Lab(server.Address);
        await lab.RunAsync(async () =>
        {
            server.Run("CONFIG", "SET", "maxmemory", "1");
            await Task.Delay(While);
            server.Run("CONFIG", "SET", "maxmemory", "0");
        });

        Assert.True(lab.Statistics.RemoteFailures > 0);
    }

    [Fact]
    public async Task A_server_keeps_a_small_part_of_what_is_stored()
    {
        var server = Start("--maxmemory-policy", "allkeys-lru");
        await Lab(server.Address, padding: 20_000).RunAsync(async () =>
        {
            var used = server.Run("INFO", "memory").Split("used_memory:")[1].Split('\r')[0];
            server.Run("CONFIG", "SET", "maxmemory", (long.Parse(used, CultureInfo.InvariantCulture) + 600_000).ToString(CultureInfo.InvariantCulture));
            await Task.Delay(2 * While);
        });

        Assert.NotEqual("0", server.Run("INFO", "stats").Split("evicted_keys:")[1].Split('\r')[0]);
    }

    [Theory]
    [InlineData("FLUSHALL")]
    [InlineData("DEL", "{fastorm:default}:stamps")]
    [InlineData("HDEL", "{fastorm:default}:stamps", "n")]
    [InlineData("CLIENT", "KILL", "TYPE", "pubsub")]
    [InlineData("CLIENT", "KILL", "TYPE", "normal")]
    [InlineData("SCRIPT", "FLUSH")]
    public async Task A_command_is_run_again_and_again(params string[] command)
    {
        var server = Start();
        await Lab(server.Address).RunAsync(async () =>
        {
            for (var i = 0; i < 10; i++)
            {
                server.Run(command);
                await Task.Delay(While / 10);
            }
        });
    }

    [Fact]
    public async Task Messages_are_lost_and_a_reader_wants_to_be_certain()
    {
        var server = Start();
        await Lab(server.Address, isVerified: true).RunAsync(async () =>
        {
            for (var i = 0; i < 30; i++)
            {
                server.Run("CLIENT", "KILL", "TYPE", "pubsub");
                await Task.Delay(While / 15);
            }
        });
    }

    [Fact]
    public async Task A_replica_that_lags_is_promoted()
    {
        var (server, replica) = (Start(), Start());
        replica.Run("REPLICAOF", "127.0.0.1", server.Port.ToString(CultureInfo.InvariantCulture));
        using var proxy = new FaultProxy(server.Port);
        await Lab(proxy.Address).RunAsync(async () =>
        {
            await Task.Delay(While);
            replica.Run("REPLICAOF", "127.0.0.1", "1");
            await Task.Delay(While);
            server.Kill();
            replica.Run("REPLICAOF", "NO", "ONE");
            proxy.Port = replica.Port; // As a name does that is another machine's then.
        });
    }

    [Fact]
    public async Task Any_key_is_deleted()
    {
        var server = Start();
        await Lab(server.Address).RunAsync(async () =>
        {
            for (var i = 0; i < 300; i++)
            {
                server.Run("DEL", server.Run("RANDOMKEY"));
                await Task.Delay(While / 300);
            }
        });
    }

    public void Dispose()
    {
        _ending.Reverse();
        _ending.ForEach(static one => one.Dispose());
    }

    private static async Task WhileAsync(FaultProxy proxy, Func<Memory<byte>, Random, ReplyFault> fault)
    {
        var random = new Random(7);
        proxy.OnReply = reply =>
        {
            lock (random)
            {
                return fault(reply, random);
            }
        };
        await Task.Delay(2 * While);
        proxy.OnReply = null;
    }

    private RedisServer Start(params string[] arguments) => Ending(RedisServer.Start(arguments));

    private FaultProxy Proxy(RedisServer server) => Ending(new FaultProxy(server.Port));

    private FaultLab Lab(string address, int padding = 10, bool isVerified = false)
        => Ending(new FaultLab(address, padding, isVerified, tell: output.WriteLine));

    private T Ending<T>(T one)
        where T : IDisposable
    {
        _ending.Add(one);
        return one;
    }
}
