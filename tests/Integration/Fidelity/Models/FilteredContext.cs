using FastOrm.Cache.Tests.Integration.Fidelity.Harness;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Fidelity.Models;

/// <summary>Rows of several tenants, which query filters keep apart in every way that they can read the context.</summary>
internal sealed class FilteredContext(DbContextOptions options) : CorpusContext(options)
{
    private readonly int _fixed = 2;

    public int Tenant { get; set; } = 1;

    public List<int> Allowed { get; set; } = [1, 3];

    public string? Owner { get; set; }

    public bool SeesDeleted { get; set; }

    public DbSet<ByProperty> Properties => Set<ByProperty>();

    public DbSet<ByField> Fields => Set<ByField>();

    public DbSet<ByMethod> Methods => Set<ByMethod>();

    public DbSet<ByList> Lists => Set<ByList>();

    public DbSet<ByText> Texts => Set<ByText>();

    public DbSet<ByNames> Names => Set<ByNames>();

    public DbSet<Folder> Folders => Set<Folder>();

    public override void Prepare()
    {
        var rows = Properties.OrderBy(r => r.Id).Take(2).ToList();
        rows[0].Label = "changed here";
        Remove(rows[1]);
        ChangeTracker.DetectChanges();
    }

    public override void Seed()
    {
        for (var tenant = 1; tenant <= 3; tenant++)
        {
            var folder = new Folder { Id = tenant, Tenant = tenant };
            Add(folder);
            for (var i = 1; i <= 4; i++)
            {
                foreach (var row in new TenantRow[] { new ByProperty(), new ByField(), new ByMethod(), new ByList(), new ByText(), new ByNames() })
                {
                    (row.Id, row.Tenant, row.Label, row.IsDeleted) = (tenant * 10 + i, tenant, $"{tenant}-{i}", i == 4);
                    row.Owner = i % 2 == 0 ? null : $"owner {tenant}";
                    Add(row);
                }

                Add(new Paper { Id = tenant * 10 + i, Folder = folder, IsDeleted = i == 2 });
            }
        }

        SaveChanges();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<ByProperty>().HasQueryFilter(r => r.Tenant == Tenant).Property(r => r.Id).ValueGeneratedNever();
        modelBuilder.Entity<ByField>().HasQueryFilter(r => r.Tenant == _fixed).Property(r => r.Id).ValueGeneratedNever();
        modelBuilder.Entity<ByMethod>().HasQueryFilter(r => r.Tenant == Next(Tenant)).Property(r => r.Id).ValueGeneratedNever();
        modelBuilder.Entity<ByList>().HasQueryFilter(r => Allowed.Contains(r.Tenant)).Property(r => r.Id).ValueGeneratedNever();
        modelBuilder.Entity<ByText>().HasQueryFilter(r => r.Owner == Owner).Property(r => r.Id).ValueGeneratedNever();
        modelBuilder.Entity<ByNames>()
            .HasQueryFilter("tenant", r => r.Tenant == Tenant)
            .HasQueryFilter("deleted", r => SeesDeleted || !r.IsDeleted)
            .Property(r => r.Id).ValueGeneratedNever();
        modelBuilder.Entity<Folder>().HasQueryFilter(f => f.Tenant <= Tenant).Property(f => f.Id).ValueGeneratedNever();
        modelBuilder.Entity<Paper>().HasQueryFilter(p => !p.IsDeleted && p.Folder!.Tenant <= Tenant).Property(p => p.Id).ValueGeneratedNever();
    }

    private static int Next(int tenant) => tenant % 3 + 1;
}

internal abstract class TenantRow
{
    public int Id { get; set; }

    public int Tenant { get; set; }

    public string Label { get; set; } = "";

    public string? Owner { get; set; }

    public bool IsDeleted { get; set; }
}

internal sealed class ByProperty : TenantRow;

internal sealed class ByField : TenantRow;

internal sealed class ByMethod : TenantRow;

internal sealed class ByList : TenantRow;

internal sealed class ByText : TenantRow;

internal sealed class ByNames : TenantRow;

internal sealed class Folder
{
    public int Id { get; set; }

    public int Tenant { get; set; }

    public List<Paper> Papers { get; set; } = [];
}

internal sealed class Paper
{
    public int Id { get; set; }

    public int FolderId { get; set; }

    public Folder? Folder { get; set; }

    public bool IsDeleted { get; set; }
}
