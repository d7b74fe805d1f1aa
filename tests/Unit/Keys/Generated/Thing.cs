#pragma warning disable CA1720 // The columns are called like their types on purpose.
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Unit.Keys.Generated;

/// <summary>What generated queries read: a table with a column of every type, another that it belongs to, and filters.</summary>
public class ThingContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<Thing> Things => Set<Thing>();

    public DbSet<ThingGroup> Groups => Set<ThingGroup>();

    /// <summary>Read by the query filter.</summary>
    public int MinNumber { get; set; } = int.MinValue;

    /// <summary>Read by the query filter.</summary>
    public List<int> HiddenIds { get; set; } = [];

    /// <summary>For <c>VaryBy</c>.</summary>
    public object? Variation { get; set; }

    public static void Seed(ThingContext db)
    {
        db.AddRange(Enumerable.Range(0, 4).Select(i => new ThingGroup { Id = i, Name = Pools.Texts[i] ?? "none" }));
        db.AddRange(Enumerable.Range(1, 24).Select(i => i % 4 == 0 ? Fill(new SpecialThing(), i) : Fill(new Thing(), i)));
        db.SaveChanges();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Thing>().HasQueryFilter(thing => thing.Number >= MinNumber && !HiddenIds.Contains(thing.Id));
        modelBuilder.Entity<Thing>().Property(static thing => thing.Id).ValueGeneratedNever();
        modelBuilder.Entity<ThingGroup>().Property(static group => group.Id).ValueGeneratedNever();
        modelBuilder.Entity<SpecialThing>();
    }

    // The columns take the very values that the queries compare them with, each at its own pace.
    private static Thing Fill(Thing thing, int i)
    {
        thing.Id = i;
        thing.GroupId = i % 4;
        var pace = 0;
        foreach (var property in typeof(Thing).GetProperties().Where(static p => p.Name is not ("Id" or "GroupId" or "Group")))
        {
            var pool = Pools.Values[property.PropertyType];
            var value = pool[(i / (1 + pace % 3) + pace++) % pool.Length];
            property.SetValue(thing, property.Name == nameof(Thing.Name) ? value ?? "" : value);
        }

        return thing;
    }
}

public enum ThingKind
{
    Plain,
    Special,
    Rare,
}

public enum ThingSize : byte
{
    Small,
    Large,
    Huge,
}

public class ThingGroup
{
    public int Id { get; set; }

    public string Name { get; set; } = "";

    public List<Thing> Things { get; set; } = [];
}

public class Thing
{
    public int Id { get; set; }

    public int GroupId { get; set; }

    public ThingGroup? Group { get; set; }

    public string Name { get; set; } = "";

    public string? Note { get; set; }

    public int Number { get; set; }

    public int? Rank { get; set; }

    public long Weight { get; set; }

    public decimal Price { get; set; }

    public double Ratio { get; set; }

    public float Share { get; set; }

    public bool IsOpen { get; set; }

    public ThingKind Kind { get; set; }

    public ThingSize Size { get; set; }

    public char Grade { get; set; }

    public byte Level { get; set; }

    public sbyte Shift { get; set; }

    public short Row { get; set; }

    public ushort Port { get; set; }

    public uint Count { get; set; }

    public ulong Serial { get; set; }

    public Guid Code { get; set; }

    public DateTime Created { get; set; }

    public DateTimeOffset Seen { get; set; }

    public DateOnly Day { get; set; }

    public TimeOnly Opens { get; set; }

    public TimeSpan Length { get; set; }

    public byte[] Image { get; set; } = [];
}

public sealed class SpecialThing : Thing;

/// <summary>A projection with a constructor.</summary>
public sealed record ThingRow(int Number, string? Text);
