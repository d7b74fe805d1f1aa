using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Writes.Scopes.Model;

/// <summary>
/// A second model of the store: it knows no states, types and owned values, but only columns, and the key of a link the other way
/// round.
/// </summary>
public class PlainStoreContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<PlainProduct> Product => Set<PlainProduct>();

    public DbSet<PlainLink> Link => Set<PlainLink>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
        => modelBuilder.Entity<PlainLink>().HasKey(l => new { l.TagsId, l.ProductsId });
}

public class PlainProduct
{
    public int Id { get; set; }

    public string Kind { get; set; } = "product";

    public string Name { get; set; } = "";

    public int CategoryId { get; set; }

    public int Price { get; set; }

    public int Stock { get; set; }

    public int Grade { get; set; }

    public bool IsHidden { get; set; }

    public int? OwnerId { get; set; }

    public int Country { get; set; }

    public int? Parts { get; set; }

    public override string ToString()
        => $"{Id},{Kind},{Name},{CategoryId},{Price},{Stock},{Grade},{IsHidden},{OwnerId},{Country},{Parts}";
}

public class PlainLink
{
    public int ProductsId { get; set; }

    public int TagsId { get; set; }
}

/// <summary>A third one: few columns, and in other types.</summary>
public class NarrowStoreContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<NarrowProduct> Product => Set<NarrowProduct>();
}

public class NarrowProduct
{
    public int Id { get; set; }

    public long CategoryId { get; set; }

    public long Grade { get; set; }

    public int Price { get; set; }

    public override string ToString() => $"{Id},{CategoryId},{Grade},{Price}";
}

internal static class OtherStores
{
    public static PlainStoreContext NewPlainModel(this TestDatabase<StoreContext> database) => new(database.Options);

    public static NarrowStoreContext NewNarrowModel(this TestDatabase<StoreContext> database) => new(database.Options);
}
