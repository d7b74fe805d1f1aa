using System.Runtime.InteropServices;

namespace FastOrm.Cache.EfCore.Rows.Codec.Formats;

/// <summary>Booleans, eight a byte.</summary>
internal sealed class BooleanFormat : VectorFormat<bool>
{
    public override bool TryWrite(PayloadWriter writer, ReadOnlySpan<bool> values)
    {
        var target = writer.Take(Bitmap.Size(values.Length));
        target.Clear();
        for (var i = 0; i < values.Length; i++)
        {
            target[i >> 3] |= (byte)((values[i] ? 1 : 0) << (i & 7));
        }

        return true;
    }

    public override bool TryRead(ref PayloadReader reader, Span<bool> values)
    {
        var source = Bitmap.Read(ref reader, values.Length);
        if (reader.IsBad)
        {
            return false;
        }

        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Bitmap.Bit(source, i);
        }

        return true;
    }
}

/// <summary>Numbers of single precision, bit for bit.</summary>
internal sealed class SingleFormat : VectorFormat<float>
{
    public override bool TryWrite(PayloadWriter writer, ReadOnlySpan<float> values)
    {
        writer.UInt32s(MemoryMarshal.Cast<float, uint>(values));
        return true;
    }

    public override bool TryRead(ref PayloadReader reader, Span<float> values)
        => reader.UInt32s(MemoryMarshal.Cast<float, uint>(values));
}

/// <summary>Numbers of double precision, bit for bit.</summary>
internal sealed class DoubleFormat : VectorFormat<double>
{
    public override bool TryWrite(PayloadWriter writer, ReadOnlySpan<double> values)
    {
        writer.UInt64s(MemoryMarshal.Cast<double, ulong>(values));
        return true;
    }

    public override bool TryRead(ref PayloadReader reader, Span<double> values)
        => reader.UInt64s(MemoryMarshal.Cast<double, ulong>(values));
}

/// <summary>Guids: 16 bytes each.</summary>
internal sealed class GuidFormat : VectorFormat<Guid>
{
    private const int Size = 16;

    public override bool TryWrite(PayloadWriter writer, ReadOnlySpan<Guid> values)
    {
        var target = writer.Take(checked(values.Length * Size));
        for (var i = 0; i < values.Length; i++)
        {
            values[i].TryWriteBytes(target[(i * Size)..]);
        }

        return true;
    }

    public override bool TryRead(ref PayloadReader reader, Span<Guid> values)
    {
        var source = reader.Take(values.Length * (long)Size);
        if (reader.IsBad)
        {
            return false;
        }

        for (var i = 0; i < values.Length; i++)
        {
            values[i] = new Guid(source.Slice(i * Size, Size));
        }

        return true;
    }
}
