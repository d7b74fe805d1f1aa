using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Writes.Scopes;

/// <summary>A query of several tables, or of one table several times, depends on what it reads in each place.</summary>
public abstract class SeveralTablesTests(Provider provider) : IDisposable
{
    private readonly TestDatabase<ItemContext> _database = ItemContext.NewDatabase(provider);

    protected TestDatabase<ItemContext> Database => _database;

    /// <summary>All show the names of shelf 3, of item 7 on it, and of an item that is added to it.</summary>
    public static TheoryData<string, Func<ItemContext, string>> OfShelf { get; } = new()
    {
        { "a point with an Include", db => db.Shelves.Include(s => s.Items).Remember().Single(s => s.Id == 3).ToString() },
        { "a point with a split Include", db => db.Shelves.Include(s => s.Items).AsSplitQuery().Remember().Single(s => s.Id == 3).ToString() },
        { "a list with an Include", db => db.Shelves.Include(s => s.Items).Where(s => s.Room == 1).Remember().ToList().Sorted() },
        { "a list with a split Include", db => db.Shelves.Include(s => s.Items).AsSplitQuery().Where(s => s.Room == 1).Remember().ToList().Sorted() },
        { "a list with a split Include in an order", db => db.Shelves.Include(s => s.Items).AsSplitQuery().Where(s => s.Room == 1).OrderBy(s => s.Name).Remember().ToList().Sorted() },
        { "a list with a filtered Include", db => db.Shelves.Include(s => s.Items.Where(i => i.ShelfId == 3)).Where(s => s.Room == 1).Remember().ToList().Sorted() },
        { "a projected collection", db => db.Shelves.Where(s => s.Room == 1).Select(s => new { s.Id, s.Name, Items = s.Items.Select(i => i.Name).ToList() }).Remember().ToList().Select(s => s.Name + s.Items.Sorted()).Sorted() },
        { "a split projected collection", db => db.Shelves.Where(s => s.Room == 1).Select(s => new { s.Id, s.Name, Items = s.Items.Where(i => i.ShelfId == 3).ToList() }).AsSplitQuery().Remember().ToList().Select(s => s.Name + s.Items.Sorted()).Sorted() },
        { "a join", db => db.Shelves.Where(s => s.Id == 3).Join(db.Items, s => s.Id, i => i.ShelfId, (s, i) => s.Name + i.Name).Remember().ToList().Sorted() },
        { "a left join", db => db.Shelves.Where(s => s.Id == 3).SelectMany(s => s.Items.DefaultIfEmpty(), (s, i) => s.Name + i!.Name).Remember().ToList().Sorted() },
        { "a concatenation", db => db.Shelves.Where(s => s.Room == 1).Select(s => s.Name).Concat(db.Items.Where(i => i.ShelfId == 3).Select(i => i.Name)).Remember().ToList().Sorted() },
        { "a list with names from elsewhere", db => db.Items.Where(i => i.ShelfId == 3).Select(i => new { i.Id, i.Name, Shelf = i.Shelf!.Name }).Remember().ToList().Sorted() },
        { "an Include of one", db => db.Items.Include(i => i.Shelf).Where(i => i.ShelfId == 3).Remember().ToList().Select(i => i.Name + i.Shelf!.Name).Sorted() },
    };

    [Theory]
    [MemberData(nameof(OfShelf))]
    public void Both_tables_are_seen(string kind, Func<ItemContext, string> read)
    {
        Assert.NotEmpty(kind);
        _database.AssertDies(read, db => db.Shelves.Single(s => s.Id == 3).Name = "new");
        _database.AssertDies(read, db => db.Items.Single(i => i.Id == 7).Name = "new");
        _database.AssertDies(read, db => db.Attach(new Item { Id = 8 }).Entity.ShelfId = 3);
        _database.AssertDies(read, db => db.Items.Single(i => i.Id == 8).Name = "new");
        _database.AssertDies(read, db => db.Add(new Item { ShelfId = 3, Name = "added" }));
        _database.AssertDies(read, db => db.Remove(new Item { Id = 7 }));
    }

    [Fact]
    public void A_point_with_an_Include_depends_on_one_row_of_its_own_table()
    {
        static string Point(ItemContext db) => db.Shelves.Include(s => s.Items).Where(s => s.Id == 3).Remember().ToList().Sorted();

        _database.AssertSurvives(Point, db => db.Shelves.Single(s => s.Id == 4).Name = "new");
        _database.AssertSurvives(Point, db => db.Add(new Shelf { Name = "new" }));
    }

    [Fact]
    public void A_row_with_one_that_it_refers_to_depends_on_one_row_of_its_own_table()
    {
        static string Point(ItemContext db) => db.Items.Include(i => i.Shelf).Where(i => i.Id == 7).Remember().ToList().Select(i => i.Name + i.Shelf!.Name).Sorted();

        _database.AssertSurvives(Point, db => db.Items.Single(i => i.Id == 8).Name = "new");
        _database.AssertDies(Point, db => db.Items.Single(i => i.Id == 7).ShelfId = 4);
        _database.AssertDies(Point, db => db.Shelves.Single(s => s.Id == 4).Name = "new");
    }

