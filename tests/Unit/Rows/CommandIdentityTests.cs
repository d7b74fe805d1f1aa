#pragma warning disable EF1001 // A command's parameters are of an internal type.
using System.Data;
using System.Data.Common;
using FastOrm.Cache.EfCore.Rows;
using FastOrm.Cache.Tests.Unit.Support;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore.Storage.Internal;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace FastOrm.Cache.Tests.Unit.Rows;

public sealed class CommandIdentityTests : IDisposable
{
    private readonly KeyLab _lab = new();

    [Fact]
    public void Parameters_are_numbered_because_their_names_come_from_variables()
    {
        var one = Of("SELECT * FROM P WHERE A = @a AND B = @b", ("a", 1), ("b", 2));
        var other = Of("SELECT * FROM P WHERE A = @x AND B = @y", ("x", 1), ("y", 2));

        Assert.Equal("SELECT * FROM P WHERE A = @0\0 AND B = @1\0", one.Sql);
        Assert.True(one.IsSameCommand(other));
    }

    [Fact]
    public void One_parameter_used_twice_is_not_two_parameters()
        => Assert.False(
            Of("SELECT * FROM P WHERE A = @a OR B = @a", ("a", 1)).IsSameCommand(Of("SELECT * FROM P WHERE A = @x OR B = @y", ("x", 1), ("y", 1))));

    [Fact]
    public void Which_parameter_stands_where_matters()
    {
        var straight = Of("SELECT @a - @b", ("a", 1), ("b", 2));
        var crossed = Of("SELECT @b - @a", ("a", 1), ("b", 2));

        Assert.False(straight.IsSameCommand(crossed));
        Assert.True(straight.IsSameCommand(Of("SELECT @b - @a", ("b", 1), ("a", 2))));
    }

    [Theory]
    [InlineData("SELECT '@a', @a", "SELECT '@a', @0\0")]
    [InlineData("SELECT \"@a\", @a", "SELECT \"@a\", @0\0")]
    [InlineData("SELECT [@a], @a -- @a", "SELECT [@a], @0\0 -- @a")]
    [InlineData("SELECT /* @a */ @a", "SELECT /* @a */ @0\0")]
    [InlineData("SELECT @ab, @a", "SELECT @ab, @0\0")]
    [InlineData("SELECT :a, $a, @a", "SELECT :0\0, $0\0, @0\0")]
    [InlineData("SELECT a.a, @a", "SELECT a.a, @0\0")]
    [InlineData("SELECT @a", "SELECT @0\0")]
    public void Only_parameters_are_numbered(string sql, string expected) => Assert.Equal(expected, Of(sql, ("a", 1)).Sql);

    [Fact]
    public void A_user_s_text_cannot_pass_for_a_numbered_parameter()
        => Assert.False(Of("SELECT @a, @a", ("a", 1)).IsSameCommand(Of("SELECT @0?, @a", ("a", 1))));

    [Fact]
    public void Values_are_compared_as_the_provider_gets_them()
    {
        var mapping = new IntTypeMapping("INTEGER");
        var shifted = (RelationalTypeMapping)mapping.WithComposedConverter(new ValueConverter<int, int>(static v => v + 1, static v => v - 1));

        Assert.False(Of("SELECT @a", mapping, ("a", 1)).IsSameCommand(Of("SELECT @a", mapping, ("a", 2))));
        Assert.True(Of("SELECT @a", mapping, ("a", 2)).IsSameCommand(Of("SELECT @a", shifted, ("a", 1))));
        Assert.False(Of("SELECT @a", mapping, ("a", 1)).IsSameCommand(Of("SELECT @a", shifted, ("a", 1))));
        Assert.True(Of("SELECT @a", mapping, ("a", null)).IsSameCommand(Of("SELECT @a", shifted, ("a", null))));
        Assert.False(Of("SELECT @a", mapping, ("a", null)).IsSameCommand(Of("SELECT @a", mapping, ("a", 0))));
    }

    [Fact]
    public void The_type_in_the_store_matters()
        => Assert.False(
            Of("SELECT @a", new IntTypeMapping("INTEGER"), ("a", 1)).IsSameCommand(Of("SELECT @a", new IntTypeMapping("BIGINT"), ("a", 1))));

    [Fact]
    public void The_size_and_the_scale_matter()
    {
        var small = new StringTypeMapping("TEXT", DbType.String, unicode: true, size: 5);
        var large = new StringTypeMapping("TEXT", DbType.String, unicode: true, size: 50);
        var ansi = new StringTypeMapping("TEXT", DbType.AnsiString, unicode: false, size: 5);

        Assert.True(Of("SELECT @a", small, ("a", "x")).IsSameCommand(Of("SELECT @a", small, ("a", "x"))));
        Assert.False(Of("SELECT @a", small, ("a", "x")).IsSameCommand(Of("SELECT @a", large, ("a", "x"))));
        Assert.False(Of("SELECT @a", small, ("a", "x")).IsSameCommand(Of("SELECT @a", ansi, ("a", "x"))));
    }

