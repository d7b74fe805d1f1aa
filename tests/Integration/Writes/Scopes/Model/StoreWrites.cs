using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Writes.Scopes.Model;

/// <summary>A kind of write.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Weight">How often it comes, of the sum of all weights.</param>
/// <param name="Run">Writes.</param>
/// <param name="IsSave">Whether it changes rows only by saves that succeed, and the database none of itself.</param>
internal sealed record StoreWrite(string Kind, int Weight, Action Run, bool IsSave = false)
{
    public int Count { get; set; }
}

/// <summary>Random writes of every kind.</summary>
internal sealed partial class StoreWrites : IDisposable
{
    private readonly TestDatabase<StoreContext> _database;
    private readonly Random _random;
    private readonly Action _readAsAnother;

    /// <param name="database">What is written.</param>
    /// <param name="random">Says what.</param>
    /// <param name="readAsAnother">What another request does between a write in a transaction and its end.</param>
    public StoreWrites(TestDatabase<StoreContext> database, Random random, Action readAsAnother)
    {
        _database = database;
        _random = random;
        _readAsAnother = readAsAnother;
        _pool = NewPool(database);
        _retrying = NewRetrying(database, _fault);
        _failing = database.Configure(_fault).Options;
        Table =
        [
            .. Saves(),
            .. Shapes(),
            .. Cascades(),
            .. Transactions(),
            .. Failures(),
            .. Statements(),
        ];
    }

    public IReadOnlyList<StoreWrite> Table { get; }

    public StoreWrite Next()
    {
        var place = _random.Next(Table.Sum(static write => write.Weight));
        return Table.First(write => (place -= write.Weight) < 0);
    }

    public void Dispose() => Array.ForEach(_holders, static holder => holder?.Dispose());

    private StoreWrite Save(string kind, int weight, Action<StoreContext> change)
        => new(kind, weight, () => _database.Save(change), IsSave: true);

    private static List<int> Ids(StoreContext db) => db.Product.Select(p => p.Id).OrderBy(id => id).ToList();

    private int AnyId(StoreContext db)
    {
        var ids = Ids(db);
        return ids[_random.Next(ids.Count)];
    }

    private StoreProduct Any(StoreContext db)
    {
        var id = AnyId(db);
        return db.Product.Single(p => p.Id == id);
    }

    private StoreReview? AnyReview(StoreContext db)
    {
        var ids = db.Review.Select(r => r.Id).OrderBy(id => id).ToList();
        return ids.Count == 0 ? null : db.Review.Find(ids[_random.Next(ids.Count)]);
    }

    private int? OwnerOrNone(StoreContext db)
    {
        var ids = db.Owner.Select(o => o.Id).OrderBy(id => id).ToList();
        return _random.Next(4) == 0 ? null : ids[_random.Next(ids.Count)];
    }

    private int Category() => 1 + _random.Next(StoreContext.Categories);

    private StoreProduct NewProduct(StoreContext db, int id)
    {
        var product = StoreProduct.Random(_random, id);
        product.OwnerId = OwnerOrNone(db);
        return product;
    }

    private void ChangeOne(StoreContext db, StoreProduct product)
    {
        switch (_random.Next(10))
        {
            case 0:
                product.Name = $"name {_random.Next(1000)}";
                break;
            case 1:
                product.Grade = _random.Next(StoreContext.Grades);
                break;
            case 2:
                product.OwnerId = OwnerOrNone(db);
                break;
            case 3:
                product.IsHidden = _random.Next(5) == 0;
                break;
            case 4 or 5:
                product.Stock = _random.Next(20);
                break;
            case 6:
                product.State = _random.Next(StoreContext.States);
                break;
            default:
                product.Price = _random.Next(100);
                break;
        }
    }

    private void Move(StoreProduct product) => product.CategoryId = Category();

    private void ChangeMany(StoreContext db, StoreProduct product)
    {
        for (var i = 0; i < 3; i++)
        {
            ChangeOne(db, product);
        }

        if (_random.Next(2) == 0)
        {
            Move(product);
        }
    }
}
