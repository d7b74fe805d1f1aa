using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Remote;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Diagnostics;

/// <summary>Every way to invalidate says why, and names the tables but no row.</summary>
public sealed class InvalidationCauseTests : IDisposable
{
    private readonly TestShop _shop = new();

    public void Dispose() => _shop.Dispose();

    [Fact]
    public void SaveChanges_names_its_tables()
    {
        Run(db =>
        {
            db.Tags.Find(1)!.Name = "new";
            db.SaveChanges();
        });

        AssertLast(InvalidationCause.SaveChanges, "Tags");
    }

    [Fact]
    public void ExecuteUpdate_names_its_table()
    {
        Run(static db => db.Tags.ExecuteUpdate(set => set.SetProperty(tag => tag.Name, "new")));
        AssertLast(InvalidationCause.BulkWrite, "Tags");
    }

    [Fact]
    public void SQL_names_the_tables_of_the_model_that_its_text_names()
    {
        Run(static db => db.Database.ExecuteSqlRaw("""UPDATE "Tags" SET "Name" = 'new'"""));
        AssertLast(InvalidationCause.Sql, "Tags", "ProductTag"); // And where the database may cascade to.
    }

    [Fact]
    public void A_write_to_unknown_tables_names_none()
    {
        Run(static db => db.Database.ExecuteSqlRaw("CREATE TABLE IF NOT EXISTS \"Strange\" (\"Id\" INTEGER)"));
        AssertLast(InvalidationCause.Sql);
    }

    [Fact]
    public void Creating_the_database_is_a_migration()
    {
        Run(static db =>
        {
            db.Database.EnsureDeleted();
            db.Database.EnsureCreated();
        });

        AssertLast(InvalidationCause.Migration);
    }

    [Fact]
    public void Flushed_tables_are_named_and_forgotten_queries_are_counted()
    {
        Run(static db => db.FlushTablesAsync("dbo.Tags", "Products").Wait());
        AssertLast(InvalidationCause.Flushed, "Tags", "Products");

        Run(static db => db.Tags.Where(tag => tag.Id == 4711).Remember().Forget());
        Assert.Equal(1, AssertLast(InvalidationCause.Forgotten).Keys);
    }

    [Fact]
    public void A_transaction_is_one_for_each_way_of_writing()
    {
        Run(static db =>
        {
            using var transaction = db.Database.BeginTransaction();
            for (var i = 1; i < 4; i++)
            {
                db.Tags.Find(i)!.Name = "new";
                db.SaveChanges();
            }

            db.Tags.ExecuteUpdate(set => set.SetProperty(tag => tag.Name, "newer"));
            transaction.Commit();
        });

        Assert.Equal(
            [InvalidationCause.BulkWrite, InvalidationCause.SaveChanges], Last().Take(2).Select(one => one.Cause));
    }

    [Fact]
    public void A_write_whose_end_nobody_tells_is_one_however_often_it_is_invalidated()
    {
        using var connection = _shop.Connect();
        using var db = _shop.NewOn(connection);
        using (var begin = connection.CreateCommand())
        {
            begin.CommandText = "BEGIN";
            begin.ExecuteNonQuery();
        }

        db.Tags.Find(1)!.Name = "new";
        db.SaveChanges();
        var before = Last().Count;
        for (var i = 0; i < 5; i++)
        {
            _ = _shop.Cache.Statistics;
            _shop.Count(static other => other.Products.Remember().Count());
        }

        Assert.InRange(Last().Count - before, 0, 1);
    }

    [Fact]
    public void What_a_write_drops_is_counted_when_it_is_found()
    {
        _shop.Count(static db => db.Tags.Remember().ToList());
        _shop.Count(static db => db.Tags.Remember().Count());
        _shop.Count(static db => db.Products.Remember().Count());
        Run(static db => db.Tags.ExecuteUpdate(set => set.SetProperty(tag => tag.Name, "new")));
        Assert.Equal(0, AssertLast(InvalidationCause.BulkWrite, "Tags").Dropped);

        _shop.Count(static db => db.Tags.Remember().ToList());
        _shop.Count(static db => db.Tags.Remember().Count());
        _shop.Count(static db => db.Products.Remember().Count());

        Assert.Equal(2, AssertLast(InvalidationCause.BulkWrite, "Tags").Dropped);
    }

    [Fact]
    public async Task What_another_node_writes_says_so_there()
    {
        using var nodes = new TwoNodes();
        await nodes.On('A', static db => db.Tags.ExecuteUpdateAsync(set => set.SetProperty(tag => tag.Name, "new")));
        await nodes.Settle();

        var heard = nodes.B.Diagnostics.RecentInvalidations[0];
        Assert.Equal((InvalidationCause.OtherNode, 0), (heard.Cause, heard.Keys));
        Assert.NotEqual(0, heard.Stamps);
        Assert.Contains(nodes.B.Diagnostics.RecentInvalidations, static one => one.Cause == InvalidationCause.Distrust); // It has begun to listen.

        await nodes.A.SetAsync("key", 1);
        await nodes.Settle();
        Assert.Equal(heard, nodes.B.Diagnostics.RecentInvalidations[0] with { Names = heard.Names });

        await nodes.A.ForgetAsync("key");
        await nodes.Settle();
        Assert.Equal((InvalidationCause.OtherNode, 1), (nodes.B.Diagnostics.RecentInvalidations[0].Cause, nodes.B.Diagnostics.RecentInvalidations[0].Keys));
    }

    private IReadOnlyList<CacheInvalidation> Last() => _shop.Cache.Diagnostics.RecentInvalidations;

    private CacheInvalidation AssertLast(InvalidationCause cause, params string[] names)
    {
        var last = Last()[0];
        Assert.Equal(cause, last.Cause);
        Assert.Equal(names, last.Names);
        return last;
    }

    private void Run(Action<ShopContext> run)
    {
        using var db = _shop.New();
        run(db);
    }
}
