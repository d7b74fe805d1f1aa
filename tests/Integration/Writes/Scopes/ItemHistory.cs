namespace FastOrm.Cache.Tests.Integration.Writes.Scopes;

/// <summary>What an item was after a write. Its number is the item's price.</summary>
internal sealed record ItemVersion(int Number, bool Exists, int Shelf, int Rank, ItemVersion? Previous)
{
    public bool IsOn(int shelf, int? rank) => Exists && Shelf == shelf && (rank is null || Rank == rank);

    public bool Is(Item? seen)
        => seen is null ? !Exists : Exists && (seen.Price, seen.ShelfId, seen.Rank) == (Number, Shelf, Rank);

    public override string ToString() => Exists ? $"{Number} on {Shelf} of rank {Rank}" : $"{Number} deleted";
}

/// <summary>What one item has been. One thread at a time writes it, which holds the lock on this; any reads it.</summary>
internal sealed class ItemHistory
{
    private ItemVersion _saved;
    private ItemVersion _begun;

    public ItemHistory(Item item)
    {
        Id = item.Id;
        _saved = _begun = new ItemVersion(item.Price, Exists: true, item.ShelfId, item.Rank, Previous: null);
    }

    public int Id { get; }

    /// <summary>The last write that has completed.</summary>
    public ItemVersion Saved => Volatile.Read(ref _saved);

    public ItemVersion Begin(bool exists, int shelf, int rank)
    {
        var begun = new ItemVersion(_saved.Number + 1, exists, shelf, rank, _saved);
        Volatile.Write(ref _begun, begun);
        return begun;
    }

    public void Complete(ItemVersion version) => Volatile.Write(ref _saved, version);

    /// <summary>All that a reader may see of it: what was saved before it began, and every write that has begun since.</summary>
    public IEnumerable<ItemVersion> Since(ItemVersion floor)
    {
        for (var version = Volatile.Read(ref _begun); version?.Number >= floor.Number; version = version.Previous)
        {
            yield return version;
        }
    }
}
