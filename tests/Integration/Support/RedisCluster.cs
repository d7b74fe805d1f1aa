using System.Globalization;

namespace FastOrm.Cache.Tests.Integration.Support;

/// <summary>A Redis cluster of three masters, each with a third of the slots, and of replicas if asked for.</summary>
internal sealed class RedisCluster : IDisposable
{
    private const int Masters = 3;
    private const int Slots = 16384;

    private readonly string[] _ids;

    /// <param name="hasReplicas">Whether each master has a replica.</param>
    public RedisCluster(bool hasReplicas = false)
    {
        // A node that is silent for so long is taken for gone, and its replica takes its place.
        Nodes = [.. Enumerable.Range(0, hasReplicas ? 2 * Masters : Masters).Select(static _ => RedisServer.Start(
            "--cluster-enabled", "yes", "--cluster-node-timeout", "1000", "--cluster-replica-validity-factor", "0"))];
        _ids = [.. Nodes.Select(static node => node.Run("CLUSTER", "MYID"))];
        for (var i = 0; i < Masters; i++)
        {
            Nodes[i].Run("CLUSTER", "ADDSLOTSRANGE", Text(i * Slots / Masters), Text(((i + 1) * Slots / Masters) - 1));
            Nodes[i].Run("CLUSTER", "SET-CONFIG-EPOCH", Text(i + 1));
        }

        foreach (var node in Nodes[1..])
        {
            node.Run("CLUSTER", "MEET", "127.0.0.1", Text(Nodes[0].Port));
        }

        Await(() => Nodes.All(node => node.Run("CLUSTER", "INFO") is var info
            && info.Contains("cluster_state:ok", StringComparison.Ordinal)
            && info.Contains($"cluster_known_nodes:{Nodes.Length}", StringComparison.Ordinal)));
        foreach (var (replica, i) in Nodes[Masters..].Select(static (node, i) => (node, i)))
        {
            replica.Run("CLUSTER", "REPLICATE", _ids[i]);
        }

        Await(() => Nodes[Masters..].All(static node => node.Run("INFO", "replication").Contains("master_link_status:up", StringComparison.Ordinal)));
    }

    public RedisServer[] Nodes { get; }

    /// <summary>The addresses of all nodes, with commas between them.</summary>
    public string Addresses => string.Join(',', Nodes.Select(static node => node.Address));

    /// <summary>The number of the master that had a slot at the beginning.</summary>
    public static int MasterOf(int slot) => Enumerable.Range(0, Masters).Single(i => slot >= i * Slots / Masters && slot < (i + 1) * Slots / Masters);

    public int SlotOf(string key) => int.Parse(Nodes[0].Run("CLUSTER", "KEYSLOT", key), CultureInfo.InvariantCulture);

    /// <summary>Moves a slot with all its keys from one master to another, as the tools of Redis do, while it is in use.</summary>
    public void Move(int slot, int from, int to)
    {
        var (source, target) = (Nodes[from], Nodes[to]);
        target.Run("CLUSTER", "SETSLOT", Text(slot), "IMPORTING", _ids[from]);
        source.Run("CLUSTER", "SETSLOT", Text(slot), "MIGRATING", _ids[to]);
        while (source.Run("CLUSTER", "GETKEYSINSLOT", Text(slot), "10") is { Length: > 0 } keys)
        {
            source.Run(["MIGRATE", "127.0.0.1", Text(target.Port), "", "0", "5000", "REPLACE", "KEYS", .. keys.Split('\n')]);
        }

        foreach (var node in new[] { target, source }.Union(Nodes[..Masters]))
        {
            node.Run("CLUSTER", "SETSLOT", Text(slot), "NODE", _ids[to]);
        }
    }

    public void Dispose()
    {
        foreach (var node in Nodes)
        {
            node.Dispose();
        }
    }

    private static void Await(Func<bool> isSo)
        => Assert.True(SpinWait.SpinUntil(isSo, TimeSpan.FromSeconds(30)), "The cluster does not come into being.");

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
