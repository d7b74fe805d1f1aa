using System.Globalization;
using System.Text.Json;
using FastOrm.Cache.Tests.Integration.Fidelity.Harness;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace FastOrm.Cache.Tests.Integration.Fidelity.Models;

/// <summary>Columns of every type that both providers map: as they are, nullable, converted, as collections.</summary>
internal sealed class ValuesContext(DbContextOptions options) : CorpusContext(options)
{
    public DbSet<Scalars> Scalars => Set<Scalars>();

    public DbSet<Optionals> Optionals => Set<Optionals>();

    public DbSet<Converted> Converted => Set<Converted>();

    public DbSet<Lists> Lists => Set<Lists>();

    public override void Prepare()
    {
        Scalars.OrderBy(s => s.Id).First().Double = 12.5;
        var lists = Lists.OrderBy(l => l.Id).Take(2).ToList();
        lists[0].Numbers[0] = 77;
        lists[1].Words.Add("added here");
        Remove(Optionals.OrderBy(o => o.Id).First());
        ChangeTracker.DetectChanges();
    }

    public override void Seed()
    {
        ValuesSeed.Add(this);
        SaveChanges();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        foreach (var type in new[] { typeof(Scalars), typeof(Optionals), typeof(Converted), typeof(Lists) })
        {
            modelBuilder.Entity(type).Property("Id").ValueGeneratedNever();
        }

        if (IsPostgres)
        {
            // A time zone's moment must be in UTC; a local or unspecified time is a column of another type.
            modelBuilder.Entity<Scalars>().Property(s => s.Local).HasColumnType("timestamp without time zone");
            modelBuilder.Entity<Optionals>().Property(s => s.Local).HasColumnType("timestamp without time zone");
        }

        modelBuilder.Entity<Converted>(c =>
        {
            c.Property(x => x.Colour).HasConversion<string>();
            c.Property(x => x.ColourOrNull).HasConversion<string>();
            c.Property(x => x.YesNo).HasConversion(new BoolToStringConverter("no", "yes"));
            c.Property(x => x.Ticks).HasConversion<long>();
            c.Property(x => x.AsUtc).HasConversion(t => t.ToUniversalTime(), t => DateTime.SpecifyKind(t, DateTimeKind.Utc));
            c.Property(x => x.Site).HasConversion(u => u.OriginalString, s => new Uri(s));
            c.Property(x => x.Code).HasConversion(x => x.Value, x => new Code(x));
            c.Property(x => x.CodeOrNull).HasConversion(x => x!.Value.Value, x => new Code(x));
            c.Property(x => x.Reversed).HasConversion(x => Reverse(x), x => Reverse(x));
            c.Property(x => x.Bytes).HasConversion(x => Convert.ToHexString(x), x => Convert.FromHexString(x));
            c.Property(x => x.NullAsText).HasConversion(new NullAsText());
            c.Property(x => x.Map).HasConversion(
                x => JsonSerializer.Serialize(x, JsonSerializerOptions.Default),
                x => JsonSerializer.Deserialize<Dictionary<string, int>>(x, JsonSerializerOptions.Default)!,
                new ValueComparer<Dictionary<string, int>>(
                    (l, r) => l!.SequenceEqual(r!), x => x.Count, x => new Dictionary<string, int>(x)));
            c.Property(x => x.Number).HasConversion(
                x => x.ToString(CultureInfo.InvariantCulture), x => int.Parse(x, CultureInfo.InvariantCulture));
        });
    }

    private static string Reverse(string text) => new([.. text.Reverse()]);

    private sealed class NullAsText() : ValueConverter<string?, string>(static x => x ?? "(none)", static x => x == "(none)" ? null : x);
}

internal enum Colour
{
    None,
    Red,
    Green = 70_000,
}

internal enum Small : byte
{
    None,
    Most = 255,
}

internal enum Large : long
{
    Least = long.MinValue,
    None = 0,
}

internal readonly record struct Code(int Value);

internal sealed class Converted
{
    public int Id { get; set; }

    public Colour Colour { get; set; }

    public Colour? ColourOrNull { get; set; }

    public bool YesNo { get; set; }

    public TimeSpan Ticks { get; set; }

    public DateTime AsUtc { get; set; }

    public Uri Site { get; set; } = new("https://example.com");

    public Code Code { get; set; }

    public Code? CodeOrNull { get; set; }

    public string Reversed { get; set; } = "";

    public byte[] Bytes { get; set; } = [];

    public string? NullAsText { get; set; }

    public Dictionary<string, int> Map { get; set; } = [];

    public int Number { get; set; }
}

internal sealed class Lists
{
    public int Id { get; set; }

    public int[] Numbers { get; set; } = [];

    public List<string> Words { get; set; } = [];

    public List<string?> Gaps { get; set; } = [];

    public int?[] Maybe { get; set; } = [];

    public List<DateOnly>? Days { get; set; }

    public List<double> Weights { get; set; } = [];

    public Colour[] Colours { get; set; } = [];

    public IList<Guid> Guids { get; set; } = [];

    public bool[] Bits { get; set; } = [];
}
