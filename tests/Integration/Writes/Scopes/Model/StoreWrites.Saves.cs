using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace FastOrm.Cache.Tests.Integration.Writes.Scopes.Model;

/// <summary>Saves that succeed.</summary>
internal sealed partial class StoreWrites
{
    private readonly StoreContext?[] _holders = new StoreContext?[4];
    private readonly PooledDbContextFactory<StoreContext> _pool;

    private IEnumerable<StoreWrite> Saves() =>
    [
        Save("one column", 12, db => ChangeOne(db, Any(db))),
        Save("many columns", 5, db => ChangeMany(db, Any(db))),
        Save("move", 7, db => Move(Any(db))),
        Save("several rows", 3, SeveralRows),
        Save("insert", 6, Insert),
        Save("stub", 6, Stub),
        Save("detached update", 4, DetachedUpdate),
        new("old copy", 10, OldCopy, IsSave: true),
        Save("review", 4, Review),
        Save("category", 2, RenameCategory),
        Save("transaction mode", 3, TransactionMode),
        Save("accepted later", 2, AcceptedLater),
        new("pooled context", 3, Pooled, IsSave: true),
        Save("delete and add", 3, DeleteAndAdd),
    ];

    private static PooledDbContextFactory<StoreContext> NewPool(TestDatabase<StoreContext> database)
        => new(
            new DbContextOptions<StoreContext>(database.Options.Extensions.ToDictionary(static e => e.GetType())), poolSize: 2);

    private void SeveralRows(StoreContext db)
    {
        for (var i = 0; i < 4; i++)
        {
            ChangeOne(db, Any(db));
        }

        Review(db);
        db.Add(new StoreReview { ProductId = AnyId(db), Stars = _random.Next(6) });
    }

    private void Insert(StoreContext db)
    {
        var ids = Ids(db);
        var id = _random.Next(4) switch
        {
            0 => 0,
            1 => StoreQueries.FirstRare + _random.Next(StoreQueries.Rare),
            _ => 1 + _random.Next(StoreContext.Products), // Those beyond are made by the database.
        };
        if (ids.Count > StoreContext.Products + 10)
        {
            ChangeOne(db, Any(db));
        }
        else
        {
            db.Add(NewProduct(db, ids.Contains(id) ? 0 : id));
        }
    }

    // A stub takes all columns for zero, whatever they hold.
    private void Stub(StoreContext db)
    {
        var stub = db.Attach(new StoreProduct { Id = AnyId(db), Grade = -1, OwnerId = -1, Price = -1, State = -1 }).Entity;
        if (_random.Next(2) == 0)
        {
            Move(stub);
        }
        else
        {
            ChangeOne(db, stub);
        }
    }

    private void DetachedUpdate(StoreContext db)
    {
        var product = Any(db);
        db.ChangeTracker.Clear();
        ChangeMany(db, product);
        db.Update(product);
    }

    /// <summary>A context that has loaded some rows long ago changes a few of them now.</summary>
    private void OldCopy()
    {
        var place = _random.Next(_holders.Length);
        if (_holders[place] is not { } holder)
        {
            var first = 1 + _random.Next(StoreContext.Products);
            holder = _holders[place] = _database.New();
            _ = holder.Product.Where(p => p.Id >= first).OrderBy(p => p.Id).Take(30).ToList();
            return;
        }

        var products = holder.Product.Local.OrderBy(static p => p.Id).ToList();
        for (var i = _random.Next(3); i >= 0 && products.Count > 0; i--)
        {
            ChangeMany(holder, products[_random.Next(products.Count)]);
        }

        if (!TrySave(holder) || _random.Next(5) == 0)
        {
            holder.Dispose();
            _holders[place] = null;
        }
    }

    private static bool TrySave(StoreContext db)
    {
        try
        {
            db.SaveChanges();
            return true;
        }
        catch (DbUpdateException)
        {
            return false; // Another context has deleted the row.
        }
    }

    private void Review(StoreContext db)
    {
        var review = AnyReview(db);
        switch (review is null || db.Review.Count() < 150 ? 0 : _random.Next(4))
        {
            case 0:
                db.Add(new StoreReview { ProductId = AnyId(db), Stars = _random.Next(6) });
                break;
            case 1:
                review!.Stars++;
                break;
            case 2:
                review!.ProductId = AnyId(db);
                break;
            default:
                db.Remove(review!);
                break;
        }
    }

    private void RenameCategory(StoreContext db)
    {
        var category = db.Category.Find(Category())!;
        (category.Name, category.Floor) = ($"category {_random.Next(100)}", _random.Next(3));
    }

    private void TransactionMode(StoreContext db)
    {
        db.Database.AutoTransactionBehavior = (AutoTransactionBehavior)_random.Next(3);
        ChangeMany(db, Any(db));
        if (_random.Next(2) == 0)
        {
            SeveralRows(db);
        }
    }

    /// <summary>What is not accepted is saved once more, over what others have saved meanwhile.</summary>
    private void AcceptedLater(StoreContext db)
    {
        var product = Any(db);
        ChangeMany(db, product);
        db.SaveChanges(acceptAllChangesOnSuccess: false);
        _readAsAnother();
        if (_random.Next(2) == 0)
        {
            _database.Save(other => ChangeMany(other, other.Product.Single(p => p.Id == product.Id)));
            _readAsAnother();
        }
        else
        {
            db.ChangeTracker.AcceptAllChanges();
        }
    }

    private void Pooled()
    {
        using var db = _pool.CreateDbContext();
        ChangeMany(db, Any(db));
        db.SaveChanges();
        if (_random.Next(3) == 0)
        {
            ChangeMany(db, Any(db)); // Is forgotten with this life of the context.
        }
    }

    /// <summary>EF Core sends one UPDATE for both, if the types are the same.</summary>
    private void DeleteAndAdd(StoreContext db)
    {
        var product = Any(db);
        var next = product is StoreBundle ? new StoreBundle { Parts = _random.Next(5) } : new StoreProduct();
        next.Id = product.Id;
        next.Fill(_random);
        next.OwnerId = OwnerOrNone(db);
        db.Remove(product);
        db.Add(next);
    }
}
