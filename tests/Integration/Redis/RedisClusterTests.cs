using FastOrm.Cache.Redis;
using FastOrm.Cache.Tests.Conformance;
using FastOrm.Cache.Tests.Integration.Support;

namespace FastOrm.Cache.Tests.Integration.Redis;

/// <summary>The rules of every tier, kept by a cluster of three.</summary>
public sealed class RedisClusterTests(RedisClusterTests.Cluster cluster) : RemoteTierConformance, IClassFixture<RedisClusterTests.Cluster>
{
    private readonly string _prefix = $"fastorm-test:{Guid.NewGuid():N}:";

    [Fact]
    public async Task The_stamps_of_a_cache_are_on_one_node_and_its_entries_on_all()
    {
        await using var tier = await OpenAsync();
        var keys = Enumerable.Range(0, 100).Select(static i => $"key {i}").ToArray();
        await tier.StoreAsync([.. keys.Select(static key => new RemoteEntry(key, new byte[] { 1 }, null))], default);

        var read = await tier.ReadAsync(new[] { 1, 2, 3 }, keys, default);

        Assert.DoesNotContain(null, read!.Entries);
        Assert.All(cluster.Nodes, node => Assert.Contains($"{_prefix}default:key", node.Run("KEYS", $"{_prefix}*")));
        Assert.Single(cluster.Nodes, node => node.Run("KEYS", $"{{{_prefix}*").Contains(":stamps", StringComparison.Ordinal));
    }

    protected override ValueTask<IRemoteCacheTier> OpenAsync()
        => new(new RedisTier(new RedisCacheOptions { Url = cluster.Nodes[0].Address, Prefix = _prefix }, "default"));

    protected override Task ElapseAsync(TimeSpan time) => Task.Delay(time);

    /// <summary>Three servers, each with a third of the slots.</summary>
    public sealed class Cluster : IDisposable
    {
        public Cluster()
        {
            Nodes = [.. Enumerable.Range(0, 3).Select(static _ => RedisServer.Start("--cluster-enabled", "yes"))];
            for (var i = 0; i < 3; i++)
            {
                Nodes[i].Run("CLUSTER", "ADDSLOTSRANGE", $"{i * 5461}", i == 2 ? "16383" : $"{(i * 5461) + 5460}");
                Nodes[i].Run("CLUSTER", "SET-CONFIG-EPOCH", $"{i + 1}");
            }

            Nodes[1].Run("CLUSTER", "MEET", "127.0.0.1", $"{Nodes[0].Port}");
            Nodes[2].Run("CLUSTER", "MEET", "127.0.0.1", $"{Nodes[0].Port}");
            SpinWait.SpinUntil(
                () => Nodes.All(static node => node.Run("CLUSTER", "INFO") is var info
                    && info.Contains("cluster_state:ok", StringComparison.Ordinal)
                    && info.Contains("cluster_known_nodes:3", StringComparison.Ordinal)),
                TimeSpan.FromSeconds(30));
        }

        internal RedisServer[] Nodes { get; }

        public void Dispose()
        {
            foreach (var node in Nodes)
            {
                node.Dispose();
            }
        }
    }
}
