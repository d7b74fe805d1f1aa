using System.Globalization;
using FastOrm.Cache.Diagnostics;
using FastOrm.Cache.EfCore;
using FastOrm.Cache.Engine;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace FastOrm.Cache.Tests.Integration.Consistency.Nodes;

/// <summary>A process of an application: orders come as lines of its input, answers go as lines of its output. It ends with its input.</summary>
/// <remarks>
/// <code>
/// load             works until "stop"                       no answer
/// stop             and notes what it has done               stopped {stores} {unverified} {unacknowledged}, then a line for each error, then end
/// rows             what it reads of every row               rows {row:version,…} {sum,…} {row:version,…}: lists, sums, queries by key
/// write {way} {row:version}                                 writing, before anything is sent, then written
/// </code>
/// </remarks>
internal sealed class NodeProgram
{
    private readonly CacheEngine _cache;
    private readonly ItemReader _reader;
    private readonly Workload _work;
    private readonly HistoryFile _history;

    private NodeProgram(NodeArguments arguments, NpgsqlDataSource database, HistoryFile history)
    {
        _history = history;
        _cache = (CacheEngine)NodeCache.Create(arguments.Redis, arguments.Prefix, arguments.IsCrashSafe);
        var options = NodeCache.OptionsOf(_cache, arguments.Database);
        _reader = new ItemReader(_cache, options);
        _work = new Workload(
            arguments.Number,
            arguments.Seed,
            _cache,
            _reader,
            new ItemWriter(database),
            history,
            new Acknowledgements(_cache.Remote!.State, history));
    }

    public static async Task RunAsync(string[] args)
    {
        var arguments = NodeArguments.Of(args);
        await using var database = NpgsqlDataSource.Create(arguments.Database);
        using var history = new HistoryFile(arguments.History);
        var node = new NodeProgram(arguments, database, history);
        using (node._cache)
        {
            await node.WarmUpAsync(arguments.OnlyWrites);
            Answer("ready");
            await node.ListenAsync();
        }
    }

    // What is compiled for the first time takes long, on a busy machine, and nothing happens meanwhile.
    private async Task WarmUpAsync(bool onlyWrites)
    {
        foreach (var async in onlyWrites ? [] : (bool[])[true, false])
        {
            await _reader.VersionAsync(1, ItemReader.Eventual, async);
            await _reader.ListAsync(1, ItemReader.Eventual, async);
            await _reader.ChangesAsync(1, ItemReader.Eventual, async);
            await _reader.ValueAsync(1, ItemReader.Eventual, async);
        }

        // Of a row that no other process has ever seen.
        await using var db = _reader.NewContext();
        await using var transaction = await db.Database.BeginTransactionAsync();
        db.Add(new Item { Id = -Environment.ProcessId, Group = -1 });
        await db.SaveChangesAsync();
        foreach (var way in (WriteWay[])[WriteWay.SaveChanges, WriteWay.ExecuteUpdate, WriteWay.RawSql])
        {
            await ItemWriter.WriteAsync(db, way, -Environment.ProcessId, version: (long)way + 1);
        }

        if (!onlyWrites)
        {
            await WarmUpPresenceAsync(db);
        }

        await transaction.RollbackAsync();
    }

    private static async Task WarmUpPresenceAsync(ItemContext db)
    {
        foreach (var way in (WriteWay[])[WriteWay.SaveChanges, WriteWay.ExecuteUpdate, WriteWay.RawSql])
        {
            db.ChangeTracker.Clear();
            await ItemWriter.WriteAsync(db, way, -Environment.ProcessId, version: 10, RowChange.Remove);
            await ItemWriter.WriteAsync(db, way, -Environment.ProcessId, version: 9, RowChange.Add);
        }
    }

    private async Task ListenAsync()
    {
        using var end = new CancellationTokenSource();
        var working = Task.CompletedTask;
        while (await Console.In.ReadLineAsync(CancellationToken.None) is { } order)
        {
            switch (order.Split(' '))
            {
                case ["load"]:
                    working = _work.RunAsync(end.Token);
                    break;
                case ["stop"]:
                    await end.CancelAsync();
                    await working;
                    Stopped();
                    break;
                case ["rows"]:
                    Answer(await RowsAsync());
                    break;
                case ["write", var way, var rowAndVersion]:
                    await WriteAsync(Enum.Parse<WriteWay>(way), HistoryText.ReadSeen(rowAndVersion)[0]);
                    break;
                default:
                    throw new ArgumentException($"'{order}' is no order.", nameof(order));
            }
        }
    }

    private void Stopped()
    {
        _history.Flush();
        var statistics = _cache.Statistics;
        long Bypasses(string why) => statistics.Bypasses.GetValueOrDefault(why);
        Answer(FormattableString.Invariant(
            $"stopped {statistics.RemoteHits} {Bypasses(RemoteBypasses.Unverified)} {Bypasses(RemoteBypasses.Unacknowledged)}"));
        _work.Errors.ForEach(Answer);
        Answer("end");
    }

    private async Task<string> RowsAsync()
    {
        List<(int, long)> lists = [], rows = [];
        List<long> sums = [];
        for (var group = 0; group < ItemContext.Groups; group++)
        {
            lists.AddRange(await _reader.ListAsync(group, ItemReader.Eventual, async: true));
            sums.Add(await _reader.ChangesAsync(group, ItemReader.Eventual, async: true));
        }

        for (var row = 1; row <= ItemContext.Rows + ItemContext.Guests; row++)
        {
            rows.Add((row, await _reader.VersionAsync(row, ItemReader.Eventual)));
        }

        return $"rows {HistoryText.WriteSeen(lists.Order())} {string.Join(',', sums)} {HistoryText.WriteSeen(rows)}";
    }

    private async Task WriteAsync(WriteWay way, (int Row, long Version) write)
    {
        await using var db = _reader.NewContext();
        Answer("writing");
        await ItemWriter.WriteAsync(db, way, write.Row, write.Version);
        Answer("written");
    }

    private static void Answer(string line)
    {
        Console.Out.WriteLine(line);
        Console.Out.Flush();
    }
}

/// <summary>What a node is started with.</summary>
internal sealed record NodeArguments(
    string Database, string Redis, string Prefix, string History, int Number = 0, int Seed = 0, bool IsCrashSafe = true, bool OnlyWrites = false)
{
    public static NodeArguments Of(string[] args)
        => new(
            args[0],
            args[1],
            args[2],
            args[3],
            int.Parse(args[4], CultureInfo.InvariantCulture),
            int.Parse(args[5], CultureInfo.InvariantCulture),
            bool.Parse(args[6]),
            bool.Parse(args[7]));

    public string[] ToArray()
        =>
        [
            Database, Redis, Prefix, History, Number.ToString(CultureInfo.InvariantCulture), Seed.ToString(CultureInfo.InvariantCulture),
            IsCrashSafe.ToString(), OnlyWrites.ToString(),
        ];
}
