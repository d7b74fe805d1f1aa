using System.Collections;
using System.Net;
using System.Net.NetworkInformation;
using System.Numerics;
using System.Text.Json;
using FastOrm.Cache.Tests.Integration.Fidelity.Harness;
using Microsoft.EntityFrameworkCore;
using Npgsql.EntityFrameworkCore.PostgreSQL.Infrastructure;
using NpgsqlTypes;

namespace FastOrm.Cache.Tests.Integration.Fidelity.Models;

/// <summary>Columns of the types that only PostgreSQL has.</summary>
internal sealed class PostgresContext(DbContextOptions options) : CorpusContext(options)
{
    public DbSet<Arrays> Arrays => Set<Arrays>();

    public DbSet<Exotics> Exotics => Set<Exotics>();

    public DbSet<Shapes> Shapes => Set<Shapes>();

    public DbSet<Articles> Articles => Set<Articles>();

    public override void Prepare()
    {
        var rows = Arrays.OrderBy(a => a.Id).Take(2).ToList();
        rows[0].Numbers[0] = -1;
        Remove(rows[1]);
        Exotics.OrderBy(e => e.Id).First().Label = "changed here";
        ChangeTracker.DetectChanges();
    }

    public override void Seed()
    {
        AddRange(Enumerable.Range(1, 3).Select(Array));
        AddRange(Enumerable.Range(1, 3).Select(Exotic));
        AddRange(Enumerable.Range(1, 2).Select(Shape));
        AddRange(Enumerable.Range(1, 2).Select(static i => new Articles { Id = i, Text = $"text {i}" }));
        SaveChanges();
        Database.ExecuteSqlRaw(
            """UPDATE "Articles" SET "Search" = to_tsvector('simple', 'a rat or ' || "Text"), "Words" = to_tsquery('simple', 'rat & !cat')""");
    }

    protected override void OnConfiguring(DbContextOptionsBuilder optionsBuilder)
        => new NpgsqlDbContextOptionsBuilder(optionsBuilder).MapEnum<Mood>("mood");

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasPostgresExtension("hstore").HasPostgresExtension("citext").HasPostgresExtension("ltree");
        modelBuilder.Entity<Arrays>().Property(a => a.Id).ValueGeneratedNever();
        modelBuilder.Entity<Articles>().Property(a => a.Id).ValueGeneratedNever();
        modelBuilder.Entity<Shapes>().Property(s => s.Id).ValueGeneratedNever();
        modelBuilder.Entity<Exotics>(e =>
        {
            e.Property(x => x.Id).ValueGeneratedNever();
            e.Property(x => x.Json).HasColumnType("jsonb");
            e.Property(x => x.JsonText).HasColumnType("jsonb");
            e.Property(x => x.PlainJson).HasColumnType("json");
            e.Property(x => x.Label).HasColumnType("citext");
            e.Property(x => x.Money).HasColumnType("money");
            e.Property(x => x.Flags).HasColumnType("bit varying");
            e.Property(x => x.Zoned).HasColumnType("time with time zone");
            e.Property(x => x.Version).IsRowVersion();
        });
    }

    private static Arrays Array(int i)
        => new()
        {
            Id = i,
            Numbers = [.. Enumerable.Range(i, i + 1)],
            Maybe = [i, null],
            Words = ["a", $"b{i}", ""],
            Gaps = i == 2 ? null : ["x", null],
            Blobs = [[1, (byte)i], []],
            Moments = [new DateTime(2026, 1, i, 1, 2, 3, DateTimeKind.Utc)],
            Doubles = [double.NaN, double.NegativeInfinity, i / 3.0],
            Decimals = [1.500m, i],
            Guids = [new Guid(i, 0, 0, new byte[8])],
            Moods = [Mood.Happy, Mood.Sad],
            Table = new[,] { { 1, 2, i }, { 4, 5, 6 } },
        };

    private static Exotics Exotic(int i)
        => new()
        {
            Id = i,
            Label = $"Label {i}",
            Mood = i == 1 ? Mood.Sad : Mood.Happy,
            MoodOrNull = i == 2 ? null : Mood.Happy,
            Range = new NpgsqlRange<int>(i, true, i * 10, false),
            Days = new NpgsqlRange<DateOnly>(new DateOnly(2026, 1, i), new DateOnly(2026, 2, i)),
            Ranges = [new NpgsqlRange<int>(1, 3), new NpgsqlRange<int>(7, 9 + i)],
            Json = JsonDocument.Parse($$"""{"name": "n{{i}}", "list": [1, 2, {"deep": null}]}"""),
            JsonText = $$"""{"a": {{i}}}""",
            PlainJson = JsonDocument.Parse($"[{i}, 1.50]").RootElement.Clone(),
            Map = new Dictionary<string, string?> { ["k"] = "v", ["none"] = null },
            Address = IPAddress.Parse(i == 3 ? "fe80::1" : $"10.0.0.{i}"),
            Mac = PhysicalAddress.Parse("08002B01020" + i),
            Bits = new BitArray([true, false, i == 2]),
            Flags = new BitArray([.. Enumerable.Range(0, i * 5).Select(static n => n % 3 == 0)]),
            Huge = BigInteger.Pow(10, 30 + i),
            Money = 12.34m * i,
            Path = new LTree($"top.part{i}"),
            Zoned = new DateTimeOffset(1, 1, 2, 3, 4, 5, TimeSpan.FromHours(i)),
        };

    private static Shapes Shape(int i)
        => new()
        {
            Id = i,
            Point = new NpgsqlPoint(i, -i),
            Line = new NpgsqlLine(1, 2, i),
            Segment = new NpgsqlLSeg(0, 0, i, i),
            Box = new NpgsqlBox(9, 8, i, i),
            Path = new NpgsqlPath([new NpgsqlPoint(0, 0), new NpgsqlPoint(i, 1)], open: true),
            Polygon = new NpgsqlPolygon(new NpgsqlPoint(0, 0), new NpgsqlPoint(i, 1), new NpgsqlPoint(1, 1)),
            Circle = new NpgsqlCircle(0, 1, i),
        };
}
