using System.Data.Common;
using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace FastOrm.Cache.Tests.Integration.Writes;

/// <summary>A commit that ends with an exception may have been carried out: what it wrote is invalid.</summary>
public abstract class UnknownOutcomeTests : IDisposable
{
    private readonly TestShop _shop;
    private readonly Saboteur _saboteur = new();

    protected UnknownOutcomeTests(Provider provider)
    {
        _shop = new TestShop(provider: provider);
        _shop.Warm(Tag);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_commit_that_throws_after_it_was_carried_out_invalidates(bool async)
    {
        _saboteur.Throws = Place.Committed;
        await using var db = NewContext();
        await using var transaction = db.Database.BeginTransaction();
        Write(db);

        await Assert.ThrowsAsync<LostException>(() => CommitAsync(transaction, async));

        _shop.AssertFresh(Tag, "tag 1");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_commit_that_throws_before_it_was_carried_out_may_be_tried_again(bool async)
    {
        _saboteur.Throws = Place.Committing;
        await using var db = NewContext();
        await using var transaction = db.Database.BeginTransaction();
        Write(db);
        await Assert.ThrowsAsync<LostException>(() => CommitAsync(transaction, async));
        Assert.Equal(("tag 1", 1), _shop.Count(Tag)); // Invalidated, read again, and remembered until the commit.

        _saboteur.Throws = Place.Nowhere;
        await CommitAsync(transaction, async);

        Assert.Equal("new", _shop.Count(Tag).Result);
    }

    [Theory]
    [InlineData(Place.Committing)]
    [InlineData(Place.Committed)]
    public void A_commit_of_SaveChanges_itself_that_throws_invalidates(Place place)
    {
        _saboteur.Throws = place;
        using var db = NewContext();
        db.Tags.Single(t => t.Id == 1).Name = "new";
        db.Tags.Single(t => t.Id == 2).Name = "new";

        Assert.Throws<LostException>(() => db.SaveChanges());

        Assert.Equal((place == Place.Committed ? "new" : "tag 1", 1), _shop.Count(Tag));
    }

    [Fact]
    public void A_commit_that_an_interceptor_has_carried_out_in_its_own_way_invalidates()
    {
        _saboteur.CommitsItself = true;
        using var db = NewContext();
        using var transaction = db.Database.BeginTransaction();
        Write(db);
        transaction.Commit();

        _shop.AssertFresh(Tag, "tag 1");
    }

    [Fact]
    public void A_rollback_that_throws_invalidates()
    {
        _saboteur.Throws = Place.RollingBack;
        using var db = NewContext();
        using var transaction = db.Database.BeginTransaction();
        Write(db);

        Assert.Throws<LostException>(() => transaction.Rollback());

        Assert.Equal(("tag 1", 1), _shop.Count(Tag));
    }

    [Fact]
    public void An_interceptor_that_throws_after_the_save_changes_nothing_for_the_cache()
    {
        using var db = new ShopContext(_shop.Configure(new ThrowingSaver()).Options);
        db.Tags.Single(t => t.Id == 1).Name = "new";

        Assert.Throws<LostException>(() => db.SaveChanges());

        _shop.AssertFresh(Tag, "tag 1");
    }

    public void Dispose() => _shop.Dispose();

    private static string Tag(ShopContext db) => db.Tags.Where(t => t.Id == 1).Select(t => t.Name).Remember().Single();

    private static void Write(ShopContext db)
    {
        db.Tags.Single(t => t.Id == 1).Name = "new";
        db.SaveChanges();
    }

    private static Task CommitAsync(Microsoft.EntityFrameworkCore.Storage.IDbContextTransaction transaction, bool async)
    {
        if (async)
        {
            return transaction.CommitAsync();
        }

        transaction.Commit();
        return Task.CompletedTask;
    }

    private ShopContext NewContext() => new(_shop.Configure(_saboteur).Options);

    public enum Place
    {
        Nowhere,
        Committing,
        Committed,
        RollingBack,
    }

    private sealed class LostException : Exception;

    private sealed class Saboteur : DbTransactionInterceptor
    {
        public Place Throws { get; set; }

        public bool CommitsItself { get; set; }

        public override InterceptionResult TransactionCommitting(
            DbTransaction transaction, TransactionEventData eventData, InterceptionResult result)
        {
            ThrowAt(Place.Committing);
            if (CommitsItself)
            {
                transaction.Commit();
                return InterceptionResult.Suppress();
            }

            return result;
        }

        public override ValueTask<InterceptionResult> TransactionCommittingAsync(
            DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
            => ValueTask.FromResult(TransactionCommitting(transaction, eventData, result));

        public override void TransactionCommitted(DbTransaction transaction, TransactionEndEventData eventData) => ThrowAt(Place.Committed);

        public override Task TransactionCommittedAsync(
            DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            ThrowAt(Place.Committed);
            return Task.CompletedTask;
        }

        public override InterceptionResult TransactionRollingBack(
            DbTransaction transaction, TransactionEventData eventData, InterceptionResult result)
        {
            ThrowAt(Place.RollingBack);
            return result;
        }

        private void ThrowAt(Place place)
        {
            if (Throws == place)
            {
                throw new LostException();
            }
        }
    }

    private sealed class ThrowingSaver : SaveChangesInterceptor
    {
        public override int SavedChanges(SaveChangesCompletedEventData eventData, int result) => throw new LostException();
    }
}

public sealed class UnknownOutcomeTestsOnSqlite() : UnknownOutcomeTests(Provider.Sqlite);

public sealed class UnknownOutcomeTestsOnPostgreSql() : UnknownOutcomeTests(Provider.PostgreSql);
