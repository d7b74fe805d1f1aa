#pragma warning disable CA1051 // A filter may read a field as well.
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Support;

/// <summary>
/// Documents of eight tenants or more, ten each, hidden from each other by query filters that read the context in every way one can.
/// </summary>
public class TenantContext(DbContextOptions options) : DbContext(options)
{
    public const int Tenants = 8;

    public int Tenant;

    public int TenantProperty { get; set; }

    public List<int> Allowed { get; set; } = [];

    public string? Owner { get; set; }

    /// <summary>Not a list but something that runs, so it cannot be keyed.</summary>
    public IEnumerable<int> Running { get; set; } = [];

    public bool SeesDeleted { get; set; }

    public DbSet<ByField> Fields => Set<ByField>();

    public DbSet<ByProperty> Properties => Set<ByProperty>();

    public DbSet<ByMethod> Methods => Set<ByMethod>();

    public DbSet<ByList> Lists => Set<ByList>();

    public DbSet<ByName> Names => Set<ByName>();

    public DbSet<ByText> Texts => Set<ByText>();

    public DbSet<ByIterator> Iterators => Set<ByIterator>();

    public static void Seed(TenantContext db) => Seed(db, Tenants);

    public static void Seed(TenantContext db, int tenants)
    {
        for (var tenant = 1; tenant <= tenants; tenant++)
        {
            for (var i = 1; i <= 10; i++)
            {
                var id = tenant * 100 + i;
                db.AddRange(
                    new ByField { Id = id, TenantId = tenant }, new ByProperty { Id = id, TenantId = tenant }, new ByMethod { Id = id, TenantId = tenant },
                    new ByList { Id = id, TenantId = tenant }, new ByName { Id = id, TenantId = tenant, IsDeleted = i == 10 },
                    new ByText { Id = id, TenantId = tenant, Owner = $"owner {tenant}" }, new ByIterator { Id = id, TenantId = tenant });
            }
        }

        db.SaveChanges();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<ByField>().HasQueryFilter(d => d.TenantId == Tenant);
        modelBuilder.Entity<ByProperty>().HasQueryFilter(d => d.TenantId == TenantProperty);
        modelBuilder.Entity<ByMethod>().HasQueryFilter(d => d.TenantId == CurrentTenant());
        modelBuilder.Entity<ByList>().HasQueryFilter(d => Allowed.Contains(d.TenantId));
        modelBuilder.Entity<ByName>()
            .HasQueryFilter("tenant", d => d.TenantId == Tenant)
            .HasQueryFilter("deleted", d => SeesDeleted || !d.IsDeleted);
        modelBuilder.Entity<ByText>().HasQueryFilter(d => d.Owner == Owner);
        modelBuilder.Entity<ByIterator>().HasQueryFilter(d => Running.Contains(d.TenantId));
    }

    private int CurrentTenant() => Tenant;
}

public abstract class Document
{
    public int Id { get; set; }

    public int TenantId { get; set; }
}

public sealed class ByField : Document;

public sealed class ByProperty : Document;

public sealed class ByMethod : Document;

public sealed class ByList : Document;

public sealed class ByName : Document
{
    public bool IsDeleted { get; set; }
}

public sealed class ByText : Document
{
    public string? Owner { get; set; }
}

public sealed class ByIterator : Document;
