using System.Diagnostics;
using System.Globalization;
using FastOrm.Cache.Tests.Integration.Consistency.Nodes;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace FastOrm.Cache.Tests.Integration.Crashes;

/// <summary>
/// Kills writers, each a process with a row and a Redis prefix of its own, while two nodes have that row in their memory, and sees what these and
/// a new node serve once the marker's life is over.
/// </summary>
internal sealed class CrashLab : IDisposable
{
    // From the death of a writer to the time from which nobody may serve anything older: the marker's life, and what a poll takes to find
    // a message that the death has swallowed.
    private static readonly TimeSpan Wait = NodeCache.MarkerLife + (2 * NodeCache.PollInterval) + NodeCache.Budget;

    private readonly RedisServer _server = RedisServer.Start();
    private readonly TestStore _store = TestStore.Create(Provider.PostgreSql);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fastorm-crashes-");
    private readonly DbContextOptions _plain;
    private readonly NpgsqlConnectionStringBuilder _database;

    public CrashLab(int rows)
    {
        var plain = TestOptions.New();
        _store.Use(plain);
        _plain = plain.Options;
        _database = new NpgsqlConnectionStringBuilder(_store.ConnectionString);
        ItemContext.Create(_plain, rows);
    }

    /// <summary>Kills a writer of a row.</summary>
    /// <param name="row">The row. Nobody else writes it.</param>
    /// <param name="way">How it is written.</param>
    /// <param name="point">When its writer dies.</param>
    /// <param name="isCrashSafe">Whether the nodes and the writer have crash-safe writes.</param>
    /// <returns>What the database has at the end, and what the nodes serve.</returns>
    public async Task<Aftermath> RunAsync(int row, WriteWay way, KillPoint point, bool isCrashSafe = true)
    {
        var prefix = string.Create(CultureInfo.InvariantCulture, $"crash{row}:");
        using var toDatabase = new FaultProxy(_database.Port, _database.Host!);
        var throughProxy = new NpgsqlConnectionStringBuilder(_database.ConnectionString)
        {
            Host = "127.0.0.1", Port = toDatabase.OwnPort, ApplicationName = prefix,
        };
        using var writer = await NodeProcess.StartAsync(new NodeArguments(
            throughProxy.ConnectionString,
            _server.Address,
            prefix,
            Path.Combine(_folder.FullName, $"{row}"),
            IsCrashSafe: isCrashSafe,
            OnlyWrites: true));
        using var first = NodeCache.Create(_server.Address, prefix, isCrashSafe);
        using var second = NodeCache.Create(_server.Address, prefix, isCrashSafe);
        ItemReader[] nodes = [ReaderOf(first), ReaderOf(second)];
        await WarmAsync(nodes, [first, second], row);

        await KillAsync(writer, toDatabase, row, way, point);
        var died = Stopwatch.GetTimestamp();
        var committed = await CommittedAsync(row, prefix);
        while (Stopwatch.GetElapsedTime(died) < Wait)
        {
            // What is served now may be old, and must not stay.
            foreach (var node in nodes)
            {
                Assert.All(await ReadAsync(node, row), seen => Assert.Contains(seen, (long[])[0, committed]));
            }

            await Task.Delay(50);
        }

        using var third = NodeCache.Create(_server.Address, prefix, isCrashSafe);
        List<long> served = [];
        foreach (var node in (ItemReader[])[.. nodes, ReaderOf(third)])
        {
            served.AddRange(await ReadAsync(node, row));
        }

        return new Aftermath(row, way, point, committed, [.. served]);
    }

    public void Dispose()
    {
        _server.Dispose();
        _store.Delete();
        _folder.Delete(recursive: true);
    }

    // By a query by key, and by a list.
    private static async Task<long[]> ReadAsync(ItemReader node, int row)
        =>
        [
            await node.VersionAsync(row, ItemReader.Eventual),
            (await node.ListAsync(row % ItemContext.Groups, ItemReader.Eventual, async: true)).Single(one => one.Row == row).Version,
        ];

    private static async Task WarmAsync(ItemReader[] nodes, ICache[] caches, int row)
    {
        await Eventually.UntilAsync(
            async () =>
            {
                var before = Array.ConvertAll(caches, static cache => (cache.Statistics.Hits, cache.Statistics.RemoteHits));
                foreach (var node in nodes)
                {
                    await ReadAsync(node, row);
                }

                return caches.Zip(before).All(static pair => pair.First.Statistics.Hits == pair.Second.Hits + 2
                    && pair.First.Statistics.RemoteHits == pair.Second.RemoteHits);
            },
            "both nodes have the row in their memory");
    }

    private static async Task KillAsync(NodeProcess writer, FaultProxy toDatabase, int row, WriteWay way, KillPoint point)
    {
        var random = new Random(row);
        toDatabase.OnReply = reply =>
        {
            var isNow = point switch
            {
                KillPoint.CommitNotHeard => PostgresReply.IsCommitted(reply.Span),
                KillPoint.BeforeCommit => PostgresReply.IsWritten(reply.Span) && !PostgresReply.IsCommitted(reply.Span),
                _ => false,
            };
            if (isNow)
            {
                writer.Kill();
            }
            else if (point == KillPoint.CommitHeard && PostgresReply.IsCommitted(reply.Span))
            {
                _ = Task.Run(() => KillAfter(TimeSpan.FromMilliseconds(random.NextDouble())));
            }

            return isNow ? ReplyFault.Lost : ReplyFault.None;
        };

        writer.Order(string.Create(CultureInfo.InvariantCulture, $"write {way} {row}:{row + 1000}"));
        Assert.Equal("writing", await writer.ReadAsync());
        if (point == KillPoint.Anywhere)
        {
            KillAfter(TimeSpan.FromMilliseconds(6 * random.NextDouble()));
        }

        // One that commits by itself has nothing between.
        var isDone = await writer.TryReadAsync() is "written";
        if (isDone)
        {
            Assert.NotEqual(KillPoint.CommitNotHeard, point);
            writer.Kill();
        }

        await writer.EndAsync();

        void KillAfter(TimeSpan time)
        {
            for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < time;)
            {
                Thread.SpinWait(20); // No timer is so exact.
            }

            writer.Kill();
        }
    }

    private ItemReader ReaderOf(ICache cache) => new(cache, NodeCache.OptionsOf(cache, _store.ConnectionString));

    private async Task<long> CommittedAsync(int row, string writer)
    {
        await using var db = new ItemContext(_plain);

        // What a dead writer has sent is still carried out; then the server ends its connections.
        await Eventually.UntilAsync(
            async () => await db.Database.SqlQuery<int>(
                $"""SELECT count(*)::int AS "Value" FROM pg_stat_activity WHERE application_name = {writer}""").SingleAsync() == 0,
            "a dead writer has no connections");
        return await db.Items.Where(item => item.Id == row).Select(static item => item.Version).SingleAsync();
    }
}

/// <summary>What is left of a write whose writer has died.</summary>
/// <param name="Row">The row.</param>
/// <param name="Way">How it was written.</param>
/// <param name="Point">When the writer died.</param>
/// <param name="Committed">What the database has.</param>
/// <param name="Served">What the two nodes that had the row before, and a new one, serve.</param>
internal sealed record Aftermath(int Row, WriteWay Way, KillPoint Point, long Committed, long[] Served)
{
    public bool IsWritten => Committed != 0;

    public bool IsStale => Served.Any(version => version != Committed);

    public override string ToString() => $"{Way}, killed {Point}: committed {Committed}, served {string.Join(' ', Served)}";
}
