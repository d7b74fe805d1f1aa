using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Writes;

/// <summary>Writes of a hierarchy, whatever tables it is kept in.</summary>
public abstract class InheritanceTests<TContext> : IDisposable
    where TContext : AnimalContext
{
    protected InheritanceTests(Func<DbContextOptions, TContext> create)
        => Database = new TestDatabase<TContext>(create, static db =>
        {
            db.AddRange(new Dog { Id = 1, Name = "Rex", Barks = true }, new Cat { Id = 2, Name = "Tom", Lives = 9 }, new Shelter { Id = 1, Name = "North" });
            db.SaveChanges();
        });

    protected TestDatabase<TContext> Database { get; }

    [Fact]
    public void A_property_of_a_derived_type_is_seen_by_queries_of_the_base()
        => Database.AssertDies(
            db => db.Animals.OrderBy(a => a.Id).Remember().AsEnumerable().Select(a => a is Dog dog ? $"{dog.Name} {dog.Barks}" : a.Name).Text(),
            db => db.Set<Dog>().Single().Barks = false);

    [Fact]
    public void A_property_of_the_base_is_seen_by_queries_of_the_derived_type()
        => Database.AssertDies(
            db => db.Set<Cat>().Select(c => c.Name).Remember().ToList().Text(),
            db => db.Animals.Single(a => a.Id == 2).Name = "Felix");

    [Fact]
    public void A_property_of_the_base_is_seen_by_queries_of_the_base()
        => Database.AssertDies(
            db => db.Animals.OrderBy(a => a.Id).Select(a => a.Name).Remember().ToList().Text(),
            db => db.Set<Dog>().Single().Name = "Max");

    [Fact]
    public void An_insert_of_a_derived_type_is_seen_by_a_count_of_the_base()
        => Database.AssertDies(
            db => db.Animals.Remember().Count().ToString(),
            db => db.Add(new Dog { Id = 3, Name = "Bello" }));

    [Fact]
    public void A_delete_of_a_derived_type_is_seen_by_queries_of_that_type()
        => Database.AssertDies(
            db => db.Animals.OfType<Cat>().Remember().Any().ToString(),
            db => db.Remove(db.Set<Cat>().Single()));

    [Fact]
    public void A_row_that_becomes_another_type_is_seen()
        => Database.AssertDies(
            db => db.Animals.OrderBy(a => a.Id).Remember().AsEnumerable().Select(a => a.GetType().Name).Text(),
            db =>
            {
                db.Remove(db.Set<Cat>().Single());
                db.SaveChanges();
                db.Add(new Dog { Id = 2, Name = "Tom" });
            });

    [Fact]
    public void Tables_outside_the_hierarchy_are_left_alone()
        => Database.AssertSurvives(
            db => db.Shelters.Remember().Single().Name,
            db => db.Set<Dog>().Single().Name = "Max");

    public void Dispose()
    {
        Database.Dispose();
        GC.SuppressFinalize(this);
    }
}

public sealed class TablePerHierarchyTests() : InheritanceTests<TphContext>(static options => new TphContext(options));

public sealed class TablePerTypeTests() : InheritanceTests<TptContext>(static options => new TptContext(options));

public sealed class TablePerConcreteTypeTests() : InheritanceTests<TpcContext>(static options => new TpcContext(options))
{
    [Fact]
    public void A_sibling_has_a_table_of_its_own()
        => Database.AssertSurvives(
            db => db.Set<Cat>().Remember().Single().Name,
            db => db.Set<Dog>().Single().Name = "Max");
}

public abstract class AnimalContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<Animal> Animals => Set<Animal>();

    public DbSet<Shelter> Shelters => Set<Shelter>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Animal>().Property(a => a.Id).ValueGeneratedNever();
        modelBuilder.Entity<Dog>();
        modelBuilder.Entity<Cat>();
    }
}

public class TphContext(DbContextOptions options) : AnimalContext(options);

public class TptContext(DbContextOptions options) : AnimalContext(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.Entity<Animal>().UseTptMappingStrategy();
    }
}

public class TpcContext(DbContextOptions options) : AnimalContext(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.Entity<Animal>().UseTpcMappingStrategy();
    }
}

public abstract class Animal
{
    public int Id { get; set; }

    public string Name { get; set; } = "";
}

public class Dog : Animal
{
    public bool Barks { get; set; }
}

public class Cat : Animal
{
    public int Lives { get; set; }
}

public class Shelter
{
    public int Id { get; set; }

    public string Name { get; set; } = "";
}
