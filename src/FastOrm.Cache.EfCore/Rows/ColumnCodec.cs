using System.Collections;
using System.Collections.Concurrent;
using System.Data.Common;
using System.Linq.Expressions;
using FastOrm.Cache.EfCore.Rows.Copies;
using Microsoft.EntityFrameworkCore.Storage;

namespace FastOrm.Cache.EfCore.Rows;

/// <summary>How the values of one column are recorded. One for each type; a type without one is not remembered.</summary>
internal abstract class ColumnCodec(Type type)
{
    private static readonly Dictionary<Type, ColumnCodec> Scalars = new()
    {
        [typeof(bool)] = new ScalarCodec<bool>(1),
        [typeof(byte)] = new ScalarCodec<byte>(1),
        [typeof(sbyte)] = new ScalarCodec<sbyte>(1),
        [typeof(short)] = new ScalarCodec<short>(2),
        [typeof(ushort)] = new ScalarCodec<ushort>(2),
        [typeof(int)] = new ScalarCodec<int>(4),
        [typeof(uint)] = new ScalarCodec<uint>(4),
        [typeof(long)] = new ScalarCodec<long>(8),
        [typeof(ulong)] = new ScalarCodec<ulong>(8),
        [typeof(char)] = new ScalarCodec<char>(2),
        [typeof(float)] = new ScalarCodec<float>(4),
        [typeof(double)] = new ScalarCodec<double>(8),
        [typeof(decimal)] = new ScalarCodec<decimal>(16),
        [typeof(Guid)] = new ScalarCodec<Guid>(16),
        [typeof(DateTime)] = new ScalarCodec<DateTime>(8),
        [typeof(DateTimeOffset)] = new ScalarCodec<DateTimeOffset>(16),
    };

    private static readonly ConcurrentDictionary<Type, ColumnCodec?> Objects = new();

    /// <summary>The codec of a column as EF Core reads it, or null when its values can be neither shared nor copied.</summary>
    public static ColumnCodec? For(ReaderColumn column)
        => column is ReaderColumn<object>
            ? Objects.GetOrAdd(
                TypeOf(column), static type => ValueCopier.For(type) is { } copier ? new ObjectCodec(type, copier) : null)
            : Scalars.GetValueOrDefault(column.Type);

    /// <summary>The CLR type by which EF Core reads a column.</summary>
    public static Type TypeOf(ReaderColumn column)
    {
        // EF Core boxes what has no typed getter; the type is the one before the boxing.
#pragma warning disable EF9100 // The only place that tells it.
        return column.Type == typeof(object)
            && column.GetFieldValueExpression.Body is UnaryExpression { NodeType: ExpressionType.Convert } boxing
                ? boxing.Operand.Type
                : column.Type;
#pragma warning restore EF9100
    }

    /// <summary>The CLR type of the values.</summary>
    public Type Type => type;

    /// <summary>Begins the recording of one column of a result.</summary>
    public abstract Builder Begin(ReaderColumn column);

    /// <summary>A column of values that were recorded in another process.</summary>
    /// <param name="some">The values that are not null, in an array of their own type; the column may take it.</param>
    /// <param name="nulls">Which rows are null; null if none is.</param>
    public abstract Column Restore<T>(T[] some, BitArray? nulls);

    /// <summary>A column of no rows.</summary>
    public abstract Column RestoreNone();

    /// <summary>Gathers the values of one column while the rows are read.</summary>
    internal abstract class Builder
    {
        /// <param name="reader">The provider's reader, at a row.</param>
        /// <param name="ordinal">Where the column is.</param>
        /// <param name="ordinals">Where the columns are, for raw SQL, otherwise null.</param>
        public abstract void Add(DbDataReader reader, int ordinal, int[]? ordinals);

        /// <summary>Whether other callers may get the values: not if one cannot be copied, as of a derived type, of which nothing is known.</summary>
        public abstract bool IsShareable { get; }

        /// <summary>The estimated size in bytes of what was gathered.</summary>
        public abstract long Size { get; }

