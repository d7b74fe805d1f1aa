using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using static FastOrm.Cache.Tests.Integration.Writes.Scopes.ItemQueries;

namespace FastOrm.Cache.Tests.Integration.Writes.Scopes;

/// <summary>A pure list depends on the values that it compares and on the rows that it holds.</summary>
public sealed class ListTests : IDisposable
{
    private readonly TestDatabase<ItemContext> _database = ItemContext.NewDatabase();

    /// <summary>All hold item 7 and not item 8, and would hold a row that gets the values of item 7.</summary>
    public static TheoryData<string, Func<ItemContext, string>> Lists { get; } = new()
    {
        { "one column", List(3) },
        { "two columns", List(3, 1) },
        { "ordered", db => db.Items.Where(i => i.ShelfId == 3).OrderByDescending(i => i.Price).ThenBy(i => i.Name).Remember().ToList().Text() },
        { "no tracking", db => db.Items.AsNoTracking().Where(i => i.ShelfId == 3).Remember().ToList().Sorted() },
        { "a projection with the key", db => db.Items.Where(i => i.ShelfId == 3).Select(i => new { i.Name, i.Id, i.Price }).Remember().ToList().Sorted() },
        { "a captured value", db => Captured(db, 3) },
        { "a nullable value", db => Nullable(db, 3) },
        { "two calls", db => db.Items.Where(i => i.ShelfId == 3).Where(i => i.Rank == 1).Remember().ToList().Sorted() },
        { "an enum", db => db.Items.Where(i => i.Kind == ItemKind.Special && i.ShelfId == 3).Remember().ToList().Sorted() },
        { "a captured enum", db => OfKind(db, ItemKind.Special) },
        { "a boolean", db => db.Items.Where(i => !i.IsHidden && i.ShelfId == 3).Remember().ToList().Sorted() },
        { "a nullable boolean", db => db.Items.Where(i => i.IsHot == false && i.ShelfId == 3).Remember().ToList().Sorted() },
        { "a captured boolean", db => Hidden(db, false) },
        { "a short number", db => db.Items.Where(i => i.Size == 1 && i.ShelfId == 3).Remember().ToList().Sorted() },
        { "a Guid", db => OfCode(db, Guid.Parse("00000000-0000-0000-0000-000000000001")) },
        { "a nullable number", db => db.Items.Where(i => i.OwnerId == 3 && i.ShelfId == 3).Remember().ToList().Sorted() },
    };

    [Theory]
    [MemberData(nameof(Lists))]
    public void It_dies_when_a_row_in_it_is_written(string kind, Func<ItemContext, string> list)
    {
        Assert.NotEmpty(kind);
        _database.AssertDies(list, db => db.Items.Single(i => i.Id == 7).Name = "new");
        _database.AssertDies(list, db => db.Attach(new Item { Id = 7 }).Entity.Price = 100);
    }

    [Theory]
    [MemberData(nameof(Lists))]
    public void It_dies_when_a_row_leaves_and_when_one_enters(string kind, Func<ItemContext, string> list)
    {
        Assert.NotEmpty(kind);
        _database.AssertDies(list, db => db.Attach(new Item { Id = 7 }).Entity.ShelfId = 4);
        _database.AssertDies(list, db => db.Attach(new Item { Id = 7 }).Entity.ShelfId = 3);
        _database.AssertDies(list, db => db.Remove(new Item { Id = 7 }));
        _database.AssertDies(list, db => db.Add(ItemContext.New(7)));
        _database.AssertDies(list, db =>
        {
            var item = ItemContext.New(7);
            item.Id = 0;
            db.Add(item);
        });
    }

    [Theory]
    [MemberData(nameof(Lists))]
    public void It_survives_what_is_done_to_rows_of_other_lists(string kind, Func<ItemContext, string> list)
    {
        Assert.NotEmpty(kind);
        _database.AssertSurvives(list, db => db.Items.Single(i => i.Id == 8).Name = "new");
        _database.AssertSurvives(list, db => db.Items.Single(i => i.Id == 8).ShelfId = 5);
        _database.AssertSurvives(list, db => db.Remove(new Item { Id = 8 }));
        _database.AssertSurvives(list, db => db.Items.Single(i => i.Id == 13).Price = 7);
    }

