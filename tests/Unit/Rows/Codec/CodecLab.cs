using System.Buffers;
using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using FastOrm.Cache.EfCore.Rows;
using FastOrm.Cache.EfCore.Rows.Codec;
using FastOrm.Cache.Tests.Integration.Fidelity.Harness;
using FastOrm.Cache.Tests.Unit.Support;
using Microsoft.EntityFrameworkCore.Storage;

namespace FastOrm.Cache.Tests.Unit.Rows.Codec;

/// <summary>Rows that need no database, their bytes, and what the bytes are read as.</summary>
internal sealed class CodecLab
{
    public static CommandIdentity Command { get; } = new(1, "SELECT 1", [1, 2, 3]);

    public required RowSet Rows { get; init; }

    public required ColumnCodec?[] Codecs { get; init; }

    public string?[]? Asked { get; init; }

    /// <summary>Rows of the given columns, each with a type and its values.</summary>
    public static CodecLab Of(params (Type Type, object?[] Values)[] columns)
    {
        var codecs = new ColumnCodec?[columns.Length];
        var recorded = new Column?[columns.Length];
        for (var i = 0; i < columns.Length; i++)
        {
            codecs[i] = CodecOf(columns[i].Type);
            recorded[i] = Recorded(codecs[i]!, columns[i].Type, columns[i].Values);
        }

        return new() { Rows = new RowSet(Command, recorded, null, columns is [] ? 0 : columns[0].Values.Length), Codecs = codecs };
    }

    public static CodecLab OfOne<T>(params T?[] values) => Of((typeof(T), [.. values.Select(static value => (object?)value)]));

    public static ColumnCodec CodecOf(Type type)
    {
        var make = type.IsPrimitive || type == typeof(decimal) || type == typeof(Guid) || type == typeof(DateTime) || type == typeof(DateTimeOffset)
            ? nameof(Typed)
            : nameof(Boxed);
        var column = (ReaderColumn)typeof(CodecLab).GetMethod(make, BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(type).Invoke(null, null)!;
        return ColumnCodec.For(column) ?? throw new InvalidOperationException($"{type} is not recorded.");
    }

    public byte[] Encode(int compressFrom = RowCodec.NeverCompress)
    {
        var bytes = new ArrayBufferWriter<byte>();
        Assert.True(RowCodec.TryEncode(Rows, bytes, compressFrom), $"not written: {RowCodec.RefusedType(Rows)}");
        return bytes.WrittenSpan.ToArray();
    }

    public RowSet? Decode(ReadOnlySpan<byte> bytes) => RowCodec.TryDecode(bytes, Command, Codecs, Asked);

    /// <summary>Writes and reads the rows, and checks that not a bit has changed.</summary>
    public byte[] RoundTrip(int compressFrom = RowCodec.NeverCompress)
    {
        var bytes = Encode(compressFrom);
        AssertSame(Decode(bytes));
        return bytes;
    }

    /// <param name="decoded">What was read.</param>
    /// <param name="isPicked">Whether it was picked from more: then nobody knows what single values weigh.</param>
    public void AssertSame(RowSet? decoded, bool isPicked = false)
    {
        Assert.NotNull(decoded);
        Assert.True(decoded.IsShareable && !decoded.EndsWithError && decoded.IsKnownTo(Command.Slot));
        Assert.Equal((Rows.RowCount, Rows.Columns.Length), (decoded.RowCount, decoded.Columns.Length));
        Assert.True(isPicked || Rows.Size == decoded.Size);
        Assert.Equal(Rows.Names, decoded.Names);
        for (var i = 0; i < Rows.Columns.Length; i++)
        {
            AssertSame(Rows.Columns[i], decoded.Columns[i]);
            Assert.True(isPicked || Rows.Columns[i]?.Size == decoded.Columns[i]?.Size);
        }
    }

    private static ReaderColumn Typed<T>() => Columns.Of<T>();

    private static ReaderColumn Boxed<T>() => Columns.Boxed<T>();

    private static Column Recorded(ColumnCodec codec, Type type, object?[] values)
    {
        var some = values.Where(static value => value is not null).ToArray();
        var typed = Array.CreateInstance(Nullable.GetUnderlyingType(type) ?? type, some.Length);
        some.CopyTo(typed, 0);
        var nulls = values.Contains(null) ? new BitArray([.. values.Select(static value => value is null)]) : null;
        return (Column)typeof(ColumnCodec).GetMethod(nameof(ColumnCodec.Restore))!
            .MakeGenericMethod(typed.GetType().GetElementType()!).Invoke(codec, [typed, nulls])!;
    }

    private void AssertSame(Column? recorded, Column? decoded)
    {
        Assert.Equal((recorded?.GetType(), recorded?.Type), (decoded?.GetType(), decoded?.Type));
        for (var row = 0; row < Rows.RowCount && recorded is not null; row++)
        {
            Assert.Equal(recorded.IsNull(row), decoded!.IsNull(row));
            Assert.Equal(Text(recorded, row), Text(decoded, row));
        }
    }

    private static string Text(Column column, int row)
        => column.IsNull(row) ? "null"
            : column is Column<DateTime> times ? $"{Unsafe.BitCast<DateTime, long>(times.Get(row)):X}"
            : column.GetValue(row) is byte[] bytes ? Convert.ToHexString(bytes) // Of which there may be millions.
            : GraphWriter.Describe(column.GetValue(row));
}
