using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using FastOrm.Cache.Engine;
using FastOrm.Cache.Tests.Integration.Support;

namespace FastOrm.Cache.Tests.Integration.Faults;

/// <summary>
/// Two nodes that share a Redis and a source of values, which both read and change all the time while something happens to Redis. Each value
/// is the number of its changes.
/// </summary>
internal sealed class FaultLab : IDisposable
{
    public const int Keys = 300;

    /// <summary>The time budget of an operation.</summary>
    public static readonly TimeSpan Budget = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(200);

    private readonly CacheEngine[] _nodes;
    private readonly string _padding;
    private readonly long[] _source = new long[Keys];
    private readonly long[][] _own = [new long[Keys], new long[Keys]];
    private readonly long[] _acknowledged = new long[Keys];
    private readonly bool _isVerified;
    private readonly bool _isSynchronous;
    private readonly ConcurrentQueue<string> _wrong = [];
    private readonly ConcurrentQueue<double> _times = [];
    private readonly Action<string>? _tell;
    private long _reads;

    /// <param name="address">Where the nodes reach Redis; of a cluster all addresses, with commas between them.</param>
    /// <param name="padding">How many characters each value has besides.</param>
    /// <param name="isVerified">Whether readers want to be certain of the changes of the other node as well.</param>
    /// <param name="isSynchronous">Whether those who read block their threads.</param>
    /// <param name="tell">Told what was measured.</param>
    public FaultLab(string address, int padding = 10, bool isVerified = false, bool isSynchronous = false, Action<string>? tell = null)
    {
        (_isVerified, _isSynchronous, _tell) = (isVerified, isSynchronous, tell);
        _padding = new string('x', padding);
        _nodes = [NewNode(address, isVerified), NewNode(address, isVerified)];
    }

    /// <summary>A node of a cache.</summary>
    public static CacheEngine NewNode(string address, bool isVerified = false)
        => (CacheEngine)FastCache.Create(options =>
        {
            var servers = address.Split(',', 2);
            options.UseRedis(servers[0], redis => (redis.OperationTimeout, redis.ConnectTimeout) = (Budget, TimeSpan.FromSeconds(1)));
            options.Redis.Configuration = servers.ElementAtOrDefault(1);
            options.PollInterval = PollInterval;
            options.Consistency = isVerified ? CacheConsistency.Verified : CacheConsistency.Eventual;
            options.TrustWhileDisconnected = TimeSpan.FromSeconds(1);
        });

    public CacheStatistics Statistics => _nodes[0].Statistics;

    /// <summary>Lets the nodes work, does something to Redis, and sees that they never do wrong and are well again soon.</summary>
    /// <param name="fault">What happens to Redis.</param>
    /// <param name="workers">How many read and write at a time.</param>
    public async Task RunAsync(Func<Task> fault, int workers = 8)
    {
        using var end = new CancellationTokenSource();
        var work = Enumerable.Range(0, workers).Select(worker => Task.Run(() => WorkAsync(worker, end.Token))).ToArray();
        await Eventually.UntilAsync(() => _nodes.All(static node => node.Statistics.RemoteHits > 0), "Redis is used before the fault");
        _times.Clear();
        using var pool = new PoolProbe();
        await fault();
        var healed = Stopwatch.GetTimestamp();
        var before = Array.ConvertAll(_nodes, static node => node.Statistics.RemoteHits);
        await Eventually.UntilAsync(() => _nodes.Zip(before).All(static pair => pair.First.Statistics.RemoteHits > pair.Second), "Redis is used again");
        await Eventually.UntilAsync(
            () => _nodes.All(static node => node.Statistics.Remote is
                { Breaker: RemoteTierBreaker.Closed, IsListening: true, IsTrusted: true, Backlog: 0, IsBacklogEverything: false }),
            "all is well by the statistics");
        var used = Stopwatch.GetElapsedTime(healed);
        await end.CancelAsync();
        await Task.WhenAll(work);

        Assert.Empty(_wrong.Take(5));
        Assert.True(Interlocked.Read(ref _reads) > 200, $"Only {_reads} reads.");
        double[] times = [.. _times.Order()];
        _tell?.Invoke(string.Create(
            CultureInfo.InvariantCulture,
            $"{times.Length} calls, half {times[times.Length / 2]:0.0} ms, 99 % {times[times.Length * 99 / 100]:0} ms, slowest {times[^1]:0} ms; "
                + $"work waits for a thread {pool.Slowest.TotalMilliseconds:0} ms at most; used again after {used.TotalMilliseconds:0} ms"));
        Assert.InRange(TimeSpan.FromMilliseconds(times[^1]), TimeSpan.Zero, 10 * Budget);
        Assert.InRange(pool.Slowest, TimeSpan.Zero, 10 * Budget);

        // Whatever was missed is found by the polls: from then on both nodes have what the source has, from wherever.
        await Eventually.UntilAsync(async () =>
        {
            for (var key = 0; key < Keys; key++)
            {
                if (await ReadAsync(0, key) != _source[key] || await ReadAsync(1, key) != _source[key])
                {
                    return false;
                }
            }

            return true;
        }, "both nodes have what the source has");
    }

