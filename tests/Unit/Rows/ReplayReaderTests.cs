using System.Collections;
using FastOrm.Cache.EfCore.Rows;
using FastOrm.Cache.Tests.Unit.Support;

namespace FastOrm.Cache.Tests.Unit.Rows;

public sealed class ReplayReaderTests
{
    private static readonly CommandIdentity Identity = new(1, "SELECT", []);

    private readonly RowSet _rows = new(
        Identity,
        [
            new Column<int>(typeof(int), [1, 2, 0], new BitArray([false, false, true]), 12, copy: null),
            null,
            new Column<object>(typeof(string), ["a", "b", "c"], nulls: null, 24, copy: null),
        ],
        names: null,
        rowCount: 3);

    [Fact]
    public async Task It_reads_row_by_row_and_then_no_more()
    {
        await using var reader = new ReplayReader(_rows);

        Assert.True(reader.Read());
        Assert.Equal((1, "a"), (reader.GetInt32(0), reader.GetString(2)));
        Assert.True(await reader.ReadAsync(CancellationToken.None));
        Assert.Equal((2, "b"), (reader.GetFieldValue<int>(0), (string)reader[2]));
        Assert.True(reader.Read());
        Assert.True(reader.IsDBNull(0));
        Assert.Equal(DBNull.Value, reader.GetValue(0));
        Assert.False(reader.Read());
        Assert.False(await reader.ReadAsync(CancellationToken.None));
        Assert.False(reader.NextResult());
    }

    [Fact]
    public void Two_readers_of_the_same_rows_do_not_disturb_each_other()
    {
        using var one = new ReplayReader(_rows);
        using var other = new ReplayReader(_rows);

        Assert.True(one.Read());
        Assert.True(one.Read());
        Assert.True(other.Read());

        Assert.Equal((2, 1), (one.GetInt32(0), other.GetInt32(0)));
    }

    [Fact]
    public async Task A_cancelled_token_cancels_the_read()
    {
        await using var reader = new ReplayReader(_rows);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reader.ReadAsync(new CancellationToken(canceled: true)));
    }

    [Fact]
    public void Facts_about_the_result()
    {
        using var reader = new ReplayReader(_rows);
        using var empty = new ReplayReader(new RowSet(Identity, [], null, 0));
        var values = new object[3];

        Assert.Equal((3, true, -1, 0), (reader.FieldCount, reader.HasRows, reader.RecordsAffected, reader.Depth));
        Assert.Equal((typeof(int), typeof(string)), (reader.GetFieldType(0), reader.GetFieldType(2)));
        Assert.False(empty.HasRows);
        Assert.False(empty.Read());
        Assert.True(reader.Read());
        Assert.Throws<InvalidOperationException>(() => reader.GetValues(values));
        Assert.False(reader.IsClosed);
        reader.Close();
        Assert.True(reader.IsClosed);
    }

    [Fact]
    public void A_column_that_was_not_recorded_is_an_error_and_not_a_value()
    {
        using var reader = new ReplayReader(_rows);
        Assert.True(reader.Read());

        Assert.Throws<InvalidOperationException>(() => reader.GetInt32(1));
        Assert.Throws<InvalidOperationException>(() => reader.IsDBNull(1));
    }

    [Fact]
    public void Only_raw_SQL_has_names()
    {
        using var reader = new ReplayReader(_rows);
        using var named = new ReplayReader(new RowSet(Identity, [_rows.Columns[0]], ["Id"], 3));

        Assert.Throws<NotSupportedException>(() => reader.GetName(0));
        Assert.Equal("Id", named.GetName(0));
        Assert.Equal(0, named.GetOrdinal("ID"));
        Assert.Throws<ArgumentOutOfRangeException>(() => named.GetOrdinal("Name"));
    }

    [Fact]
    public void The_types_of_the_columns_are_compared()
    {
        ColumnCodec?[] same = [Codec<int>(), null, CodecOf<string>()];

        Assert.True(_rows.HasColumnsOf(same, null));
        Assert.False(_rows.HasColumnsOf([Codec<long>(), null, CodecOf<string>()], null));
        Assert.False(_rows.HasColumnsOf([Codec<int>(), Codec<int>(), CodecOf<string>()], null));
        Assert.False(_rows.HasColumnsOf([null, null, CodecOf<string>()], null));
        Assert.False(_rows.HasColumnsOf([Codec<int>(), null], null));
        Assert.False(_rows.HasColumnsOf([Codec<int>(), null, CodecOf<string>(), null], null));
    }

    [Fact]
    public void Columns_of_raw_SQL_are_compared_by_name()
    {
        var named = new RowSet(Identity, [_rows.Columns[0], null, _rows.Columns[2]], ["Id", "Extra", "Name"], 3);
        var single = new RowSet(Identity, [_rows.Columns[0]], ["anything"], 3);

        Assert.True(named.HasColumnsOf([CodecOf<string>(), Codec<int>()], ["NAME", "id"]));
        Assert.True(named.HasColumnsOf([CodecOf<string>()], ["Name"]));
        Assert.False(named.HasColumnsOf([Codec<int>(), CodecOf<string>()], ["Name", "Id"]));
        Assert.False(named.HasColumnsOf([Codec<int>(), CodecOf<string>()], ["Id", "Extra"]));
        Assert.False(named.HasColumnsOf([Codec<int>(), CodecOf<string>()], ["Id", "Missing"]));
        Assert.False(named.HasColumnsOf([Codec<int>(), null, CodecOf<string>()], null));
        Assert.False(_rows.HasColumnsOf([Codec<int>()], ["Id"]));
        Assert.True(single.HasColumnsOf([Codec<int>()], ["Value"]));
    }

    [Fact]
    public void Rows_know_the_slot_that_recorded_them_and_one_more()
    {
        Assert.True(_rows.IsKnownTo(1));
        Assert.False(_rows.IsKnownTo(2));
        _rows.AlsoKnownTo(2);
        Assert.True(_rows.IsKnownTo(1));
        Assert.True(_rows.IsKnownTo(2));
    }

    private static ColumnCodec? Codec<T>()
        => ColumnCodec.For(Columns.Of<T>());

    private static ColumnCodec? CodecOf<T>()
        => ColumnCodec.For(Columns.Boxed<T>());
}
