using FastOrm.Cache.Tests.Integration.Support;

namespace FastOrm.Cache.Tests.Integration.Faults;

/// <summary>What befalls a cluster befalls no caller: nodes die and come back, replicas take their place, slots are moved while in use.</summary>
[Collection(nameof(Alone))]
public sealed class ClusterFaultTests : IDisposable
{
    private static readonly bool IsSlow = Environment.GetEnvironmentVariable("FASTORM_SLOW") == "1";

    private readonly List<IDisposable> _ending = [];

    public enum Victim
    {
        HasStamps,
        HasEntries,
        HasListeners,
    }

    /// <summary>Whom it befalls, and whether readers want to be certain.</summary>
    public static TheoryData<Victim, bool> AllKinds => new()
    {
        { Victim.HasStamps, true }, { Victim.HasStamps, false }, { Victim.HasEntries, true },
        { Victim.HasListeners, true }, { Victim.HasListeners, false },
    };

    public static TheoryData<Victim, bool> Deaths => IsSlow ? AllKinds : new() { { Victim.HasListeners, false }, { Victim.HasStamps, true } };

    /// <summary>The same, and whether it is killed or stands still.</summary>
    public static TheoryData<Victim, bool, bool> Promotions => IsSlow
        ? new()
        {
            { Victim.HasStamps, true, true }, { Victim.HasStamps, false, true }, { Victim.HasStamps, true, false }, { Victim.HasEntries, true, true },
            { Victim.HasListeners, true, true }, { Victim.HasListeners, false, false },
        }
        : new() { { Victim.HasStamps, true, true } };

    public static TheoryData<bool> Moves => IsSlow ? [true, false] : [true];

    [Theory]
    [MemberData(nameof(Deaths))]
    public async Task A_node_is_killed_and_comes_back_empty(Victim victim, bool isVerified)
    {
        var cluster = Start();
        var (era, hadStamps) = ("", false);
        await Lab(cluster, isVerified).RunAsync(async () =>
        {
            era = Era(cluster);
            for (var i = 0; i < (IsSlow ? 5 : 1); i++)
            {
                var node = NumberOf(victim, cluster);
                hadStamps |= node == StampsMaster(cluster);
                cluster.Nodes[node].Kill();
                await Task.Delay(TimeSpan.FromSeconds(2.5)); // The others notice after one.
                cluster.Nodes[node].StartAgain();
            }
        });
        await HeardAsync(cluster.Nodes);
        Assert.Equal(hadStamps, Era(cluster) != era);
    }

    [Theory]
    [MemberData(nameof(Promotions))]
    public async Task A_replica_takes_the_place_of_its_master(Victim victim, bool isVerified, bool isKilled)
    {
        var cluster = Start(hasReplicas: true);
        RedisServer? ended = null;
        await Lab(cluster, isVerified).RunAsync(async () =>
        {
            var node = NumberOf(victim, cluster);
            ended = cluster.Nodes[node];
            if (isKilled)
            {
                ended.Kill();
            }
            else
            {
                ended.Suspend();
            }

            if (node < 3)
            {
                await UntilAsync(() => cluster.Nodes[node + 3].Run("INFO", "replication").Contains("role:master", StringComparison.Ordinal));
            }
        });
        await HeardAsync(cluster.Nodes.Where(node => node != ended));
    }

    [Theory]
    [MemberData(nameof(Moves))]
    public async Task The_slot_of_the_stamps_is_moved_to_and_fro(bool isVerified)
    {
        var cluster = Start();
        var from = StampsMaster(cluster);
        var lab = Lab(cluster, isVerified);
        await lab.RunAsync(async () =>
        {
            for (var i = 0; i < (IsSlow ? 100 : 4); i++)
            {
                cluster.Move(StampsSlot(cluster), (from + i) % 3, (from + i + 1) % 3);
                await Task.Delay(400);
            }
        });
    }

