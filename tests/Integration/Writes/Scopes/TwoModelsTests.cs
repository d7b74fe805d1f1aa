using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Writes.Scopes;

/// <summary>Two kinds of contexts that know the same table, each in its own way.</summary>
public sealed class TwoModelsTests : IDisposable
{
    private readonly TestDatabase<WideContext> _database = new(static options => new WideContext(options), static db =>
    {
        db.AddRange(
            new Parcel { Id = 1, Depot = 1, Number = 11, Owner = Guid.Empty, Place = 1, Name = "one" },
            new Parcel { Id = 2, Depot = 1, Number = 12, Owner = Guid.Empty, Place = 2, Name = "two" });
        db.SaveChanges();
    });

    [Fact]
    public void A_row_that_is_named_by_another_key_is_seen()
    {
        Dies<NumberContext>(db => db.Parcels.Where(p => p.Depot == 1 && p.Id == 1).Remember().Single().Name, db => db.Parcels.Single(p => p.Number == 11).Name = "new");
        Dies<NumberContext>(List(1), db => db.Parcels.Single(p => p.Number == 11).Name = "newer");
    }

    [Fact]
    public void A_row_whose_key_has_its_columns_in_another_order_is_seen()
    {
        Dies<TurnedContext>(db => db.Parcels.Where(p => p.Depot == 1 && p.Id == 2).Remember().Single().Name, db => db.Parcels.Single(p => p.Id == 2).Name = "new");
        Dies<TurnedContext>(List(1), db => db.Parcels.Single(p => p.Id == 2).Name = "newer");
    }

    [Fact]
    public void A_column_that_the_other_keeps_in_another_type_is_seen()
        => Dies<TurnedContext>(
            db => db.Parcels.Where(p => p.Owner == new Guid(1, 1, 1, new byte[8])).Remember().ToList().Select(p => p.Id).Sorted(),
            db => db.Parcels.Single(p => p.Id == 2).Owner = new Guid(1, 1, 1, new byte[8]).ToString().ToUpperInvariant());

    [Fact]
    public void A_column_that_the_other_has_in_a_complex_value_is_seen()
        => Dies<NumberContext>(
            db => db.Parcels.Where(p => p.Place == 9).Remember().ToList().Select(p => p.Id).Sorted(),
            db => db.Parcels.Single(p => p.Number == 12).Spot.Place = 9);

    [Fact]
    public void A_column_that_the_other_does_not_know_gets_its_default()
        => Dies<TurnedContext>(
            db => db.Parcels.Where(p => p.State == 7).Remember().ToList().Select(p => p.Id).Sorted(),
            db => db.Add(new TurnedParcel { Id = 3, Depot = 1, Owner = Guid.Empty.ToString() }));

    [Fact]
    public void A_type_that_is_a_plain_text_to_the_other_is_seen_to_change()
        => Dies<TurnedContext>(
            db => db.Set<Letter>().Where(p => p.Depot == 1).Remember().ToList().Select(p => p.Id).Sorted(),
            db => db.Parcels.Single(p => p.Id == 2).Kind = "letter");

    [Fact]
    public void What_the_other_writes_to_another_table_leaves_the_scopes_alone()
    {
        var before = _database.Warm(List(1));
        using (var db = New<NumberContext>())
        {
            db.Add(new Stamp { Id = 1 });
            db.SaveChanges();
        }

        _database.AssertHit(List(1), before);
    }

    [Fact]
    public void A_model_that_only_knows_fewer_columns_drops_no_more_than_it_writes()
    {
        var before = _database.Warm(One);
        Dies<SlimContext>(List(1), db => db.Parcels.Single(p => p.Id == 2).Name = "new");
        _database.AssertHit(One, before);
        Dies<SlimContext>(One, db => db.Parcels.Single(p => p.Id == 1).Name = "new");

        static string One(WideContext db) => db.Parcels.Where(p => p.Depot == 1 && p.Id == 1).Remember().Single().Name;
    }

    [Fact]
    public void What_the_other_has_remembered_by_its_own_key_is_seen_to_change()
    {
        using (var db = New<NumberContext>())
        {
            Assert.Equal("one", Read(db));
        }

        _database.Save(db => db.Parcels.Single(p => p.Id == 1).Name = "new");
        using (var db = New<NumberContext>())
        {
            Assert.Equal("new", Read(db));
        }

        static string Read(NumberContext db) => db.Parcels.Where(p => p.Number == 11).Remember().Single().Name;
    }

    public void Dispose() => _database.Dispose();

    private static Func<WideContext, string> List(int depot)
        => db => db.Parcels.Where(p => p.Depot == depot).Remember().ToList().Select(p => p.Id + p.Name).Sorted();

    private TContext New<TContext>()
        where TContext : DbContext
        => (TContext)Activator.CreateInstance(typeof(TContext), _database.Options)!;

    private void Dies<TOther>(Func<WideContext, string> read, Action<TOther> change)
        where TOther : DbContext
        => _database.AssertDiesWith(read, _ =>
        {
            using var db = New<TOther>();
            change(db);
            db.SaveChanges();
        });
}

/// <summary>Knows all: a row has the key (depot, id) and a type of its own.</summary>
public class WideContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<Parcel> Parcels => Set<Parcel>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Parcel>(parcel =>
        {
            parcel.ToTable("Parcels").HasKey(p => new { p.Depot, p.Id });
            parcel.Property(p => p.State).HasDefaultValue(7).HasSentinel(-1);
            parcel.HasDiscriminator<string>("Kind").HasValue<Parcel>("parcel").HasValue<Letter>("letter");
        });
        modelBuilder.Entity<Stamp>();
    }
}

public class Parcel
{
    public int Id { get; set; }

    public int Depot { get; set; }

    public int Number { get; set; }

    public int Place { get; set; }

    public int State { get; set; }

    public Guid Owner { get; set; }

    public string Name { get; set; } = "";
}

public class Letter : Parcel;

public class Stamp
{
    public int Id { get; set; }
}

/// <summary>Names rows by their number.</summary>
public class NumberContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<NumberedParcel> Parcels => Set<NumberedParcel>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<NumberedParcel>(parcel =>
        {
            parcel.ToTable("Parcels").HasKey(p => p.Number);
            parcel.ComplexProperty(p => p.Spot).Property(s => s.Place).HasColumnName("Place");
        });
        modelBuilder.Entity<Stamp>();
    }
}

public class NumberedParcel
{
    public int Number { get; set; }

    public string Name { get; set; } = "";

    public Spot Spot { get; set; } = new();
}

public class Spot
{
    public int Place { get; set; }
}

/// <summary>Has the key the other way round, owners that are texts, and types that are plain columns.</summary>
public class TurnedContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<TurnedParcel> Parcels => Set<TurnedParcel>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
        => modelBuilder.Entity<TurnedParcel>().ToTable("Parcels").HasKey(p => new { p.Id, p.Depot });
}

public class TurnedParcel
{
    public int Id { get; set; }

    public int Depot { get; set; }

    public int Number { get; set; }

    public int Place { get; set; }

    public string Owner { get; set; } = "";

    public string Kind { get; set; } = "parcel";

    public string Name { get; set; } = "";
}

/// <summary>Knows the key and the name.</summary>
public class SlimContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<SlimParcel> Parcels => Set<SlimParcel>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
        => modelBuilder.Entity<SlimParcel>().ToTable("Parcels").HasKey(p => new { p.Depot, p.Id });
}

public class SlimParcel
{
    public int Id { get; set; }

    public int Depot { get; set; }

    public string Name { get; set; } = "";
}
