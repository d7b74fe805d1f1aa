using System.Data.Common;
using System.Text.Json;
using FastOrm.Cache.EfCore.Rows;
using FastOrm.Cache.Tests.Unit.Support;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Storage;

namespace FastOrm.Cache.Tests.Unit.Rows;

/// <summary>A value that cannot be read fails when it is asked for, as it does without a cache, and is kept for nobody.</summary>
public sealed class UnreadableValueTests : IDisposable
{
    private readonly RecordLab _lab = new();

    [Fact]
    public void A_null_in_a_column_that_has_none_is_the_getter_s_error()
    {
        using var reader = _lab.Read(ListReader.OfOneColumn(1, null), Columns.Of<int>(isNullable: false));

        Assert.True(reader.Read());
        Assert.Equal(1, reader.GetInt32(0));
        Assert.True(reader.Read());
        Assert.Throws<InvalidCastException>(() => reader.GetInt32(0));
    }

    [Fact]
    public void The_other_values_of_the_row_can_be_read()
    {
        using var reader = _lab.Read(
            new ListReader(["a", "b"], [1, 2], ["no number", 4]), Columns.Of<int>(), Columns.Of<int>(place: 1));

        Assert.True(reader.Read());
        Assert.Equal((1, 2), (reader.GetInt32(0), reader.GetInt32(1)));
        Assert.True(reader.Read());
        Assert.Equal(4, reader.GetInt32(1));
        Assert.Throws<InvalidCastException>(() => reader.GetInt32(0));
    }

    [Fact]
    public void Whoever_does_not_ask_for_the_value_goes_on()
    {
        using var reader = _lab.Read(ListReader.OfOneColumn("no number", 2, "nor this"), Columns.Of<int>());

        Assert.True(reader.Read());
        Assert.True(reader.Read());
        Assert.Equal(2, reader.GetInt32(0));
        Assert.True(reader.Read());
        Assert.Throws<InvalidCastException>(() => reader.GetInt32(0));
        Assert.False(reader.Read());
    }

    [Fact]
    public void All_rows_after_one_that_cannot_be_read_are_there()
    {
        using var reader = _lab.Read(ListReader.OfOneColumn(["no number", .. Enumerable.Range(0, 3000)]), Columns.Of<int>());
        Assert.True(reader.Read());
        for (var i = 0; i < 3000; i++)
        {
            Assert.True(reader.Read());
            Assert.Equal(i, reader.GetInt32(0));
        }

        Assert.False(reader.Read());
    }

    [Fact]
    public void Nothing_is_read_beyond_what_was_asked_for_once_it_cannot_be_stored()
    {
        // EF Core would have asked for one row of each, and met the error of the first.
        var bad = ListReader.OfOneColumn(1, 2, "no number", 4, 5);
        var (rows, end, standsOnRow) = _lab.Record(RecordLab.Mode(), bad, Columns.Of<int>());
        Assert.Equal((RecordingEnd.Failed, true, 2, 3), (end, standsOnRow, rows.RowCount, bad.RowsRead));

        var many = ListReader.OfOneColumn(1, 2, 3, 4, 5);
        (rows, end, standsOnRow) = _lab.Record(RecordLab.Mode(maxRows: 2), many, Columns.Of<int>());
        Assert.Equal((RecordingEnd.TooLarge, true, 2, 3), (end, standsOnRow, rows.RowCount, many.RowsRead));

        var large = ListReader.OfOneColumn(new string('x', 600), new string('y', 600), "z");
        (rows, end, standsOnRow) = _lab.Record(RecordLab.Mode(maxBytes: 1000), large, Columns.Boxed<string>());
        Assert.Equal((RecordingEnd.TooLarge, true, 1, 2), (end, standsOnRow, rows.RowCount, large.RowsRead));
    }

    [Fact]
    public void A_result_that_is_exactly_as_large_as_is_stored_ends_with_its_last_row()
    {
        var (rows, end, standsOnRow) = _lab.Record(RecordLab.Mode(maxRows: 2), ListReader.OfOneColumn(1, 2), Columns.Of<int>());

        Assert.Equal((RecordingEnd.LastRow, false, 2), (end, standsOnRow, rows.RowCount));
    }

