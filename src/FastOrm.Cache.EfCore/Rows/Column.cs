using System.Collections;
using System.Runtime.CompilerServices;

namespace FastOrm.Cache.EfCore.Rows;

/// <summary>The values of one column of a recorded result. Never changed once the recording has ended.</summary>
internal abstract class Column(Type type)
{
    /// <summary>The CLR type by which EF Core reads the column.</summary>
    public Type Type => type;

    /// <summary>The estimated size in bytes.</summary>
    public abstract long Size { get; }

    /// <summary>Which values are null; null if none is.</summary>
    public abstract BitArray? Nulls { get; }

    public abstract bool IsNull(int row);

    /// <summary>The values of some rows.</summary>
    public abstract Column Pick(int[] rows);

    /// <summary>The value as an object that the caller may keep and change.</summary>
    public abstract object GetValue(int row);
}

/// <summary>A column whose values are of one type. Immutable values are shared, others are copied on every read.</summary>
internal sealed class Column<T>(Type type, T[] values, BitArray? nulls, long size, Func<T, T>? copy) : Column(type)
{
    public override long Size => size;

    public override BitArray? Nulls => nulls;

    /// <summary>The values themselves: not to be handed out.</summary>
    public ReadOnlySpan<T> Values => values;

    public override bool IsNull(int row) => nulls is not null && nulls[row];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Get(int row) => copy is null ? values[row] : copy(values[row]);

    public override object GetValue(int row) => Get(row)!;

    // What single values weigh is not known any more: each gets its share.
    public override Column Pick(int[] rows)
        => new Column<T>(
            Type,
            Array.ConvertAll(rows, row => values[row]),
            nulls is null ? null : new BitArray(Array.ConvertAll(rows, row => nulls[row])),
            values.Length == 0 ? 0 : size * rows.Length / values.Length,
            copy);
}
