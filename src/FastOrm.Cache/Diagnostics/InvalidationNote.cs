namespace FastOrm.Cache.Diagnostics;

/// <summary>What is noted of one invalidation. Made by whoever invalidates, noted by <see cref="InvalidationLog"/>.</summary>
/// <param name="cause">Why.</param>
/// <param name="names">The tags or the names of tables; none for everything.</param>
/// <param name="keys">How many keys it names.</param>
internal sealed class InvalidationNote(InvalidationCause cause, string[]? names = null, int keys = 0)
{
    /// <summary>How many names are kept of one: 256 notes are, and a flush may name any number of tags.</summary>
    public const int MaxNames = 100;

    private long _dropped;

    public InvalidationCause Cause => cause;

    /// <summary>Its place among all of the cache; zero before it is noted.</summary>
    public long Number { get; set; }

    /// <summary>When, in ticks of UTC: read while it may be noted again.</summary>
    public long At { get; set; }

    public int Stamps { get; set; }

    /// <summary>Entries were found dead, or were removed, because of it.</summary>
    public void Dropped(long count) => Interlocked.Add(ref _dropped, count);

    public CacheInvalidation Snapshot() => new()
    {
        Time = new DateTimeOffset(At, TimeSpan.Zero),
        Cause = cause,
        Names = names ?? [],
        Keys = keys,
        Stamps = Stamps,
        Dropped = Volatile.Read(ref _dropped),
    };
}