        /// <param name="rowCount">The rows that were read whole: of the one after them there may be a value as well.</param>
        public abstract Column Build(int rowCount);
    }

    private protected sealed class Builder<T>(
        Type type, ReaderColumn<T> column, int slotSize, ValueCopier? copier = null, Func<T, T>? copy = null) : Builder
    {
        private readonly List<T> _values = [];
        private List<bool>? _nulls;
        private long _size;
        private bool _isUnknown;

        public override bool IsShareable => !_isUnknown;

        public override long Size => _values.Count * (long)slotSize + _size;

        public override void Add(DbDataReader reader, int ordinal, int[]? ordinals)
        {
            // Asked only of nullable columns: of any other a null is an error, and the getter throws it.
            if (column.IsNullable && reader.IsDBNull(ordinal))
            {
                _nulls ??= [.. Enumerable.Repeat(false, _values.Count)];
                _nulls.Add(true);
                _values.Add(default!);
                return;
            }

            var value = column.GetFieldValue(reader, ordinals!);
            _values.Add(copier is null || value is null ? value : Keep(copier, value));
            _nulls?.Add(false);
        }

        public override Column Build(int rowCount)
            => new Column<T>(
                type,
                [.. _values.Take(rowCount)],
                _nulls is null ? null : new BitArray([.. _nulls.Take(rowCount)]),
                Size,
                IsShareable ? copy : null);

        // A copy, because nobody knows who else holds what the provider gave.
        private T Keep(ValueCopier copier, object value)
        {
            try
            {
                if (copier.Copy(value) is { } kept)
                {
                    _size += copier.Size(kept);
                    return (T)kept;
                }
            }
            catch (Exception exception) when (ReadErrors.IsOfValue(exception))
            {
                // It could be read, so its caller gets it: a document may be nested more deeply than it can be parsed again.
            }

            _isUnknown = true;
            return (T)value;
        }
    }

    /// <summary>The codec of a type that a data reader has a getter for.</summary>
    private sealed class ScalarCodec<T>(int size) : ColumnCodec(typeof(T))
        where T : struct
    {
        public override Builder Begin(ReaderColumn column) => new Builder<T>(Type, (ReaderColumn<T>)column, size);

        public override Column Restore<TValue>(TValue[] some, BitArray? nulls)
        {
            var values = (T[])(object)some;
            if (nulls is not null)
            {
                values = new T[nulls.Length];
                Scatter((T[])(object)some, nulls, values);
            }

            return new Column<T>(Type, values, nulls, values.Length * (long)size, null);
        }

        public override Column RestoreNone() => Restore<T>([], null);
    }

    private sealed class ObjectCodec(Type type, ValueCopier copier) : ColumnCodec(type)
    {
        private const int SlotSize = 8;

        // One for all columns: it must hold nothing of a recording. What was recorded once can always be copied again.
        private readonly Func<object, object>? _copy
            = copier.IsShared ? null : value => value is null ? value! : copier.Copy(value)!;

        public override Builder Begin(ReaderColumn column)
            => new Builder<object>(Type, (ReaderColumn<object>)column, SlotSize, copier, _copy);

        public override Column Restore<T>(T[] some, BitArray? nulls)
        {
            var boxes = nulls is null ? some as object[] : null;
            if (boxes is null)
            {
                boxes = new object[nulls?.Length ?? some.Length];
                Scatter(some, nulls, boxes);
            }

            var size = boxes.Length * (long)SlotSize;
            foreach (var box in boxes)
            {
                size += box is null ? 0 : copier.Size(box);
            }

            return new Column<object>(Type, boxes, nulls, size, _copy);
        }

        public override Column RestoreNone() => Restore<object>([], null);
    }

    // Puts each value into its row.
    private static void Scatter<T, TSlot>(T[] some, BitArray? nulls, TSlot[] slots)
    {
        for (int row = 0, next = 0; row < slots.Length; row++)
        {
            if (nulls is null || !nulls[row])
            {
                slots[row] = (TSlot)(object)some[next++]!;
            }
        }
    }
}
