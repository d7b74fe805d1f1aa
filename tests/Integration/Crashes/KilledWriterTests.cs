using System.Collections.Concurrent;
using System.Globalization;
using FastOrm.Cache.Diagnostics;
using FastOrm.Cache.Tests.Integration.Consistency.Nodes;
using FastOrm.Cache.Tests.Integration.Support;
using Xunit.Abstractions;

namespace FastOrm.Cache.Tests.Integration.Crashes;

/// <summary>Writers that die before, while and after they commit.</summary>
public sealed class KilledWriterTests(ITestOutputHelper output)
{
    private static readonly int Kills = Environment.GetEnvironmentVariable("FASTORM_SLOW") == "1" ? 200 : 10;

    [Fact]
    public async Task Nobody_serves_anything_older_than_what_a_killed_writer_has_committed()
    {
        using var lab = new CrashLab(Kills);
        ConcurrentBag<Aftermath> all = [];
        await Parallel.ForAsync(0, Kills, new ParallelOptions { MaxDegreeOfParallelism = 3 }, async (kill, _) =>
            all.Add(await lab.RunAsync(kill + 1, (WriteWay)(kill % 4), PointOf(kill))));

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{all.Count(static one => one.IsWritten)} of {Kills} writes were committed."));
        var stale = string.Join('\n', all.Where(static one => one.IsStale));
        Assert.True(stale.Length == 0, stale);
        Assert.All(all.Where(static one => one.Point == KillPoint.CommitNotHeard), static one => Assert.True(one.IsWritten, $"{one}"));
    }

    [Fact]
    public async Task Without_crash_safe_writes_the_nodes_go_on_with_what_they_have()
    {
        using var lab = new CrashLab(rows: 1);

        var aftermath = await lab.RunAsync(row: 1, WriteWay.SaveChanges, KillPoint.CommitNotHeard, isCrashSafe: false);

        Assert.True(aftermath.IsWritten);
        Assert.Equal([0, 0, 0, 0], aftermath.Served[..4]);
    }

    [Fact]
    public async Task A_writer_whose_Redis_is_not_there_writes_all_the_same_and_is_counted()
    {
        var store = TestStore.Create(Provider.PostgreSql);
        try
        {
            var plain = TestOptions.New();
            store.Use(plain);
            ItemContext.Create(plain.Options, rows: 4);
            using var cache = NodeCache.Create("127.0.0.1:1", "fastorm:");
            foreach (var way in Enum.GetValues<WriteWay>())
            {
                await using var db = new ItemContext(NodeCache.OptionsOf(cache, store.ConnectionString));
                Assert.True(await ItemWriter.WriteAsync(db, way, row: (int)way + 1, version: 1000));
            }

            await using var read = new ItemContext(plain.Options);
            Assert.All(read.Items, static item => Assert.Equal(1000, item.Version));
            Assert.True(cache.Statistics.Bypasses.GetValueOrDefault(RemoteBypasses.Unmarked) >= 4, "Commits that nobody was told of are not counted.");
            await Eventually.UntilAsync(
                () => cache.Statistics.Bypasses.GetValueOrDefault(RemoteBypasses.Unacknowledged) >= 4, "all four are counted");
        }
        finally
        {
            store.Delete();
        }
    }

    // The worst for each way of writing, and then the others.
    private static KillPoint PointOf(int kill) => kill % 16 < 4 ? KillPoint.CommitNotHeard : KillPoint.CommitHeard + (kill % 3);
}
