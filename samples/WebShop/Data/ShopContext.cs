using FastOrm.Cache.EfCore;
using Microsoft.EntityFrameworkCore;

namespace WebShop.Data;

/// <summary>
/// An ordinary EF Core context. Of queries that are remembered the model knows nothing; of what is found by its key it says for how long.
/// </summary>
public sealed class ShopContext(DbContextOptions<ShopContext> options) : DbContext(options)
{
    public const string CatalogTag = "catalog";

    public DbSet<Category> Categories => Set<Category>();

    public DbSet<Product> Products => Set<Product>();

    public DbSet<Review> Reviews => Set<Review>();

    public DbSet<Customer> Customers => Set<Customer>();

    public DbSet<Order> Orders => Set<Order>();

    public DbSet<OrderLine> OrderLines => Set<OrderLine>();

    public DbSet<Basket> Baskets => Set<Basket>();

    public DbSet<BasketLine> BasketLines => Set<BasketLine>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Category>(category =>
        {
            category.HasIndex(c => c.Name).IsUnique();
            category.IsCacheable(c => c.Ttl(TimeSpan.FromHours(1)).Tags(CatalogTag));
        });
        modelBuilder.Entity<Product>(product =>
        {
            product.IsCacheable(c => c.Ttl(TimeSpan.FromMinutes(10)).Tags(CatalogTag));
            product.HasIndex(p => p.Sku).IsUnique();
            product.HasIndex(p => p.Name);
            product.HasIndex(p => p.PriceCents);
        });
        modelBuilder.Entity<Customer>().HasIndex(c => c.Email).IsUnique();
        modelBuilder.Entity<Order>().HasIndex(o => o.Reference).IsUnique();
        modelBuilder.Entity<BasketLine>().HasKey(l => new { l.BasketId, l.ProductId });
    }
}