    [Fact]
    public void It_survives_the_insert_of_a_row_of_another_list()
        => _database.AssertSurvives(List(3), db => db.Add(new Item { ShelfId = 4 }));

    [Fact]
    public void It_survives_the_insert_of_a_row_that_has_none_of_its_values()
        => _database.AssertSurvives(List(3, 1), db => db.Add(new Item { ShelfId = 4 }));

    [Theory]
    [MemberData(nameof(Lists))]
    public void It_survives_the_insert_of_a_row_that_has_only_values_that_many_have(string kind, Func<ItemContext, string> list)
    {
        Assert.NotEmpty(kind);
        _database.AssertSurvives(list, db =>
        {
            var item = ItemContext.New(7);
            (item.Id, item.ShelfId) = (0, 4);
            db.Add(item);
        });
    }

    [Fact]
    public void A_list_by_an_entity_or_by_the_key_behind_a_navigation_is_seen_to_change()
    {
        static string ByEntity(ItemContext db) => OfShelf(db, new Shelf { Id = 3 });
        static string ByNavigation(ItemContext db) => db.Items.Where(i => i.Shelf!.Id == 3).Remember().ToList().Sorted();

        foreach (var list in (Func<ItemContext, string>[])[ByEntity, ByNavigation])
        {
            _database.AssertDies(list, db => db.Items.Single(i => i.Id == 7).Name += "new");
            _database.AssertDies(list, db => db.Attach(new Item { Id = 7 }).Entity.ShelfId = 4);
            _database.AssertDies(list, db => db.Attach(new Item { Id = 7 }).Entity.ShelfId = 3);
        }
    }

    [Fact]
    public void A_list_by_a_column_that_is_cast_is_seen_to_change()
    {
        foreach (var list in (Func<ItemContext, string>[])
        [
            db => db.Items.Where(i => (long)i.ShelfId == 3L).Remember().ToList().Sorted(),
            db => db.Items.Where(i => (byte)i.ShelfId == 3).Remember().ToList().Sorted(),
            db => db.Items.Where(i => i.ShelfId.Equals((object)3)).Remember().ToList().Sorted(),
            db => db.Items.Where(i => (int)i.Kind == 1 && i.ShelfId == 3).Remember().ToList().Sorted(),
            db => db.Items.Where(i => i.IsHidden == false && i.ShelfId == 3).Remember().ToList().Sorted(),
        ])
        {
            _database.AssertDies(list, db => db.Items.Single(i => i.Id == 7).Name += "new");
            _database.AssertDies(list, db => db.Attach(new Item { Id = 7 }).Entity.ShelfId = 4);
            _database.AssertDies(list, db => db.Attach(new Item { Id = 7 }).Entity.ShelfId = 3);
        }
    }

    [Fact]
    public void An_empty_list_dies_with_the_first_row()
    {
        _database.Save(db => db.Add(new Shelf { Id = 6 }));
        _database.AssertDies(List(6), db => db.Items.Single(i => i.Id == 7).ShelfId = 6);
        _database.AssertDies(List(6), db => db.Items.Single(i => i.Id == 7).ShelfId = 3);
    }

    [Fact]
    public void A_list_under_a_key_that_is_only_now_generated_dies_with_the_first_row()
    {
        _database.AssertDies(List(6), db => db.Add(new Shelf { Items = [new Item { Name = "first" }] }));
        _database.AssertDies(List(7), db => db.Items.Single(i => i.Id == 7).Shelf = new Shelf());
    }

    [Fact]
    public void A_list_of_null_is_a_list_of_the_whole_table()
    {
        static string Unowned(ItemContext db) => Owned(db, null);

        _database.AssertDies(Unowned, db => db.Items.Single(i => i.Id == 7).OwnerId = null);
        _database.AssertDies(Unowned, db => db.Items.Single(i => i.Id == 7).Price = 100);
        _database.AssertDies(Unowned, db => db.Items.Single(i => i.Id == 7).OwnerId = 1);
        _database.AssertDies(db => db.Items.Where(i => i.IsHot == null).Remember().ToList().Sorted(), db => db.Items.Single(i => i.Id == 7).IsHot = null);
    }

