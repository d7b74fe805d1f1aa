using System.Data.Common;
using FastOrm.Cache.EfCore.Rows;
using FastOrm.Cache.Tests.Unit.Support;
using Microsoft.EntityFrameworkCore.Storage;

namespace FastOrm.Cache.Tests.Unit.Rows;

/// <summary>What the provider's reader gives is recorded and replayed unchanged, type by type.</summary>
public sealed class RecordedTypesTests : IDisposable
{
    private static readonly DateTime Noon = new(2026, 3, 29, 12, 0, 0, 123, DateTimeKind.Utc);

    private static readonly Dictionary<string, Action<RecordedTypesTests>> Cases = new(StringComparer.Ordinal)
    {
        ["bool"] = static test => test.Typed(static (reader, i) => reader.GetBoolean(i), true, false),
        ["byte"] = static test => test.Typed(static (reader, i) => reader.GetByte(i), (byte)0, byte.MaxValue),
        ["sbyte"] = static test => test.Typed(static (reader, i) => reader.GetFieldValue<sbyte>(i), sbyte.MinValue, sbyte.MaxValue),
        ["short"] = static test => test.Typed(static (reader, i) => reader.GetInt16(i), short.MinValue, short.MaxValue),
        ["ushort"] = static test => test.Typed(static (reader, i) => reader.GetFieldValue<ushort>(i), (ushort)0, ushort.MaxValue),
        ["int"] = static test => test.Typed(static (reader, i) => reader.GetInt32(i), int.MinValue, int.MaxValue),
        ["uint"] = static test => test.Typed(static (reader, i) => reader.GetFieldValue<uint>(i), 0u, uint.MaxValue),
        ["long"] = static test => test.Typed(static (reader, i) => reader.GetInt64(i), long.MinValue, long.MaxValue),
        ["ulong"] = static test => test.Typed(static (reader, i) => reader.GetFieldValue<ulong>(i), 0ul, ulong.MaxValue),
        ["char"] = static test => test.Typed(static (reader, i) => reader.GetChar(i), 'a', '\0'),
        ["float"] = static test => test.Typed(static (reader, i) => reader.GetFloat(i), -0f, float.NaN),
        ["double"] = static test => test.Typed(static (reader, i) => reader.GetDouble(i), -0d, double.NaN, double.Epsilon),
        ["decimal"] = static test => test.Typed(static (reader, i) => reader.GetDecimal(i), 1.00m, decimal.MinValue),
        ["Guid"] = static test => test.Typed(static (reader, i) => reader.GetGuid(i), Guid.Empty, Guid.AllBitsSet),
        ["DateTime"] = static test => test.Typed(
            static (reader, i) => reader.GetDateTime(i), Noon, DateTime.SpecifyKind(Noon, DateTimeKind.Local), DateTime.SpecifyKind(Noon, DateTimeKind.Unspecified)),
        ["DateTimeOffset"] = static test => test.Typed(
            static (reader, i) => reader.GetFieldValue<DateTimeOffset>(i), new DateTimeOffset(Noon), new DateTimeOffset(Noon.Ticks, TimeSpan.FromHours(-7))),
        ["string"] = static test => test.Boxed("", "text", "\0\ud83d\ude00"),
        ["byte[]"] = static test => test.Boxed<byte[]>([], [1, 2]),
        ["DateOnly"] = static test => test.Boxed(DateOnly.FromDateTime(Noon), DateOnly.MaxValue),
        ["TimeOnly"] = static test => test.Boxed(TimeOnly.FromDateTime(Noon), TimeOnly.MaxValue),
        ["TimeSpan"] = static test => test.Boxed(TimeSpan.FromTicks(1), TimeSpan.MinValue),
    };

    private readonly RecordLab _lab = new();

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_type_is_recorded_and_replayed_exactly(string name) => Cases[name](this);

    [Fact]
    public void A_type_without_a_codec_is_not_recorded_and_named()
    {
        var columns = new ReaderColumn?[] { Columns.Of<int>(), Columns.Boxed<Stream>() };

        Assert.Null(RowRecorder.Codecs(columns, out var unsupported));
        Assert.Equal(typeof(Stream), unsupported);
    }

