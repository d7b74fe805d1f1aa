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

    public sealed class Cluster : IDisposable
    {
        private readonly RedisCluster _cluster = new();

        internal RedisServer[] Nodes => _cluster.Nodes;

        public void Dispose() => _cluster.Dispose();
    }
}
