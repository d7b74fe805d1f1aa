using FastOrm.Cache.EfCore;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Policies;

/// <summary>
/// Types of every kind: a hierarchy, owned types in tables of their own, many to many, a view that says what it reads and one that does
/// not, and one that is not to be cached.
/// </summary>
public class LedgerContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<Account> Accounts => Set<Account>();

    public DbSet<Owner> Owners => Set<Owner>();

    public static void Seed(LedgerContext db)
    {
        db.Database.ExecuteSqlRaw("CREATE VIEW Totals AS SELECT SUM(Amount) AS Value FROM Accounts");
        db.Database.ExecuteSqlRaw("CREATE VIEW Sums AS SELECT SUM(Amount) AS Value FROM Accounts");
        var owners = new[] { 1, 2 }.Select(id => new Owner { Id = id, Name = $"owner {id}", Notes = [new Note { Id = id }] }).ToArray();
        db.AddRange(owners);
        db.AddRange(
            new Account { Id = 1, Owner = owners[0], Labels = [new Label { Id = 1 }] },
            new Account { Id = 2, Owner = owners[1] },
            new Savings { Id = 3, Owner = owners[1] });
        db.SaveChanges();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Account>().HasMany(account => account.Labels).WithMany();
        modelBuilder.Entity<Savings>();
        modelBuilder.Entity<Owner>().OwnsOne(owner => owner.Home, home => home.ToTable("Homes"));
        modelBuilder.Entity<Note>().ToTable("Notes");
        modelBuilder.Entity<Label>().IsCacheable(static c => c.Ttl(TimeSpan.FromMinutes(3)).Tags("labels"));
        modelBuilder.Entity<Rate>().IsCacheable(false);
        modelBuilder.Entity<Total>().HasNoKey().ToView("Totals").DependsOn("Accounts");
        modelBuilder.Entity<Sum>().HasNoKey().ToView("Sums");
    }
}

public interface IMoney
{
    int Amount { get; }
}

public class Account : IMoney
{
    public int Id { get; set; }

    public int Amount { get; set; }

    public Owner? Owner { get; set; }

    public List<Label> Labels { get; set; } = [];
}

public sealed class Savings : Account
{
    public int Percent { get; set; }
}

public sealed class Owner
{
    public int Id { get; set; }

    public string Name { get; set; } = "";

    public Home Home { get; set; } = new();

    public List<Note> Notes { get; set; } = [];
}

public sealed class Home
{
    public string Street { get; set; } = "Main Street";
}

public sealed class Note
{
    public int Id { get; set; }
}

public sealed class Label
{
    public int Id { get; set; }
}

public sealed class Rate
{
    public int Id { get; set; }
}

public sealed class Total
{
    public int Value { get; set; }
}

public sealed class Sum
{
    public int Value { get; set; }
}
