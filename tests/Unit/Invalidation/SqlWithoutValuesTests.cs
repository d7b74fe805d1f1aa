using FastOrm.Cache.EfCore.Invalidation.Sql;

namespace FastOrm.Cache.Tests.Unit.Invalidation;

public sealed class SqlWithoutValuesTests
{
    [Theory]
    [InlineData("SELECT \"Id\" FROM \"T\" WHERE \"N\" = 'it''s' AND \"P\" > 12.5", "SELECT \"Id\" FROM \"T\" WHERE \"N\" = ? AND \"P\" > ?")]
    [InlineData("SELECT true, False, NULL", "SELECT ?, ?, NULL")]
    [InlineData("-- tag\n\nSELECT 1", "SELECT ?")]
    [InlineData("SELECT @p0 /* secret */ + 1", "SELECT @p0\n+ ?")]
    [InlineData("SELECT 'never ends", " …")]
    public void Values_and_comments_are_not_shown(string sql, string shown)
    {
        var text = SqlWithoutValues.Of(sql, SqlDialect.Sqlite);
        Assert.EndsWith(shown, text, StringComparison.Ordinal);
        Assert.DoesNotContain("never", text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_may_be_a_text_is_one()
        => Assert.DoesNotContain("secret", SqlWithoutValues.Of("SELECT \"secret\"", SqlDialect.MySql), StringComparison.Ordinal);

    [Fact]
    public void A_long_text_ends()
        => Assert.InRange(SqlWithoutValues.Of("SELECT " + string.Join(" + ", Enumerable.Repeat("a", 100_000)), SqlDialect.Sqlite).Length, 4000, 4200);
}
