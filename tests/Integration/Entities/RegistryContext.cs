using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Entities;

/// <summary>Entities with every kind of key: numbers, ids of one's own, texts, several properties, inheritance, owned parts, a tenant.</summary>
internal sealed class RegistryContext(DbContextOptions options) : DbContext(options)
{
    public int Tenant { get; set; } = 1;

    public DbSet<Person> People => Set<Person>();

    public DbSet<Customer> Customers => Set<Customer>();

    public DbSet<Parcel> Parcels => Set<Parcel>();

    public DbSet<Seat> Seats => Set<Seat>();

    public DbSet<Country> Countries => Set<Country>();

    public DbSet<Ship> Ships => Set<Ship>();

    public DbSet<Vehicle> Vehicles => Set<Vehicle>();

    public DbSet<Car> Cars => Set<Car>();

    public DbSet<Secret> Secrets => Set<Secret>();

    public DbSet<Document> Documents => Set<Document>();

    public DbSet<Total> Totals => Set<Total>();

    public static void Seed(RegistryContext db)
    {
        db.AddRange(Enumerable.Range(1, 50).Select(i => new Person
        {
            Id = i, Name = $"person {i}", Email = $"p{i}@example.com", Number = 1000 + i, Address = new Address { City = $"city {i}" },
        }));
        db.AddRange(Enumerable.Range(1, 20).Select(i => new Customer { Id = new CustomerId(i), Name = $"customer {i}" }));
        db.AddRange(Enumerable.Range(1, 5).Select(i => new Parcel { Id = new Guid(i, 0, 0, new byte[8]), Content = $"content {i}" }));
        db.AddRange(Enumerable.Range(1, 200).Select(i => new Seat { Row = i / 10, Place = i % 10, Guest = $"guest {i}" }));
        db.AddRange(new[] { "BE", "DE", "FR" }.Select(code => new Country { Code = code, Name = $"name of {code}", Iso = code.ToUpperInvariant()[0] }));
        db.AddRange(Enumerable.Range(1, 5).Select(i => new Ship
        {
            Id = i, Name = $"ship {i}", Decks = [.. Enumerable.Range(1, i).Select(deck => new Deck { Level = deck })],
        }));
        db.AddRange(new Car { Id = 1, Wheels = 4, Doors = 5 }, new Bicycle { Id = 2, Wheels = 2, Gears = 7 }, new Vehicle { Id = 3, Wheels = 1 });
        db.AddRange(Enumerable.Range(1, 10).Select(i => new Secret { Id = i, TenantId = 1 + i % 2, Text = $"secret {i}" }));
        db.AddRange(new Folder { Id = 1, Name = "one" }, new Folder { Id = 2, Name = "two" });
        db.AddRange(Enumerable.Range(3, 4).Select(i => new Document { Id = i, Name = $"document {i}", FolderId = 1 + i % 2 }));
        db.SaveChanges();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Person>(person =>
        {
            person.HasIndex(p => p.Email).IsUnique();
            person.HasAlternateKey(p => p.Number);
            person.OwnsOne(p => p.Address);
            person.Property(p => p.Version).IsConcurrencyToken();
        });
        modelBuilder.Entity<Customer>().Property(c => c.Id).HasConversion(id => id.Value, value => new CustomerId(value)).ValueGeneratedNever();
        modelBuilder.Entity<Seat>().HasKey(seat => new { seat.Row, seat.Place });
        modelBuilder.Entity<Country>().HasKey(country => country.Code);
        modelBuilder.Entity<Country>().HasIndex(country => new { country.Iso, country.Name }).IsUnique();
        modelBuilder.Entity<Ship>().OwnsMany(ship => ship.Decks, static deck => deck.HasKey("ShipId", nameof(Deck.Level)));
        modelBuilder.Entity<Vehicle>().Property(vehicle => vehicle.Id).ValueGeneratedNever();
        modelBuilder.Entity<Car>();
        modelBuilder.Entity<Bicycle>();
        modelBuilder.Entity<Secret>().HasQueryFilter(secret => secret.TenantId == Tenant);
        modelBuilder.Entity<Node>().Property(node => node.Id).ValueGeneratedNever();
        modelBuilder.Entity<Folder>();
        modelBuilder.Entity<Document>().Navigation(document => document.Folder).AutoInclude();
        modelBuilder.Entity<Total>().HasNoKey();
    }
}

internal readonly record struct CustomerId(int Value);

internal sealed class Person
{
    public int Id { get; set; }

    public required string Name { get; set; }

    public required string Email { get; set; }

    public int Number { get; set; }

    public int Version { get; set; }

    public Address? Address { get; set; }
}

internal sealed class Address
{
    public required string City { get; set; }
}

internal sealed class Customer
{
    public CustomerId Id { get; set; }

    public required string Name { get; set; }
}

internal sealed class Parcel
{
    public Guid Id { get; set; }

    public required string Content { get; set; }
}

internal sealed class Seat
{
    public int Row { get; set; }

    public int Place { get; set; }

    public required string Guest { get; set; }
}

internal sealed class Country
{
    public required string Code { get; set; }

    public required string Name { get; set; }

    public char Iso { get; set; }
}

internal sealed class Ship
{
    public int Id { get; set; }

    public required string Name { get; set; }

    public List<Deck> Decks { get; set; } = [];
}

internal sealed class Deck
{
    public int Level { get; set; }
}

internal class Vehicle
{
    public int Id { get; set; }

    public int Wheels { get; set; }
}

internal sealed class Car : Vehicle
{
    public int Doors { get; set; }
}

internal sealed class Bicycle : Vehicle
{
    public int Gears { get; set; }
}

internal sealed class Secret
{
    public int Id { get; set; }

    public int TenantId { get; set; }

    public required string Text { get; set; }
}

/// <summary>What is included automatically has the same key property as the entity itself.</summary>
internal abstract class Node
{
    public int Id { get; set; }

    public required string Name { get; set; }
}

internal sealed class Folder : Node;

internal sealed class Document : Node
{
    public int FolderId { get; set; }

    public Folder? Folder { get; set; }
}

internal sealed class Total
{
    public int Sum { get; set; }
}
