using FastOrm.Cache.EfCore;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Policies.Compiled;

/// <summary>
/// A model with all that is said of entity types, which EF Core has also written as code (`dotnet ef dbcontext optimize`, EF Core 10.0.14):
/// <see cref="ArchiveContextModel"/>. Whoever changes this model has it written anew.
/// </summary>
public sealed class ArchiveContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<Paper> Papers => Set<Paper>();

    public DbSet<Parchment> Parchments => Set<Parchment>();

    public DbSet<Shelf> Shelves => Set<Shelf>();

    public DbSet<Visit> Visits => Set<Visit>();

    public static void Seed(ArchiveContext db)
    {
        db.AddRange(new Paper { Id = 1, Text = "one" }, new Paper { Id = 2, Text = "two" }, new Parchment { Id = 3, Text = "three", Animal = "calf" });
        db.AddRange(new Shelf { Id = 1, Code = 5, Number = 5, IsGone = true }, new Shelf { Id = 2, Code = 5, Number = 5 });
        db.AddRange(new Visit { Id = 1, Reader = "ann" }, new Visit { Id = 2, Reader = "bob" });
        db.SaveChanges();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Paper>(static paper =>
        {
            paper.Property(p => p.Id).ValueGeneratedNever();
            paper.IsCacheable(static c => c
                .Ttl(TimeSpan.FromMinutes(10)).EmptyTtl(TimeSpan.FromSeconds(5)).StaleFor(TimeSpan.FromMinutes(1)).Tags("papers", "archive")
                .AllQueries(TimeSpan.FromMinutes(2)));
        });
        modelBuilder.Entity<Parchment>();
        modelBuilder.Entity<Shelf>(static shelf =>
        {
            shelf.Property(s => s.Id).ValueGeneratedNever();
            shelf.HasIndex(s => s.Code).IsUnique().HasFilter("\"IsGone\" = 0");
            shelf.HasIndex(s => s.Number);
        });
        modelBuilder.Entity<Visit>(static visit =>
        {
            visit.Property(v => v.Id).ValueGeneratedNever();
            visit.HasIndex(v => v.Reader).IsUnique();
            visit.IsCacheable(false);
        });
    }
}

public class Paper
{
    public int Id { get; set; }

    public string Text { get; set; } = "";
}

public class Parchment : Paper
{
    public string Animal { get; set; } = "";
}

[Cacheable(TtlSeconds = 30, Tags = ["shelves"])]
public class Shelf
{
    public int Id { get; set; }

    public int Code { get; set; }

    public int Number { get; set; }

    public bool IsGone { get; set; }
}

[Cacheable(TtlSeconds = 30)]
public class Visit
{
    public int Id { get; set; }

    public string Reader { get; set; } = "";
}
