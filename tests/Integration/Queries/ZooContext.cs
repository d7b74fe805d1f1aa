using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Queries;

/// <summary>A model of unusual things: every type of column, inheritance, owned types, converters, a filter by the context's tenant.</summary>
internal sealed class ZooContext(DbContextOptions options) : DbContext(options)
{
    public int Tenant { get; set; } = 1;

    public static void Seed(ZooContext db)
    {
        db.AddRange(Enumerable.Range(1, 3).Select(i => new Everything
        {
            Id = i,
            Bool = i == 2,
            Byte = (byte)(250 + i),
            SByte = (sbyte)-i,
            Short = (short)-i,
            UShort = ushort.MaxValue,
            UInt = uint.MaxValue,
            Long = long.MinValue + i,
            ULong = ulong.MaxValue - (ulong)i,
            Char = (char)('ä' + i),
            Float = 1.5f / i,
            Double = i == 3 ? double.MaxValue : 1.0 / i,
            Decimal = decimal.MaxValue / i,
            Guid = new Guid(i, 2, 3, new byte[8]),
            Day = new DateOnly(2026, 2, i),
            Time = new TimeOnly(23, 59, 59, i),
            Span = TimeSpan.FromTicks(-i),
            Offset = new DateTimeOffset(2026, 3, i, 1, 2, 3, TimeSpan.FromHours(-i)),
            Bytes = i == 1 ? [] : [1, 2, (byte)i],
            Uri = new Uri($"https://example.com/{i}"),
            Numbers = [i, i * 2],
            MaybeInt = i == 1 ? null : i,
            MaybeDay = i == 2 ? null : new DateOnly(2026, 1, 1),
            Colour = (Colour)i,
            ColourText = i == 3 ? null : Colour.Green,
        }));
        db.AddRange(new Bird { Id = 1, Name = "owl", Wings = 2 }, new Fish { Id = 2, Name = "eel", Depth = 40.5 }, new Animal { Id = 3, Name = "cat" });
        foreach (var tenant in new[] { 1, 2 })
        {
            var keeper = new Keeper
            {
                Id = tenant,
                Name = $"keeper {tenant}",
                Tenant = tenant,
                Home = new Address { Street = "Main", Town = $"Town {tenant}" },
                Phones = [new Phone { Number = "1" }, new Phone { Number = $"{tenant}" }],
            };
            db.Add(keeper).Property("Secret").CurrentValue = $"secret {tenant}";
        }

        db.SaveChanges();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Everything>(e =>
        {
            e.Property(x => x.ColourText).HasConversion<string>();
            e.Property(x => x.Uri).HasConversion(u => u.ToString(), s => new Uri(s));
        });
        modelBuilder.Entity<Animal>();
        modelBuilder.Entity<Bird>();
        modelBuilder.Entity<Fish>();
        modelBuilder.Entity<Keeper>(k =>
        {
            k.Property<string>("Secret");
            k.Property(x => x.Version).IsConcurrencyToken();
            k.OwnsOne(x => x.Home);
            k.OwnsMany(x => x.Phones, p => p.HasKey(x => x.Id));
            k.HasQueryFilter(x => x.Tenant == Tenant);
        });
    }
}

internal enum Colour
{
    Red,
    Green,
    Blue,
    Grey,
}

internal sealed class Everything
{
    public int Id { get; set; }

    public bool Bool { get; set; }

    public byte Byte { get; set; }

    public sbyte SByte { get; set; }

    public short Short { get; set; }

    public ushort UShort { get; set; }

    public uint UInt { get; set; }

    public long Long { get; set; }

    public ulong ULong { get; set; }

    public char Char { get; set; }

    public float Float { get; set; }

    public double Double { get; set; }

    public decimal Decimal { get; set; }

    public Guid Guid { get; set; }

    public DateOnly Day { get; set; }

    public TimeOnly Time { get; set; }

    public TimeSpan Span { get; set; }

    public DateTimeOffset Offset { get; set; }

    public byte[] Bytes { get; set; } = [];

    public Uri Uri { get; set; } = new("https://example.com");

    public List<int> Numbers { get; set; } = [];

    public int? MaybeInt { get; set; }

    public DateOnly? MaybeDay { get; set; }

    public Colour Colour { get; set; }

    public Colour? ColourText { get; set; }
}

internal class Animal
{
    public int Id { get; set; }

    public string Name { get; set; } = "";
}

internal sealed class Bird : Animal
{
    public int Wings { get; set; }
}

internal sealed class Fish : Animal
{
    public double Depth { get; set; }
}

internal sealed class Keeper
{
    public int Id { get; set; }

    public string Name { get; set; } = "";

    public int Tenant { get; set; }

    public int Version { get; set; }

    public Address Home { get; set; } = new();

    public List<Phone> Phones { get; set; } = [];
}

internal sealed class Address
{
    public string Street { get; set; } = "";

    public string Town { get; set; } = "";
}

internal sealed class Phone
{
    public int Id { get; set; }

    public string Number { get; set; } = "";
}
