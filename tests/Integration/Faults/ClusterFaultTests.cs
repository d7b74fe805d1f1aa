using System.Globalization;
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

    public static TheoryData<Victim, bool> Deaths => IsSlow ? AllKinds : new() { { Victim.HasListeners, false } };

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
        await Lab(cluster, isVerified).RunAsync(async () =>
        {
            for (var i = 0; i < (IsSlow ? 5 : 1); i++)
            {
                var node = NumberOf(victim, cluster);
                cluster.Nodes[node].Kill();
                await Task.Delay(TimeSpan.FromSeconds(2.5)); // The others notice after one.
                cluster.Nodes[node].StartAgain();
            }
        });
        await HeardAsync(cluster.Nodes);
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
        var slots = Enumerable.Range(0, FaultLab.Keys).Select(i => cluster.SlotOf($"fastorm:default:v:key {i}")).Distinct().ToArray();
        await Lab(cluster).RunAsync(async () =>
        {
            foreach (var slot in slots.Take(IsSlow ? slots.Length : 80))
            {
                var from = RedisCluster.MasterOf(slot);
                cluster.Move(slot, from, (from + 1) % 3);
                await Task.Delay(IsSlow ? 50 : 5);
            }
        });
    }

    public void Dispose()
    {
        _ending.Reverse();
        _ending.ForEach(static one => one.Dispose());
    }

    private static int StampsSlot(RedisCluster cluster) => cluster.SlotOf("{fastorm:default}:stamps");

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

    private static int Listeners(RedisServer node)
        => int.Parse(node.Run("PUBSUB", "NUMSUB", "fastorm:default:changes:0").Split('\n')[1].TrimStart(':'), CultureInfo.InvariantCulture);

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
