using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Writes.Scopes;

/// <summary>What is neither one row nor a pure list depends on the whole table: rows come into it through columns that it does not compare.</summary>
public abstract class PartOfTableTests(Provider provider) : IDisposable
{
    private readonly TestDatabase<ItemContext> _database = ItemContext.NewDatabase(provider);

    /// <summary>Each with a write after which it gives something else, though shelf 3 gets no row and loses none.</summary>
    public static TheoryData<string, Func<ItemContext, string>, Action<ItemContext>> ByAnotherColumn { get; } = new()
    {
        { "a filter", db => db.Items.Where(i => i.ShelfId == 3 && i.Price > 100).Remember().ToList().Sorted(), Expensive },
        { "a filter by text", db => db.Items.Where(i => i.ShelfId == 3 && i.Name == "new").Remember().ToList().Sorted(), Rename },
        { "a filter by null", db => db.Items.Where(i => i.ShelfId == 3 && i.OwnerId == null).Remember().ToList().Sorted(), Disown },
        { "a filter by inequality", db => db.Items.Where(i => i.ShelfId == 3 && i.Rank != 1).Remember().ToList().Sorted(), Rank },
        { "a filter by two", db => db.Items.Where(i => i.ShelfId == 3 && (i.Rank == 5 || i.Rank == 6)).Remember().ToList().Sorted(), Rank },
        { "a limit", db => db.Items.Where(i => i.ShelfId == 3).OrderByDescending(i => i.Price).Take(2).Remember().ToList().Text(), Expensive },
        { "an offset", db => db.Items.Where(i => i.ShelfId == 3).OrderByDescending(i => i.Price).Skip(2).Remember().ToList().Text(), Expensive },
        { "the first", db => db.Items.Where(i => i.ShelfId == 3).OrderByDescending(i => i.Price).Remember().First().Id.ToString(), Expensive },
        { "the last", db => db.Items.Where(i => i.ShelfId == 3).OrderBy(i => i.Price).Remember().Last().Id.ToString(), Expensive },
        { "any", db => db.Items.Where(i => i.ShelfId == 3).Remember().Any(i => i.Price > 100).ToString(), Expensive },
        { "all", db => db.Items.Where(i => i.ShelfId == 3).Remember().All(i => i.Price < 100).ToString(), Expensive },
        { "sum", db => db.Items.Where(i => i.ShelfId == 3).Remember().Sum(i => i.Price).ToString(), Expensive },
        { "max", db => db.Items.Where(i => i.ShelfId == 3).Remember().Max(i => i.Price).ToString(), Expensive },
        { "groups", db => db.Items.GroupBy(i => i.ShelfId).Select(g => $"{g.Key}" + g.Sum(i => i.Price)).Remember().ToList().Sorted(), Expensive },
        { "groups of one", db => db.Items.Where(i => i.ShelfId == 3).GroupBy(i => i.Rank).Select(g => g.Max(i => i.Price)).Remember().ToList().Order().Text(), Expensive },
        { "distinct", db => db.Items.Where(i => i.ShelfId == 3).Select(i => i.Price).Distinct().Remember().ToList().Order().Text(), Expensive },
        { "a projection without the key", db => db.Items.Where(i => i.ShelfId == 3).Select(i => i.Price).Remember().ToList().Order().Text(), Expensive },
        { "a projection of something like the key", db => db.Items.Where(i => i.ShelfId == 3).Select(i => new { Id = i.Id + 1, i.Price }).Remember().ToList().Sorted(), Expensive },
        { "a range", db => db.Items.Where(i => i.ShelfId >= 3 && i.Price > 100).Remember().ToList().Sorted(), Expensive },
        { "a list of keys", db => ByKeys(db, [6, 7]), Expensive },
        { "the whole table", db => db.Items.Remember().ToList().Sorted(), Expensive },
        { "a subquery", db => db.Shelves.Where(s => s.Items.Any(i => i.Price > 100)).Remember().ToList().Sorted(), Expensive },
        { "a sum per shelf", db => db.Shelves.Select(s => new { s.Id, Sum = s.Items.Sum(i => i.Price) }).Remember().ToList().Sorted(), Expensive },
        { "a condition that may be off", db => Maybe(db, null), Expensive },
        { "a list beside a subquery", db => db.Items.Where(i => i.ShelfId == 4).Select(i => new { i.Id, Highest = db.Items.Max(o => o.Price) }).Remember().ToList().Sorted(), Expensive },
        { "an order by a subquery", db => db.Items.Where(i => i.ShelfId == 4).OrderBy(i => db.Items.Count(o => o.Price > 100) * i.Price).ThenByDescending(i => i.Id).Remember().ToList().Text(), Expensive },
    };

    /// <summary>Each changes with the number of rows on shelf 3.</summary>
    public static TheoryData<string, Func<ItemContext, string>> Counts { get; } = new()
    {
        { "count", db => db.Items.Where(i => i.ShelfId == 3).Remember().Count().ToString() },
        { "long count", db => db.Items.Remember().LongCount(i => i.ShelfId == 3).ToString() },
        { "sum", db => db.Items.Where(i => i.ShelfId == 3).Remember().Sum(i => i.Rank + 1).ToString() },
        { "per shelf", db => db.Shelves.OrderBy(s => s.Id).Select(s => s.Items.Count).Remember().ToList().Text() },
        { "groups", db => db.Items.GroupBy(i => i.ShelfId).Select(g => new { g.Key, Count = g.Count() }).Remember().ToList().Sorted() },
    };

    [Theory]
    [MemberData(nameof(ByAnotherColumn))]
    public void A_row_that_comes_in_through_another_column_is_seen(string kind, Func<ItemContext, string> read, Action<ItemContext> write)
    {
        Assert.NotEmpty(kind);
        _database.AssertDies(read, write);
    }

    [Theory]
    [MemberData(nameof(Counts))]
    public void A_number_of_rows_changes_with_every_move(string kind, Func<ItemContext, string> read)
    {
        Assert.NotEmpty(kind);
        _database.AssertDies(read, db => db.Attach(new Item { Id = 8 }).Entity.ShelfId = 3);
        _database.AssertDies(read, db => db.Attach(new Item { Id = 7 }).Entity.ShelfId = 4);
        _database.AssertDies(read, db => db.Remove(new Item { Id = 8 }));
        _database.AssertDies(read, db => db.Add(new Item { ShelfId = 3 }));
    }

    public void Dispose() => _database.Dispose();

    private static void Expensive(ItemContext db) => db.Items.Single(i => i.Id == 7).Price = 1000;

    private static void Rename(ItemContext db) => db.Items.Single(i => i.Id == 7).Name = "new";

    private static void Disown(ItemContext db) => db.Items.Single(i => i.Id == 7).OwnerId = null;

    private static void Rank(ItemContext db) => db.Items.Single(i => i.Id == 7).Rank = 5;

    private static string ByKeys(ItemContext db, List<int> ids) => db.Items.Where(i => ids.Contains(i.Id)).Remember().ToList().Sorted();

    private static string Maybe(ItemContext db, int? shelf)
        => db.Items.Where(i => shelf == null || i.ShelfId == shelf).Remember().ToList().Sorted();
}

public sealed class SqlitePartOfTableTests() : PartOfTableTests(Provider.Sqlite);

public sealed class PostgresPartOfTableTests() : PartOfTableTests(Provider.PostgreSql);
