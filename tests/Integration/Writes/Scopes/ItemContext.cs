using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Writes.Scopes;

/// <summary>Five shelves and twenty items (on shelf 1 + id % 5), with columns of every kind that makes scopes, and of some that do not.</summary>
public class ItemContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<Shelf> Shelves => Set<Shelf>();

    public DbSet<Item> Items => Set<Item>();

    public static TestDatabase<ItemContext> NewDatabase(Provider provider = Provider.Sqlite)
        => new(static options => new ItemContext(options), Seed, provider: provider);

    public static void Seed(ItemContext db)
    {
        db.AddRange(Enumerable.Range(1, 5).Select(i => new Shelf { Id = i, Name = $"shelf {i}", Room = i % 2 }));
        db.AddRange(Enumerable.Range(1, 20).Select(New));
        db.SaveChanges();
    }

    public static Item New(int i) => new()
    {
        Id = i,
        Name = $"item {i}",
        ShelfId = 1 + i % 5,
        Price = i,
        Rank = i % 2,
        Kind = (ItemKind)(i % 3),
        IsHidden = i % 4 == 0,
        IsHot = i % 3 == 0 ? null : i % 2 == 0,
        OwnerId = i % 4 == 0 ? null : i % 4,
        Code = Guid.Parse($"00000000-0000-0000-0000-{i % 3:000000000000}"),
        Size = (short)(i % 3),
    };

    protected override void OnModelCreating(ModelBuilder modelBuilder)
        => modelBuilder.Entity<Item>().HasOne(i => i.Shelf).WithMany(s => s.Items).HasForeignKey(i => i.ShelfId);
}

public enum ItemKind
{
    Plain,
    Special,
    Rare,
}

public class Shelf
{
    public int Id { get; set; }

    public string Name { get; set; } = "";

    public int Room { get; set; }

    public List<Item> Items { get; set; } = [];

    public override string ToString() => $"{Id} {Name} {Room} ({Items.OrderBy(i => i.Id).Text()})";
}

public class Item
{
    public int Id { get; set; }

    public string Name { get; set; } = "";

    public int ShelfId { get; set; }

    public Shelf? Shelf { get; set; }

    public int Price { get; set; }

    public int Rank { get; set; }

    public ItemKind Kind { get; set; }

    public bool IsHidden { get; set; }

    public bool? IsHot { get; set; }

    public int? OwnerId { get; set; }

    public Guid Code { get; set; }

    public short Size { get; set; }

    public override string ToString() => $"{Id} {Name} {ShelfId} {Price} {Rank} {Kind} {IsHidden} {IsHot} {OwnerId} {Code} {Size}";
}

/// <summary>Queries of the items.</summary>
internal static class ItemQueries
{
    public static Func<ItemContext, string> Point(int id) => db => db.Items.Where(i => i.Id == id).Remember().ToList().Text();

    public static Func<ItemContext, string> List(int shelf) => db => db.Items.Where(i => i.ShelfId == shelf).Remember().ToList().Sorted();

    public static Func<ItemContext, string> List(int shelf, int rank)
        => db => db.Items.Where(i => i.ShelfId == shelf && i.Rank == rank).Remember().ToList().Sorted();

    /// <summary>The rows as text: those of a list without an order come in any.</summary>
    public static string Sorted<T>(this IEnumerable<T> rows) => rows.Select(static row => row?.ToString() ?? "").Order(StringComparer.Ordinal).Text();
}
