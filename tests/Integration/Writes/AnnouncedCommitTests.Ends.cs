using System.Data.Common;
using FastOrm.Cache.EfCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Storage;

namespace FastOrm.Cache.Tests.Integration.Writes;

/// <content>When an announcement ends: neither before the write has, nor never.</content>
public abstract partial class AnnouncedCommitTests
{
    [Fact]
    public async Task A_statement_whose_rows_are_being_read_stays_announced_whoever_looks_something_up_meanwhile()
    {
        await using var db = _nodes.NewA();
        await using var rows = db.Products.FromSqlRaw(Sql + " RETURNING *").AsAsyncEnumerable().GetAsyncEnumerator();
        Assert.True(await rows.MoveNextAsync());

        await _nodes.On('A', static other => other.Categories.Remember(Ttl).CountAsync());

        Assert.Equal(1, Store.Markers);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_committed_counts_although_its_context_was_disposed_of_meanwhile(bool async)
    {
        await _nodes.On('A', Price(7));
        var disposer = new Disposer();
        var db = _nodes.NewA(disposer);
        disposer.Context = db;

        await Assert.ThrowsAsync<ObjectDisposedException>(() => SaveAsync(db, async, 999));

        await _nodes.Settle();
        Assert.Equal(999m, (await _nodes.On('A', Price(7))).Result);
    }

    [Fact]
    public async Task A_statement_whose_rows_are_read_for_longer_than_its_announcement_lives_stays_announced()
    {
        await using var db = _nodes.NewA();
        await using var rows = db.Products.FromSqlRaw(Sql + " RETURNING *").AsAsyncEnumerable().GetAsyncEnumerator();
        Assert.True(await rows.MoveNextAsync());

        GC.Collect();
        GC.WaitForPendingFinalizers();
        for (var i = 0; i < 12; i++)
        {
            _time.Advance(Life / 4);
        }

        await _nodes.Settle();
        Assert.Equal(1, Store.Markers);
    }

    [Fact]
    public async Task A_transaction_that_SQL_has_begun_stays_announced_no_longer_than_it_lives_when_it_joins_one_whose_end_was_not_seen()
    {
        await using var db = _nodes.NewA();
        await db.Database.OpenConnectionAsync();
        var marks = Store.Marks;
        await db.Database.ExecuteSqlRawAsync("BEGIN; " + Sql);
        await using (var commit = db.Database.GetDbConnection().CreateCommand())
        {
            commit.CommandText = "COMMIT";
            await commit.ExecuteNonQueryAsync();
        }

        await db.Database.ExecuteSqlRawAsync("BEGIN; " + Sql);
        Assert.Equal(marks + 2, Store.Marks);
        await db.Database.ExecuteSqlRawAsync("COMMIT");
        for (var i = 0; i < 5; i++)
        {
            _time.Advance(Life / 4);
        }

        await _nodes.Settle();
        Assert.Equal(0, Store.Markers);
    }

    [Fact]
    public async Task A_statement_whose_rows_were_read_is_known_to_others_with_the_next_poll_of_a_node_that_looks_nothing_up()
    {
        await using var db = _nodes.NewA();
        _ = await db.Products.FromSqlRaw(Sql + " RETURNING *").AsAsyncEnumerable().ToListAsync();
        await _nodes.Settle();
        Assert.Equal(1, Store.Markers);

        _time.Advance(TimeSpan.FromSeconds(1));
        await _nodes.Settle();

        Assert.Equal(0, Store.Markers);
    }

    [Fact]
    public async Task A_commit_that_EF_Core_does_not_report_reaches_others_with_the_next_poll_of_a_node_that_looks_nothing_up()
    {
        await ReadB();
        await using var db = _nodes.NewA();
        await using var transaction = await db.Database.BeginTransactionAsync();
        await db.Database.ExecuteSqlRawAsync(Sql);
        await transaction.GetDbTransaction().CommitAsync();
        Assert.Equal((8.75m, 0), await ReadB());
        var changes = Store.Changes;

        _time.Advance(TimeSpan.FromSeconds(1));
        await _nodes.Settle();

        Assert.True(Store.Changes > changes);
        Assert.Equal((999m, 1), await ReadB());
    }

    /// <summary>Disposes of the context as soon as its save is committed.</summary>
    private sealed class Disposer : DbTransactionInterceptor
    {
        public DbContext? Context { get; set; }

        public override void TransactionCommitted(DbTransaction transaction, TransactionEndEventData eventData) => Context!.Dispose();

        public override Task TransactionCommittedAsync(
            DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            Context!.Dispose();
            return Task.CompletedTask;
        }
    }
}