    public void Dispose()
    {
        foreach (var node in _nodes)
        {
            node.Dispose();
        }
    }

    private async Task WorkAsync(int worker, CancellationToken end)
    {
        var random = new Random(worker);
        var node = worker % 2;
        while (!end.IsCancellationRequested)
        {
            var key = random.Next(Keys);
            var started = Stopwatch.GetTimestamp();
            try
            {
                if (random.Next(20) == 0)
                {
                    await WriteAsync(node, key, byTag: random.Next(2) == 0);
                }
                else
                {
                    var least = Math.Max(Volatile.Read(ref _own[node][key]), _isVerified ? Volatile.Read(ref _acknowledged[key]) : 0);
                    var read = await ReadAsync(node, key);
                    Interlocked.Increment(ref _reads);
                    if (read < least || read > Volatile.Read(ref _source[key]))
                    {
                        _wrong.Enqueue($"Node {node} reads {read} of key {key} after {least} was promised.");
                    }
                }
            }
            catch (Exception error)
            {
                _wrong.Enqueue($"Node {node} gets {error}");
            }

            _times.Enqueue(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            await Task.Delay(5, CancellationToken.None);
        }
    }

    private async Task<long> ReadAsync(int node, int key)
    {
        var options = new CacheEntryOptions { Ttl = TimeSpan.FromMinutes(5), LocalTtl = TimeSpan.FromSeconds(1), Tags = [$"tag {key}"] };
        string Load() => $"{Volatile.Read(ref _source[key])} {_padding}";
        var text = _isSynchronous
            ? _nodes[node].Remember($"key {key}", options, Load)
            : await _nodes[node].RememberAsync($"key {key}", options, _ => Task.FromResult(Load()));
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        return text.AsSpan(space + 1).SequenceEqual(_padding)
            ? long.Parse(text.AsSpan(0, space), CultureInfo.InvariantCulture)
            : throw new InvalidDataException("This is not what the source has ever had.");
    }

    private async Task WriteAsync(int node, int key, bool byTag)
    {
        var unacknowledged = Unacknowledged(node);
        var written = Interlocked.Increment(ref _source[key]);
        await (byTag ? _nodes[node].FlushAsync($"tag {key}") : _nodes[node].ForgetAsync($"key {key}"));
        Raise(ref _own[node][key], written);
        if (Unacknowledged(node) == unacknowledged)
        {
            Raise(ref _acknowledged[key], written);
        }
    }

    private long Unacknowledged(int node)
        => _nodes[node].Statistics.Bypasses.GetValueOrDefault("remote: a change that was not acknowledged in time");

    private static void Raise(ref long value, long to)
    {
        for (var current = value; current < to && Interlocked.CompareExchange(ref value, to, current) != current; current = value)
        {
            // Somebody else came between.
        }
    }
}
