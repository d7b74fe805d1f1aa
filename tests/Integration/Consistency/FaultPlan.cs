using System.Diagnostics;
using System.Globalization;
using FastOrm.Cache.Tests.Integration.Support;

namespace FastOrm.Cache.Tests.Integration.Consistency;

/// <summary>Does to Redis, and to the nodes' ways there, one thing after the other in a random order, and notes when.</summary>
internal sealed class FaultPlan
{
    private const int First = 4;

    private readonly RedisServer _server;
    private readonly FaultProxy[] _ways;
    private readonly Random _random;
    private readonly (string What, Func<FaultProxy, Task> Do)[] _faults;

    public FaultPlan(RedisServer server, FaultProxy[] ways, Random random)
    {
        (_server, _ways, _random) = (server, ways, random);

        // What a short run must not leave out comes first.
        _faults =
        [
            ("Redis is killed, and comes back with a dump from before the last writes", async _ =>
            {
                _server.Run("SAVE");
                await WhileAsync();
                _server.Kill();
                _server.StartAgain();
            }),
            ("replies to one node are late", way => DelayAsync(way, TimeSpan.FromMilliseconds(_random.Next(20, 400)))),
            ("messages to one node are late", async way =>
            {
                way.MessageDelay = TimeSpan.FromMilliseconds(_random.Next(100, 400));
                await WhileAsync();
                way.MessageDelay = TimeSpan.Zero;
            }),
            ("messages to one node are lost", way => BreakAsync(
                way, static (reply, random) => random.Next(2) == 0 ? LoseMessage(reply) : ReplyFault.None)),
            ("Redis is killed, and comes back empty", async _ =>
            {
                _server.Kill();
                await WhileAsync();
                File.Delete(Path.Combine(_server.Directory, "dump.rdb"));
                _server.StartAgain();
            }),
            ("Redis stands still", async _ =>
            {
                _server.Suspend();
                await WhileAsync();
                _server.Resume();
            }),
            ("Redis is full", async _ =>
            {
                _server.Run("CONFIG", "SET", "maxmemory", "1");
                await WhileAsync();
                _server.Run("CONFIG", "SET", "maxmemory", "0");
            }),
            ("connections of one node are reset in the middle of replies", way => BreakAsync(
                way, static (_, random) => random.Next(20) == 0 ? ReplyFault.Reset : ReplyFault.None)),
            ("messages to all nodes are lost", async _ =>
            {
                LoseMessages();
                await WhileAsync();
                Heal();
            }),
            ("the stamps are deleted", _ => RunAsync("DEL", "{fastorm:default}:stamps")),
            ("the counter is deleted", _ => RunAsync("HDEL", "{fastorm:default}:stamps", "n")),
            ("everything is deleted", _ => RunAsync("FLUSHALL")),
            ("subscriptions are killed", _ => RunAsync("CLIENT", "KILL", "TYPE", "pubsub")),
            ("connections are killed", _ => RunAsync("CLIENT", "KILL", "TYPE", "normal")),
            ("scripts are forgotten", _ => RunAsync("SCRIPT", "FLUSH")),
            ("keys are deleted", async _ =>
            {
                for (var i = 0; i < 20; i++)
                {
                    _server.Run("DEL", _server.Run("RANDOMKEY"));
                    await Task.Delay(_random.Next(20));
                }
            }),
        ];
    }

    public List<FaultEvent> Done { get; } = [];

    /// <summary>One fault after the other, each as often as any other, until the time is over.</summary>
    public async Task RunAsync(TimeSpan time)
    {
        for (var start = Stopwatch.GetTimestamp(); ;)
        {
            _random.Shuffle(_faults.AsSpan(..First));
            _random.Shuffle(_faults.AsSpan(First..));
            foreach (var (what, fault) in _faults)
            {
                if (Stopwatch.GetElapsedTime(start) > time)
                {
                    return;
                }

                var way = _random.Next(_ways.Length);
                var begin = Stopwatch.GetTimestamp();
                await fault(_ways[way]);
                Done.Add(new FaultEvent(string.Create(CultureInfo.InvariantCulture, $"{what} ({way})"), begin, Stopwatch.GetTimestamp()));
                await Task.Delay(_random.Next(200, 1200)); // So that Redis is in use again before the next.
            }
        }
    }

    /// <summary>Lets no node hear of a write, and none notice it.</summary>
    public async Task LoseAsync(Func<Task> write)
    {
        await Eventually.UntilAsync(() => _server.Listeners("fastorm:default:changes:0") >= _ways.Length, "all nodes listen");
        var before = Array.ConvertAll(_ways, static way => way.Faults);
        LoseMessages();
        await write();
        await Eventually.UntilAsync(() => _ways.Zip(before).All(static way => way.First.Faults > way.Second), "every node would have heard of the write");
        Heal();
    }

    public void Heal() => Array.ForEach(_ways, static way => way.OnReply = null);

    private void LoseMessages() => Array.ForEach(_ways, static way => way.OnReply = LoseMessage);

    private Task WhileAsync() => Task.Delay(_random.Next(150, 700));

    private async Task RunAsync(params string[] command)
    {
        for (var i = 0; i < 3; i++)
        {
            _server.Run(command);
            await Task.Delay(_random.Next(100));
        }
    }

    private async Task DelayAsync(FaultProxy way, TimeSpan delay)
    {
        way.Delay = delay;
        await WhileAsync();
        way.Delay = TimeSpan.Zero;
    }

    private async Task BreakAsync(FaultProxy way, Func<Memory<byte>, Random, ReplyFault> fault)
    {
        var random = new Random(_random.Next());
        way.OnReply = reply =>
        {
            lock (random)
            {
                return fault(reply, random);
            }
        };
        await WhileAsync();
        way.OnReply = null;
    }

    // Only whole messages, of which several may come together: without a part of one the connection would be of no use.
    private static ReplyFault LoseMessage(Memory<byte> reply)
    {
        for (var rest = reply.Span; rest.StartsWith("*3\r\n$7\r\nmessage\r\n"u8);)
        {
            rest = rest["*3\r\n$7\r\nmessage\r\n".Length..];
            if (!TakeText(ref rest) || !TakeText(ref rest))
            {
                return ReplyFault.None;
            }

            if (rest.IsEmpty)
            {
                return ReplyFault.Lost;
            }
        }

        return ReplyFault.None;
    }

    private static bool TakeText(ref Span<byte> rest)
    {
        var end = rest.IndexOf("\r\n"u8);
        if (end < 1 || !int.TryParse(rest[1..end], CultureInfo.InvariantCulture, out var length) || rest.Length < end + length + 4)
        {
            return false;
        }

        rest = rest[(end + length + 4)..];
        return true;
    }
}
