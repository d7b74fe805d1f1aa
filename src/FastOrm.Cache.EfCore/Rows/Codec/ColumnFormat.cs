using System.Collections;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using FastOrm.Cache.EfCore.Rows.Codec.Formats;

namespace FastOrm.Cache.EfCore.Rows.Codec;

/// <summary>
/// How the columns of one type are written: a byte that is 1 if there are nulls, then a bit for each row, set where it is null; then the
/// values that are not null, as <see cref="VectorFormat"/> writes them.
/// </summary>
internal abstract class ColumnFormat
{
    private static readonly ConcurrentDictionary<Type, ColumnFormat?> ByType = new();

    /// <summary>The format of columns of a type, or null when they cannot be written.</summary>
    public static ColumnFormat? Of(Type type) => ByType.GetOrAdd(type, static type => Make(type));

    /// <summary>A SHA-256 of all that the values are made of: rows are read only where that is the same.</summary>
    public abstract ReadOnlySpan<byte> Signature { get; }

    /// <summary>Writes the values of a column of so many rows, if all of them can be written.</summary>
    public abstract bool TryWrite(PayloadWriter writer, Column column, int rowCount);

    /// <summary>Reads a column of so many rows, as the codec would have recorded it; null if that is not what is there.</summary>
    public abstract Column? TryRead(ref PayloadReader reader, ColumnCodec codec, int rowCount);

    private static ColumnFormat? Make(Type type)
        => VectorFormat.Of(Nullable.GetUnderlyingType(type) ?? type) is { } values // Boxed, the one is the other.
            ? (ColumnFormat)Activator.CreateInstance(typeof(ColumnFormat<>).MakeGenericType(values.Type), type, values)!
            : null;
}

/// <inheritdoc/>
internal sealed class ColumnFormat<T>(Type type, VectorFormat<T> values) : ColumnFormat
    where T : notnull
{
    private readonly byte[] _signature = SignatureOf(type, values);

    public override ReadOnlySpan<byte> Signature => _signature;

    public override bool TryWrite(PayloadWriter writer, Column column, int rowCount)
    {
        var nulls = column.Nulls;
        writer.Byte(nulls is null ? (byte)0 : (byte)1);
        if (nulls is not null)
        {
            Bitmap.Write(writer, nulls);
        }

        return column switch
        {
            Column<T> typed when nulls is null => values.TryWrite(writer, typed.Values),
            Column<T> typed => values.TryWrite(writer, Some(typed.Values, nulls)),
            Column<object> boxed => Unboxed(boxed.Values, nulls) is { } some && values.TryWrite(writer, some),
            _ => false,
        };
    }

    public override Column? TryRead(ref PayloadReader reader, ColumnCodec codec, int rowCount)
    {
        var hasNulls = reader.Byte();
        var bits = hasNulls == 1 ? Bitmap.Read(ref reader, rowCount) : default;
        var some = rowCount - Bitmap.CountSet(bits);
        if (hasNulls > 1 || reader.IsBad || !reader.Fits((ulong)some))
        {
            return null;
        }

        var read = new T[rowCount];
        if (!values.TryRead(ref reader, read.AsSpan(0, some)))
        {
            return null;
        }

        if (hasNulls == 0)
        {
            return codec.Restore(read, null);
        }

        // From the end, so that each value moves to a place that is no longer needed.
        for (var row = rowCount - 1; row >= 0; row--)
        {
            read[row] = Bitmap.Bit(bits, row) ? default! : read[--some];
        }

        return codec.Restore(read, Bitmap.ToArray(bits, rowCount));
    }

    private static byte[] SignatureOf(Type type, VectorFormat<T> values)
    {
        var text = new StringBuilder().Append(type).Append('=');
        values.Describe(text, []);
        return SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()));
    }

    private static T[] Some(ReadOnlySpan<T> values, BitArray nulls)
    {
        var some = new T[values.Length];
        var count = 0;
        for (var row = 0; row < some.Length; row++)
        {
            if (!nulls[row])
            {
                some[count++] = values[row];
            }
        }

        Array.Resize(ref some, count);
        return some;
    }

    // Null if a value is null that should not be.
    private static T[]? Unboxed(ReadOnlySpan<object> values, BitArray? nulls)
    {
        var some = new T[values.Length];
        var count = 0;
        for (var row = 0; row < some.Length; row++)
        {
            if (values[row] is T value)
            {
                some[count++] = value;
            }
            else if (nulls is null || !nulls[row])
            {
                return null;
            }
        }

        Array.Resize(ref some, count);
        return some;
    }
}
