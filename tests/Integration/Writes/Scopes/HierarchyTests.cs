using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Writes.Scopes;

/// <summary>Rows of a hierarchy, written through one of its types and read through another, whatever tables they are kept in.</summary>
public abstract class HierarchyTests<TContext> : IDisposable
    where TContext : PetContext
{
    private readonly TestDatabase<TContext> _database;

    protected HierarchyTests(Func<DbContextOptions, TContext> create, Provider provider)
        => _database = new TestDatabase<TContext>(create, static db =>
        {
            db.AddRange(
                new Hound { Id = 1, Name = "Rex", HouseId = 1, Rank = 1 },
                new Hound { Id = 2, Name = "Ben", HouseId = 2, Rank = 2 },
                new Kitten { Id = 3, Name = "Tom", HouseId = 1, Lives = 9 },
                new Kitten { Id = 4, Name = "Kit", HouseId = 2, Lives = 8 });
            db.SaveChanges();
        }, provider: provider);

    protected TestDatabase<TContext> Database => _database;

    [Fact]
    public void A_row_that_is_changed_through_the_base_is_seen_by_points_and_lists_of_every_type()
    {
        foreach (var read in Reads(1, 1))
        {
            _database.AssertDies(read, db => db.Pets.Single(p => p.Id == 1).Name += "x");
        }
    }

    [Fact]
    public void A_row_that_is_changed_through_its_own_type_is_seen_by_points_and_lists_of_every_type()
    {
        foreach (var read in Reads(1, 1))
        {
            _database.AssertDies(read, db => db.Set<Hound>().Single(p => p.Id == 1).Rank++);
        }
    }

    [Fact]
    public void A_row_that_moves_is_seen_on_both_sides()
    {
        foreach (var read in Lists(1).Concat(Lists(2)))
        {
            _database.AssertDies(read, db => db.Pets.Single(p => p.Id == 1).HouseId = 2);
            _database.AssertDies(read, db => db.Set<Hound>().Single(p => p.Id == 1).HouseId = 1);
        }
    }

    [Fact]
    public void An_insert_and_a_delete_of_a_derived_type_are_seen_by_lists_of_every_type()
    {
        foreach (var read in Lists(1))
        {
            _database.AssertDies(read, db => db.Add(new Hound { Id = 9, HouseId = 1 }));
            _database.AssertDies(read, db => db.Remove(new Hound { Id = 9 }));
        }
    }

    [Fact]
    public void A_list_by_a_column_of_a_derived_type_is_seen_to_change()
    {
        static string List(TContext db) => db.Set<Hound>().Where(h => h.Rank == 1).Remember().ToList().Sorted();

        _database.AssertDies(List, db => db.Set<Hound>().Single(h => h.Id == 2).Rank = 1);
        _database.AssertDies(List, db => db.Pets.Single(p => p.Id == 2).Name = "new");
        _database.AssertDies(List, db => db.Set<Hound>().Single(h => h.Id == 2).Rank = 2);
        _database.AssertDies(List, db => db.Add(new Hound { Id = 9, Rank = 1 }));
    }

    [Fact]
    public void A_row_that_becomes_another_type_is_seen()
    {
        static string Hounds(TContext db) => db.Set<Hound>().Where(h => h.HouseId == 1).Remember().ToList().Sorted();
        static string Kittens(TContext db) => db.Set<Kitten>().Where(h => h.HouseId == 1).Remember().ToList().Sorted();
        static string Point(TContext db) => db.Set<Kitten>().Remember().SingleOrDefault(h => h.Id == 1)?.ToString() ?? "none";

        _database.Warm(Kittens);
        _database.Warm(Point);
        _database.AssertDiesWith(Hounds, db =>
        {
            using var transaction = db.Database.BeginTransaction();
            db.Remove(db.Pets.Single(p => p.Id == 1));
            db.SaveChanges();
            db.Add(new Kitten { Id = 1, HouseId = 1 });
            db.SaveChanges();
            transaction.Commit();
        });
        _database.AssertExact(Kittens);
        _database.AssertExact(Point);
    }

    [Fact]
    public void A_row_that_becomes_another_type_in_one_save_is_seen_with_the_values_that_others_gave_it()
    {
        static string Hounds(TContext db) => db.Set<Hound>().Where(h => h.HouseId == 2).Remember().ToList().Sorted();

        using var first = _database.New();
        var copy = first.Pets.Single(p => p.Id == 3);
        _database.Save(db => db.Pets.Single(p => p.Id == 3).HouseId = 2);
        _database.Warm(Hounds);
        first.Remove(copy);
        first.Add(new Hound { Id = 3, HouseId = 1 });
        first.SaveChanges();

        _database.AssertExact(Hounds);
    }

    [Fact]
    public void The_type_of_a_row_is_part_of_a_point()
    {
        static string Point(TContext db) => db.Pets.Where(p => p is Kitten).Remember().SingleOrDefault(p => p.Id == 9)?.ToString() ?? "none";

        _database.AssertDies(Point, db => db.Add(new Kitten { Id = 9 }));
    }

    public void Dispose() => _database.Dispose();

    protected static IEnumerable<Func<TContext, string>> Lists(int house) =>
    [
        db => db.Pets.Where(p => p.HouseId == house).Remember().ToList().Sorted(),
        db => db.Set<Hound>().Where(p => p.HouseId == house).Remember().ToList().Sorted(),
        db => db.Pets.OfType<Hound>().Where(p => p.HouseId == house).Remember().ToList().Sorted(),
    ];

    protected static IEnumerable<Func<TContext, string>> Points(int id) =>
    [
        db => db.Pets.Remember().Single(p => p.Id == id).ToString(),
        db => db.Set<Hound>().Remember().Single(p => p.Id == id).ToString(),
        db => db.Pets.OfType<Hound>().Remember().Single(p => p.Id == id).ToString(),
    ];

    private static IEnumerable<Func<TContext, string>> Reads(int id, int house) => Points(id).Concat(Lists(house));
}

