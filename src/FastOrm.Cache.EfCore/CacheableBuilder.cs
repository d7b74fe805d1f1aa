using FastOrm.Cache.EfCore.Policies;

namespace FastOrm.Cache.EfCore;

/// <summary>How an entity type is cached: what <c>IsCacheable</c> is given. What is left out is decided by the options of the cache.</summary>
public sealed class CacheableBuilder
{
    private readonly PolicyCheck _check;
    private readonly List<string> _tags = [];
    private TimeSpan? _ttl;
    private TimeSpan? _emptyTtl;
    private TimeSpan? _staleFor;
    private TimeSpan? _queriesTtl;

    internal CacheableBuilder(string entityType) => _check = new PolicyCheck(entityType, "IsCacheable");

    internal EntityPolicy Policy => new()
    {
        Ttl = _ttl,
        EmptyTtl = _emptyTtl,
        StaleFor = _staleFor,
        QueriesTtl = _queriesTtl,
        Tags = [.. _tags],
    };

    /// <summary>Sets how long a row may be served. Default: the cache's <see cref="FastOrmCacheOptions.DefaultTtl"/>.</summary>
    /// <param name="ttl">More than zero, or <see cref="Timeout.InfiniteTimeSpan"/> for as long as it stays valid.</param>
    /// <returns>The same builder, for chaining.</returns>
    /// <exception cref="InvalidOperationException">The time is zero or less.</exception>
    public CacheableBuilder Ttl(TimeSpan ttl)
    {
        _ttl = _check.Time(ttl, nameof(Ttl));
        return this;
    }

    /// <summary>
    /// Sets the longest time for which it is remembered that there is no such row. Default: the cache's
    /// <see cref="FastOrmCacheOptions.EmptyTtl"/>.
    /// </summary>
    /// <param name="ttl">More than zero, or <see cref="Timeout.InfiniteTimeSpan"/> for as long as any other.</param>
    /// <returns>The same builder, for chaining.</returns>
    /// <exception cref="InvalidOperationException">The time is zero or less.</exception>
    public CacheableBuilder EmptyTtl(TimeSpan ttl)
    {
        _emptyTtl = _check.Time(ttl, nameof(EmptyTtl));
        return this;
    }

    /// <summary>
    /// Sets how long after its time a row is still served while another caller loads it anew. Default: the cache's
    /// <see cref="FastOrmCacheOptions.StaleFor"/>.
    /// </summary>
    /// <param name="time">Zero for not at all, or more.</param>
    /// <returns>The same builder, for chaining.</returns>
    /// <exception cref="InvalidOperationException">The time is less than zero.</exception>
    public CacheableBuilder StaleFor(TimeSpan time)
    {
        _staleFor = _check.Time(time, nameof(StaleFor), mayBeZero: true);
        return this;
    }

    /// <summary>Sets the tags by which the rows can be flushed. None by default.</summary>
    /// <param name="tags">The tags. A colon makes a hierarchy.</param>
    /// <returns>The same builder, for chaining. Several calls add up.</returns>
    /// <exception cref="InvalidOperationException">A tag is null, empty or white space.</exception>
    public CacheableBuilder Tags(params string[] tags)
    {
        ArgumentNullException.ThrowIfNull(tags);
        _tags.AddRange(_check.Tags(tags));
        return this;
    }

    /// <summary>
    /// Remembers every query without a mark of its own that reads only cacheable types, if one of them says so. Default: only queries
    /// with <c>Remember</c>.
    /// </summary>
    /// <param name="ttl">
    /// How long the results may be served; more than zero, or <see cref="Timeout.InfiniteTimeSpan"/>. A query that reads several types is
    /// remembered for the shortest of their times.
    /// </param>
    /// <returns>The same builder, for chaining.</returns>
    /// <exception cref="InvalidOperationException">The time is zero or less.</exception>
    public CacheableBuilder AllQueries(TimeSpan ttl)
    {
        _queriesTtl = _check.Time(ttl, nameof(AllQueries));
        return this;
    }
}
