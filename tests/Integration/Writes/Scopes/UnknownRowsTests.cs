using System.Data.Common;
using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Storage;
using static FastOrm.Cache.Tests.Integration.Writes.Scopes.ItemQueries;

namespace FastOrm.Cache.Tests.Integration.Writes.Scopes;

/// <summary>Writes of which it is not known what rows they touch drop everything of their tables, and nothing of others.</summary>
public abstract class UnknownRowsTests(Provider provider) : IDisposable
{
    private readonly TestDatabase<ItemContext> _database = ItemContext.NewDatabase(provider);
    private readonly Failure _failure = new();

    [Fact]
    public void ExecuteUpdate_drops_the_points_and_lists_of_its_table()
    {
        _database.AssertDiesWith(Point(7), db => db.Items.Where(i => i.ShelfId == 3).ExecuteUpdate(set => set.SetProperty(i => i.Name, "new")));
        _database.AssertDiesWith(List(3), db => db.Items.Where(i => i.Id == 7).ExecuteUpdate(set => set.SetProperty(i => i.ShelfId, 4)));
        _database.AssertDiesWith(List(3, 0), db => db.Items.Where(i => i.Id == 7).ExecuteUpdate(set => set.SetProperty(i => i.ShelfId, 3).SetProperty(i => i.Rank, 0)));
    }

    [Fact]
    public async Task ExecuteDelete_drops_the_points_and_lists_of_its_table()
    {
        var point = _database.Warm(Point(7));
        var list = _database.Warm(List(3));
        await using (var db = _database.New())
        {
            await db.Items.Where(i => i.Id == 7).ExecuteDeleteAsync();
        }

        _database.AssertFresh(Point(7), point);
        _database.AssertFresh(List(3), list);
    }

    [Fact]
    public void They_leave_other_tables_alone()
    {
        static string Shelf(ItemContext db) => db.Shelves.Remember().Single(s => s.Id == 3).Name;
        static string Shelves(ItemContext db) => db.Shelves.Where(s => s.Room == 1).Remember().ToList().Sorted();
        static string Count(ItemContext db) => db.Shelves.Remember().Count().ToString();

        foreach (var read in (Func<ItemContext, string>[])[Shelf, Shelves, Count])
        {
            _database.AssertSurvivesWith(read, db => db.Items.Where(i => i.Shelf!.Room == 1).ExecuteUpdate(set => set.SetProperty(i => i.Name, "new")));
            _database.AssertSurvivesWith(read, db => db.Items.Where(i => i.Shelf!.Room == 9).ExecuteDelete());
        }

        _database.AssertSurvivesWith(List(3), db => db.Shelves.ExecuteUpdate(set => set.SetProperty(s => s.Name, "new")));
        _database.AssertSurvivesWith(Point(7), db => db.Shelves.ExecuteUpdate(set => set.SetProperty(s => s.Name, "newer")));
    }

    [Fact]
    public void A_delete_that_the_database_cascades_drops_the_points_and_lists_of_what_is_below()
    {
        _database.AssertDies(List(3), db => db.Remove(new Shelf { Id = 3 }));
        _database.AssertDiesWith(Point(8), db => db.Shelves.Where(s => s.Id == 4).ExecuteDelete());
        _database.AssertDiesWith(List(5), db => db.Shelves.Where(s => s.Id == 5).ExecuteDelete());
    }

    [Fact]
    public void An_insert_that_fails_drops_the_points_and_lists_of_its_table_and_is_not_seen()
    {
        _database.Warm(Point(1000));
        _database.Warm(List(3));
        _database.Run(db =>
        {
            db.AddRange(new Item { Id = 1000, ShelfId = 3 }, new Item { Id = 1001, ShelfId = 99 });
            Assert.ThrowsAny<DbUpdateException>(() => db.SaveChanges());
        });

        _database.AssertExact(Point(1000));
        _database.AssertExact(List(3));
    }