    [Fact]
    public void Bytes_are_given_out_as_copies_on_every_read()
    {
        var bytes = new byte[] { 1, 2 };
        var reader = new ReplayReader(_lab.Record(ListReader.OfOneColumn(bytes), Columns.Boxed<byte[]>()));
        Assert.True(reader.Read());

        var first = (byte[])reader.GetFieldValue<object>(0);
        var second = reader.GetFieldValue<byte[]>(0);
        first[0] = 9;
        second[1] = 9;

        Assert.Equal([1, 2], (byte[])reader.GetValue(0));
        Assert.Equal([1, 2], bytes);
    }

    [Fact]
    public void Columns_that_nobody_reads_are_left_out()
    {
        var rows = _lab.Record(new ListReader(["c", "unread"], [1, new Uri("https://example.org")]), Columns.Of<int>(), null);

        Assert.NotNull(rows.Columns[0]);
        Assert.Null(rows.Columns[1]);
    }

    [Fact]
    public void Raw_SQL_is_recorded_by_the_names_of_its_columns()
    {
        var rows = _lab.Record(new ListReader(["Extra", "NAME", "id"], ["x", "a", 1]), Columns.Of<int>(name: "Id"), Columns.Boxed<string>(name: "Name", place: 1));
        var reader = new ReplayReader(rows);

        Assert.Equal(["Extra", "NAME", "id"], rows.Names!);
        Assert.True(reader.Read());
        Assert.Equal((1, "a"), (reader.GetInt32(reader.GetOrdinal("Id")), (string)reader.GetValue(reader.GetOrdinal("Name"))));
    }

    [Fact]
    public void A_single_column_may_have_any_name()
    {
        var reader = new ReplayReader(_lab.Record(new ListReader(["count(*)"], [5]), Columns.Of<int>(name: "Value")));

        Assert.True(reader.Read());
        Assert.Equal(5, reader.GetInt32(0));
    }

    [Fact]
    public void The_size_grows_with_the_rows_and_with_the_texts()
    {
        var few = _lab.Record(ListReader.OfOneColumn("a"), Columns.Boxed<string>()).Size;
        var many = _lab.Record(ListReader.OfOneColumn(Enumerable.Repeat("a", 100)), Columns.Boxed<string>()).Size;
        var large = _lab.Record(ListReader.OfOneColumn(new string('a', 10_000)), Columns.Boxed<string>()).Size;

        Assert.InRange(many - few, 99 * 8, 99 * 100);
        Assert.InRange(large - few, 19_000, 21_000);
    }

    public void Dispose() => _lab.Dispose();

    private void Typed<T>(Func<DbDataReader, int, T> get, params T[] values)
        where T : struct
        => RoundTrip(Columns.Of<T>(), get, values);

    private void Boxed<T>(params T[] values)
        where T : notnull
        => RoundTrip(Columns.Boxed<T>(), static (reader, i) => (T)reader.GetFieldValue<object>(i), values);

    private void RoundTrip<T>(ReaderColumn column, Func<DbDataReader, int, T> get, T[] values)
    {
        var rows = _lab.Record(ListReader.OfOneColumn([null, .. values.Cast<object>(), null]), column);
        using var reader = new ReplayReader(rows);

        Assert.Equal(values.Length + 2, rows.RowCount);
        Assert.Equal(typeof(T), rows.Columns[0]!.Type);
        Assert.True(reader.Read());
        Assert.True(reader.IsDBNull(0));
        foreach (var value in values)
        {
            Assert.True(reader.Read());
            Assert.False(reader.IsDBNull(0));
            Assert.Equal(value, get(reader, 0));
            Assert.Equal(_lab.Keys.Bytes(value), _lab.Keys.Bytes(get(reader, 0)));
            Assert.Equal(_lab.Keys.Bytes(value), _lab.Keys.Bytes(reader.GetFieldValue<object>(0)));
            Assert.Equal(_lab.Keys.Bytes(value), _lab.Keys.Bytes(reader.GetFieldValue<T>(0)));
        }

        Assert.True(reader.Read());
        Assert.True(reader.IsDBNull(0));
        Assert.False(reader.Read());
    }
}
