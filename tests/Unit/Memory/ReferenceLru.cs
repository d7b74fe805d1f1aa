namespace FastOrm.Cache.Tests.Unit.Memory;

/// <summary>An exact LRU: what the tier's eviction is compared with.</summary>
internal sealed class ReferenceLru(int capacity)
{
    private readonly LinkedList<int> _byUse = new();
    private readonly Dictionary<int, LinkedListNode<int>> _nodes = [];

    /// <summary>Whether the key is held; afterwards it is, as the last used.</summary>
    public bool Access(int key)
    {
        var hit = _nodes.TryGetValue(key, out var node);
        if (hit)
        {
            _byUse.Remove(node!);
        }
        else if (_nodes.Count == capacity)
        {
            _nodes.Remove(_byUse.Last!.Value);
            _byUse.RemoveLast();
        }

        _nodes[key] = _byUse.AddFirst(key);
        return hit;
    }
}
