using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Queries;

/// <summary>Raw SQL that may write is run every time; that which is one plain SELECT is remembered.</summary>
public sealed class RawSqlTests : IDisposable
{
    private readonly TestShop _shop = new();

    [Fact]
    public void An_insert_with_returning_runs_every_time()
    {
        for (var i = 1; i <= 3; i++)
        {
            var (rows, commands) = _shop.Count(
                db => db.Categories.FromSqlRaw("INSERT INTO Categories (Name) VALUES ('new') RETURNING *").Remember(Proof.Minute).ToList());

            Assert.Equal(5 + i, Assert.Single(rows).Id);
            Assert.Equal(1, commands);
        }

        Assert.Equal(0, _shop.Cache.Statistics.Stores);
        Assert.Equal(3, _shop.Cache.Statistics.Bypasses.Values.Sum());
    }

    [Fact]
    public async Task An_async_insert_with_returning_runs_every_time()
    {
        for (var i = 1; i <= 3; i++)
        {
            var name = "new";
            var rows = await _shop.CountAsync(
                db => db.Database.SqlQuery<int>($"INSERT INTO Categories (Name) VALUES ({name}) RETURNING Id AS Value").Remember(Proof.Minute).ToListAsync());

            Assert.Equal([5 + i], rows.Result);
        }

        Assert.Equal(0, _shop.Cache.Statistics.Stores);
    }

    [Theory]
    [InlineData("UPDATE Categories SET Name = Name || '!' WHERE Id = 1 RETURNING *")]
    [InlineData("DELETE FROM Categories WHERE Id = 999 RETURNING *")]
    [InlineData("REPLACE INTO Categories (Id, Name) VALUES (77, 'x') RETURNING *")]
    [InlineData("/* SELECT */ update Categories SET Name = 'x' WHERE Id = 1 RETURNING *")]
    [InlineData("-- SELECT\r\ninsert into Categories (Name) VALUES ('SELECT') returning *")]
    [InlineData("WITH n AS (SELECT 'x' AS Name) INSERT INTO Categories (Name) SELECT Name FROM n RETURNING *")]
    public void Raw_SQL_that_writes_is_never_remembered(string sql)
    {
        Assert.Equal(1, _shop.Commands(db => db.Categories.FromSqlRaw(sql).Remember(Proof.Minute).ToList()));
        Assert.Equal(1, _shop.Commands(db => db.Categories.FromSqlRaw(sql).Remember(Proof.Minute).ToList()));
        Assert.Equal(0, _shop.Cache.Statistics.Stores);
    }

    [Theory]
    [InlineData("SELECT * FROM Categories")]
    [InlineData("  select * from Categories  ;  ")]
    [InlineData("-- INSERT\nSELECT Id, /* DELETE */ Name FROM Categories WHERE Name <> 'UPDATE; DROP'")]
    [InlineData("WITH c AS (SELECT * FROM Categories) SELECT * FROM c")]
    [InlineData("SELECT Id, Name FROM (VALUES (1, 2)) JOIN Categories")]
    public void One_plain_SELECT_is_remembered(string sql)
    {
        Assert.Equal(1, _shop.Commands(db => db.Categories.FromSqlRaw(sql).Remember(Proof.Minute).ToList()));
        Assert.Equal(5, _shop.OnHit(db => db.Categories.FromSqlRaw(sql).Remember(Proof.Minute).ToList()).Count);
    }

    [Fact]
    public void Values_of_raw_SQL_are_part_of_the_key()
    {
        foreach (var _ in new[] { 1, 2 })
        {
            for (var category = 1; category <= 3; category++)
            {
                var products = _shop.Count(
                    db => db.Products.FromSql($"SELECT * FROM Products WHERE CategoryId = {category}").Remember(Proof.Minute).ToList()).Result;

                Assert.Equal(20, products.Count);
                Assert.All(products, p => Assert.Equal(category, p.CategoryId));
            }
        }

        Assert.Equal(3, _shop.Cache.Statistics.Stores);
    }

    [Fact]
    public void The_text_of_raw_SQL_is_part_of_the_key()
    {
        Assert.Equal(5, _shop.Count(db => db.Categories.FromSqlRaw("SELECT * FROM Categories").Remember().ToList()).Result.Count);
        Assert.Single(_shop.Count(db => db.Categories.FromSqlRaw("SELECT * FROM Categories WHERE Id = 1").Remember().ToList()).Result);
        Assert.Equal(5, _shop.Count(db => db.Categories.Remember().ToList()).Result.Count);
    }

    [Fact]
    public void A_raw_SELECT_falls_with_every_write_for_nobody_knows_what_it_reads()
    {
        _shop.Count(db => db.Database.SqlQueryRaw<int>("SELECT count(*) AS Value FROM Categories").Remember().ToList());
        using (var db = _shop.New())
        {
            db.Tags.Single(t => t.Id == 1).Name = "other";
            db.SaveChanges();
        }

        Assert.Equal(1, _shop.Commands(db => db.Database.SqlQueryRaw<int>("SELECT count(*) AS Value FROM Categories").Remember().ToList()));
    }

    [Fact]
    public void A_missing_column_of_raw_SQL_is_the_error_of_EF_Core()
    {
        var expected = Assert.Throws<InvalidOperationException>(() =>
        {
            using var plain = _shop.NewPlain();
            plain.Categories.FromSqlRaw("SELECT Id FROM Categories").ToList();
        });

        var actual = Assert.Throws<InvalidOperationException>(
            () => _shop.Count(db => db.Categories.FromSqlRaw("SELECT Id FROM Categories").Remember().ToList()));

        Assert.Equal(expected.Message, actual.Message);
    }

    public void Dispose() => _shop.Dispose();
}
