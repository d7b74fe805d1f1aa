using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using static FastOrm.Cache.Tests.Integration.Writes.Scopes.ItemQueries;

namespace FastOrm.Cache.Tests.Integration.Writes.Scopes;

/// <summary>A query that names one row by its key depends on that row, whatever it makes of it.</summary>
public sealed class PointTests : IDisposable
{
    private readonly TestDatabase<ItemContext> _database = ItemContext.NewDatabase();

    /// <summary>All read item 7 and no other.</summary>
    public static TheoryData<string, Func<ItemContext, string>> Queries { get; } = new()
    {
        { "a list", Point(7) },
        { "single", db => db.Items.Remember().Single(i => i.Id == 7).ToString() },
        { "single or default", db => db.Items.Remember().SingleOrDefault(i => i.Id == 7)?.ToString() ?? "none" },
        { "first of a query", db => db.Items.Where(i => i.Id == 7).OrderBy(i => i.Name).Remember().First().ToString() },
        { "no tracking", db => db.Items.AsNoTracking().Remember().Single(i => i.Id == 7).ToString() },
        { "the value first", db => db.Items.Remember().Single(i => 7 == i.Id).ToString() },
        { "equals", db => db.Items.Remember().Single(i => i.Id.Equals(7)).ToString() },
        { "EF.Property", db => db.Items.Remember().Single(i => EF.Property<int>(i, "Id") == 7).ToString() },
        { "a projection", db => db.Items.Where(i => i.Id == 7).Select(i => new { i.Name, i.Price }).Remember().Single().ToString()! },
        { "with more conditions", db => db.Items.Where(i => i.Id == 7 && i.Price < 1000 && i.Name != "").Remember().ToList().Text() + db.Items.Where(i => i.Id == 7).Select(i => i.Name + i.Price).Remember().Single() },
        { "sum", db => db.Items.Where(i => i.Id == 7).Remember().Sum(i => i.Price + i.Name.Length).ToString() },
        { "max", db => db.Items.Where(i => i.Id == 7).Remember().Max(i => i.Name + i.Price)! },
        { "groups", db => db.Items.Where(i => i.Id == 7).GroupBy(i => i.Name).Select(g => g.Key + g.Sum(i => i.Price)).Remember().ToList().Text() },
        { "distinct", db => db.Items.Where(i => i.Id == 7).Select(i => i.Name + i.Price).Distinct().Remember().ToList().Text() },
        { "a captured value", db => Captured(db, 7) },
        { "a constant of another type", db => db.Items.Remember().Single(i => (long)i.Id == 7L).ToString() },
        { "a union with itself", db => db.Items.Where(i => i.Id == 7).Union(db.Items.Where(i => i.Id == 7)).Remember().ToList().Text() },
        { "a subquery", db => db.Shelves.Where(s => s.Id == 3).Select(s => db.Items.First(i => i.Id == 7).Name + db.Items.First(i => i.Id == 7).Price).Remember().Single() },
    };

    [Theory]
    [MemberData(nameof(Queries))]
    public void It_dies_when_the_row_is_written(string kind, Func<ItemContext, string> query)
    {
        Assert.NotEmpty(kind);
        _database.AssertDies(query, db => db.Items.Single(i => i.Id == 7).Name = "new");
        _database.AssertDies(query, db => db.Attach(new Item { Id = 7, Price = -1 }).Entity.Price = 100);
    }

    [Theory]
    [MemberData(nameof(Queries))]
    public void It_survives_what_is_done_to_other_rows(string kind, Func<ItemContext, string> query)
    {
        if (kind == "a constant of another type")
        {
            return; // A cast in the database: of that nothing is assumed.
        }

        _database.AssertSurvives(query, db => db.Items.Single(i => i.Id == 8).Name = "new");
        _database.AssertSurvives(query, db => db.Add(new Item { ShelfId = 3, Price = 7 }));
        _database.AssertSurvives(query, db => db.Remove(new Item { Id = 8 }));
        _database.AssertSurvives(query, db => db.Items.Single(i => i.Id == 9).ShelfId = 3);
    }

    [Fact]
    public void A_row_that_is_not_there_is_there_after_its_insert_with_an_explicit_key()
    {
        _database.AssertDies(Point(1000), db => db.Add(new Item { Id = 1000, ShelfId = 3 }));
        _database.AssertDies(Point(1000), db => db.Remove(new Item { Id = 1000 }));
        _database.AssertDies(db => db.Items.Where(i => i.Id == 1001).Remember().Any().ToString(), db => db.Add(new Item { Id = 1001, ShelfId = 3 }));
    }

