using System.Data.Common;
using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace FastOrm.Cache.Tests.Integration.Writes;

/// <summary>Transactions that a context did not begin, but was handed over.</summary>
public abstract class SharedTransactionTests : IDisposable
{
    private readonly TestShop _shop;
    private readonly DbConnection _connection;

    protected SharedTransactionTests(Provider provider)
    {
        _shop = new TestShop(provider: provider);
        _connection = _shop.Connect();
        _shop.Warm(Tag);
        _shop.Warm(Category);
    }

    [Fact]
    public void What_two_contexts_wrote_in_one_transaction_counts_when_the_first_commits()
    {
        using var first = NewShared();
        using var second = NewShared();
        using var transaction = first.Database.BeginTransaction();
        second.Database.UseTransaction(transaction.GetDbTransaction());
        RenameTag(first);
        RenameCategory(second);
        _shop.AssertHit(Tag, "tag 1");
        _shop.AssertHit(Category, "category 1");
        transaction.Commit();

        _shop.AssertFresh(Tag, "tag 1");
        _shop.AssertFresh(Category, "category 1");
    }

    [Fact]
    public void What_two_contexts_wrote_in_one_transaction_counts_when_the_second_commits()
    {
        using var transaction = _connection.BeginTransaction();
        using var first = NewShared();
        using var second = NewShared();
        first.Database.UseTransaction(transaction);
        second.Database.UseTransaction(transaction);
        RenameTag(first);
        RenameCategory(second);
        second.Database.CommitTransaction();

        _shop.AssertFresh(Tag, "tag 1");
        _shop.AssertFresh(Category, "category 1");
    }

    [Fact]
    public void What_two_contexts_wrote_in_one_transaction_is_dropped_when_one_rolls_back()
    {
        using var transaction = _connection.BeginTransaction();
        using var first = NewShared();
        using var second = NewShared();
        first.Database.UseTransaction(transaction);
        second.Database.UseTransaction(transaction);
        RenameTag(first);
        RenameCategory(second);
        first.Database.RollbackTransaction();

        _shop.AssertHit(Tag, "tag 1");
        _shop.AssertHit(Category, "category 1");
    }

    [Fact]
    public void A_context_that_joined_a_transaction_reads_past_the_cache()
    {
        using var transaction = _connection.BeginTransaction();
        using var first = NewShared();
        using var second = NewShared();
        first.Database.UseTransaction(transaction);
        second.Database.UseTransaction(transaction);
        RenameTag(first);

        Assert.Equal("new", Tag(second));
        Assert.Equal("tag 1", _shop.Count(Tag).Result);
    }

    public void Dispose()
    {
        _connection.Dispose();
        _shop.Dispose();
    }

    private static string Tag(ShopContext db) => db.Tags.Where(t => t.Id == 1).Select(t => t.Name).Remember().Single();

    private static string Category(ShopContext db) => db.Categories.Where(c => c.Id == 1).Select(c => c.Name).Remember().Single();

    private static void RenameTag(ShopContext db)
    {
        db.Tags.Single(t => t.Id == 1).Name = "new";
        db.SaveChanges();
    }

    private static void RenameCategory(ShopContext db)
    {
        db.Categories.Single(c => c.Id == 1).Name = "new";
        db.SaveChanges();
    }

    private ShopContext NewShared() => _shop.NewOn(_connection);
}

public sealed class SharedTransactionTestsOnSqlite() : SharedTransactionTests(Provider.Sqlite);

public sealed class SharedTransactionTestsOnPostgreSql() : SharedTransactionTests(Provider.PostgreSql);
