using System.Buffers;
using System.Runtime.ExceptionServices;
using FastOrm.Cache.EfCore.Rows;
using FastOrm.Cache.EfCore.Rows.Codec;

namespace FastOrm.Cache.Tests.Unit.Rows.Codec;

/// <summary>Which rows are written, how large they are, and who may read them.</summary>
public sealed class RowCodecTests
{
    private const int HeaderSize = 43;

    private static readonly CodecLab Three = CodecLab.Of(
        (typeof(int), [1, 2, 3]), (typeof(string), ["a", null, "c"]), (typeof(byte[]), [new byte[] { 1 }, new byte[] { 2 }, null]));

    [Fact]
    public void Decoded_rows_are_like_recorded_ones_also_in_what_can_be_changed()
    {
        var decoded = Three.Decode(Three.Encode())!;

        ((byte[])decoded.Columns[2]!.GetValue(0))[0] = 9;

        Three.AssertSame(decoded);
        Assert.Same(CodecLab.Command, decoded.Identity);
        Assert.Null(decoded.Parts);
    }

    [Fact]
    public void Rows_of_another_command_are_not_read()
    {
        var bytes = Three.Encode();

        Assert.Null(Decode(CodecLab.Command with { Sql = "SELECT 2" }));
        Assert.Null(Decode(CodecLab.Command with { Values = [1, 2, 4] }));
        Assert.Null(Decode(CodecLab.Command with { Values = null }));
        Assert.Null(Decode(CodecLab.Command with { Sql = CodecLab.Command.Sql + "\u0001", Values = [2, 3] }));
        Assert.NotNull(Decode(CodecLab.Command with { Slot = 77 }));

        RowSet? Decode(CommandIdentity identity) => RowCodec.TryDecode(bytes, identity, Three.Codecs, null);
    }

    [Theory]
    [InlineData(typeof(long), typeof(string), typeof(byte[]))]
    [InlineData(typeof(int), typeof(string), typeof(string))]
    [InlineData(typeof(int), typeof(byte[]), typeof(string))]
    [InlineData(typeof(int), typeof(string))]
    [InlineData(typeof(int), typeof(string), typeof(byte[]), typeof(int))]
    public void Columns_of_other_types_are_not_read(params Type[] types)
        => Assert.Null(RowCodec.TryDecode(Three.Encode(), CodecLab.Command, [.. types.Select(CodecLab.CodecOf)], null));

    [Theory]
    [InlineData(typeof(Interval<int>), typeof(Interval<uint>))]
    [InlineData(typeof(int), typeof(DayOfWeek))]
    [InlineData(typeof(Interval<int>), typeof(Interval<int>?))]
    [InlineData(typeof(List<int>), typeof(int[]))]
    [InlineData(typeof(int[]), typeof(int?[]))]
    public void Types_with_the_same_bytes_are_told_apart(Type written, Type read)
        => Assert.Null(RowCodec.TryDecode(CodecLab.Of((written, [])).Encode(), CodecLab.Command, [CodecLab.CodecOf(read)], null));

    [Fact]
    public void Rows_of_another_version_are_not_read()
    {
        for (var place = 0; place < 2; place++)
        {
            var bytes = Three.Encode();
            bytes[place]++;
            Reseal(bytes);
            Assert.Null(Three.Decode(bytes));
        }
    }

    [Fact]
    public void Rows_with_bytes_after_their_end_are_not_read()
    {
        byte[] bytes = [.. Three.Encode(), 0];
        RowCodec.Seal(bytes, isCompressed: false);

        Assert.Null(Three.Decode(bytes));
    }

    [Fact]
    public void What_may_not_be_shared_is_not_written()
    {
        var error = ExceptionDispatchInfo.Capture(new InvalidOperationException());

        AssertRefused(new RowSet(CodecLab.Command, Three.Rows.Columns, null, 3, isShareable: false));
        AssertRefused(new RowSet(CodecLab.Command, Three.Rows.Columns, null, 3, isShareable: true, error));
        AssertRefused(new RowSet(CodecLab.Command with { Values = null }, Three.Rows.Columns, null, 3));
    }

    [Theory]
    [InlineData(typeof(Nothing))]
    [InlineData(typeof(List<Nothing>))]
    [InlineData(typeof(Padded))]
    [InlineData(typeof(Overlaid))]
    [InlineData(typeof(Interval<Padded>))]
    [InlineData(typeof(Dictionary<Interval<int>, int>))]
    [InlineData(typeof(Uri))]
    [InlineData(typeof(Uri[]))]
    [InlineData(typeof(Dictionary<string, Uri>))]
    [InlineData(typeof(System.Text.Json.Nodes.JsonNode))]
    public void A_type_that_cannot_be_written_is_named(Type type)
    {
        var rows = CodecLab.Of((typeof(int), []), (type, [])).Rows;

        AssertRefused(rows);
        Assert.Equal(type, RowCodec.RefusedType(rows));
        Assert.Null(RowCodec.RefusedType(Three.Rows));
    }

