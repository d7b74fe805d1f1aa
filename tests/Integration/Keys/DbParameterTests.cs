using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Keys;

/// <summary>Raw SQL with parameters of the provider's own.</summary>
public sealed class DbParameterTests : KeyTest
{
    private const string ById = "SELECT * FROM Products WHERE Id = @id";

    [Fact]
    public void Equal_parameters_are_one_query_and_another_value_is_another()
    {
        AssertMiss(static db => db.Products.FromSqlRaw(ById, new SqliteParameter("id", 1)));
        AssertMiss(static db => db.Products.FromSqlRaw(ById, new SqliteParameter("id", 2)));
        AssertHit(static db => db.Products.FromSqlRaw(ById, new SqliteParameter("id", 1)));
        AssertHit(static db => db.Products.FromSqlRaw(ById, new SqliteParameter("id", 2)));
    }

    [Fact]
    public void The_type_of_the_value_its_own_type_and_its_size_count()
    {
        const string Sql = "SELECT typeof(@x) || @x AS Value";
        Func<SqliteParameter>[] parameters =
        [
            static () => new("x", 1), static () => new("x", 1L), static () => new("x", "1"), static () => new("x", 1d), static () => new("x", DBNull.Value),
            static () => new("x", SqliteType.Text) { Value = 1 }, static () => new("x", SqliteType.Real) { Value = 1 },
            static () => new("x", "1234"), static () => new("x", "1234") { Size = 2 },
        ];
        for (var commands = 1; commands >= 0; commands--)
        {
            foreach (var parameter in parameters)
            {
                AssertCommands(commands, db => db.Database.SqlQueryRaw<string?>(Sql, parameter()));
            }
        }
    }

    [Fact]
    public void A_parameter_that_is_changed_in_place_is_another_query()
    {
        var id = new SqliteParameter("id", 1);

        AssertMiss(db => db.Products.FromSqlRaw(ById, id));
        id.Value = 2;
        AssertMiss(db => db.Products.FromSqlRaw(ById, id));
        id.Value = 1;
        AssertHit(db => db.Products.FromSqlRaw(ById, id));
    }

    [Fact]
    public void A_parameter_that_is_changed_while_the_query_runs_spoils_nothing()
    {
        var id = new SqliteParameter("id", 1);
        Shop.Sql.BeforeRead = _ => id.Value = 2;
        using (var db = Shop.New())
        {
            Assert.Equal(2, db.Products.FromSqlRaw(ById, id).Remember(Ttl).AsEnumerable().Single().Id);
        }

        Shop.Sql.BeforeRead = null;
        Assert.Equal((0, 1), (Shop.Cache.Statistics.Stores, Shop.Cache.Statistics.Bypasses["value changed meanwhile"]));
        AssertMiss(db => db.Products.FromSqlRaw(ById, id));
        id.Value = 1;
        AssertMiss(db => db.Products.FromSqlRaw(ById, id));
        AssertHit(db => db.Products.FromSqlRaw(ById, id));
    }

    [Fact]
    public void Parameters_and_plain_values_together()
    {
        for (var commands = 1; commands >= 0; commands--)
        {
            AssertCommands(commands, static db => Query(db, 1, 9));
            AssertCommands(commands, static db => Query(db, 2, 9));
            AssertCommands(commands, static db => Query(db, 2, 8));
        }

        static IQueryable<Product> Query(ShopContext db, int from, int to)
            => db.Products.FromSqlRaw("SELECT * FROM Products WHERE Id > {0} AND Id < @to", from, new SqliteParameter("to", to)).Where(p => p.Stock > 1);
    }

    [Fact]
    public void Parameters_without_names()
    {
        for (var commands = 1; commands >= 0; commands--)
        {
            AssertCommands(commands, static db => Query(db, 1, 2));
            AssertCommands(commands, static db => Query(db, 2, 1));
        }

        static IQueryable<Product> Query(ShopContext db, int id, int other)
            => db.Products.FromSqlRaw(
                "SELECT * FROM Products WHERE Id = {0} OR Stock = {1}", new SqliteParameter { Value = id }, new SqliteParameter { Value = other });
    }

    [Fact]
    public void Which_parameter_has_which_name_counts()
    {
        AssertMiss(static db => Query(db, new("a", 1), new("b", 2)));
        AssertMiss(static db => Query(db, new("b", 1), new("a", 2)));

        static IQueryable<Product> Query(ShopContext db, SqliteParameter first, SqliteParameter second)
            => db.Products.FromSqlRaw("SELECT * FROM Products WHERE Id = @a AND Stock < @b", first, second);
    }

    [Fact]
    public async Task Synchronous_and_asynchronous_runs_share_rows()
    {
        AssertMiss(static db => db.Products.FromSqlRaw(ById, new SqliteParameter("id", 1)));
        AssertMiss(static db => db.Products.FromSql($"SELECT * FROM Products WHERE Id = {1}"));
        await using var db = Shop.New();
        var before = Shop.Sql.Count;

        Assert.Single(await db.Products.FromSqlRaw(ById, new SqliteParameter("id", 1)).Remember(Ttl).ToListAsync());
        Assert.Single(await db.Products.FromSql($"SELECT * FROM Products WHERE Id = {1}").Remember(Ttl).ToListAsync());
        Assert.Equal(before, Shop.Sql.Count);
    }

    [Fact]
    public void In_a_compiled_query()
    {
        var one = EF.CompileQuery((ShopContext db) => db.Products.FromSqlRaw(ById, new SqliteParameter("id", 1)).Remember());
        var two = EF.CompileQuery((ShopContext db) => db.Products.FromSqlRaw(ById, new SqliteParameter("id", 2)).Remember());
        for (var commands = 1; commands >= 0; commands--)
        {
            var (first, sent) = Shop.Count(db => one(db).ToList());
            var (second, sentToo) = Shop.Count(db => two(db).ToList());

            Assert.Equal((1, 2), (first.Single().Id, second.Single().Id));
            Assert.Equal((commands, commands), (sent, sentToo));
        }
    }

    [Fact]
    public void A_value_that_the_provider_does_not_know_fails_as_with_EF_Core_alone()
    {
        using var plain = Shop.NewPlain();
        using var db = Shop.New();

        var expected = Record.Exception(() => plain.Products.FromSqlRaw(ById, new SqliteParameter("id", new object())).ToList());
        var actual = Record.Exception(() => db.Products.FromSqlRaw(ById, new SqliteParameter("id", new object())).Remember(Ttl).ToList());

        Assert.NotNull(expected);
        Assert.Equal((expected.GetType(), expected.Message), (actual?.GetType(), actual?.Message));
        Assert.Equal(1, Shop.Cache.Statistics.Bypasses["not keyable"]);
    }
}
