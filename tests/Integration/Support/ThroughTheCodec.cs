using System.Buffers;
using System.Runtime.CompilerServices;
using FastOrm.Cache.EfCore.Internals;
using FastOrm.Cache.EfCore.Plans;
using FastOrm.Cache.EfCore.Rows;
using FastOrm.Cache.EfCore.Rows.Codec;
using FastOrm.Cache.Tests.Integration.Fidelity.Harness;

namespace FastOrm.Cache.Tests.Integration.Support;

/// <summary>
/// Sends every result that is recorded in this process through the codec of the second tier: what is decoded must be what was recorded, to
/// the last bit. Where a test asks for it, what was decoded is also what is stored and replayed.
/// </summary>
internal static class ThroughTheCodec
{
    // Above it results are compressed too, so that both ways are tried.
    private const int CompressFrom = 1 << 10;

    private static readonly AsyncLocal<bool> Replaces = new();

    /// <summary>From here on what is decoded is stored and replayed, in this test.</summary>
    public static void Replay() => Replaces.Value = true;

#pragma warning disable CA2255 // A module initializer in a test project.
    [ModuleInitializer]
    public static void Install() => ReplayCommand.OnRecorded = Pass;
#pragma warning restore CA2255

    private static RowSet Pass(RowSet rows, CommandSlot slot)
    {
        if (!rows.IsShareable || rows.EndsWithError || rows.Identity.Values is null)
        {
            Assert.False(RowCodec.TryEncode(rows, new ArrayBufferWriter<byte>()));
            return rows;
        }

        var bytes = new ArrayBufferWriter<byte>();
        Assert.True(
            RowCodec.TryEncode(rows, bytes, CompressFrom),
            $"It cannot be written, because of {RowCodec.RefusedType(rows)?.ToString() ?? "a value"}: {rows.Identity.Sql}");
        var decoded = RowCodec.TryDecode(bytes.WrittenSpan, rows.Identity, slot.Codecs!, slot.ColumnNames);
        Assert.True(decoded is not null, $"What was written cannot be read: {rows.Identity.Sql}");
        AssertEqual(rows, decoded);
        return Replaces.Value ? decoded : rows;
    }

    private static void AssertEqual(RowSet recorded, RowSet decoded)
    {
        Assert.Equal((recorded.RowCount, recorded.Size, recorded.Columns.Length), (decoded.RowCount, decoded.Size, decoded.Columns.Length));
        Assert.Equal(recorded.Names, decoded.Names);
        Assert.True(decoded.IsShareable && !decoded.EndsWithError);
        for (var i = 0; i < recorded.Columns.Length; i++)
        {
            AssertEqual(recorded.Columns[i], decoded.Columns[i], recorded.RowCount);
        }
    }

    private static void AssertEqual(Column? recorded, Column? decoded, int rowCount)
    {
        Assert.Equal((recorded?.GetType(), recorded?.Type, recorded?.Size), (decoded?.GetType(), decoded?.Type, decoded?.Size));
        for (var row = 0; row < rowCount && recorded is not null; row++)
        {
            Assert.Equal(recorded.IsNull(row), decoded!.IsNull(row));
            if (!recorded.IsNull(row))
            {
                var (one, other) = (recorded.GetValue(row), decoded.GetValue(row));
                if (one is not string || !one.Equals(other))
                {
                    Assert.Equal(GraphWriter.Describe(one), GraphWriter.Describe(other));
                }
            }
        }
    }
}
