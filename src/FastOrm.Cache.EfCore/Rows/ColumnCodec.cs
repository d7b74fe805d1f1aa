using System.Collections;
using System.Collections.Concurrent;
using System.Data.Common;
using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore.Storage;

namespace FastOrm.Cache.EfCore.Rows;

/// <summary>How the values of one column are recorded. One for each type; a type without one is not remembered.</summary>
internal abstract class ColumnCodec(Type type)
{
    private static readonly ConcurrentDictionary<Type, ColumnCodec?> ByType = new(new Dictionary<Type, ColumnCodec?>
    {
        [typeof(bool)] = new ColumnCodec<bool>(static (reader, i) => reader.GetBoolean(i), 1),
        [typeof(byte)] = new ColumnCodec<byte>(static (reader, i) => reader.GetByte(i), 1),
        [typeof(sbyte)] = new ColumnCodec<sbyte>(static (reader, i) => reader.GetFieldValue<sbyte>(i), 1),
        [typeof(short)] = new ColumnCodec<short>(static (reader, i) => reader.GetInt16(i), 2),
        [typeof(ushort)] = new ColumnCodec<ushort>(static (reader, i) => reader.GetFieldValue<ushort>(i), 2),
        [typeof(int)] = new ColumnCodec<int>(static (reader, i) => reader.GetInt32(i), 4),
        [typeof(uint)] = new ColumnCodec<uint>(static (reader, i) => reader.GetFieldValue<uint>(i), 4),
        [typeof(long)] = new ColumnCodec<long>(static (reader, i) => reader.GetInt64(i), 8),
        [typeof(ulong)] = new ColumnCodec<ulong>(static (reader, i) => reader.GetFieldValue<ulong>(i), 8),
        [typeof(char)] = new ColumnCodec<char>(static (reader, i) => reader.GetChar(i), 2),
        [typeof(float)] = new ColumnCodec<float>(static (reader, i) => reader.GetFloat(i), 4),
        [typeof(double)] = new ColumnCodec<double>(static (reader, i) => reader.GetDouble(i), 8),
        [typeof(decimal)] = new ColumnCodec<decimal>(static (reader, i) => reader.GetDecimal(i), 16),
        [typeof(Guid)] = new ColumnCodec<Guid>(static (reader, i) => reader.GetGuid(i), 16),
        [typeof(DateTime)] = new ColumnCodec<DateTime>(static (reader, i) => reader.GetDateTime(i), 8),
        [typeof(DateTimeOffset)] = new ColumnCodec<DateTimeOffset>(static (reader, i) => reader.GetFieldValue<DateTimeOffset>(i), 16),
    });

    /// <summary>The codec of a column as EF Core reads it, or null when its values can be neither shared nor copied.</summary>
    public static ColumnCodec? For(ReaderColumn column)
    {
        if (column.Type != typeof(object))
        {
            return ByType.GetValueOrDefault(column.Type);
        }

        // EF Core boxes what has no typed getter; the type is the one before the boxing.
#pragma warning disable EF9100 // The only place that tells it.
        var type = column.GetFieldValueExpression.Body is UnaryExpression { NodeType: ExpressionType.Convert } boxing
            ? boxing.Operand.Type
            : typeof(object);
#pragma warning restore EF9100
        return ByType.GetOrAdd(type, static type => ForObject(type));
    }

    /// <summary>The CLR type of the values.</summary>
    public Type Type => type;

    public abstract Builder Begin(bool isNullable);

    private static ColumnCodec? ForObject(Type type)
    {
        if (type == typeof(string))
        {
            return new ObjectCodec(type, static value => 24 + 2L * ((string)value).Length, copy: null);
        }

        if (type == typeof(byte[]))
        {
            return new ObjectCodec(type, static value => 24 + ((byte[])value).Length, static value => ((byte[])value).Clone());
        }

        return type == typeof(DateOnly) || type == typeof(TimeOnly) || type == typeof(TimeSpan)
            ? new ObjectCodec(type, static _ => 32, copy: null)
            : null;
    }

    /// <summary>Gathers the values of one column while the rows are read.</summary>
    internal abstract class Builder
    {
        public abstract void Add(DbDataReader reader, int ordinal);

        /// <summary>The estimated size in bytes of what was added so far.</summary>
        public abstract long Size { get; }

        public abstract Column Build();
    }

    private sealed class ObjectCodec(Type type, Func<object, long> size, Func<object, object>? copy) : ColumnCodec(type)
    {
        public override Builder Begin(bool isNullable)
            => new Builder<object>(Type, isNullable, static (reader, i) => reader.GetFieldValue<object>(i), 8, size, copy);
    }

    private protected sealed class Builder<T>(
        Type type, bool isNullable, Func<DbDataReader, int, T> read, int slotSize, Func<T, long>? extraSize, Func<T, T>? copy) : Builder
    {
        private readonly List<T> _values = [];
        private List<bool>? _nulls;
        private long _extra;

        public override long Size => _values.Count * (long)slotSize + _extra;

        public override void Add(DbDataReader reader, int ordinal)
        {
            // Asked only of nullable columns: of any other a null is an error, and the getter throws it.
            if (isNullable && reader.IsDBNull(ordinal))
            {
                _nulls ??= [.. Enumerable.Repeat(false, _values.Count)];
                _nulls.Add(true);
                _values.Add(default!);
                return;
            }

            var value = read(reader, ordinal);
            _values.Add(value);
            _nulls?.Add(false);
            _extra += extraSize?.Invoke(value) ?? 0;
        }

        public override Column Build()
            => new Column<T>(type, [.. _values], _nulls is null ? null : new BitArray([.. _nulls]), Size, copy);
    }
}

/// <summary>The codec of a type that a data reader has a getter for.</summary>
internal sealed class ColumnCodec<T>(Func<DbDataReader, int, T> read, int size) : ColumnCodec(typeof(T))
    where T : struct
{
    public override Builder Begin(bool isNullable)
        => new Builder<T>(typeof(T), isNullable, read, size, extraSize: null, copy: null);
}