    [Fact]
    public void A_dictionary_that_compares_its_keys_in_another_way_is_not_written()
        => AssertRefused(CodecLab.OfOne(new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)).Rows);

    [Fact]
    public void A_tree_that_is_too_deep_is_neither_written_nor_read()
    {
        Node tree = new Word("a");
        for (var i = 0; i < 200_000; i++)
        {
            tree = new Both(tree, null);
        }

        var rows = new RowSet(CodecLab.Command, [new Column<object>(typeof(Node), [tree], null, 1, null)], null, 1);

        AssertRefused(rows);
    }

    [Fact]
    public void Columns_that_nobody_reads_are_left_out()
    {
        var lab = new CodecLab
        {
            Rows = new RowSet(CodecLab.Command, [Three.Rows.Columns[0], null, Three.Rows.Columns[1]], null, 3),
            Codecs = [Three.Codecs[0], null, Three.Codecs[1]],
        };

        var bytes = lab.RoundTrip();

        Assert.Null(RowCodec.TryDecode(bytes, CodecLab.Command, [Three.Codecs[0], Three.Codecs[1], null], null));
        new CodecLab { Rows = new RowSet(CodecLab.Command, [null], null, 1_000_000), Codecs = [null] }.RoundTrip();
    }

    [Fact]
    public void Columns_with_names_are_read_by_name()
    {
        var lab = new CodecLab
        {
            Rows = new RowSet(CodecLab.Command, [null, Three.Rows.Columns[1], Three.Rows.Columns[0]], ["Extra", "NAME", "id"], 3),
            Codecs = [Three.Codecs[0], Three.Codecs[1], null],
            Asked = ["Id", "Name", null],
        };

        var bytes = lab.RoundTrip();

        Assert.Null(RowCodec.TryDecode(bytes, CodecLab.Command, lab.Codecs, ["Id", "Other", null]));
        Assert.Null(RowCodec.TryDecode(bytes, CodecLab.Command, lab.Codecs, ["Name", "Id", null]));
        Assert.Null(RowCodec.TryDecode(bytes, CodecLab.Command, lab.Codecs, ["Extra", "Name", null]));
        Assert.Null(RowCodec.TryDecode(bytes, CodecLab.Command, lab.Codecs, null));
        Assert.Null(RowCodec.TryDecode(Three.Encode(), CodecLab.Command, Three.Codecs, ["a", "b", "c"]));
    }

    [Fact]
    public void A_single_column_may_have_any_name()
    {
        var lab = CodecLab.OfOne(1, 2);

        new CodecLab { Rows = new RowSet(CodecLab.Command, lab.Rows.Columns, ["count(*)"], 2), Codecs = lab.Codecs, Asked = ["Value"] }.RoundTrip();
    }

    [Theory]
    [InlineData(1_000, 1)]
    [InlineData(int.MaxValue - 255, 1)]
    [InlineData(int.MaxValue - 256, 2)]
    [InlineData(int.MaxValue - 65_536, 4)]
    public void Integers_take_the_bytes_that_their_distance_needs(int least, int width)
    {
        var (few, many) = (Length(10), Length(110));

        Assert.Equal(100 * width, many - few);

        int Length(int count)
            => CodecLab.Of((typeof(int), [.. Enumerable.Range(0, count).Select(i => (object)(i % 2 == 0 ? least : least == 1_000 ? 1_001 : int.MaxValue))]))
                .RoundTrip().Length;
    }

    [Fact]
    public void Texts_take_their_UTF8_and_a_length_each_and_repeated_ones_a_byte()
    {
        var plain = CodecLab.Of((typeof(string), [.. Enumerable.Range(0, 1_000).Select(static i => (object)$"text {i:0000}")]));
        var repeated = CodecLab.Of((typeof(string), [.. Enumerable.Range(0, 1_000).Select(static i => (object)$"text {i % 10:0000}")]));

        Assert.InRange(plain.RoundTrip().Length, 10_000, 10_000 + HeaderSize + 20);
        Assert.InRange(repeated.RoundTrip().Length, 1_100, 1_100 + HeaderSize + 20);
    }

    [Fact]
    public void Moments_take_the_bytes_that_their_distance_in_the_largest_whole_unit_needs()
    {
        var start = new DateTime(2026, 1, 1, 0, 0, 30, DateTimeKind.Utc);
        var minutes = CodecLab.Of((typeof(DateTime), [.. Enumerable.Range(0, 1_000).Select(i => (object)start.AddMinutes(i))]));

        Assert.InRange(minutes.RoundTrip().Length, 2_000, 2_000 + HeaderSize + 30);
    }

    [Fact]
    public void Compressed_rows_are_read_as_the_others()
    {
        var lab = CodecLab.Of((typeof(string), [.. Enumerable.Range(0, 1_000).Select(static i => (object)$"some text {i}, and more of it")]));
        var plain = lab.RoundTrip();
        var compressed = lab.RoundTrip(compressFrom: 1_024);

        Assert.InRange(compressed.Length, 1_000, plain.Length / 2);
        Assert.Equal(lab.Encode(), lab.Encode(plain.Length + 1));
        Assert.Null(lab.Decode(compressed.AsSpan(0, compressed.Length - 1)));
    }

    [Fact]
    public void What_compression_does_not_make_smaller_is_left_as_it_is()
    {
        var random = new Random(1);
        var noise = new byte[10_000];
        random.NextBytes(noise);
        var lab = CodecLab.OfOne<byte[]>(noise);

        Assert.Equal(lab.Encode(), lab.RoundTrip(compressFrom: 0));
        CodecLab.OfOne<byte[]>(new byte[10_000_000]).RoundTrip(compressFrom: 0); // Would be more than is believed when it is read.
    }

    private static void Reseal(byte[] bytes)
    {
        var (layout, format) = (bytes[0], bytes[1]);
        RowCodec.Seal(bytes, isCompressed: false);
        (bytes[0], bytes[1]) = (layout, format);
        var hash = System.IO.Hashing.XxHash3.HashToUInt64(bytes.AsSpan(11), layout | format << 8);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(3), hash);
    }

    private static void AssertRefused(RowSet rows)
    {
        var target = new ArrayBufferWriter<byte>();

        Assert.False(RowCodec.TryEncode(rows, target));
        Assert.Equal(0, target.WrittenCount);
    }
}
