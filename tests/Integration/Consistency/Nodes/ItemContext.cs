using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Consistency.Nodes;

/// <summary>Rows that have versions: each write gives one that is greater than all before.</summary>
public sealed class ItemContext(DbContextOptions options) : DbContext(options)
{
    public const int Rows = 40;
    public const int Groups = 8;

    /// <summary>How many rows come and go besides, with the numbers that follow. They are no part of the sums.</summary>
    public const int Guests = 4;

    public DbSet<Item> Items => Set<Item>();

    /// <summary>All rows of a group that there may be.</summary>
    public static IEnumerable<int> EverOf(int group) => Enumerable.Range(1, Rows + Guests).Where(row => row % Groups == group);

    /// <summary>The rows of a group that are always there.</summary>
    public static int[] RowsOf(int group) => [.. Enumerable.Range(1, Rows).Where(row => row % Groups == group)];

    /// <summary>Makes the tables, with some rows that nobody has written.</summary>
    public static void Create(DbContextOptions options, int rows = Rows)
    {
        using var db = new ItemContext(options);
        db.Database.EnsureCreated();
        db.AddRange(Enumerable.Range(1, rows).Select(static row => new Item { Id = row, Group = row % Groups }));
        db.SaveChanges();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasSequence<long>("versions");
        modelBuilder.Entity<Item>(static item =>
        {
            item.ToTable("items");
            item.Property(static one => one.Id).ValueGeneratedNever();
            item.Property(static one => one.Version).IsConcurrencyToken();
        });
    }
}

public class Item
{
    public int Id { get; set; }

    public int Group { get; set; }

    /// <summary>Of the newest write.</summary>
    public long Version { get; set; }

    /// <summary>The number of writes; of a row that comes and goes zero.</summary>
    public long Changes { get; set; }
}
