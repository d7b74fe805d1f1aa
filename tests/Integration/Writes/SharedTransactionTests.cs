using System.Transactions;
using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Storage;

namespace FastOrm.Cache.Tests.Integration.Writes;

/// <summary>Transactions that a context did not begin: handed over by another, or ambient.</summary>
public sealed class SharedTransactionTests : IDisposable
{
    private readonly TestShop _shop = new();
    private readonly SqliteConnection _connection;

    public SharedTransactionTests()
    {
        _connection = new SqliteConnection(_shop.ConnectionString);
        _connection.Open();
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
        _shop.AssertHit(Tag, "tag 1");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void In_an_ambient_transaction_that_SQLite_does_not_join_a_save_counts_at_once(bool complete)
    {
        using (var scope = new TransactionScope())
        {
            using var db = NewAmbient();
            RenameTag(db);
            using (new TransactionScope(TransactionScopeOption.Suppress))
            {
                _shop.AssertFresh(Tag, "tag 1");
            }

            if (complete)
            {
                scope.Complete();
            }
        }

        Assert.Equal("new", _shop.Count(Tag).Result);
    }

    [Fact]
    public async Task In_an_ambient_transaction_remembered_queries_go_to_the_database_and_store_nothing()
    {
        using var scope = new TransactionScope(TransactionScopeAsyncFlowOption.Enabled);
        await using var db = NewAmbient();
        var (before, stores) = (_shop.Sql.Count, _shop.Cache.Statistics.Stores);

        Assert.Equal("tag 1", Tag(db));
        Assert.Equal(3, (await db.Tags.Remember().ToListAsync()).Count);
        await db.SaveChangesAsync();

        Assert.Equal(2, _shop.Sql.Count - before);
        Assert.Equal(stores, _shop.Cache.Statistics.Stores);
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

    private ShopContext NewShared()
        => new(new DbContextOptionsBuilder().UseSqlite(_connection).AddInterceptors(_shop.Sql).UseFastOrmCache(_shop.Cache).Options);

    private ShopContext NewAmbient()
        => new(_shop.Configure().ConfigureWarnings(static warnings => warnings.Ignore(RelationalEventId.AmbientTransactionWarning)).Options);
}
