using System.Diagnostics;
using System.Globalization;
using FastOrm.Cache.Tests.Integration.Consistency.Nodes;
using FastOrm.Cache.Tests.Integration.Support;
using Npgsql;
using Xunit.Abstractions;

namespace FastOrm.Cache.Tests.Integration.Consistency;

/// <summary>
/// Four processes of two threads on one PostgreSQL and one Redis read and write at random, while one thing after the other happens to Redis and
/// to their ways there. What they have seen is checked afterwards. <c>FASTORM_SEED=…</c> gives the order of what is done, though not its timing.
/// </summary>
[Collection(nameof(Alone))]
public sealed class ConsistencyTests(ITestOutputHelper output) : IDisposable
{
    private const int Nodes = 4;
    private const string Prefix = "fastorm:";

    private static readonly TimeSpan Time = TimeSpan.FromSeconds(IsSlow ? 120 : 10);

    // The longest fault, and then as long as memory is trusted or the next sending is put off; expected, and not more than ten times of it.
    private static readonly TimeSpan LongestAge = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan LongestAgeWithoutFaults = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan LongestLoss = 2 * NodeCache.PollInterval;

    private readonly RedisServer _server = RedisServer.Start();
    private readonly TestStore _store = TestStore.Create(Provider.PostgreSql);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fastorm-histories-");
    private readonly List<IDisposable> _ending = [];

    private static bool IsSlow => Environment.GetEnvironmentVariable("FASTORM_SLOW") == "1";

    [Fact]
    public async Task Nodes_keep_what_is_promised_whatever_happens_to_Redis()
    {
        Assert.True(Stopwatch.IsHighResolution, "The processes have no clock in common.");
        var seed = int.TryParse(Environment.GetEnvironmentVariable("FASTORM_SEED"), out var given) ? given : Random.Shared.Next(1_000_000);
        var ways = Enumerable.Range(0, Nodes).Select(_ => Ending(new FaultProxy(_server.Port))).ToArray();
        var nodes = await StartAsync(ways, seed);
        var plan = new FaultPlan(_server, ways, new Random(seed));

        Array.ForEach(nodes, static node => node.Order("load"));
        await Task.Delay(0.3 * Time);
        var calm = Stopwatch.GetTimestamp();
        await plan.RunAsync(0.7 * Time);

        var stopped = await Task.WhenAll(nodes.Select(StopAsync));
        plan.Heal();
        await AgreeAsync(nodes, seed, "healed");
        var agreed = await LoseAsync(nodes, plan, seed);
        var found = HistoryChecker.Check(History.Of([.. ReadHistories(), .. plan.Done]));
        Report(found, plan, stopped, calm, agreed, seed);

        Assert.All(stopped, static answer => Assert.Empty(answer.Errors));
        Assert.True(
            found.Violations.Count == 0,
            $"FASTORM_SEED={seed}: {found.Violations.Count} violations\n{string.Concat(found.Violations.Take(3).Select(found.Show))}");
        Assert.True(found.StalenessOf(at => at < calm).Max < 10 * LongestAgeWithoutFaults, "Without faults rows are far too old.");
        Assert.True(found.StalenessOf(at => at >= calm).Max < 10 * LongestAge, "With faults rows are far too old.");

        // There was something to find.
        Assert.True(found.History.Reads.Count > 50 * Time.TotalSeconds, $"Only {found.History.Reads.Count} reads.");
        Assert.True(found.History.Acknowledged.Count > 2 * Time.TotalSeconds, $"Only {found.History.Acknowledged.Count} acknowledged writes.");
        Assert.True(found.History.Writes.Count(static write => write.IsRemoval) > Time.TotalSeconds / 10, "Hardly a row was ever removed.");
        Assert.True(found.StalenessOf(static _ => true).Max > TimeSpan.Zero, "Nothing was ever stale: nothing is remembered.");
        Assert.All(stopped, static answer => Assert.True(answer.RemoteHits > 0, "A node does not use Redis."));
    }

    public void Dispose()
    {
        _ending.ForEach(static one => one.Dispose());
        _server.Dispose();
        _store.Delete();
        _folder.Delete(recursive: true);
    }

    private async Task<NodeProcess[]> StartAsync(FaultProxy[] ways, int seed)
    {
        var plain = TestOptions.New();
        _store.Use(plain);
        ItemContext.Create(plain.Options);
        return await Task.WhenAll(ways.Select(async (way, number) => Ending(await NodeProcess.StartAsync(new NodeArguments(
            _store.ConnectionString, way.Address, Prefix, Path.Combine(_folder.FullName, $"{number}"), number, seed)))));
    }

