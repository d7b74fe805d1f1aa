using System.Reflection;
using FastOrm.Cache.EfCore.Plans;
using Microsoft.EntityFrameworkCore.Metadata;

namespace FastOrm.Cache.EfCore.Policies;

/// <summary>What <c>CacheAllQueries</c> says. Immutable; two that say the same are equal.</summary>
/// <remarks>
/// The options of a context are often made anew for each scope, and what EF Core compiles is shared by contexts with equal rules: hence
/// the equality by content.
/// </remarks>
internal sealed class QueryRuleSet : IEquatable<QueryRuleSet>
{
    private readonly Type[] _includedTypes;
    private readonly Type[] _excludedTypes;
    private readonly TableName[] _includedTables;
    private readonly TableName[] _excludedTables;
    private readonly Func<QueryInfo, bool>[] _predicates;
    private readonly int _hash;

    public QueryRuleSet(
        TimeSpan ttl,
        Type[] includedTypes,
        Type[] excludedTypes,
        string[] includedTables,
        string[] excludedTables,
        Func<QueryInfo, bool>[] predicates)
    {
        Ttl = ttl;
        _includedTypes = includedTypes;
        _excludedTypes = excludedTypes;
        _includedTables = [.. includedTables.Select(static table => new TableName(table))];
        _excludedTables = [.. excludedTables.Select(static table => new TableName(table))];
        _predicates = predicates;
        _hash = Hash();
    }

    /// <summary>How long the queries are remembered.</summary>
    public TimeSpan Ttl { get; }

    /// <summary>Whether the predicate uses variables of the method that it stands in, or belongs to an object that has any.</summary>
    public static bool CapturesVariables(Func<QueryInfo, bool> predicate) => HasFields(predicate.Target?.GetType());

    /// <summary>Whether the rules exclude all queries that read the entity type, by itself or by what it owns.</summary>
    public bool Excludes(IEntityType type)
        => EntityTables.OwnedWith(type).Any(part => Array.Exists(_excludedTypes, excluded => excluded.IsAssignableFrom(part.ClrType)));

    /// <summary>Whether a query is remembered that reads these types and tables.</summary>
    public bool Match(QueryReads reads, IReadOnlyCollection<TableName> tables)
        => !reads.Types.Any(Excludes)
            && !tables.Any(_excludedTables.Contains)
            && (_includedTypes.Length + _includedTables.Length == 0 || reads.Types.All(Includes))
            && (_predicates.Length == 0 || AreTrueFor(Info(reads, tables)));

    public bool Equals(QueryRuleSet? other)
        => ReferenceEquals(this, other)
            || (other is not null
                && _hash == other._hash
                && Ttl == other.Ttl
                && _includedTypes.AsSpan().SequenceEqual(other._includedTypes)
                && _excludedTypes.AsSpan().SequenceEqual(other._excludedTypes)
                && _includedTables.AsSpan().SequenceEqual(other._includedTables)
                && _excludedTables.AsSpan().SequenceEqual(other._excludedTables)
                && _predicates.Select(Identity).SequenceEqual(other._predicates.Select(Identity)));

    public override bool Equals(object? obj) => Equals(obj as QueryRuleSet);

    public override int GetHashCode() => _hash;

    // Of objects without variables one is like the other, also if each context makes its own.
    private static (MethodInfo Method, Type? Target) Identity(Func<QueryInfo, bool> predicate)
        => (predicate.Method, predicate.Target?.GetType());

    private static bool HasFields(Type? type)
        => type is not null
            && (type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).Length > 0 || HasFields(type.BaseType));

    private static QueryInfo Info(QueryReads reads, IEnumerable<TableName> tables)
        => new(
            reads.Types.Select(static type => type.ClrType).ToHashSet(),
            tables.Select(static table => table.Name).ToHashSet(StringComparer.OrdinalIgnoreCase),
            reads.Tags);

    private bool AreTrueFor(QueryInfo query) => Array.TrueForAll(_predicates, predicate => predicate(query));

    // By its class, by its tables, or because it only joins what is included.
    private bool Includes(IEntityType type)
        => Array.Exists(_includedTypes, included => included.IsAssignableFrom(type.ClrType))
            || (EntityTables.Of(type) is var tables && (tables.Count > 0 || type.IsAbstract()) && tables.All(_includedTables.Contains))
            || (EntityTables.Joined(type) is { } joined && joined.All(Includes));

    private int Hash()
    {
        var hash = default(HashCode);
        hash.Add(Ttl);
        foreach (var part in (object[])[.. _includedTypes, .. _excludedTypes, .. _predicates.Select(static predicate => predicate.Method)])
        {
            hash.Add(part);
        }

        foreach (var table in _includedTables.Concat(_excludedTables))
        {
            hash.Add(table);
        }

        return hash.ToHashCode();
    }
}