    [Fact]
    public void The_rows_after_those_that_were_recorded_are_read_one_by_one()
    {
        using var reader = _lab.Read(RecordLab.Mode(maxRows: 2), ListReader.OfOneColumn(1, 2, null, 4), Columns.Of<int>());
        var values = new List<int?>();
        while (reader.Read())
        {
            values.Add(reader.IsDBNull(0) ? null : reader.GetInt32(0));
        }

        Assert.Equal([1, 2, null, 4], values);
    }

    [Fact]
    public void Where_EF_Core_reads_all_rows_first_the_failure_is_thrown_at_once()
    {
        var mode = RecordLab.Mode(isBuffered: true);

        Assert.Throws<InvalidCastException>(() => _lab.Record(mode, ListReader.OfOneColumn(1, "no number"), Columns.Of<int>()));
        Assert.Throws<DatabaseException>(() => _lab.Record(mode, Failing(new DatabaseException(null), 1), Columns.Of<int>()));

        // In the order of the reader, whatever the order of EF Core's columns.
        var reversed = new ListReader(["b", "a"], [new FormatException("b"), new FormatException("a")]);
        var error = Assert.Throws<FormatException>(
            () => _lab.Record(mode, reversed, Columns.Of<int>(name: "a"), Columns.Of<int>(name: "b", place: 1)));
        Assert.Equal("b", error.Message);
    }

    [Fact]
    public void The_failure_of_the_connection_is_thrown_at_once()
    {
        Assert.Throws<IOException>(() => _lab.Record(ListReader.OfOneColumn(new IOException("gone")), Columns.Of<int>()));
        Assert.Throws<IOException>(() => _lab.Record(Failing(new IOException("gone"), 1), Columns.Of<int>()));
    }

    [Fact]
    public void An_error_of_the_database_comes_after_the_rows_before_it()
    {
        var (rows, end, standsOnRow) = _lab.Record(RecordLab.Mode(), Failing(new DatabaseException(null), 1, 2), Columns.Of<int>());
        using var reader = new ReplayReader(rows);

        Assert.Equal((false, RecordingEnd.Failed, false, 2), (rows.IsShareable, end, standsOnRow, rows.RowCount));
        Assert.True(reader.Read());
        Assert.True(reader.Read());
        Assert.Equal(2, reader.GetInt32(0));
        Assert.Throws<DatabaseException>(() => reader.Read());
    }

    [Fact]
    public void An_error_of_the_database_before_the_first_row_and_a_timeout_are_thrown_at_once()
    {
        Assert.Throws<DatabaseException>(() => _lab.Record(Failing(new DatabaseException(null)), Columns.Of<int>()));
        Assert.Throws<DatabaseException>(
            () => _lab.Record(Failing(new DatabaseException(new TimeoutException()), 1, 2), Columns.Of<int>()));
    }

    [Fact]
    public void Detailed_errors_name_the_types()
    {
        Assert.Equal(
            RelationalStrings.ErrorMaterializingValueInvalidCast(typeof(int), typeof(string)),
            ErrorOf("no number", Columns.Of<int>(isNullable: false)));
        Assert.Equal(
            RelationalStrings.ErrorMaterializingValueInvalidCast(typeof(int?), typeof(string)),
            ErrorOf("no number", Columns.Of<int>()));
        Assert.Equal(
            RelationalStrings.ErrorMaterializingValueInvalidCast(typeof(string), typeof(int)), ErrorOf(1, Columns.Boxed<string>()));
        Assert.Equal(
            RelationalStrings.ErrorMaterializingValueNullReference(typeof(bool)),
            ErrorOf(DBNull.Value, Columns.Of<bool>(isNullable: false)));
        Assert.Equal(
            RelationalStrings.ErrorMaterializingValue, ErrorOf(new FormatException("text"), Columns.Of<int>(isNullable: false)));
    }

