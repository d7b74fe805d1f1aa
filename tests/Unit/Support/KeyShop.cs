using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Unit.Support;

/// <summary>A model to write keys of. Nothing is read from its database.</summary>
public sealed class KeyShop(DbContextOptions options) : DbContext(options)
{
    public DbSet<KeyProduct> Products => Set<KeyProduct>();

    public DbSet<KeyCategory> Categories => Set<KeyCategory>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<KeySpecialProduct>();
        modelBuilder.Entity<KeyPair>().HasKey(pair => new { pair.Left, pair.Right });
        modelBuilder.Entity<KeyView>().HasNoKey();
        modelBuilder.Entity<KeyShadow>().Property<int>("Hidden");
        modelBuilder.Entity<KeyShadow>().HasKey("Hidden");
    }
}

public enum KeyKind
{
    Plain,
    Special,
}

public enum ByteKind : byte
{
    Plain,
    Special,
}

public enum ULongKind : ulong
{
    Plain,
    Special = ulong.MaxValue,
}

public class KeyCategory
{
    public int Id { get; set; }

    public string Name { get; set; } = "";

    public List<KeyProduct> Products { get; set; } = [];
}

public class KeyProduct
{
    public int Id { get; set; }

    public string Name { get; set; } = "";

    public string? Note { get; set; }

    public int CategoryId { get; set; }

    public KeyCategory? Category { get; set; }

    public decimal Price { get; set; }

    public int Stock { get; set; }

    public int? Rank { get; set; }

    public long Weight { get; set; }

    public KeyKind Kind { get; set; }

    public DateTime Created { get; set; }

    public Guid Code { get; set; }

    public bool IsHidden { get; set; }

    public byte[] Image { get; set; } = [];
}

public sealed class KeySpecialProduct : KeyProduct;

public sealed class KeyPair
{
    public int Left { get; set; }

    public string Right { get; set; } = "";
}

public sealed class KeyView
{
    public int Id { get; set; }
}

public sealed class KeyShadow
{
    public string Name { get; set; } = "";
}

/// <summary>A projection whose name, unlike that of an anonymous type, is the same in every build.</summary>
public sealed record KeyRow(int Id, string Name);