    [Fact]
    public void A_value_that_is_emptied_leaves_the_list()
    {
        _database.AssertDies(db => Owned(db, 3), db => db.Attach(new Item { Id = 7, OwnerId = 9 }).Entity.OwnerId = null);
        _database.AssertDies(
            db => db.Items.Where(i => i.IsHot == false).Remember().ToList().Sorted(), db => db.Attach(new Item { Id = 7, IsHot = true }).Entity.IsHot = null);
    }

    [Fact]
    public void A_list_holds_256_rows_and_a_longer_one_depends_on_its_table()
    {
        static string Long(ItemContext db) => db.Items.Where(i => i.Rank == 50).Remember().ToList().Sorted();

        _database.Save(db => db.AddRange(Enumerable.Range(1, 256).Select(i => new Item { Id = 1000 + i, ShelfId = 1, Rank = 50 })));
        _database.AssertSurvives(Long, db => db.Items.Single(i => i.Id == 7).Name = "new");
        _database.AssertDies(Long, db => db.Items.Single(i => i.Id == 1256).Name = "new");
        _database.AssertDies(Long, db => db.Add(new Item { Id = 2000, ShelfId = 1, Rank = 50 }));
        var before = _database.Warm(Long);
        _database.Save(db => db.Items.Single(i => i.Id == 7).Name = "newer");
        Assert.Equal((before, 1), _database.Count(Long));
        _database.AssertDies(Long, db => db.Items.Single(i => i.Id == 2000).Name = "new");
        _database.AssertDies(Long, db => db.Remove(new Item { Id = 1001 }));
    }

    [Fact]
    public void A_save_of_thousands_of_rows_drops_what_reads_the_table()
    {
        var list = List(3);
        _database.Warm(list);
        _database.Save(db => db.AddRange(Enumerable.Range(0, 600).Select(i => new Item { ShelfId = 1 + i % 5, Rank = i, Name = $"{i}" })));
        _database.AssertExact(list);
        _database.AssertExact(Point(600));
        _database.AssertExact(List(3));
    }

    [Fact]
    public void A_compiled_query_depends_on_the_list_of_its_argument()
    {
        var compiled = EF.CompileQuery((ItemContext db, int shelf) => db.Items.Where(i => i.ShelfId == shelf).Remember());

        _database.AssertSurvives(db => compiled(db, 3).Sorted(), db => db.Items.Single(i => i.Id == 8).Name = "new");
        _database.AssertDies(db => compiled(db, 3).Sorted(), db => db.Items.Single(i => i.Id == 7).Name = "new");
        _database.AssertDies(db => compiled(db, 3).Sorted(), db => db.Items.Single(i => i.Id == 8).ShelfId = 3);
        _database.AssertDies(db => compiled(db, 4).Sorted(), db => db.Items.Single(i => i.Id == 8).ShelfId = 4);
    }

    public void Dispose() => _database.Dispose();

    private static string Captured(ItemContext db, int shelf) => db.Items.Where(i => i.ShelfId == shelf).Remember().ToList().Sorted();

    private static string Nullable(ItemContext db, int? shelf) => db.Items.Where(i => i.ShelfId == shelf).Remember().ToList().Sorted();

    private static string OfShelf(ItemContext db, Shelf shelf) => db.Items.Where(i => i.Shelf == shelf).Remember().ToList().Sorted();

    private static string OfKind(ItemContext db, ItemKind kind)
        => db.Items.Where(i => i.Kind == kind && i.ShelfId == 3).Remember().ToList().Sorted();

    private static string Hidden(ItemContext db, bool hidden)
        => db.Items.Where(i => i.IsHidden == hidden && i.ShelfId == 3).Remember().ToList().Sorted();

    private static string OfCode(ItemContext db, Guid code)
        => db.Items.Where(i => i.Code == code && i.ShelfId == 3).Remember().ToList().Sorted();

    private static string Owned(ItemContext db, int? owner) => db.Items.Where(i => i.OwnerId == owner).Remember().ToList().Sorted();
}
