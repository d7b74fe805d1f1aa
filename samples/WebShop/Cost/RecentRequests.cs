namespace WebShop.Cost;

/// <summary>
/// What the last requests have cost, for those who follow the link below a page. Bounded: the oldest goes when there are too many.
/// Thread-safe.
/// </summary>
public sealed class RecentRequests
{
    public const int Capacity = 200;

    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, RequestCost> _byId = [];
    private readonly Queue<Guid> _oldestFirst = [];

    public void Keep(RequestCost cost)
    {
        lock (_lock)
        {
            if (!_byId.TryAdd(cost.Id, cost))
            {
                return;
            }

            _oldestFirst.Enqueue(cost.Id);
            if (_oldestFirst.Count > Capacity)
            {
                _byId.Remove(_oldestFirst.Dequeue());
            }
        }
    }

    /// <returns><see langword="null"/> when there was no such request, or too many have come after it.</returns>
    public RequestCost? Find(Guid id)
    {
        lock (_lock)
        {
            return _byId.GetValueOrDefault(id);
        }
    }
}
