namespace FastOrm.Cache.EfCore;

/// <summary>What a predicate of <see cref="QueryRules.When"/> is told of a query.</summary>
public sealed class QueryInfo
{
    internal QueryInfo(IReadOnlyCollection<Type> entityTypes, IReadOnlySet<string> tables, IReadOnlyCollection<string> tags)
    {
        EntityTypes = entityTypes;
        Tables = tables;
        Tags = tags;
    }

    /// <summary>
    /// The classes of the entity types that it reads: where it begins, navigations, subqueries, query filters, and all that derive from
    /// these. Owned types belong to their owners and are not named.
    /// </summary>
    public IReadOnlyCollection<Type> EntityTypes { get; }

    /// <summary>The tables that it reads, without schema; compared without regard to case.</summary>
    public IReadOnlySet<string> Tables { get; }

    /// <summary>The texts that it was given by <c>TagWith</c>.</summary>
    public IReadOnlyCollection<string> Tags { get; }
}