    [Fact]
    public void A_row_that_is_not_there_is_there_after_its_insert_with_a_generated_key()
        => _database.AssertDies(Point(21), db => db.Add(new Item { ShelfId = 3 }));

    [Fact]
    public void A_row_that_is_not_there_survives_the_insert_of_others()
    {
        _database.AssertSurvives(Point(1000), db => db.Add(new Item { ShelfId = 3 }));
        _database.AssertSurvives(Point(1000), db => db.Add(new Item { Id = 999, ShelfId = 3 }));
    }

    [Fact]
    public void The_hundred_rows_of_one_save_are_each_seen()
    {
        _database.Warm(Point(21));
        _database.Warm(Point(120));
        var survivor = _database.Warm(Point(7));
        _database.Save(db => db.AddRange(Enumerable.Range(0, 100).Select(i => new Item { ShelfId = 1 + i % 5, Name = $"{i}" })));

        _database.AssertFresh(Point(21), "");
        _database.AssertFresh(Point(120), "");
        _database.AssertHit(Point(7), survivor);
    }

    [Fact]
    public void Two_rows_in_one_query_are_both_seen()
    {
        static string Both(ItemContext db) => db.Items.Where(i => i.Id == 7).Concat(db.Items.Where(i => i.Id == 9)).Remember().ToList().Sorted();

        _database.AssertDies(Both, db => db.Items.Single(i => i.Id == 7).Name = "new");
        _database.AssertDies(Both, db => db.Items.Single(i => i.Id == 9).Name = "new");
        _database.AssertSurvives(Both, db => db.Items.Single(i => i.Id == 8).Name = "new");
    }

    [Fact]
    public void A_row_and_the_whole_table_in_one_query_are_the_whole_table()
        => _database.AssertDies(
            db => db.Items.Where(i => i.Id == 7).Select(i => new { i.Name, Count = db.Items.Count(other => other.Price > 100) }).Remember().Single().ToString()!,
            db => db.Items.Single(i => i.Id == 8).Price = 1000);

    [Fact]
    public void Either_of_two_keys_is_more_than_one_row()
    {
        static string Either(ItemContext db) => db.Items.Where(i => i.Id == 7 || i.Id == 9).Remember().ToList().Sorted();

        _database.AssertDies(Either, db => db.Items.Single(i => i.Id == 9).Name = "new");
        _database.AssertDies(Either, db => db.Items.Single(i => i.Id == 7).Name = "new");
    }

    [Fact]
    public void All_but_one_row_are_more_than_one()
        => _database.AssertDies(
            db => db.Items.Where(i => !(i.Id == 7)).Remember().Count().ToString(), db => db.Add(new Item { ShelfId = 3 }));

    [Fact]
    public void A_compiled_query_depends_on_the_row_of_its_argument()
    {
        var compiled = EF.CompileQuery((ItemContext db, int id) => db.Items.Where(i => i.Id == id).Remember().Single());

        _database.AssertSurvives(db => compiled(db, 7).ToString(), db => db.Items.Single(i => i.Id == 8).Name = "new");
        _database.AssertDies(db => compiled(db, 7).ToString(), db => db.Items.Single(i => i.Id == 7).Name = "new");
        _database.AssertSurvives(db => compiled(db, 8).ToString(), db => db.Items.Single(i => i.Id == 7).Name = "newer");
        _database.AssertDies(db => compiled(db, 8).ToString(), db => db.Items.Single(i => i.Id == 8).Name = "newer");
    }

    [Fact]
    public void A_row_that_Find_has_loaded_is_saved_like_any_other()
    {
        _database.AssertDies(Point(7), db => db.Items.Find(7)!.Name = "new");
        _database.AssertSurvives(Point(7), db => db.Items.Find(8)!.Name = "new");
    }

    [Fact]
    public void Two_rows_that_share_a_stamp_are_only_read_once_more()
    {
        var (first, second) = ScopeSlots.TwoRowsOfOneSlot("Items");
        _database.Save(db => db.AddRange(new Item { Id = first, ShelfId = 3, Name = "one" }, new Item { Id = second, ShelfId = 4, Name = "two" }));
        _database.Warm(Point(first));
        var other = _database.Warm(Point(second));

        _database.AssertDies(Point(first), db => db.Items.Single(i => i.Id == first).Name = "new");

        Assert.Equal((other, 1), _database.Count(Point(second)));
        _database.AssertHit(Point(second), other);
    }

    public void Dispose() => _database.Dispose();

    private static string Captured(ItemContext db, int id) => db.Items.Remember().Single(i => i.Id == id).ToString();
}