public abstract class TphHierarchyTests(Provider provider) : HierarchyTests<PetContext>(static options => new PetContext(options), provider)
{
    [Fact]
    public void A_write_of_another_row_leaves_points_and_lists_alone()
    {
        foreach (var read in Points(1).Concat(Lists(1)))
        {
            Database.AssertSurvives(read, db => db.Pets.Single(p => p.Id == 4).Name += "x");
            Database.AssertSurvives(read, db => db.Set<Hound>().Single(p => p.Id == 2).Rank++);
        }
    }
}

public sealed class SqliteTphTests() : TphHierarchyTests(Provider.Sqlite);

public sealed class PostgresTphTests() : TphHierarchyTests(Provider.PostgreSql);

public sealed class SqliteTptTests() : HierarchyTests<TptPetContext>(static options => new TptPetContext(options), Provider.Sqlite);

public sealed class SqliteTpcTests() : HierarchyTests<TpcPetContext>(static options => new TpcPetContext(options), Provider.Sqlite)
{
    [Fact]
    public void A_write_of_another_row_leaves_points_and_lists_of_one_table_alone()
    {
        Database.AssertSurvives(db => db.Set<Hound>().Remember().Single(p => p.Id == 1).ToString(), db => db.Pets.Single(p => p.Id == 2).Name = "new");
        Database.AssertSurvives(
            db => db.Set<Hound>().Where(p => p.HouseId == 1).Remember().ToList().Sorted(), db => db.Pets.Single(p => p.Id == 2).Name = "newer");
    }
}

public class PetContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<Pet> Pets => Set<Pet>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Pet>().Property(p => p.Id).ValueGeneratedNever();
        modelBuilder.Entity<Hound>();
        modelBuilder.Entity<Kitten>();
    }
}

public class TptPetContext(DbContextOptions options) : PetContext(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.Entity<Pet>().UseTptMappingStrategy();
    }
}

public class TpcPetContext(DbContextOptions options) : PetContext(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.Entity<Pet>().UseTpcMappingStrategy();
    }
}

public class Pet
{
    public int Id { get; set; }

    public string Name { get; set; } = "";

    public int HouseId { get; set; }

    public override string ToString() => $"{Id} {Name} {HouseId}";
}

public class Hound : Pet
{
    public int Rank { get; set; }

    public override string ToString() => $"{base.ToString()} {Rank}";
}

public class Kitten : Pet
{
    public int Lives { get; set; }

    public override string ToString() => $"{base.ToString()} {Lives}";
}