    [Fact]
    public void Detailed_errors_name_the_property()
    {
        var price = _lab.Keys.Model.FindEntityType(typeof(KeyProduct))!.FindProperty(nameof(KeyProduct.Price))!;

        Assert.Equal(
            CoreStrings.ErrorMaterializingPropertyInvalidCast("KeyProduct", "Price", typeof(decimal), typeof(string)),
            ErrorOf("no number", Columns.Of<decimal>(isNullable: false, property: price)));
        Assert.Equal(
            RelationalStrings.ErrorMaterializingPropertyNullReference("KeyProduct", "Price", typeof(decimal)),
            ErrorOf(DBNull.Value, Columns.Of<decimal>(isNullable: false, property: price)));
        Assert.Equal(
            RelationalStrings.ErrorMaterializingProperty("KeyProduct", "Price"),
            ErrorOf(new FormatException("text"), Columns.Of<decimal>(isNullable: false, property: price)));
    }

    [Fact]
    public void Raw_SQL_with_names_that_do_not_fit_is_left_to_EF_Core()
    {
        var missing = _lab.Record(new ListReader(["Id"], [1]), Columns.Of<int>(name: "Id"), Columns.Boxed<string>(name: "Name", place: 1));
        var twice = _lab.Record(new ListReader(["Id", "ID"], [1, 2]), Columns.Of<int>(name: "Id"));

        Assert.Equal((false, 0, "Id"), Facts(missing));
        Assert.Equal((false, 0, "Id ID"), Facts(twice));

        static (bool, int, string) Facts(RowSet rows)
        {
            using var reader = new ReplayReader(rows);
            return (rows.IsShareable, rows.RowCount, string.Join(' ', Enumerable.Range(0, reader.FieldCount).Select(reader.GetName)));
        }
    }

    [Fact]
    public void A_value_of_a_derived_type_goes_to_its_caller_alone()
    {
        var derived = new DerivedList { 1 };
        var rows = _lab.Record(ListReader.OfOneColumn(new List<int> { 2 }, derived), Columns.Boxed<List<int>>());
        using var reader = new ReplayReader(rows);

        Assert.False(rows.IsShareable);
        Assert.True(reader.Read());
        Assert.Equal([2], (List<int>)reader.GetFieldValue<object>(0));
        Assert.True(reader.Read());
        Assert.Same(derived, reader.GetFieldValue<object>(0));
        Assert.False(reader.Read());
    }

    [Fact]
    public void A_value_that_cannot_be_copied_goes_to_its_caller_alone()
    {
        var text = new string('[', 100) + new string(']', 100);
        using var deep = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 200 }); // Parsed again, it may be 64 deep.
        var (rows, end, _) = _lab.Record(RecordLab.Mode(), ListReader.OfOneColumn(deep), Columns.Boxed<JsonDocument>());
        using var reader = new ReplayReader(rows);

        Assert.Equal((false, RecordingEnd.LastRow), (rows.IsShareable, end));
        Assert.True(reader.Read());
        Assert.Same(deep, reader.GetFieldValue<object>(0));
        Assert.False(reader.Read());
    }

    public void Dispose() => _lab.Dispose();

    private static ListReader Failing(Exception failure, params int[] values)
        => new(["c"], [.. values.Select(static value => new object?[] { value })]) { Failure = failure };

    private string ErrorOf(object value, ReaderColumn column)
    {
        using var reader = _lab.Read(RecordLab.Mode(explainsErrors: true), ListReader.OfOneColumn(value), column);
        Assert.True(reader.Read());
        return Assert.Throws<InvalidOperationException>(() => column switch
        {
            ReaderColumn<int> => reader.GetInt32(0),
            ReaderColumn<bool> => reader.GetBoolean(0),
            ReaderColumn<decimal> => reader.GetDecimal(0),
            _ => reader.GetFieldValue<object>(0),
        }).Message;
    }

    private sealed class DerivedList : List<int>;

    private sealed class DatabaseException(Exception? inner) : DbException("the database refuses", inner);
}
