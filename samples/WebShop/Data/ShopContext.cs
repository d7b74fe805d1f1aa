using Microsoft.EntityFrameworkCore;

namespace WebShop.Data;

/// <summary>An ordinary EF Core context: nothing in the model knows that queries are remembered.</summary>
public sealed class ShopContext(DbContextOptions<ShopContext> options) : DbContext(options)
{
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
        modelBuilder.Entity<Category>().HasIndex(c => c.Name).IsUnique();
        modelBuilder.Entity<Product>(product =>
        {
            product.HasIndex(p => p.Sku).IsUnique();
            product.HasIndex(p => p.Name);
            product.HasIndex(p => p.PriceCents);
        });
        modelBuilder.Entity<Customer>().HasIndex(c => c.Email).IsUnique();
        modelBuilder.Entity<Order>().HasIndex(o => o.Reference).IsUnique();
        modelBuilder.Entity<BasketLine>().HasKey(l => new { l.BasketId, l.ProductId });
    }
}
