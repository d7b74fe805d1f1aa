using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace FastOrm.Cache.Tests.Integration.Writes.Scopes.Model;

/// <summary>Saves that fail, are cancelled, or are tried again.</summary>
internal sealed partial class StoreWrites
{
    private readonly StoreFault _fault = new();
    private readonly DbContextOptions _failing;
    private readonly DbContextOptions _retrying;

    private IEnumerable<StoreWrite> Failures() =>
    [
        new("failed half-way", 3, FailedHalfWay),
        new("lost", 2, Lost),
        new("cancelled", 2, Cancelled),
        new("retried", 3, Retried),
        new("retried transaction", 1, RetriedTransaction),
    ];

    private static DbContextOptions NewRetrying(TestDatabase<StoreContext> database, StoreFault fault)
        => database.Configure(fault).ReplaceService<IExecutionStrategyFactory, StoreStrategy.Factory>().Options;

    private void FailedHalfWay() => _database.Run(db =>
    {
        if (_random.Next(2) == 0)
        {
            db.Database.AutoTransactionBehavior = AutoTransactionBehavior.Never; // Then it comes half-way.
        }

        ChangeOne(db, Any(db));
        Move(Any(db));
        var wrong = NewProduct(db, 0);
        wrong.CategoryId = 99;
        db.Add(wrong);
        Assert.ThrowsAny<DbUpdateException>(() => db.SaveChanges());
    });

    private void Lost()
    {
        using var db = new StoreContext(_failing);
        SeveralRows(db);
        _fault.Next((FaultPlace)_random.Next((int)FaultPlace.BeforeCommand, (int)FaultPlace.AfterCommit + 1));
        _ = Record.Exception(() => db.SaveChanges());
        _fault.Next(FaultPlace.Nowhere);
    }

    private void Cancelled()
    {
        using var cancel = new CancellationTokenSource();
        using var db = new StoreContext(_failing);
        if (_random.Next(2) == 0)
        {
            db.Database.AutoTransactionBehavior = AutoTransactionBehavior.Never;
        }

        SeveralRows(db);
        _fault.Next((FaultPlace)_random.Next((int)FaultPlace.BeforeCommand, (int)FaultPlace.AfterCommit + 1), cancel);
        _ = Record.Exception(() => db.SaveChangesAsync(cancel.Token).GetAwaiter().GetResult());
        _fault.Next(FaultPlace.Nowhere);
    }

    /// <summary>The first attempt fails, perhaps after it was committed; the second one writes over it.</summary>
    private void Retried()
    {
        using var db = new StoreContext(_retrying);
        db.Database.AutoTransactionBehavior = AutoTransactionBehavior.Always;
        ChangeMany(db, Any(db));
        Review(db);
        _fault.Next((FaultPlace)_random.Next((int)FaultPlace.BeforeCommand, (int)FaultPlace.AfterCommit + 1));
        TrySave(db); // A review that was deleted by the first attempt is missed by the second.
        _fault.Next(FaultPlace.Nowhere);
    }

    private void RetriedTransaction()
    {
        using var db = new StoreContext(_retrying);
        var id = AnyId(db);
        var place = _random.Next(3) switch
        {
            0 => FaultPlace.BeforeCommit,
            1 => FaultPlace.AfterCommit,
            _ => FaultPlace.Nowhere,
        };
        db.Database.CreateExecutionStrategy().Execute(() =>
        {
            db.ChangeTracker.Clear();
            using var transaction = db.Database.BeginTransaction();
            ChangeMany(db, db.Product.Single(p => p.Id == id));
            db.SaveChanges();
            AnyStatement(db);
            _readAsAnother();
            _fault.Next(place);
            place = FaultPlace.Nowhere; // The second attempt succeeds.
            transaction.Commit();
        });
    }
}