    [Fact]
    public void Parameters_of_raw_SQL_count_with_those_beside_them()
    {
        var same = OfRaw(1, new SqliteParameter("b", 2));

        Assert.Equal("SELECT @0\0, @b", same.Sql);
        Assert.True(same.IsSameCommand(OfRaw(1, new SqliteParameter("b", 2))));
        Assert.False(same.IsSameCommand(OfRaw(2, new SqliteParameter("b", 2))));
        Assert.False(same.IsSameCommand(OfRaw(1, new SqliteParameter("b", 3))));
        Assert.False(same.IsSameCommand(OfRaw(1, new SqliteParameter("c", 2))));
        Assert.False(same.IsSameCommand(OfRaw(1, new SqliteParameter("b", 2) { Size = 1 })));
        Assert.False(same.IsSameCommand(OfRaw(1, new SqliteParameter("b", SqliteType.Text) { Value = 2 })));
    }

    [Fact]
    public void A_parameter_by_itself_is_read_as_well()
    {
        var command = new Template("SELECT @a", [new RawRelationalParameter("a", new SqliteParameter("a", 1))]);
        var other = new Template("SELECT @a", [new RawRelationalParameter("a", new SqliteParameter("a", 2))]);

        Assert.True(Of(command, []).IsSameCommand(Of(command, [])));
        Assert.False(Of(command, []).IsSameCommand(Of(other, [])));
    }

    [Fact]
    public void A_value_that_is_missing_is_the_same_as_nothing()
        => Assert.Null(Of(new Template("SELECT @a", [new TypeMappedRelationalParameter("a", "@a", new IntTypeMapping("INTEGER"), true)]), []).Values);

    [Fact]
    public void A_completed_key_tells_the_commands_apart_and_what_stood_before()
    {
        byte[][] keys =
        [
            Of("SELECT @a", ("a", 1)).Complete([1]), Of("SELECT @a", ("a", 1)).Complete([2]), Of("SELECT @a", ("a", 2)).Complete([1]),
            Of("SELECT  @a", ("a", 1)).Complete([1]), Of("SELECT 1").Complete([1]), Of("SELECT 1").Complete([]),
        ];

        Assert.Equal(keys.Length, keys.Select(Convert.ToHexString).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(keys[0], Of("SELECT @x", ("x", 1)).Complete([1]));
    }

    [Fact]
    public void What_cannot_be_compared_is_the_same_as_nothing_not_even_as_itself()
    {
        var odd = Of("SELECT @a", ("a", new object()));

        Assert.Null(odd.Values);
        Assert.False(odd.IsSameCommand(odd));
        Assert.False(Of("SELECT @a", ("a", 1)).IsSameCommand(odd));
    }

    [Fact]
    public void The_size_counts_the_text_and_the_values()
    {
        var identity = Of("SELECT @a", ("a", 1));

        Assert.Equal(2 * identity.Sql.Length + identity.Values!.Length, identity.Size);
    }

    public void Dispose() => _lab.Dispose();

    private CommandIdentity Of(string sql, params (string Name, object? Value)[] parameters) => Of(sql, new IntTypeMapping("INTEGER"), parameters);

    private CommandIdentity Of(string sql, RelationalTypeMapping mapping, params (string Name, object? Value)[] parameters)
    {
        var command = new Template(
            sql, [.. parameters.Select(p => new TypeMappedRelationalParameter(p.Name, "@" + p.Name, mapping, nullable: true))]);
        var values = parameters.ToDictionary(static p => p.Name, static p => p.Value, StringComparer.Ordinal);
        return Of(command, values);
    }

    private CommandIdentity OfRaw(int first, SqliteParameter second)
    {
        var mapped = new TypeMappedRelationalParameter("p0", "@p0", new IntTypeMapping("INTEGER"), nullable: false);
        var both = new CompositeRelationalParameter("p", [mapped, new RawRelationalParameter(second.ParameterName, second)]);
        return Of(new Template("SELECT @p0, @b", [both]), new() { ["p"] = new object[] { first, second } });
    }

    private CommandIdentity Of(Template command, Dictionary<string, object?> values)
        => CommandIdentity.Of(slot: 1, NumberedSql.Of(command), command, values, _lab.Model);

    private sealed class Template(string sql, IReadOnlyList<IRelationalParameter> parameters) : IRelationalCommandTemplate
    {
        public string CommandText => sql;

        public string LogCommandText => sql;

        public IReadOnlyList<IRelationalParameter> Parameters => parameters;

        public DbCommand CreateDbCommand(RelationalCommandParameterObject parameterObject, Guid commandId, DbCommandMethod commandMethod)
            => throw new NotSupportedException();
    }
}
