using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Writes;

/// <summary>What is written in a transaction counts when it is committed, and not at all when it is not.</summary>
public abstract class TransactionTests : IDisposable
{
    private readonly TestShop _shop;

    protected TransactionTests(Provider provider)
    {
        _shop = new TestShop(provider: provider);
        _shop.Warm(Names);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_commit_invalidates(bool async)
    {
        await using var db = _shop.New();
        await using var transaction = async ? await db.Database.BeginTransactionAsync() : db.Database.BeginTransaction();
        await RenameAsync(db, "new", async);
        _shop.AssertHit(Names, "tag 1; tag 2; tag 3");
        if (async)
        {
            await transaction.CommitAsync();
        }
        else
        {
            transaction.Commit();
        }

        _shop.AssertFresh(Names, "tag 1; tag 2; tag 3");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_rollback_invalidates_nothing(bool async)
    {
        await using var db = _shop.New();
        await using var transaction = await db.Database.BeginTransactionAsync();
        await RenameAsync(db, "new", async);
        if (async)
        {
            await transaction.RollbackAsync();
        }
        else
        {
            transaction.Rollback();
        }

        _shop.AssertHit(Names, "tag 1; tag 2; tag 3");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_transaction_that_is_disposed_without_a_commit_invalidates_nothing(bool async)
    {
        await using var db = _shop.New();
        var transaction = await db.Database.BeginTransactionAsync();
        await RenameAsync(db, "new", async);
        if (async)
        {
            await transaction.DisposeAsync();
        }
        else
        {
            transaction.Dispose();
        }

        _shop.AssertHit(Names, "tag 1; tag 2; tag 3");
    }

    [Fact]
    public void A_transaction_that_goes_with_its_context_invalidates_nothing()
    {
        using (var db = _shop.New())
        {
            db.Database.BeginTransaction();
            Rename(db, "new");
        }

        _shop.AssertHit(Names, "tag 1; tag 2; tag 3");
    }

    [Fact]
    public void What_one_transaction_left_uncommitted_does_not_count_for_the_next_on_the_same_context()
    {
        using var db = _shop.New();
        using (db.Database.BeginTransaction())
        {
            Rename(db, "new");
        }

        using (var next = db.Database.BeginTransaction())
        {
            db.Add(new Category { Name = "new" });
            db.SaveChanges();
            next.Commit();
        }

        _shop.AssertHit(Names, "tag 1; tag 2; tag 3");
    }

    [Fact]
    public void Every_save_of_a_transaction_counts()
    {
        _shop.Warm(CategoryCount);
        using (var db = _shop.New())
        {
            using var transaction = db.Database.BeginTransaction();
            Rename(db, "new");
            db.Add(new Category { Name = "new" });
            db.SaveChanges();
            _shop.AssertHit(CategoryCount, "5");
            db.Database.CommitTransaction();
        }

        _shop.AssertFresh(Names, "tag 1; tag 2; tag 3");
        _shop.AssertFresh(CategoryCount, "5");
    }

    [Fact]
    public async Task Remembered_queries_in_a_transaction_go_to_the_database_and_store_nothing()
    {
        using var db = _shop.New();
        using var transaction = db.Database.BeginTransaction();
        Rename(db, "new");
        var (before, stores) = (_shop.Sql.Count, _shop.Cache.Statistics.Stores);

        Assert.Equal("new; tag 2; tag 3", Names(db));
        Assert.Equal("new; tag 2; tag 3", Names(db));
        Assert.Equal(5, await db.Categories.Remember().CountAsync());
        Assert.Equal(5, await db.Categories.RememberFresh().CountAsync());

        Assert.Equal(4, _shop.Sql.Count - before);
        Assert.Equal(stores, _shop.Cache.Statistics.Stores);
        Assert.Equal(4, _shop.Cache.Statistics.Bypasses["in a transaction"]);
        _shop.AssertHit(Names, "tag 1; tag 2; tag 3");
    }

    [Fact]
    public void Others_may_load_and_store_committed_rows_while_a_transaction_is_open()
    {
        using var db = _shop.New();
        using var transaction = db.Database.BeginTransaction();
        db.Categories.Single(c => c.Id == 1).Name = "new";
        db.SaveChanges();

        var before = _shop.Warm(CategoryNames); // Loaded after the write, before the commit.
        transaction.Commit();

        _shop.AssertFresh(CategoryNames, before);
    }

    [Fact]
    public void After_a_transaction_its_context_reads_from_the_cache_again()
    {
        using var db = _shop.New();
        using (var transaction = db.Database.BeginTransaction())
        {
            Rename(db, "new");
            transaction.Commit();
        }

        Assert.Equal("new; tag 2; tag 3", Names(db));
        var before = _shop.Sql.Count;
        Assert.Equal("new; tag 2; tag 3", Names(db));
        Assert.Equal(before, _shop.Sql.Count);
    }

    [Fact]
    public void A_transaction_may_be_retried_as_a_whole()
    {
        using var db = _shop.New();
        db.Database.CreateExecutionStrategy().ExecuteInTransaction(() => Rename(db, "new"), static () => true);

        _shop.AssertFresh(Names, "tag 1; tag 2; tag 3");
    }

    public void Dispose() => _shop.Dispose();

    private static string Names(ShopContext db) => db.Tags.OrderBy(t => t.Id).Select(t => t.Name).Remember().ToList().Text();

    private static string CategoryNames(ShopContext db) => db.Categories.OrderBy(c => c.Id).Select(c => c.Name).Remember().ToList().Text();

    private static string CategoryCount(ShopContext db) => db.Categories.Remember().Count().ToString();

    private static void Rename(ShopContext db, string name)
    {
        db.Tags.Single(t => t.Id == 1).Name = name;
        db.SaveChanges();
    }

    private static async Task RenameAsync(ShopContext db, string name, bool async)
    {
        (await db.Tags.SingleAsync(t => t.Id == 1)).Name = name;
        _ = async ? await db.SaveChangesAsync() : db.SaveChanges();
    }
}

public sealed class TransactionTestsOnSqlite() : TransactionTests(Provider.Sqlite);

public sealed class TransactionTestsOnPostgreSql() : TransactionTests(Provider.PostgreSql);
