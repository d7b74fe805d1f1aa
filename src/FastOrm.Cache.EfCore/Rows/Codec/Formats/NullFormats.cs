using System.Text;

namespace FastOrm.Cache.EfCore.Rows.Codec.Formats;

/// <summary>
/// Items of which some may be null: a 0 if none is, otherwise a 1 and a bit for each, set where it is null; then those that are not.
/// </summary>
internal sealed class NullableFormat<T>(VectorFormat<T> inner) : VectorFormat<T?>
    where T : struct
{
    public override bool TryWrite(PayloadWriter writer, ReadOnlySpan<T?> values)
    {
        var some = new T[values.Length];
        var nulls = new bool[values.Length];
        var count = 0;
        for (var i = 0; i < values.Length; i++)
        {
            nulls[i] = values[i] is null;
            some[count] = values[i].GetValueOrDefault();
            count += nulls[i] ? 0 : 1;
        }

        Nulls.Write(writer, nulls, count);
        return inner.TryWrite(writer, some.AsSpan(0, count));
    }

    public override bool TryRead(ref PayloadReader reader, Span<T?> values)
    {
        if (!Nulls.TryRead(ref reader, values.Length, out var nulls, out var count))
        {
            return false;
        }

        var some = new T[count];
        if (!inner.TryRead(ref reader, some))
        {
            return false;
        }

        var next = 0;
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = !nulls.IsEmpty && Bitmap.Bit(nulls, i) ? null : some[next++];
        }

        return true;
    }

    public override void Describe(StringBuilder text, HashSet<Type> outer)
    {
        inner.Describe(text, outer);
        text.Append('?');
    }
}

/// <inheritdoc cref="NullableFormat{T}"/>
internal sealed class ReferenceFormat<T>(VectorFormat<T> inner) : VectorFormat<T?>
    where T : class
{
    public override bool TryWrite(PayloadWriter writer, ReadOnlySpan<T?> values)
    {
        var some = new T[values.Length];
        var nulls = new bool[values.Length];
        var count = 0;
        for (var i = 0; i < values.Length; i++)
        {
            nulls[i] = values[i] is null;
            some[count] = values[i]!;
            count += nulls[i] ? 0 : 1;
        }

        Nulls.Write(writer, nulls, count);
        return inner.TryWrite(writer, some.AsSpan(0, count));
    }

    public override bool TryRead(ref PayloadReader reader, Span<T?> values)
    {
        if (!Nulls.TryRead(ref reader, values.Length, out var nulls, out var count))
        {
            return false;
        }

        var some = new T[count];
        if (!inner.TryRead(ref reader, some))
        {
            return false;
        }

        var next = 0;
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = !nulls.IsEmpty && Bitmap.Bit(nulls, i) ? null : some[next++];
        }

        return true;
    }

    public override void Describe(StringBuilder text, HashSet<Type> outer) => inner.Describe(text, outer);
}

/// <summary>Which items are null.</summary>
internal static class Nulls
{
    private static readonly BooleanFormat Bits = new();

    public static void Write(PayloadWriter writer, ReadOnlySpan<bool> nulls, int some)
    {
        if (nulls.IsEmpty)
        {
            return;
        }

        writer.Byte(some < nulls.Length ? (byte)1 : (byte)0);
        if (some < nulls.Length)
        {
            Bits.TryWrite(writer, nulls);
        }
    }

    /// <summary>Reads which of the items are null: no bits if none is.</summary>
    /// <param name="reader">What is read.</param>
    /// <param name="length">The items.</param>
    /// <param name="nulls">A bit for each.</param>
    /// <param name="some">How many are not null: no more than can follow.</param>
    public static bool TryRead(ref PayloadReader reader, int length, out ReadOnlySpan<byte> nulls, out int some)
    {
        nulls = default;
        some = length;
        if (length == 0)
        {
            return true;
        }

        var kind = reader.Byte();
        if (kind == 1)
        {
            nulls = Bitmap.Read(ref reader, length);
            some = length - Bitmap.CountSet(nulls);
        }

        return kind <= 1 && !reader.IsBad && reader.Fits((ulong)some) && (kind == 0 || some < length) || reader.Refuse();
    }
}
