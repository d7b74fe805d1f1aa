using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using static FastOrm.Cache.Tests.Integration.Writes.Scopes.ItemQueries;

namespace FastOrm.Cache.Tests.Integration.Writes.Scopes;

/// <summary>
/// Four threads that write and read at full speed: whoever begins to read after a write has completed sees it or something newer.
/// Items come, go and move; each write gives its item the next price, by which a reader knows what it sees.
/// </summary>
public abstract class MonotonicScopeTests : IDisposable
{
    private const int Threads = 4;
    private const int Items = 200;
    private const int Busy = 20;
    private const int Shelves = 10;
    private const int Ranks = 3;

    private static readonly int Operations = Environment.GetEnvironmentVariable("FASTORM_SLOW") == "1" ? 10_000 : 500;

    private readonly TestDatabase<ItemContext> _database;
    private readonly ConcurrentWrites _writes;
    private readonly ItemHistory[] _items;

    protected MonotonicScopeTests(Provider provider)
    {
        var items = Enumerable.Range(1, Items).Select(NewItem).ToList();
        _items = [.. items.Select(static item => new ItemHistory(item))];
        _database = new TestDatabase<ItemContext>(
            static options => new ItemContext(options),
            db =>
            {
                db.AddRange(Enumerable.Range(1, Shelves).Select(static i => new Shelf { Id = i, Name = $"shelf {i}" }));
                db.AddRange(items);
                db.SaveChanges();
            },
            provider: provider);
        _writes = new ConcurrentWrites(_database);
    }

    [Fact]
    public async Task A_read_never_sees_less_than_the_writes_that_completed_before_it()
    {
        var threads = Enumerable.Range(0, Threads)
            .Select(i => Task.Factory.StartNew(() => Run(new Random(i)), TaskCreationOptions.LongRunning));

        await Task.WhenAll(threads);

        Assert.NotEqual(0, _database.Cache.Statistics.Hits);
        for (var shelf = 1; shelf <= Shelves; shelf++)
        {
            _database.AssertExact(List(shelf));
            _database.AssertExact(List(shelf, 1));
        }

        for (var id = 1; id <= Items; id++)
        {
            _database.AssertExact(Point(id));
        }
    }

    public void Dispose()
    {
        _database.Dispose();
        GC.SuppressFinalize(this);
    }

    private static Item NewItem(int id)
    {
        var item = ItemContext.New(id);
        (item.Price, item.ShelfId, item.Rank) = (0, 1 + id % Shelves, id % Ranks);
        return item;
    }

    private void Run(Random random)
    {
        for (var i = 0; i < Operations; i++)
        {
            switch (random.Next(12))
            {
                case < 3:
                    Write(Any(random), random);
                    break;
                case < 6:
                    ReadPoint(Any(random));
                    break;
                case 6 or 7:
                    ReadList(1 + random.Next(Shelves));
                    break;
                case 8 or 9:
                    ReadList(1 + random.Next(Shelves), random.Next(Ranks));
                    break;
                case 10:
                    ReadInclude(1 + random.Next(Shelves));
                    break;
                default:
                    ReadAggregates(1 + random.Next(Shelves));
                    break;
            }
        }
    }

    private ItemHistory Any(Random random) => _items[random.Next(random.Next(2) == 0 ? Busy : Items)];

    private void Write(ItemHistory item, Random random)
    {
        lock (item)
        {
            if (random.Next(8) == 0)
            {
                _writes.RollBack(item, random);
                return;
            }

            var saved = item.Saved;
            var next = item.Begin(
                exists: !saved.Exists || random.Next(6) > 0,
                random.Next(2) == 0 ? saved.Shelf : 1 + random.Next(Shelves),
                random.Next(2) == 0 ? saved.Rank : random.Next(Ranks));
            _writes.Write(item, next, random);
            item.Complete(next);
        }
    }

    private void ReadPoint(ItemHistory item)
    {
        var floor = item.Saved;
        using var db = _database.New();
        var seen = db.Items.AsNoTracking().Remember().SingleOrDefault(i => i.Id == item.Id);
        Check(item, floor, version => version.Is(seen), seen);
    }

    private void ReadList(int shelf)
        => CheckItems(shelf, rank: null, db => db.Items.AsNoTracking().Where(i => i.ShelfId == shelf).Remember());

    private void ReadList(int shelf, int rank)
        => CheckItems(shelf, rank, db => db.Items.AsNoTracking().Where(i => i.ShelfId == shelf && i.Rank == rank).Remember());

    private void ReadInclude(int shelf)
        => CheckItems(
            shelf, rank: null, db => db.Shelves.AsNoTracking().Include(s => s.Items).Remember().Single(s => s.Id == shelf).Items);

    private void CheckItems(int shelf, int? rank, Func<ItemContext, IEnumerable<Item>> read)
    {
        var floors = Array.ConvertAll(_items, static item => item.Saved);
        using var db = _database.New();
        var items = read(db).ToDictionary(static i => i.Id);
        for (var i = 0; i < Items; i++)
        {
            var seen = items.GetValueOrDefault(_items[i].Id);
            Check(
                _items[i], floors[i],
                version => version.IsOn(shelf, rank) == (seen is not null) && (seen is null || version.Is(seen)),
                seen);
        }
    }

    private void ReadAggregates(int shelf)
    {
        CheckAggregate(shelf, static _ => 1, db => db.Items.Where(i => i.ShelfId == shelf).Remember().Count());
        CheckAggregate(
            shelf, static version => version.Number, db => db.Items.Where(i => i.ShelfId == shelf).Remember().Sum(i => i.Price));
    }

    /// <summary>Each item adds the least or the most that any of its versions does.</summary>
    private void CheckAggregate(int shelf, Func<ItemVersion, int> part, Func<ItemContext, int> read)
    {
        var floors = Array.ConvertAll(_items, static item => item.Saved);
        using var db = _database.New();
        var seen = read(db);
        var (least, most) = (0, 0);
        for (var i = 0; i < Items; i++)
        {
            var parts = _items[i].Since(floors[i])
                .Select(version => version.IsOn(shelf, rank: null) ? part(version) : 0)
                .ToList();
            (least, most) = (least + parts.Min(), most + parts.Max());
        }

        Assert.True(least <= seen && seen <= most, $"Of shelf {shelf} a read saw {seen}, which is not from {least} to {most}.");
    }

    private static void Check(ItemHistory item, ItemVersion floor, Func<ItemVersion, bool> isSeen, Item? seen)
        => Assert.True(
            item.Since(floor).Any(isSeen),
            $"Of item {item.Id}, {floor} was saved before the read began, but it saw {seen?.ToString() ?? "none"}.");
}

public sealed class SqliteMonotonicScopeTests() : MonotonicScopeTests(Provider.Sqlite);

public sealed class PostgresMonotonicScopeTests() : MonotonicScopeTests(Provider.PostgreSql);
