using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Writes.Scopes;

/// <summary>Rows that are made of several types, and types that are made of several rows: owned types, JSON, splitting.</summary>
public abstract class SharedRowTests : IDisposable
{
    private readonly TestDatabase<PartsContext> _database;

    protected SharedRowTests(Provider provider)
        => _database = new TestDatabase<PartsContext>(static options => new PartsContext(options), PartsContext.Seed, provider: provider);

    public static TheoryData<string, Action<Client>> Changes { get; } = new()
    {
        { "the owner", c => c.Name = "new" },
        { "owned, in its row", c => c.Home!.Street = "new" },
        { "owned, in its row, replaced", c => c.Home = new Place { Street = "new" } },
        { "owned, in its row, gone", c => c.Home = null },
        { "owned, in a table of its own", c => c.Work!.Street = "new" },
        { "owned, in a table of its own, gone", c => c.Work = null },
        { "one of many", c => c.Phones[0].Number = "new" },
        { "one of many more", c => c.Phones.Add(new Phone { Number = "new" }) },
        { "one of many less", c => c.Phones.Clear() },
        { "one of many, replaced", c => c.Badges[0] = new Badge { Number = 1, Color = 1, Rank = 9 } },
        { "all of many, replaced", c => c.Badges = [new Badge { Number = 1, Color = 2 }, new Badge { Number = 2, Color = 1 }] },
        { "JSON", c => c.Profile!.Language = "new" },
        { "JSON, replaced", c => c.Profile = new Profile { Language = "new" } },
        { "a part of JSON", c => c.Profile!.Hobbies[0].Name = "new" },
        { "one more part of JSON", c => c.Profile!.Hobbies.Add(new Hobby { Name = "new" }) },
        { "complex", c => c.Size.Width = 99 },
        { "a list of values", c => c.Marks.Add(99) },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void A_part_is_seen_by_the_point_and_the_list_of_its_owner(string kind, Action<Client> change)
    {
        Assert.NotEmpty(kind);
        var list = _database.Warm(List(1));
        _database.AssertDies(Point(1), db => change(db.Clients.Single(c => c.Id == 1)));
        _database.AssertFresh(List(1), list);
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public void A_part_leaves_the_row_of_another_owner_alone(string kind, Action<Client> change)
    {
        Assert.NotEmpty(kind);
        _database.AssertSurvives(Name(2), db => change(db.Clients.Single(c => c.Id == 1)));
        _database.AssertSurvives(Names(2), db => db.Clients.Single(c => c.Id == 1).Name = "newer");
    }

    [Fact]
    public void A_part_in_the_row_leaves_the_owner_with_its_parts_alone()
        => _database.AssertSurvives(Point(2), db => db.Clients.Single(c => c.Id == 1).Home!.Street = "new");

    [Fact]
    public void A_column_of_a_part_makes_a_list()
    {
        static string Live(PartsContext db) => db.Clients.Where(c => c.Home!.Zip == 1).Select(c => new { c.Id, c.Name, c.Home!.Street }).Remember().ToList().Sorted();

        _database.AssertDies(Live, db => db.Clients.Single(c => c.Id == 2).Home!.Zip = 1);
        _database.AssertDies(Live, db => db.Clients.Single(c => c.Id == 2).Home!.Street = "new");
        _database.AssertDies(Live, db => db.Clients.Single(c => c.Id == 2).Name = "new");
        _database.AssertDies(Live, db => db.Clients.Single(c => c.Id == 2).Home = null);
        _database.AssertDies(Live, db => db.Clients.Single(c => c.Id == 2).Home = new Place { Street = "back", Zip = 1 });
        _database.AssertDies(Live, db => db.Add(new Client { Id = 9, Home = new Place { Zip = 1 } }));
        _database.AssertDies(Live, db => db.Clients.Single(c => c.Id == 3).Home = new Place { Zip = 1 });
    }

    [Fact]
    public void An_owner_that_is_added_with_its_part_leaves_lists_alone_that_it_does_not_enter()
    {
        static string List(PartsContext db)
            => db.Clients.Where(c => c.Group == 2 && !c.IsGone).Select(c => new { c.Id, c.Name }).Remember().ToList().Sorted();

        _database.AssertSurvives(List, db => db.Add(new Client { Id = 8, Group = 1, Home = new Place { Street = "new" } }));
        _database.AssertDies(List, db => db.Add(new Client { Id = 9, Group = 2, Home = new Place { Street = "new" } }));
    }

    [Fact]
    public void A_column_of_a_complex_value_is_seen_to_change()
    {
        static string Wide(PartsContext db) => db.Clients.Where(c => c.Size.Width == 5).Remember().ToList().Select(c => c.Id).Sorted();

        _database.AssertDies(Wide, db => db.Clients.Single(c => c.Id == 1).Size.Width = 5);
        _database.AssertDies(Wide, db => db.Clients.Single(c => c.Id == 1).Size = new Measure { Width = 6 });
        _database.AssertDies(Wide, db => db.Add(new Client { Id = 9, Size = new Measure { Width = 5 } }));
    }

    [Fact]
    public void Two_types_in_one_table_are_one_row()
    {
        static string Head(PartsContext db) => db.Bills.Where(b => b.Id == 1).Select(b => b.Title).Remember().Single();
        static string Whole(PartsContext db) => db.Bills.Include(b => b.Text).Where(b => b.Id == 1).Remember().Single().Text!.Body;
        static string Body(PartsContext db) => db.Set<BillText>().Where(t => t.Id == 1).Remember().ToList().Select(t => t.Body).Sorted();
        static string Bodies(PartsContext db) => db.Set<BillText>().Where(t => t.Language == 1).Remember().ToList().Select(t => t.Body).Sorted();

        _database.AssertDies(Whole, db => db.Set<BillText>().Single(t => t.Id == 1).Body = "new");
        _database.AssertDies(Body, db => db.Set<BillText>().Single(t => t.Id == 1).Body = "newer");
        _database.AssertDies(Bodies, db => db.Set<BillText>().Single(t => t.Id == 1).Body = "newest");
        _database.AssertDies(Bodies, db => db.Set<BillText>().Single(t => t.Id == 2).Language = 1);
        _database.AssertDies(Bodies, db => db.Add(new Bill { Id = 9, Text = new BillText { Language = 1 } }));
        _database.AssertDies(Head, db => db.Bills.Single(b => b.Id == 1).Title = "new");
        _database.AssertSurvives(Head, db => db.Set<BillText>().Single(t => t.Id == 2).Body = "new");
        _database.AssertDies(Body, db => db.Remove(db.Bills.Include(b => b.Text).Single(b => b.Id == 1)));
        _database.AssertDies(Body, db => db.Add(new Bill { Id = 1, Text = new BillText { Body = "back" } }));
    }

    [Fact]
    public void A_type_in_two_tables_is_a_row_in_each()
    {
        static string Whole(PartsContext db) => db.People.Where(p => p.Id == 1).Remember().Single().ToString();
        static string Main(PartsContext db) => db.People.Where(p => p.Id == 1).Select(p => p.Name).Remember().Single();
        static string Groups(PartsContext db) => db.People.Where(p => p.Group == 1).Remember().ToList().Sorted();
        static string Rooms(PartsContext db) => db.People.Where(p => p.Room == 1).Remember().ToList().Sorted();
        static string MainOfGroup(PartsContext db) => db.People.Where(p => p.Group == 1).Select(p => new { p.Id, p.Name }).Remember().ToList().Sorted();

        _database.AssertDies(Whole, db => db.People.Single(p => p.Id == 1).Secret = "new");
        _database.AssertDies(Whole, db => db.People.Single(p => p.Id == 1).Name = "new");
        _database.AssertDies(Main, db => db.People.Single(p => p.Id == 1).Name = "newer");
        _database.AssertSurvives(Main, db => db.People.Single(p => p.Id == 2).Name = "new");
        _database.AssertDies(Groups, db => db.People.Single(p => p.Id == 1).Secret = "newer");
        _database.AssertDies(Groups, db => db.People.Single(p => p.Id == 2).Group = 1);
        _database.AssertDies(MainOfGroup, db => db.People.Single(p => p.Id == 1).Name = "newest");
        _database.AssertDies(MainOfGroup, db => db.People.Single(p => p.Id == 2).Group = 2);
        _database.AssertDies(Rooms, db => db.People.Single(p => p.Id == 2).Room = 1);
        _database.AssertDies(Rooms, db => db.People.Single(p => p.Id == 2).Name = "newest");
        _database.AssertDies(MainOfGroup, db => db.Add(new Person { Id = 9, Group = 1, Room = 1 }));
        _database.AssertDies(Rooms, db => db.Remove(db.People.Single(p => p.Id == 9)));
    }

    [Fact]
    public void A_part_in_the_row_that_is_replaced_is_seen_with_the_value_that_another_context_gave_it()
    {
        using var first = _database.New();
        var copy = first.Clients.Single(c => c.Id == 1);
        _database.Save(db => db.Clients.Single(c => c.Id == 1).Home!.Zip = 99);

        _database.AssertDiesWith(
            db => db.Clients.Where(c => c.Home!.Zip == 99 && c.Home.Floor == 1).Select(c => c.Id).Remember().ToList().Sorted(),
            _ =>
            {
                copy.Home = new Place { Street = copy.Home!.Street, Zip = copy.Home.Zip, Floor = 1 };
                first.SaveChanges();
            });
    }

    [Fact]
    public void A_type_in_the_table_of_another_that_is_replaced_is_seen_with_the_value_that_another_context_gave_it()
    {
        using var first = _database.New();
        var copy = first.Set<BillText>().Single(t => t.Id == 1);
        _database.Save(db => db.Set<BillText>().Single(t => t.Id == 1).Language = 9);

        _database.AssertDiesWith(
            db => db.Set<BillText>().Where(t => t.Language == 9 && t.Pages == 1).Remember().ToList().Select(t => t.Id).Sorted(),
            _ =>
            {
                first.Remove(copy);
                first.Add(new BillText { Id = 1, Body = copy.Body, Language = copy.Language, Pages = 1 });
                first.SaveChanges();
            });
    }

    [Fact]
    public void Parts_in_a_table_of_their_own_that_are_cleared_and_added_again_are_seen_with_the_values_that_others_gave_them()
    {
        static string List(PartsContext db)
            => db.Clients.SelectMany(c => c.Badges).Where(b => b.Color == 9 && b.Rank == 1)
                .AsNoTracking().Remember().ToList().Sorted();

        using var first = _database.New();
        var copy = first.Clients.Single(c => c.Id == 1);
        _database.Save(db => db.Clients.Single(c => c.Id == 1).Badges.Single(b => b.Number == 1).Color = 9);

        _database.AssertDiesWith(List, _ =>
        {
            var badges = copy.Badges.Select(b => b with { Rank = 1 }).ToList();
            copy.Badges.Clear();
            copy.Badges.AddRange(badges);
            first.SaveChanges();
        });
    }

    [Fact]
    public void Links_without_a_class_are_seen()
    {
        static string Tags(PartsContext db) => db.Bills.Include(b => b.Labels).Where(b => b.Id == 1).Remember().Single().Labels.Select(l => l.Name).Sorted();
        static string Bills(PartsContext db) => db.Bills.Where(b => b.Labels.Any(l => l.Id == 1)).Remember().ToList().Select(b => b.Id).Sorted();
        static string OfOne(PartsContext db) => db.Labels.Where(l => l.Id == 1).SelectMany(l => l.Bills).Remember().ToList().Select(b => $"{b.Id} {b.Title}").Sorted();

        _database.AssertDies(Tags, db => db.Bills.Include(b => b.Labels).Single(b => b.Id == 1).Labels.Add(db.Labels.Single(l => l.Id == 1)));
        _database.AssertDies(Bills, db => db.Bills.Include(b => b.Labels).Single(b => b.Id == 2).Labels.Add(db.Labels.Single(l => l.Id == 1)));
        _database.AssertDies(OfOne, db => db.Bills.Single(b => b.Id == 2).Title = "new");
        _database.AssertDies(OfOne, db => db.Bills.Include(b => b.Labels).Single(b => b.Id == 2).Labels.Clear());
        _database.AssertDies(Tags, db => db.Labels.Single(l => l.Id == 1).Name = "new");
    }

    public void Dispose() => _database.Dispose();

    private static Func<PartsContext, string> Point(int id) => db => db.Clients.Remember().Single(c => c.Id == id).ToString();

    private static Func<PartsContext, string> List(int group) => db => db.Clients.Where(c => c.Group == group).Remember().ToList().Sorted();

    private static Func<PartsContext, string> Name(int id) => db => db.Clients.Where(c => c.Id == id).Select(c => c.Name).Remember().Single();

    private static Func<PartsContext, string> Names(int group)
        => db => db.Clients.Where(c => c.Group == group).Select(c => new { c.Id, c.Name }).Remember().ToList().Sorted();
}

public sealed class SqliteSharedRowTests() : SharedRowTests(Provider.Sqlite);

public sealed class PostgresSharedRowTests() : SharedRowTests(Provider.PostgreSql);