    [Fact]
    public void A_save_without_a_transaction_that_fails_half_way_is_seen_as_far_as_it_came()
    {
        _database.Warm(Point(1000));
        _database.Warm(List(3));
        _database.Run(db =>
        {
            db.Database.AutoTransactionBehavior = AutoTransactionBehavior.Never;
            db.Add(new Item { Id = 1000, ShelfId = 3 });
            db.SaveChanges();
            db.Add(new Item { Id = 1001, ShelfId = 99 });
            Assert.ThrowsAny<DbUpdateException>(() => db.SaveChanges());
        });

        _database.AssertExact(Point(1000));
        _database.AssertExact(List(3));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_save_that_fails_or_is_cancelled_after_it_was_carried_out_is_seen(bool cancels)
    {
        var point = _database.Warm(Point(7));
        var list = _database.Warm(List(4));
        using var cancellation = new CancellationTokenSource();
        _failure.Error = cancels ? new OperationCanceledException(cancellation.Token) : new TimeoutException();
        var options = _database.Configure(_failure).Options;
        await using (var db = new ItemContext(options))
        {
            db.Database.AutoTransactionBehavior = AutoTransactionBehavior.Never;
            db.Attach(new Item { Id = 7 }).Entity.ShelfId = 4;
            await Assert.ThrowsAnyAsync<Exception>(() => db.SaveChangesAsync(cancellation.Token));
        }

        _database.AssertFresh(Point(7), point);
        _database.AssertFresh(List(4), list);
    }

    [Fact]
    public async Task An_insert_that_fails_after_it_was_carried_out_is_seen_though_its_key_is_not_known()
    {
        var point = _database.Warm(Point(21));
        _failure.Error = new TimeoutException();
        await using (var db = new ItemContext(_database.Configure(_failure).Options))
        {
            db.Database.AutoTransactionBehavior = AutoTransactionBehavior.Never;
            db.Add(new Item { ShelfId = 3 });
            await Assert.ThrowsAnyAsync<Exception>(() => db.SaveChangesAsync());
        }

        _database.AssertFresh(Point(21), point);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_save_that_is_tried_again_after_it_was_carried_out_is_seen_after_each_try(bool isReadBetween)
    {
        var point = _database.Warm(Point(7));
        var (from, to) = (_database.Warm(List(3)), _database.Warm(List(4)));
        _failure.Error = new TimeoutException();
        await using (var db = new ItemContext(_database.Configure(_failure).Options))
        {
            db.Attach(new Item { Id = 7 }).Entity.ShelfId = 4;
            await new Retrying(db, _failure).ExecuteAsync(async () =>
            {
                if (_failure.Error is null && isReadBetween)
                {
                    _database.AssertFresh(Point(7), point);
                    _database.AssertFresh(List(4), to);
                    _database.Save(other => other.Items.Single(i => i.Id == 7).ShelfId = 5);
                    _database.Warm(List(5));
                }

                return await db.SaveChangesAsync();
            });
        }

        Assert.Null(_failure.Error);
        _database.AssertFresh(Point(7), point);
        _database.AssertFresh(List(3), from);
        _database.AssertFresh(List(4), to);
        _database.AssertExact(List(5));
    }

    [Fact]
    public void A_row_that_fails_to_be_inserted_may_be_saved_again()
        => _database.AssertDiesWith(List(3), db =>
        {
            var item = new Item { ShelfId = 99 };
            db.Add(item);
            Assert.ThrowsAny<DbUpdateException>(() => db.SaveChanges());
            item.ShelfId = 3;
            db.SaveChanges();
        });

    [Fact]
    public void A_save_that_does_not_accept_its_changes_is_seen_each_time()
        => _database.AssertDiesWith(List(4), db =>
        {
            db.Items.Single(i => i.Id == 7).ShelfId = 4;
            db.SaveChanges(acceptAllChangesOnSuccess: false);
            _database.AssertExact(List(4));
            db.SaveChanges();
        });

    public void Dispose() => _database.Dispose();

    /// <summary>Throws when a statement that writes has been carried out.</summary>
    private sealed class Failure : DbCommandInterceptor
    {
        public Exception? Error { get; set; }

        public override ValueTask<DbDataReader> ReaderExecutedAsync(
            DbCommand command, CommandExecutedEventData eventData, DbDataReader result, CancellationToken cancellationToken = default)
            => Error is { } error && !command.CommandText.StartsWith("SELECT", StringComparison.Ordinal)
                ? ValueTask.FromException<DbDataReader>(error)
                : ValueTask.FromResult(result);
    }

    /// <summary>Tries again, then without the failure.</summary>
    private sealed class Retrying(DbContext context, Failure failure)
        : ExecutionStrategy(context, maxRetryCount: 1, maxRetryDelay: TimeSpan.FromMilliseconds(1))
    {
        protected override bool ShouldRetryOn(Exception exception) => exception.GetBaseException() is TimeoutException;

        protected override void OnRetry() => failure.Error = null;
    }
}

public sealed class SqliteUnknownRowsTests() : UnknownRowsTests(Provider.Sqlite);

public sealed class PostgresUnknownRowsTests() : UnknownRowsTests(Provider.PostgreSql);
