using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace FastOrm.Cache.EfCore.Entities;

/// <summary>Compares the values of keys, arrays among them by their items.</summary>
internal sealed class ValuesComparer : IEqualityComparer<object[]>
{
    public static ValuesComparer Instance { get; } = new();

    public bool Equals(object[]? one, object[]? other)
        => one is [not Array and var value] && other is [var otherValue] ? value.Equals(otherValue) : StructuralComparisons.StructuralEqualityComparer.Equals(one, other);

    public int GetHashCode([DisallowNull] object[] values)
        => values is [not Array] ? values[0].GetHashCode() : StructuralComparisons.StructuralEqualityComparer.GetHashCode(values);
}
