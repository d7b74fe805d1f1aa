using FastOrm.Cache.EfCore.Policies;
using FastOrm.Cache.Keys;

namespace FastOrm.Cache.EfCore;

/// <summary>Which queries <see cref="FastOrmCacheContextOptions.CacheAllQueries"/> remembers: all, except those that a rule excludes.</summary>
/// <remarks>Rules that exclude count before those that include.</remarks>
public sealed class QueryRules
{
    private readonly List<Type> _includedTypes = [];
    private readonly List<Type> _excludedTypes = [];
    private readonly List<string> _includedTables = [];
    private readonly List<string> _excludedTables = [];
    private readonly List<Func<QueryInfo, bool>> _predicates = [];

    internal QueryRules()
    {
    }

    /// <summary>Remembers only queries that read nothing but what is included: this entity type, and types that derive from it.</summary>
    /// <typeparam name="T">The entity type, or a class or interface that entity types have in common.</typeparam>
    /// <returns>The same rules, for chaining. Several calls add up.</returns>
    public QueryRules Include<T>()
        where T : class
    {
        _includedTypes.Add(typeof(T));
        return this;
    }

    /// <summary>Remembers no query that reads this entity type, a type that derives from it, or a type that owns it.</summary>
    /// <typeparam name="T">The entity type, or a class or interface that entity types have in common.</typeparam>
    /// <returns>The same rules, for chaining. Several calls add up.</returns>
    public QueryRules Exclude<T>()
        where T : class
    {
        _excludedTypes.Add(typeof(T));
        return this;
    }

    /// <summary>Remembers only queries that read nothing but what is included: these tables.</summary>
    /// <param name="tables">The names of the tables, without regard to case and schema.</param>
    /// <returns>The same rules, for chaining. Several calls add up.</returns>
    /// <exception cref="ArgumentException">A name is null, empty or white space.</exception>
    public QueryRules IncludeTables(params string[] tables)
    {
        _includedTables.AddRange(Checked(tables));
        return this;
    }

    /// <summary>Remembers no query that reads one of these tables.</summary>
    /// <param name="tables">The names of the tables, without regard to case and schema.</param>
    /// <returns>The same rules, for chaining. Several calls add up.</returns>
    /// <exception cref="ArgumentException">A name is null, empty or white space.</exception>
    public QueryRules ExcludeTables(params string[] tables)
    {
        _excludedTables.AddRange(Checked(tables));
        return this;
    }

    /// <summary>Remembers only queries for which this is true.</summary>
    /// <param name="predicate">
    /// Asked once for each query shape, while EF Core compiles it. It must not use variables from outside of it, nor be a method of an
    /// object with variables: contexts with equal rules share what EF Core has compiled, and rules that are made anew with other variables
    /// are never equal.
    /// </param>
    /// <returns>The same rules, for chaining. Several calls add up.</returns>
    /// <exception cref="ArgumentException">It uses variables from outside of it, or its object has any.</exception>
    public QueryRules When(Func<QueryInfo, bool> predicate)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        if (QueryRuleSet.CapturesVariables(predicate))
        {
            throw new ArgumentException(
                "The predicate of CacheAllQueries uses variables from outside of it or of its object, so each context would have rules of its "
                + "own, and EF Core would compile every query anew for it. Write it as a static lambda or a static method.",
                nameof(predicate));
        }

        _predicates.Add(predicate);
        return this;
    }

    internal QueryRuleSet For(TimeSpan ttl)
        => new(ttl, [.. _includedTypes], [.. _excludedTypes], [.. _includedTables], [.. _excludedTables], [.. _predicates]);

    private static string[] Checked(string[] tables)
    {
        ArgumentNullException.ThrowIfNull(tables);
        Text.Checked(tables, "The name of a table", nameof(tables));
        return tables;
    }
}
