using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace FastOrm.Cache.Tests.Integration.Writes;

/// <summary>A rollback to a savepoint takes back what was written after it, and only that.</summary>
public abstract class SavepointTests : IDisposable
{
    private readonly TestShop _shop;
    private readonly ShopContext _db;
    private readonly IDbContextTransaction _transaction;

    protected SavepointTests(Provider provider)
    {
        _shop = new TestShop(provider: provider);
        _shop.Warm(Tag);
        _shop.Warm(Category);
        _db = _shop.New();
        _transaction = _db.Database.BeginTransaction();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_written_before_the_savepoint_is_kept_and_what_was_written_after_it_is_dropped(bool async)
    {
        WriteTag();
        if (async)
        {
            await _transaction.CreateSavepointAsync("a");
            WriteCategory();
            await _transaction.RollbackToSavepointAsync("a");
            await _transaction.CommitAsync();
        }
        else
        {
            _transaction.CreateSavepoint("a");
            WriteCategory();
            _transaction.RollbackToSavepoint("a");
            _transaction.Commit();
        }

        _shop.AssertFresh(Tag, "tag 1");
        _shop.AssertHit(Category, "category 1");
    }

    [Fact]
    public void What_was_written_after_the_rollback_is_kept()
    {
        _transaction.CreateSavepoint("a");
        WriteTag();
        _transaction.RollbackToSavepoint("a");
        WriteCategory();
        _transaction.Commit();

        _shop.AssertHit(Tag, "tag 1");
        _shop.AssertFresh(Category, "category 1");
    }

    [Fact]
    public void A_released_savepoint_drops_nothing()
    {
        _transaction.CreateSavepoint("a");
        WriteTag();
        _transaction.ReleaseSavepoint("a");
        _transaction.Commit();

        _shop.AssertFresh(Tag, "tag 1");
    }

    [Fact]
    public void A_rollback_to_the_outer_savepoint_after_the_inner_was_released_drops_both()
    {
        _transaction.CreateSavepoint("outer");
        WriteTag();
        _transaction.CreateSavepoint("inner");
        WriteCategory();
        _transaction.ReleaseSavepoint("inner");
        _transaction.RollbackToSavepoint("outer");
        _transaction.Commit();

        _shop.AssertHit(Tag, "tag 1");
        _shop.AssertHit(Category, "category 1");
    }

    [Fact]
    public void A_rollback_to_the_inner_savepoint_keeps_what_the_outer_holds()
    {
        _transaction.CreateSavepoint("outer");
        WriteTag();
        _transaction.CreateSavepoint("inner");
        WriteCategory();
        _transaction.RollbackToSavepoint("inner");
        _transaction.ReleaseSavepoint("inner");
        _transaction.ReleaseSavepoint("outer");
        _transaction.Commit();

        _shop.AssertFresh(Tag, "tag 1");
        _shop.AssertHit(Category, "category 1");
    }

    [Fact]
    public void A_rollback_past_an_inner_savepoint_loses_nothing_that_is_written_later()
    {
        _transaction.CreateSavepoint("outer");
        _transaction.CreateSavepoint("inner");
        WriteTag();
        _transaction.RollbackToSavepoint("outer");
        WriteTag();
        _transaction.CreateSavepoint("again");
        WriteCategory();
        _transaction.RollbackToSavepoint("again");
        _transaction.Commit();

        _shop.AssertFresh(Tag, "tag 1");
        _shop.AssertHit(Category, "category 1");
    }

    [Fact]
    public void A_name_that_is_used_twice_means_the_newer_savepoint()
    {
        _transaction.CreateSavepoint("a");
        WriteTag();
        _transaction.CreateSavepoint("a");
        WriteCategory();
        _transaction.RollbackToSavepoint("a");
        _transaction.Commit();

        _shop.AssertFresh(Tag, "tag 1");
        _shop.AssertHit(Category, "category 1");
    }

    [Fact]
    public void A_save_that_fails_in_a_transaction_takes_nothing_with_it_that_was_saved_before()
    {
        WriteTag();
        _db.Add(new Product { Name = "lost", CategoryId = 999 });
        Assert.Throws<DbUpdateException>(() => _db.SaveChanges());
        _db.ChangeTracker.Clear();
        WriteCategory();
        _transaction.Commit();

        _shop.AssertFresh(Tag, "tag 1");
        _shop.AssertFresh(Category, "category 1");
    }

    [Fact]
    public void Without_savepoints_of_EF_Core_the_same_holds()
    {
        _db.Database.AutoSavepointsEnabled = false;
        WriteTag();
        _transaction.CreateSavepoint("a");
        WriteCategory();
        _transaction.RollbackToSavepoint("a");
        _transaction.Commit();

        _shop.AssertFresh(Tag, "tag 1");
        _shop.AssertHit(Category, "category 1");
    }

    [Theory]
    [InlineData("rollback")]
    [InlineData("release")]
    public void A_savepoint_that_does_not_exist_changes_nothing_for_the_transaction(string what)
    {
        WriteTag();
        Assert.ThrowsAny<Exception>(() =>
        {
            if (what == "rollback")
            {
                _transaction.RollbackToSavepoint("never made");
            }
            else
            {
                _transaction.ReleaseSavepoint("never made");
            }
        });

        // Whoever reads now sees what was committed before, and may remember it until the commit.
        Assert.Equal("tag 1", _shop.Count(Tag).Result);
        _transaction.Commit();

        // PostgreSQL ends a transaction in which anything has failed with a rollback.
        Assert.Equal(_shop.Provider == Provider.Sqlite ? "new tag" : "tag 1", _shop.Count(Tag).Result);
    }

    public void Dispose()
    {
        _transaction.Dispose();
        _db.Dispose();
        _shop.Dispose();
    }

    private static string Tag(ShopContext db) => db.Tags.Where(t => t.Id == 1).Select(t => t.Name).Remember().Single();

    private static string Category(ShopContext db) => db.Categories.Where(c => c.Id == 1).Select(c => c.Name).Remember().Single();

    private void WriteTag()
    {
        _db.ChangeTracker.Clear();
        _db.Attach(new Tag { Id = 1, Name = "any" }).Entity.Name = "new tag";
        _db.SaveChanges();
    }

    private void WriteCategory()
    {
        _db.ChangeTracker.Clear();
        _db.Attach(new Category { Id = 1, Name = "any" }).Entity.Name = "new category";
        _db.SaveChanges();
    }
}

public sealed class SavepointTestsOnSqlite() : SavepointTests(Provider.Sqlite);

public sealed class SavepointTestsOnPostgreSql() : SavepointTests(Provider.PostgreSql);
