using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Writes.Scopes.Model;

/// <summary>
/// Ten categories and two hundred products, some of them bundles. With a product the database deletes its reviews and its links
/// to tags; when an owner is deleted it leaves their products to nobody.
/// </summary>
public class StoreContext(DbContextOptions options) : DbContext(options)
{
    public const int Categories = 10;
    public const int Products = 200;
    public const int Grades = 4;
    public const int Owners = 20;
    public const int Countries = 8;
    public const int States = 5;
    public const int Tags = 6;

    /// <summary>The state of products that are given none: only the database knows it.</summary>
    public const int DefaultState = 3;

    public DbSet<StoreCategory> Category => Set<StoreCategory>();

    public DbSet<StoreProduct> Product => Set<StoreProduct>();

    public DbSet<StoreBundle> Bundle => Set<StoreBundle>();

    public DbSet<StoreReview> Review => Set<StoreReview>();

    public DbSet<StoreOwner> Owner => Set<StoreOwner>();

    public DbSet<StoreTag> Tag => Set<StoreTag>();

    public static void Seed(StoreContext db, Random random)
    {
        db.AddRange(Enumerable.Range(1, Categories)
            .Select(i => new StoreCategory { Id = i, Name = $"category {i}", Floor = i % 3 }));
        db.AddRange(Enumerable.Range(1, Owners).Select(StoreOwner.New));
        db.AddRange(Enumerable.Range(1, Tags).Select(i => new StoreTag { Id = i, Name = $"tag {i}" }));
        var products = Enumerable.Range(1, Products).Select(i => StoreProduct.Random(random, i)).ToList();
        products.ForEach(product => product.OwnerId = random.Next(4) == 0 ? null : 1 + random.Next(Owners));
        db.AddRange(products);
        db.AddRange(Enumerable.Range(1, Products)
            .Select(i => new StoreReview { Id = i, ProductId = 1 + random.Next(Products), Stars = random.Next(6) }));
        db.SaveChanges();
        foreach (var tag in db.Tag.Local)
        {
            tag.Products.AddRange(products.Where(_ => random.Next(10) == 0));
        }

        db.SaveChanges();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<StoreProduct>(product =>
        {
            product.HasDiscriminator(p => p.Kind).HasValue("product").HasValue<StoreBundle>("bundle");
            product.Property(p => p.State).HasDefaultValueSql($"{DefaultState}");
            product.OwnsOne(p => p.Origin, origin => origin.Property(o => o.Country).HasColumnName("Country"));
            product.HasOne(p => p.Category).WithMany(c => c.Products).OnDelete(DeleteBehavior.Restrict);
            product.HasOne<StoreOwner>().WithMany().HasForeignKey(p => p.OwnerId).OnDelete(DeleteBehavior.SetNull);
            product.HasMany(p => p.Tags).WithMany(t => t.Products).UsingEntity(static link => link.ToTable("Link"));
        });
        modelBuilder.Entity<StoreReview>().HasOne(r => r.Product).WithMany(p => p.Reviews).HasForeignKey(r => r.ProductId);
        modelBuilder.Entity<StoreOwner>().OwnsMany(o => o.Phones, static phones =>
        {
            phones.ToTable("Phone").Property<int>("Id");
            phones.HasKey("Id");
        });
    }
}
