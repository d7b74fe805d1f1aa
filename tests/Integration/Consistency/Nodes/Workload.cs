using System.Diagnostics;
using FastOrm.Cache.EfCore;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace FastOrm.Cache.Tests.Integration.Consistency.Nodes;

/// <summary>Random reads and writes of one node, by two threads, one of which blocks while it waits.</summary>
internal sealed class Workload(
    int node, int seed, ICache cache, ItemReader reader, ItemWriter writer, HistoryFile history, Acknowledgements acknowledgements)
{
    private const int WriteEvery = 15;

    // Statements invalidate all that was read of the table, and so would hide what a save has missed.
    private static readonly WriteWay[] Kinds
        = [.. Enumerable.Repeat(WriteWay.SaveChanges, 5), WriteWay.ExecuteUpdate, WriteWay.RawSql, WriteWay.Transaction, WriteWay.Transaction];

    // Most of what happens happens to few rows, so that reads and writes of one meet; some of those come and go.
    private const int HotRows = 4;

    private static readonly RememberOptions[] Ways =
    [
        ItemReader.Eventual,
        new() { Ttl = ItemReader.Ttl, LocalTtl = TimeSpan.FromMilliseconds(100) },
        new() { Ttl = ItemReader.Ttl, Tiers = CacheTiers.Remote },
        new() { Ttl = ItemReader.Ttl, Consistency = CacheConsistency.Verified },
        new() { Ttl = ItemReader.Ttl, Consistency = CacheConsistency.Verified },
    ];

    /// <summary>Errors that reached a caller: there are none, whatever happens to Redis.</summary>
    public List<string> Errors { get; } = [];

    public async Task RunAsync(CancellationToken end)
    {
        var acknowledging = acknowledgements.RunAsync(end);
        await Task.WhenAll(Enumerable.Range(0, 2).Select(thread => Task.Factory.StartNew(
            () => WorkAsync(thread == 0, new Random((seed * 100) + (node * 2) + thread), end),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default).Unwrap()));
        await acknowledging;
    }

    private async Task WorkAsync(bool async, Random random, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            try
            {
                if (random.Next(WriteEvery) == 0)
                {
                    await WriteAsync(random);
                }
                else
                {
                    await ReadAsync(async, random);
                }
            }
            catch (Exception error)
            {
                lock (Errors)
                {
                    Errors.Add(error.ToString().ReplaceLineEndings(" | "));
                }
            }

            await Task.Delay(1, CancellationToken.None);
        }
    }

    private async Task ReadAsync(bool async, Random random)
    {
        var remember = Ways[random.Next(Ways.Length)];
        var isVerified = remember.Consistency == CacheConsistency.Verified;
        var row = Row(random);
        var group = row % ItemContext.Groups;
        var begin = Stopwatch.GetTimestamp();
        switch (random.Next(8))
        {
            case 0:
                var changes = await reader.ChangesAsync(group, remember, async);
                history.Add(new SumEvent(node, begin, Stopwatch.GetTimestamp(), isVerified, ItemContext.RowsOf(group), changes));
                break;
            case <= 2:
                var list = await reader.ListAsync(group, remember, async);
                Add("list", list);
                break;
            case <= 4:
                Add("value", (-row, await reader.ValueAsync(row, remember, async)));
                break;
            default:
                Add("key", (row, await reader.VersionAsync(row, remember, async)));
                break;
        }

        void Add(string what, params (int, long)[] seen)
        {
            var how = remember.Tiers == CacheTiers.Remote ? "-remote" : remember.LocalTtl is null ? "" : "-short";
            history.Add(new ReadEvent(node, begin, Stopwatch.GetTimestamp(), isVerified, what + how, seen));
        }
    }

    private async Task WriteAsync(Random random)
    {
        var way = Kinds[random.Next(Kinds.Length)];
        var rows = Enumerable.Range(0, way == WriteWay.Transaction ? random.Next(1, 4) : 1)
            .Select(_ => Row(random)).Distinct().Order().ToArray();
        var commits = way != WriteWay.Transaction || random.Next(3) > 0;
        int[] comingOrGoing = [.. rows.Where(row => row > ItemContext.Rows && random.Next(3) > 0)];
        await using var held = await writer.HoldAsync(comingOrGoing);
        var changes = Array.ConvertAll(
            rows, row => !comingOrGoing.Contains(row) ? RowChange.Update : held.Has(row) ? RowChange.Remove : RowChange.Add);
        var versions = new long[rows.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            versions[i] = await writer.NewVersionAsync();
        }

        var begin = Stopwatch.GetTimestamp();
        var (outcome, isWritten) = (Outcome.Unknown, new bool[rows.Length]);
        try
        {
            outcome = await WriteAsync(way, rows, versions, changes, commits, isWritten, random) ? Outcome.Committed : Outcome.RolledBack;
        }
        catch (Exception error) when (IsConflict(error))
        {
            outcome = Outcome.RolledBack;
        }
        finally
        {
            var end = Stopwatch.GetTimestamp();
            for (var i = 0; i < rows.Length; i++)
            {
                Note(i, rows[i], end, "");
            }
        }

        if (random.Next(2) == 0)
        {
            await cache.FlushAsync([.. rows.Select(ItemReader.TagOf)]);
            var end = Stopwatch.GetTimestamp();
            for (var i = 0; i < rows.Length; i++)
            {
                Note(i, -rows[i], end, "+Flush");
            }
        }

        void Note(int i, int row, long end, string more)
        {
            var write = new WriteEvent(
                node, row, versions[i], begin, end, isWritten[i] ? outcome : Outcome.RolledBack, $"{way}:{changes[i]}{more}", changes[i] == RowChange.Remove);
            history.Add(write);
            if (write.Outcome == Outcome.Committed)
            {
                acknowledgements.Await(write);
            }
        }
    }

    private async Task<bool> WriteAsync(
        WriteWay way, int[] rows, long[] versions, RowChange[] changes, bool commits, bool[] isWritten, Random random)
    {
        await using var db = reader.NewContext();
        if (way != WriteWay.Transaction)
        {
            isWritten[0] = true; // Unless it is known that it is not.
            isWritten[0] = await ItemWriter.WriteAsync(db, way, rows[0], versions[0], changes[0]);
            return true;
        }

        await using var transaction = await db.Database.BeginTransactionAsync();
        for (var i = 0; i < rows.Length; i++)
        {
            isWritten[i] = true;
            isWritten[i] = await ItemWriter.WriteAsync(db, Kinds[random.Next(Kinds.Length - 2)], rows[i], versions[i], changes[i]);
        }

        await (commits ? transaction.CommitAsync() : transaction.RollbackAsync());
        return commits;
    }

    private static int Row(Random random) => random.Next(5) switch
    {
        <= 1 => random.Next(1, HotRows + 1),
        2 => random.Next(ItemContext.Rows + 1, ItemContext.Rows + ItemContext.Guests + 1),
        _ => random.Next(1, ItemContext.Rows + 1),
    };

    private static bool IsConflict(Exception error)
        => error is DbUpdateConcurrencyException || (error.InnerException ?? error) is PostgresException { SqlState: "40P01" };
}