    [Fact]
    public async Task The_slots_of_entries_are_moved()
    {
        var cluster = Start();
        int[] slots = [.. Enumerable.Range(0, FaultLab.Keys).Select(key => EntrySlot(cluster, key)).Distinct().Except([StampsSlot(cluster)])];
        var era = "";
        await Lab(cluster).RunAsync(async () =>
        {
            era = Era(cluster);
            foreach (var slot in slots.Take(IsSlow ? slots.Length : 80))
            {
                var from = RedisCluster.MasterOf(slot);
                cluster.Move(slot, from, (from + 1) % 3);
                await Task.Delay(IsSlow ? 50 : 5);
            }
        });
        Assert.Equal(era, Era(cluster));
    }

    // All from one server to one other: where many are moved to and fro at once the servers may disagree, for a while or for good.
    [Fact]
    public async Task Entries_are_found_where_their_slots_were_moved_to()
    {
        const int Keys = 60;
        var cluster = Start();
        using var node = FaultLab.NewNode(cluster.Addresses);
        await Eventually.UntilAsync(async () => await LoadsAsync() == 0, "all is stored, and the node is connected to all servers");
        int[] slots = [.. Enumerable.Range(0, Keys).Select(key => EntrySlot(cluster, key)).Distinct().Except([StampsSlot(cluster)])];
        var before = (Era(cluster), node.Statistics.RemoteFailures);

        foreach (var slot in slots.Where(static slot => RedisCluster.MasterOf(slot) == 0))
        {
            cluster.Move(slot, 0, 1);
        }

        Assert.Equal(0, await LoadsAsync());
        Assert.Equal(before, (Era(cluster), node.Statistics.RemoteFailures));

        async Task<int> LoadsAsync()
        {
            var loads = 0;
            var options = new CacheEntryOptions { Tiers = CacheTiers.Remote };
            for (var key = 0; key < Keys; key++)
            {
                await node.RememberAsync($"key {key}", options, _ => Task.FromResult(++loads));
            }

            return loads;
        }
    }

    public void Dispose()
    {
        _ending.Reverse();
        _ending.ForEach(static one => one.Dispose());
    }

    private static int StampsSlot(RedisCluster cluster) => cluster.SlotOf("{fastorm:default}:stamps");

    private static int EntrySlot(RedisCluster cluster, int key) => cluster.SlotOf($"fastorm:default:v:key {key}");

    private static string Era(RedisCluster cluster) => cluster.Nodes[StampsMaster(cluster)].Run("HGET", "{fastorm:default}:stamps", "e");

    private static int StampsMaster(RedisCluster cluster) => RedisCluster.MasterOf(StampsSlot(cluster));

    private static async Task UntilAsync(Func<bool> isSo)
    {
        for (var i = 0; !isSo(); i++)
        {
            Assert.True(i < 300);
            await Task.Delay(100);
        }
    }

    private static int NumberOf(Victim victim, RedisCluster cluster) => victim switch
    {
        Victim.HasListeners => Array.FindIndex(cluster.Nodes, static node => Listeners(node) > 0),
        Victim.HasStamps => StampsMaster(cluster),
        _ => (StampsMaster(cluster) + 1) % 3,
    };

    private static int Listeners(RedisServer node) => node.Listeners("fastorm:default:changes:0");

    // Both nodes of the cache listen to one that is there.
    private static Task HeardAsync(IEnumerable<RedisServer> nodes) => UntilAsync(() => nodes.Sum(Listeners) >= 2);

    private RedisCluster Start(bool hasReplicas = false)
    {
        var cluster = new RedisCluster(hasReplicas);
        _ending.Add(cluster);
        return cluster;
    }

    private FaultLab Lab(RedisCluster cluster, bool isVerified = false)
    {
        var lab = new FaultLab(cluster.Addresses, isVerified: isVerified);
        _ending.Add(lab);
        return lab;
    }
}
