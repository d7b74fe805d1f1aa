using System.Collections.Concurrent;
using System.IO.Hashing;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.EntityFrameworkCore.Metadata;

namespace FastOrm.Cache.EfCore.Invalidation.Scopes;

/// <summary>What a model knows of a table that scopes rely on: its key, and what may be expected of its columns.</summary>
/// <remarks>
/// Two models may know one table in two ways, so that a write by one says nothing of the scopes of the other: another key, the same key in
/// another order, a column that is a number to one and a text to the other. Compared by content, and holds no model alive.
/// </remarks>
internal sealed class TableShape : IEquatable<TableShape>
{
    private static readonly ConditionalWeakTable<ITable, TableShape> Known = [];

    private readonly string _key;
    private readonly Dictionary<string, Traits> _columns;
    private readonly string _text;
    private readonly ConcurrentDictionary<(TableShape, bool), bool> _covered = new();

    private TableShape(ITable table)
    {
        _key = string.Join('\n', table.PrimaryKey?.Columns.Select(Name) ?? []);
        _columns = table.Columns.GroupBy(Name, StringComparer.Ordinal).ToDictionary(
            static columns => columns.Key,
            static columns => columns.Select(TraitsOf).Aggregate(static (all, traits) => all & traits),
            StringComparer.Ordinal);
        _text = string.Join('\n', _columns.OrderBy(static column => column.Key, StringComparer.Ordinal).Prepend(new(_key, default)));
        Digest = (long)(XxHash3.HashToUInt64(MemoryMarshal.AsBytes(_text.AsSpan())) >> 1) + 1;
    }

    [Flags]
    private enum Traits
    {
        None = 0,
        MakesScopes = 1,
        ToldByInserts = 2,
        NeverChanged = 4,
        IsFlag = 8,
        IsNumber = 16,
        IsLargeNumber = 32,
    }

    /// <summary>By what other nodes know whether they take the table for the same.</summary>
    public long Digest { get; }

    public static TableShape Of(ITable table) => Known.GetValue(table, static table => new TableShape(table));

    /// <summary>Whether writes in this shape change the stamps of all scopes of the other that they may touch.</summary>
    /// <param name="other">What the table is taken for by whoever reads it.</param>
    /// <param name="hasWholeRows">Whether among the writes are rows of which all values are told, as of those that were inserted.</param>
    /// <remarks>
    /// A column that the other does not know it does not compare. Of one that only the other knows a whole row tells nothing: an update keeps
    /// its value, and with an insert the database fills it.
    /// </remarks>
    public bool Covers(TableShape other, bool hasWholeRows)
        => ReferenceEquals(this, other) || _covered.GetOrAdd((other, hasWholeRows), Compute, this);

    public bool Equals(TableShape? other) => other?._text == _text;

    public override bool Equals(object? obj) => Equals(obj as TableShape);

    public override int GetHashCode() => string.GetHashCode(_text, StringComparison.Ordinal);

    private static bool Compute((TableShape Shape, bool HasWholeRows) other, TableShape own)
        => own._key == other.Shape._key && other.Shape._columns.All(
            column => own._columns.TryGetValue(column.Key, out var traits)
                ? (column.Value & ~traits) == Traits.None
                : !other.HasWholeRows || !column.Value.HasFlag(Traits.MakesScopes));

    private static string Name(IColumn column) => column.Name.ToUpperInvariant();

    private static Traits TraitsOf(IColumn column)
        => (ScopeValue.Allows(column) ? Traits.MakesScopes | KindOf(column) : Traits.None)
            | (ScopeValue.IsToldByInserts(column) ? Traits.ToldByInserts : Traits.None)
            | (ScopeValue.IsNeverChanged(column) ? Traits.NeverChanged : Traits.None);

    // What one model writes as a number may be a flag to another, to which 2 is as true as 1.
    private static Traits KindOf(IColumn column)
    {
        var type = Nullable.GetUnderlyingType(column.ProviderClrType) ?? column.ProviderClrType;
        return type == typeof(bool) ? Traits.IsFlag
            : type == typeof(ulong) ? Traits.IsLargeNumber
            : type == typeof(Guid) ? Traits.None
            : Traits.IsNumber;
    }
}
