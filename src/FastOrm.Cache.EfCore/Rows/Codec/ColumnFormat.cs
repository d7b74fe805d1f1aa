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

    /// <summary>Begins a column of at most so many rows, which are read one by one.</summary>
    public abstract ColumnBlock Begin(int capacity);

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
            Column<T> typed => TryWriteSome(writer, typed.Values, nulls),
            Column<object> boxed when nulls is null => values.TryWriteBoxes(writer, boxed.Values),
            Column<object> boxed => TryWriteSomeBoxes(writer, boxed.Values, nulls),
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

        var read = new T[some];
        return values.TryRead(ref reader, read)
            ? codec.Restore(read, hasNulls == 1 ? Bitmap.ToArray(bits, rowCount) : null)
            : null;
    }

    public override ColumnBlock Begin(int capacity) => new ColumnBlock<T>(values, capacity);

    private static byte[] SignatureOf(Type type, VectorFormat<T> values)
    {
        var text = new StringBuilder().Append(type).Append('=');
        values.Describe(text, []);
        return SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()));
    }

    private bool TryWriteSome(PayloadWriter writer, ReadOnlySpan<T> all, BitArray nulls)
    {
        var some = new T[all.Length];
        return values.TryWrite(writer, some.AsSpan(0, Gather(all, nulls, some)));
    }

    private bool TryWriteSomeBoxes(PayloadWriter writer, ReadOnlySpan<object> all, BitArray nulls)
    {
        var some = new object[all.Length];
        return values.TryWriteBoxes(writer, some.AsSpan(0, Gather(all, nulls, some)));
    }

    private static int Gather<TItem>(ReadOnlySpan<TItem> all, BitArray nulls, TItem[] some)
    {
        var count = 0;
        for (var row = 0; row < all.Length; row++)
        {
            if (!nulls[row])
            {
                some[count++] = all[row];
            }
        }

        return count;
    }
}
