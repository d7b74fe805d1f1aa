using System.Data.Common;
using FastOrm.Cache.EfCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace FastOrm.Cache.Tests.Integration.Writes;

/// <content>When an announcement ends: neither before the write has, nor never.</content>
public abstract partial class AnnouncedCommitTests
{
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
