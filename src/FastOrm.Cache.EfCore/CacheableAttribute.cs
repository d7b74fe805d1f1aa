using FastOrm.Cache.EfCore.Policies;
using Microsoft.EntityFrameworkCore.Metadata;

namespace FastOrm.Cache.EfCore;

/// <summary>Says that an entity type is cacheable, and for how long. What <c>IsCacheable</c> says in the model counts instead of it.</summary>
/// <remarks>
/// Types that derive from it are cacheable too, unless they say something themselves: what they say replaces all of this. Times are in
/// seconds, and <see cref="double.PositiveInfinity"/> is for ever; one that is left out is the cache's. Checked when the entity type is
/// first read.
/// </remarks>
[AttributeUsage(AttributeTargets.Class)]
public sealed class CacheableAttribute : Attribute
{
    private double? _ttl;
    private double? _emptyTtl;
    private double? _staleFor;
    private double? _allQueriesTtl;

    /// <summary>How long a row may be served; see <see cref="CacheableBuilder.Ttl"/>.</summary>
    public double TtlSeconds
    {
        get => _ttl ?? 0;
        set => _ttl = value;
    }

    /// <summary>The longest time for which it is remembered that there is no such row; see <see cref="CacheableBuilder.EmptyTtl"/>.</summary>
    public double EmptyTtlSeconds
    {
        get => _emptyTtl ?? 0;
        set => _emptyTtl = value;
    }

    /// <summary>How long a row is served while another caller loads it anew; see <see cref="CacheableBuilder.StaleFor"/>.</summary>
    public double StaleForSeconds
    {
        get => _staleFor ?? 0;
        set => _staleFor = value;
    }

    /// <summary>
    /// For how long every query that reads only cacheable types is remembered; see <see cref="CacheableBuilder.AllQueries"/>. Left out,
    /// queries are remembered only where they say so.
    /// </summary>
    public double AllQueriesTtlSeconds
    {
        get => _allQueriesTtl ?? 0;
        set => _allQueriesTtl = value;
    }

    /// <summary>The tags by which the rows can be flushed. None by default.</summary>
    public string[] Tags { get; set; } = [];

    internal EntityPolicy PolicyOf(IReadOnlyEntityType type)
    {
        var check = new PolicyCheck(type.DisplayName(), "[Cacheable]");
        return new EntityPolicy
        {
            Ttl = check.Seconds(_ttl, nameof(TtlSeconds)),
            EmptyTtl = check.Seconds(_emptyTtl, nameof(EmptyTtlSeconds)),
            StaleFor = check.Seconds(_staleFor, nameof(StaleForSeconds), mayBeZero: true),
            QueriesTtl = check.Seconds(_allQueriesTtl, nameof(AllQueriesTtlSeconds)),
            Tags = check.Tags(Tags),
        };
    }
}
