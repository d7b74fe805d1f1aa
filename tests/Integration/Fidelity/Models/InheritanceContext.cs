using FastOrm.Cache.Tests.Integration.Fidelity.Harness;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Fidelity.Models;

/// <summary>Three hierarchies, one for each way to map one: animals in one table, vehicles in joined ones, payments in one for each class.</summary>
internal sealed class InheritanceContext(DbContextOptions options) : CorpusContext(options)
{
    public DbSet<Keeper> Keepers => Set<Keeper>();

    public DbSet<Animal> Animals => Set<Animal>();

    public DbSet<Vehicle> Vehicles => Set<Vehicle>();

    public DbSet<Payment> Payments => Set<Payment>();

    public override void Prepare()
    {
        var animals = Animals.OrderBy(a => a.Id).Take(3).ToList();
        animals[0].Name = "changed here";
        Remove(animals[2]);
        Set<Car>().First(c => c.Id == 2).Doors = 7;
        Payments.Where(p => p.Id == 1).Load();
        ChangeTracker.DetectChanges();
    }

    public override void Seed()
    {
        AddRange(new Keeper { Id = 1, Name = "Ann" }, new Keeper { Id = 2, Name = "Ben" }, new Keeper { Id = 3, Name = "Cleo" });
        var cat = new Cat { Id = 1, Name = "Tom", IsIndoor = true, KeeperId = 1 };
        AddRange(
            cat, new Lion { Id = 2, Name = "Leo", Pride = "north", KeeperId = 2 }, new Lion { Id = 3, Name = "Lea", KeeperId = 2 },
            new Bird { Id = 4, Name = "Owl", Span = 1.5, KeeperId = 1, Enemy = cat }, new Bird { Id = 5, Name = "Wren", Span = 0.2 });
        AddRange(
            new Vehicle { Id = 1, Name = "Bike", KeeperId = 1 }, new Car { Id = 2, Name = "Van", Doors = 5, KeeperId = 1 },
            new Car { Id = 3, Name = "Coupe", Doors = 2 },
            new Truck { Id = 4, Name = "Lorry", Load = 7.5, KeeperId = 3, Trailers = [new Trailer { Id = 1, Axles = 2 }, new Trailer { Id = 2, Axles = 3 }] });
        AddRange(
            new CardPayment { Id = 1, Amount = 9.5, Card = "1234", KeeperId = 1 }, new CashPayment { Id = 2, Amount = 20, Coin = "EUR", KeeperId = 1 },
            new CashPayment { Id = 3, Amount = 0.01, Coin = null, KeeperId = 2 }, new CardPayment { Id = 4, Amount = 1e10, Card = "9", KeeperId = 3 });
        SaveChanges();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Animal>(a =>
        {
            a.HasDiscriminator<string>("Kind").HasValue<Cat>("cat").HasValue<Lion>("lion").HasValue<Bird>("bird");
            a.Property(x => x.Id).ValueGeneratedNever();
        });
        modelBuilder.Entity<Vehicle>().UseTptMappingStrategy().Property(x => x.Id).ValueGeneratedNever();
        modelBuilder.Entity<Car>();
        modelBuilder.Entity<Truck>();
        modelBuilder.Entity<Payment>().UseTpcMappingStrategy().Property(x => x.Id).ValueGeneratedNever();
        modelBuilder.Entity<CardPayment>();
        modelBuilder.Entity<CashPayment>();
        modelBuilder.Entity<Keeper>().Property(x => x.Id).ValueGeneratedNever();
        modelBuilder.Entity<Trailer>().Property(x => x.Id).ValueGeneratedNever();
    }
}

internal sealed class Keeper
{
    public int Id { get; set; }

    public string Name { get; set; } = "";

    public List<Animal> Animals { get; set; } = [];

    public List<Vehicle> Vehicles { get; set; } = [];

    public List<Payment> Payments { get; set; } = [];
}

internal abstract class Animal
{
    public int Id { get; set; }

    public string Name { get; set; } = "";

    public int? KeeperId { get; set; }

    public Keeper? Keeper { get; set; }
}

internal class Cat : Animal
{
    public bool IsIndoor { get; set; }
}

internal sealed class Lion : Cat
{
    public string? Pride { get; set; }
}

internal sealed class Bird : Animal
{
    public double Span { get; set; }

    public int? EnemyId { get; set; }

    public Cat? Enemy { get; set; }
}

internal class Vehicle
{
    public int Id { get; set; }

    public string Name { get; set; } = "";

    public int? KeeperId { get; set; }

    public Keeper? Keeper { get; set; }
}

internal sealed class Car : Vehicle
{
    public int Doors { get; set; }
}

internal sealed class Truck : Vehicle
{
    public double Load { get; set; }

    public List<Trailer> Trailers { get; set; } = [];
}

internal sealed class Trailer
{
    public int Id { get; set; }

    public int Axles { get; set; }

    public int TruckId { get; set; }
}

internal abstract class Payment
{
    public int Id { get; set; }

    public double Amount { get; set; }

    public int KeeperId { get; set; }

    public Keeper? Keeper { get; set; }
}

internal sealed class CardPayment : Payment
{
    public string Card { get; set; } = "";
}

internal sealed class CashPayment : Payment
{
    public string? Coin { get; set; }
}
