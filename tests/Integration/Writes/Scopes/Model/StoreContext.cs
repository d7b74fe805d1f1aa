using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Writes.Scopes.Model;

/// <summary>Ten categories, two hundred products, and reviews that the database deletes with their product.</summary>
public class StoreContext(DbContextOptions options) : DbContext(options)
{
    public const int Categories = 10;
    public const int Products = 200;
    public const int Grades = 4;
    public const int Owners = 20;

    public DbSet<StoreCategory> Category => Set<StoreCategory>();

    public DbSet<StoreProduct> Product => Set<StoreProduct>();

    public DbSet<StoreReview> Review => Set<StoreReview>();

    public static void Seed(StoreContext db, Random random)
    {
        db.AddRange(Enumerable.Range(1, Categories).Select(i => new StoreCategory { Id = i, Name = $"category {i}", Floor = i % 3 }));
        db.AddRange(Enumerable.Range(1, Products).Select(i => StoreProduct.Random(random, i)));
        db.AddRange(Enumerable.Range(1, Products).Select(i => new StoreReview { Id = i, ProductId = 1 + random.Next(Products), Stars = random.Next(6) }));
        db.SaveChanges();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<StoreProduct>().HasOne<StoreCategory>().WithMany(c => c.Products).HasForeignKey(p => p.CategoryId).OnDelete(DeleteBehavior.Restrict);
        modelBuilder.Entity<StoreReview>().HasOne<StoreProduct>().WithMany(p => p.Reviews).HasForeignKey(r => r.ProductId).OnDelete(DeleteBehavior.Cascade);
    }
}

public class StoreCategory
{
    public int Id { get; set; }

    public string Name { get; set; } = "";

    public int Floor { get; set; }

    public List<StoreProduct> Products { get; set; } = [];

    public override string ToString() => $"{Id},{Name},{Floor}";
}

public class StoreProduct
{
    public int Id { get; set; }

    public string Name { get; set; } = "";

    public int CategoryId { get; set; }

    public int Price { get; set; }

    public int Stock { get; set; }

    public int Grade { get; set; }

    public bool IsHidden { get; set; }

    public int? OwnerId { get; set; }

    public List<StoreReview> Reviews { get; set; } = [];

    public static StoreProduct Random(Random random, int id) => new()
    {
        Id = id,
        Name = $"name {random.Next(1000)}",
        CategoryId = 1 + random.Next(StoreContext.Categories),
        Price = random.Next(100),
        Stock = random.Next(20),
        Grade = random.Next(StoreContext.Grades),
        IsHidden = random.Next(5) == 0,
        OwnerId = random.Next(4) == 0 ? null : 1 + random.Next(StoreContext.Owners),
    };

    public override string ToString() => $"{Id},{Name},{CategoryId},{Price},{Stock},{Grade},{IsHidden},{OwnerId}";
}

public class StoreReview
{
    public int Id { get; set; }

    public int ProductId { get; set; }

    public int Stars { get; set; }

    public override string ToString() => $"{Id},{ProductId},{Stars}";
}
