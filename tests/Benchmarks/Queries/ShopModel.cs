using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Benchmarks.Queries;

internal sealed class ShopContext(DbContextOptions<ShopContext> options) : DbContext(options)
{
    public DbSet<Product> Products => Set<Product>();

    public DbSet<Category> Categories => Set<Category>();
}

internal sealed class Product
{
    public int Id { get; set; }

    public required string Name { get; set; }

    public required string Sku { get; set; }

    public int CategoryId { get; set; }

    public long PriceCents { get; set; }

    public int Stock { get; set; }

    public bool Discontinued { get; set; }

    public DateTime CreatedAt { get; set; }

    public double Weight { get; set; }

    public string? Description { get; set; }

    public Category? Category { get; set; }
}

internal sealed class Category
{
    public int Id { get; set; }

    public required string Name { get; set; }
}