    // All have everything in memory. What is lost is found by the next message that comes, or if none does by the poll.
    private async Task<TimeSpan> LoseAsync(NodeProcess[] nodes, FaultPlan plan, int seed)
    {
        await plan.LoseAsync(() => WriteAsync(nodes[0], row: 1));
        await WriteAsync(nodes[0], row: 2);
        await AgreeAsync(nodes, seed, "one message was lost");
        await plan.LoseAsync(() => WriteAsync(nodes[0], row: 3));
        var agreed = await AgreeAsync(nodes, seed, "the last message was lost");
        Assert.True(agreed < 10 * LongestLoss, $"What the last message has told is found after {agreed}.");
        return agreed;
    }

    private async Task<TimeSpan> AgreeAsync(NodeProcess[] nodes, int seed, string after)
    {
        var database = RowsOfDatabase();
        var start = Stopwatch.GetTimestamp();
        foreach (var (number, node) in nodes.Index())
        {
            await Eventually.UntilAsync(
                async () => await RowsAsync(node) == database, $"node {number} agrees with the database after {after} (FASTORM_SEED={seed})");
        }

        return Stopwatch.GetElapsedTime(start);
    }

    private async Task WriteAsync(NodeProcess node, int row)
    {
        await using var database = NpgsqlDataSource.Create(_store.ConnectionString);
        var version = await new ItemWriter(database).NewVersionAsync();
        node.Order(string.Create(CultureInfo.InvariantCulture, $"write {WriteWay.SaveChanges} {row}:{version}"));
        Assert.Equal("writing", await node.ReadAsync());
        Assert.Equal("written", await node.ReadAsync());
    }

    private static async Task<Stopped> StopAsync(NodeProcess node)
    {
        node.Order("stop");
        var numbers = (await node.ReadAsync()).Split(' ')[1..].Select(static text => long.Parse(text, CultureInfo.InvariantCulture)).ToArray();
        List<string> errors = [];
        while (await node.ReadAsync() is var line and not "end")
        {
            errors.Add(line);
        }

        return new Stopped(numbers[0], numbers[1], numbers[2], errors);
    }

    private static async Task<string> RowsAsync(NodeProcess node)
    {
        node.Order("rows");
        return await node.ReadAsync();
    }

    // In the words in which nodes answer.
    private string RowsOfDatabase()
    {
        var plain = TestOptions.New();
        _store.Use(plain);
        using var db = new ItemContext(plain.Options);
        var items = db.Items.ToList();
        var rows = HistoryText.WriteSeen(Enumerable.Range(1, ItemContext.Rows + ItemContext.Guests)
            .GroupJoin(items, static row => row, static item => item.Id, static (row, found) => (row, found.SingleOrDefault()?.Version ?? 0)));
        var sums = Enumerable.Range(0, ItemContext.Groups).Select(group => items.Where(item => item.Group == group).Sum(static item => item.Changes));
        return $"rows {rows} {string.Join(',', sums)} {rows}";
    }

    private IEnumerable<object> ReadHistories()
        => _folder.GetFiles().SelectMany(static file => File.ReadLines(file.FullName)).Select(HistoryText.Read);

    private void Report(CheckedHistory found, FaultPlan plan, Stopped[] stopped, long calm, TimeSpan agreed, int seed)
    {
        var (history, lines) = (found.History, (List<FormattableString>)[]);
        var writes = history.Writes.Count(static write => write.Row > 0);
        var removals = history.Writes.Count(static write => write is { Row: > 0, IsRemoval: true, Outcome: Outcome.Committed });
        var unknown = history.Writes.Count(static write => write.Outcome == Outcome.Committed) - history.Acknowledged.Count;
        var verified = history.Reads.Count(static read => read.IsVerified);
        var kinds = plan.Done.GroupBy(static fault => fault.What[..^4]).Select(static kind => $"{kind.Count()} {kind.Key}");
        lines.Add($"FASTORM_SEED={seed}: {history.Reads.Count} reads ({verified} verified), {history.Sums.Count} sums, {writes} writes ({removals} removals)");
        lines.Add($"{unknown} of the writes never acknowledged, {stopped.Sum(static one => one.Unacknowledged)} changes not in time");
        lines.Add($"{stopped.Sum(static one => one.Unverified)} reads not verified");
        lines.Add($"{plan.Done.Count} faults: {string.Join("; ", kinds)}");
        lines.Add($"without faults: {found.StalenessOf(at => at < calm)}");
        lines.Add($"with faults: {found.StalenessOf(at => at >= calm)}");
        lines.Add($"all agree {agreed.TotalMilliseconds:F0} ms after the last message was lost");
        lines.ForEach(line => output.WriteLine(FormattableString.Invariant(line)));
    }

    private T Ending<T>(T one)
        where T : IDisposable
    {
        _ending.Add(one);
        return one;
    }

    private sealed record Stopped(long RemoteHits, long Unverified, long Unacknowledged, List<string> Errors);
}