    [Fact]
    public void A_table_that_is_read_twice_is_read_as_a_whole_if_it_is_in_one_place()
    {
        static string Neighbours(ItemContext db)
            => db.Items.Where(i => i.Id == 7).SelectMany(i => db.Items.Where(o => o.ShelfId == i.ShelfId)).Remember().ToList().Sorted();
        static string Joined(ItemContext db)
            => db.Items.Join(db.Items, i => i.ShelfId, o => o.ShelfId, (i, o) => new { i.Id, o.Name }).Where(p => p.Id == 7).Remember().ToList().Sorted();

        foreach (var read in (Func<ItemContext, string>[])[Neighbours, Joined])
        {
            _database.AssertDies(read, db => db.Items.Single(i => i.Id == 12).Name += "new");
            _database.AssertDies(read, db => db.Attach(new Item { Id = 8, ShelfId = -1 }).Entity.ShelfId = 3);
            _database.AssertDies(read, db => db.Attach(new Item { Id = 8, ShelfId = -1 }).Entity.ShelfId = 4);
        }
    }

    [Fact]
    public void Sets_of_lists_are_seen_to_change()
    {
        static string Union(ItemContext db) => db.Items.Where(i => i.ShelfId == 3).Union(db.Items.Where(i => i.ShelfId == 4)).Remember().ToList().Sorted();
        static string Except(ItemContext db) => db.Items.Where(i => i.ShelfId == 3).Except(db.Items.Where(i => i.Rank == 1)).Remember().ToList().Sorted();
        static string Intersect(ItemContext db) => db.Items.Where(i => i.ShelfId == 3).Intersect(db.Items.Where(i => i.Rank == 1)).Remember().ToList().Sorted();

        _database.AssertDies(Union, db => db.Items.Single(i => i.Id == 5).ShelfId = 3);
        _database.AssertDies(Union, db => db.Items.Single(i => i.Id == 5).Name = "new");
        _database.AssertDies(Except, db => db.Items.Single(i => i.Id == 7).Rank = 5);
        _database.AssertDies(Except, db => db.Items.Single(i => i.Id == 7).Rank = 1);
        _database.AssertDies(Intersect, db => db.Items.Single(i => i.Id == 7).Rank = 5);
        _database.AssertDies(Intersect, db => db.Items.Single(i => i.Id == 7).Rank = 1);
    }

    [Fact]
    public void A_row_on_the_inner_side_of_an_outer_join_is_seen_to_come_and_to_go()
    {
        static string Left(ItemContext db)
            => db.Shelves.LeftJoin(db.Items.Where(i => i.Id == 7), s => s.Id, i => i.ShelfId, (s, i) => new { s.Id, i!.Name }).Remember().ToList().Sorted();
        static string After(ItemContext db)
            => db.Shelves.LeftJoin(db.Items, s => s.Id, i => i.ShelfId, (s, i) => new { s, i }).Where(p => p.i!.Id == 7).Select(p => p.s.Name + p.i!.Name).Remember().ToList().Sorted();
        static string Right(ItemContext db)
            => db.Items.RightJoin(db.Shelves, i => i.ShelfId, s => s.Id, (i, s) => new { s, i }).Where(p => p.i!.Id == 7).Select(p => p.s.Name + p.i!.Name).Remember().ToList().Sorted();

        foreach (var read in (Func<ItemContext, string>[])[Left, After, Right])
        {
            _database.AssertDies(read, db => db.Items.Single(i => i.Id == 7).Name += "new");
            _database.AssertDies(read, db => db.Remove(new Item { Id = 7 }));
            _database.AssertDies(read, db => db.Add(ItemContext.New(7)));
        }

        _database.AssertSurvives(Left, db => db.Items.Single(i => i.Id == 8).Name += "new");
    }

    public void Dispose() => _database.Dispose();
}

public sealed class SqliteSeveralTablesTests() : SeveralTablesTests(Provider.Sqlite);

public sealed class PostgresSeveralTablesTests() : SeveralTablesTests(Provider.PostgreSql)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_collection_that_does_not_belong_to_the_list_is_seen_to_change(bool split)
    {
        string Read(ItemContext db)
        {
            var query = db.Shelves.Where(s => s.Room == 1).Select(s => new { s.Id, s.Name, Items = db.Items.Where(i => i.ShelfId == 3).ToList() });
            return (split ? query.AsSplitQuery() : query.AsSingleQuery()).Remember().ToList().Select(s => s.Name + s.Items.Sorted()).Sorted();
        }

        Database.AssertDies(Read, db => db.Shelves.Single(s => s.Id == 3).Name = "new");
        Database.AssertDies(Read, db => db.Items.Single(i => i.Id == 7).Name = "new");
        Database.AssertDies(Read, db => db.Attach(new Item { Id = 8 }).Entity.ShelfId = 3);
        Database.AssertDies(Read, db => db.Add(new Item { ShelfId = 3, Name = "added" }));
        Database.AssertDies(Read, db => db.Add(new Shelf { Room = 1, Name = "added" }));
    }
}
