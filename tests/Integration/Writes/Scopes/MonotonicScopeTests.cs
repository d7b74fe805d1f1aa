using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using static FastOrm.Cache.Tests.Integration.Writes.Scopes.ItemQueries;

namespace FastOrm.Cache.Tests.Integration.Writes.Scopes;

/// <summary>
/// Writers and readers of points and lists at full speed: whoever begins to read after a write has completed sees it or something newer.
/// Each write raises the price of its row, and perhaps moves the row to another shelf.
/// </summary>
public abstract class MonotonicScopeTests(Provider provider) : IDisposable
{
    private const int Threads = 4;
    private const int Operations = 400;
    private const int Rows = 20;
    private const int Shelves = 5;

    private readonly TestDatabase<ItemContext> _database = ItemContext.NewDatabase(provider);
    private readonly Row[] _rows = [.. Enumerable.Range(1, Rows).Select(id => new Row(id))];

    [Fact]
    public async Task A_read_never_sees_less_than_the_writes_that_completed_before_it()
    {
        var threads = Enumerable.Range(0, Threads).Select(i => Task.Factory.StartNew(() => Run(new Random(i)), TaskCreationOptions.LongRunning));

        await Task.WhenAll(threads);

        Assert.NotEqual(0, _database.Cache.Statistics.Hits);
        for (var shelf = 1; shelf <= Shelves; shelf++)
        {
            _database.AssertExact(List(shelf));
        }
    }

    public void Dispose() => _database.Dispose();

    private void Run(Random random)
    {
        for (var i = 0; i < Operations; i++)
        {
            switch (random.Next(10))
            {
                case 0 or 1:
                    Write(_rows[random.Next(Rows)], random);
                    break;
                case < 6:
                    CheckRow(_rows[random.Next(Rows)]);
                    break;
                default:
                    CheckShelf(1 + random.Next(Shelves));
                    break;
            }
        }
    }

    private void CheckRow(Row row)
    {
        var floor = row.Saved;
        using var db = _database.New();
        var seen = db.Items.AsNoTracking().Remember().Single(i => i.Id == row.Id);
        Check(row, floor, row.Begun, seen);
    }

    private void CheckShelf(int shelf)
    {
        var floors = Array.ConvertAll(_rows, static row => row.Saved);
        using var db = _database.New();
        var items = db.Items.AsNoTracking().Where(i => i.ShelfId == shelf).Remember().ToDictionary(static i => i.Id);
        for (var i = 0; i < Rows; i++)
        {
            var begun = _rows[i].Begun;
            if (items.TryGetValue(_rows[i].Id, out var seen))
            {
                Check(_rows[i], floors[i], begun, seen);
            }
            else
            {
                // Unless it was written meanwhile, what is not here must be elsewhere.
                Assert.True(floors[i].Price < begun || floors[i].Shelf != shelf, $"Item {_rows[i].Id} was on shelf {shelf} before the read began, but is missing.");
            }
        }
    }

    private static void Check(Row row, Version floor, int begun, Item seen)
    {
        Assert.True(seen.Price >= floor.Price, $"{floor} of item {row.Id} was saved before the read began, but it saw {seen}.");
        Assert.True(seen.Price <= begun, $"Of item {row.Id} only {begun} was written, but a read saw {seen}.");
        Assert.True(seen.Price > floor.Price || seen.ShelfId == floor.Shelf, $"{floor} of item {row.Id} was saved before the read began, but it saw {seen}.");
    }

    private void Write(Row row, Random random)
    {
        lock (row)
        {
            var next = new Version(row.Saved.Price + 1, random.Next(2) == 0 ? row.Saved.Shelf : 1 + random.Next(Shelves));
            var kind = random.Next(6);
            if (kind == 0)
            {
                RollBack(row.Id);
                return;
            }

            row.Begin(next.Price);
            using (var db = _database.New())
            {
                Save(db, row.Id, next, kind);
            }

            row.Saved = next;
        }
    }

    private void Save(ItemContext db, int id, Version next, int kind)
    {
        using var transaction = kind == 1 ? db.Database.BeginTransaction() : null;
        switch (kind)
        {
            case 2:
                db.Items.Where(i => i.Id == id).ExecuteUpdate(set => set.SetProperty(i => i.Price, next.Price).SetProperty(i => i.ShelfId, next.Shelf));
                break;
            case 3:
                var detached = ItemContext.New(id);
                (detached.Price, detached.ShelfId) = (next.Price, next.Shelf);
                db.Update(detached);
                break;
            case 4:
                var item = db.Items.Single(i => i.Id == id);
                (item.Price, item.ShelfId) = (next.Price, next.Shelf);
                break;
            default:
                var stub = db.Attach(new Item { Id = id, Price = -1, ShelfId = -1 }).Entity;
                (stub.Price, stub.ShelfId) = (next.Price, next.Shelf);
                break;
        }

        db.SaveChanges();
        transaction?.Commit();
    }

    private void RollBack(int id)
    {
        using var db = _database.New();
        using var transaction = db.Database.BeginTransaction();
        db.Attach(new Item { Id = id }).Entity.Price = int.MaxValue;
        db.SaveChanges();
    }

    private sealed record Version(int Price, int Shelf);

    private sealed class Row(int id)
    {
        private Version _saved = new(id, 1 + id % Shelves);
        private int _begun = id;

        public int Id { get; } = id;

        /// <summary>The last write that has completed.</summary>
        public Version Saved
        {
            get => Volatile.Read(ref _saved);
            set => Volatile.Write(ref _saved, value);
        }

        /// <summary>The price of the last write that has begun.</summary>
        public int Begun => Volatile.Read(ref _begun);

        public void Begin(int price) => Volatile.Write(ref _begun, price);
    }
}

public sealed class SqliteMonotonicScopeTests() : MonotonicScopeTests(Provider.Sqlite);

public sealed class PostgresMonotonicScopeTests() : MonotonicScopeTests(Provider.PostgreSql);
