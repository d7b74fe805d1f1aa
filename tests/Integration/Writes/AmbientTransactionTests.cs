using System.Transactions;
using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace FastOrm.Cache.Tests.Integration.Writes;

/// <summary>Ambient transactions, which PostgreSQL's provider joins and SQLite's does not.</summary>
public abstract class AmbientTransactionTests : IDisposable
{
    protected AmbientTransactionTests(Provider provider)
    {
        Shop = new TestShop(provider: provider);
        Shop.Warm(Tag);
    }

    protected TestShop Shop { get; }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_save_counts_at_the_latest_when_the_transaction_has_ended(bool complete)
    {
        using (var scope = new TransactionScope())
        {
            using var db = NewAmbient();
            db.Tags.Single(t => t.Id == 1).Name = "new";
            db.SaveChanges();
            using (new TransactionScope(TransactionScopeOption.Suppress))
            {
                Assert.Equal((Expected(hasEnded: false, complete), 1), Shop.Count(Tag));
            }

            if (complete)
            {
                scope.Complete();
            }
        }

        Assert.Equal(Expected(hasEnded: true, complete), Shop.Count(Tag).Result);
    }

    [Fact]
    public async Task In_an_ambient_transaction_remembered_queries_go_to_the_database_and_store_nothing()
    {
        using var scope = new TransactionScope(TransactionScopeAsyncFlowOption.Enabled);
        await using var db = NewAmbient();
        var (before, stores) = (Shop.Sql.Count, Shop.Cache.Statistics.Stores);

        Assert.Equal("tag 1", Tag(db));
        Assert.Equal(3, (await db.Tags.Remember().ToListAsync()).Count);
        await db.SaveChangesAsync();

        Assert.Equal(2, Shop.Sql.Count - before);
        Assert.Equal(stores, Shop.Cache.Statistics.Stores);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_several_contexts_write_in_one_counts_when_it_has_ended(bool complete)
    {
        var names = Shop.Warm(Names);
        using (var scope = new TransactionScope(TransactionScopeAsyncFlowOption.Enabled))
        {
            await using (var first = NewAmbient())
            {
                first.Add(new Tag { Id = 8, Name = "eight" });
                await first.SaveChangesAsync();
            }

            await using (var second = NewAmbient())
            {
                await second.Tags.Where(static t => t.Id == 1).ExecuteUpdateAsync(static set => set.SetProperty(static t => t.Name, "new"));
            }

            await using (var third = NewAmbient())
            {
                await third.Database.ExecuteSqlRawAsync("""DELETE FROM "Tags" WHERE "Id" = 2""");
            }

            if (complete)
            {
                scope.Complete();
            }
        }

        var (after, _) = Shop.Count(Names);
        using var plain = Shop.NewPlain();
        Assert.Equal(plain.Tags.OrderBy(static t => t.Id).Select(static t => t.Name).ToList().Text(), after);
        Assert.Equal(IsJoined && !complete, names == after);
    }

    public void Dispose() => Shop.Dispose();

    private static string Names(ShopContext db) => db.Tags.OrderBy(static t => t.Id).Select(static t => t.Name).Remember().ToList().Text();

    /// <summary>Whether the provider takes part in ambient transactions.</summary>
    protected abstract bool IsJoined { get; }

    /// <summary>What another transaction reads of what was saved in the ambient one.</summary>
    protected abstract string Expected(bool hasEnded, bool complete);

    private static string Tag(ShopContext db) => db.Tags.Where(t => t.Id == 1).Select(t => t.Name).Remember().Single();

    private ShopContext NewAmbient()
        => new(Shop.Configure().ConfigureWarnings(static warnings => warnings.Ignore(RelationalEventId.AmbientTransactionWarning)).Options);
}

public sealed class AmbientTransactionTestsOnSqlite() : AmbientTransactionTests(Provider.Sqlite)
{
    protected override bool IsJoined => false;

    protected override string Expected(bool hasEnded, bool complete) => "new";
}

public sealed class AmbientTransactionTestsOnPostgreSql() : AmbientTransactionTests(Provider.PostgreSql)
{
    protected override bool IsJoined => true;

    protected override string Expected(bool hasEnded, bool complete) => hasEnded && complete ? "new" : "tag 1";
}
