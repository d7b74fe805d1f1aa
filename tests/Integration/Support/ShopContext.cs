using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Support;

/// <summary>A small shop: 5 categories, 100 products (category 1 + id % 5), 3 tags on each fifth product, 40 orders with lines.</summary>
public class ShopContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<Category> Categories => Set<Category>();

    public DbSet<Product> Products => Set<Product>();

    public DbSet<Tag> Tags => Set<Tag>();

    public DbSet<Order> Orders => Set<Order>();

    public static void Seed(ShopContext db)
    {
        var tags = Enumerable.Range(1, 3).Select(i => new Tag { Id = i, Name = $"tag {i}" }).ToArray();
        db.AddRange(Enumerable.Range(1, 5).Select(i => new Category { Id = i, Name = $"category {i}" }));
        db.AddRange(Enumerable.Range(1, 100).Select(i => new Product
        {
            Id = i,
            Name = $"product {i:000}",
            CategoryId = 1 + i % 5,
            Price = i * 1.25m,
            Stock = i % 7,
            Kind = (ProductKind)(i % 3),
            Created = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddDays(i),
            Code = new Guid(i, 0, 0, new byte[8]),
            Image = [(byte)i, 2, 3],
            Note = i % 4 == 0 ? null : $"note {i}",
            Tags = i % 5 == 0 ? [.. tags] : [],
        }));
        db.AddRange(Enumerable.Range(1, 40).Select(i => new Order
        {
            Id = i,
            Customer = $"customer {i % 8}",
            Lines = [.. Enumerable.Range(1, 1 + i % 3).Select(line => new OrderLine { ProductId = 1 + (i + line) % 100, Quantity = line })],
        }));
        db.SaveChanges();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
        => modelBuilder.Entity<Product>().HasMany(product => product.Tags).WithMany(tag => tag.Products);
}

public enum ProductKind
{
    Plain,
    Special,
    Rare,
}

public class Category
{
    public int Id { get; set; }

    public string Name { get; set; } = "";

    public List<Product> Products { get; set; } = [];
}

public class Product
{
    public int Id { get; set; }

    public string Name { get; set; } = "";

    public int CategoryId { get; set; }

    public Category? Category { get; set; }

    public decimal Price { get; set; }

    public int Stock { get; set; }

    public ProductKind Kind { get; set; }

    public DateTime Created { get; set; }

    public Guid Code { get; set; }

    public byte[] Image { get; set; } = [];

    public string? Note { get; set; }

    public List<Tag> Tags { get; set; } = [];
}

public class Tag
{
    public int Id { get; set; }

    public string Name { get; set; } = "";

    public List<Product> Products { get; set; } = [];
}

public class Order
{
    public int Id { get; set; }

    public string Customer { get; set; } = "";

    public List<OrderLine> Lines { get; set; } = [];
}

public class OrderLine
{
    public int Id { get; set; }

    public int OrderId { get; set; }

    public int ProductId { get; set; }

    public Product? Product { get; set; }

    public int Quantity { get; set; }
}
