using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Entities;

/// <summary>Entity types whose keys, tables or parts are unusual.</summary>
internal sealed class KeysContext(DbContextOptions options) : DbContext(options)
{
    /// <summary>The groups that are seen, as a list of which the query filter knows.</summary>
    public List<int> Groups { get; set; } = [1, 2];

    public DbSet<Word> Words => Set<Word>();

    public DbSet<Topic> Topics => Set<Topic>();

    public DbSet<Blob> Blobs => Set<Blob>();

    public DbSet<Amount> Amounts => Set<Amount>();

    public DbSet<Moment> Moments => Set<Moment>();

    public DbSet<Weight> Weights => Set<Weight>();

    public DbSet<Grade> Grades => Set<Grade>();

    public DbSet<Rank> Ranks => Set<Rank>();

    public DbSet<Slot> Slots => Set<Slot>();

    public DbSet<Member> Members => Set<Member>();

    public DbSet<Twin> Twins => Set<Twin>();

    public DbSet<Hidden> Hiddens => Set<Hidden>();

    public DbSet<Shape> Shapes => Set<Shape>();

    public DbSet<Circle> Circles => Set<Circle>();

    public DbSet<Beast> Animals => Set<Beast>();

    public DbSet<Hound> Dogs => Set<Hound>();

    public DbSet<Worker> Workers => Set<Worker>();

    public DbSet<Profile> Profiles => Set<Profile>();

    public DbSet<Offer> Offers => Set<Offer>();

    public DbSet<Panel> Panels => Set<Panel>();

    public DbSet<Coupon> Coupons => Set<Coupon>();

    public DbSet<Dictionary<string, object>> Colors => Set<Dictionary<string, object>>("Color");

    public DbSet<Dictionary<string, object>> Tastes => Set<Dictionary<string, object>>("Taste");

    public static void Seed(KeysContext db)
    {
        db.AddRange(new Word { Id = "Alpha", Text = "a" }, new Word { Id = "beta", Text = "b" });
        db.AddRange(
            new Topic { Id = "Alpha", Labels = [new Label { Text = "x" }, new Label { Text = "x" }] },
            new Topic { Id = "beta", Labels = [new Label { Text = "y" }] });
        db.AddRange(new Blob { Id = [1, 2, 3], Text = "123" }, new Blob { Id = [4], Text = "4" });
        db.AddRange(new Amount { Id = 1.5m, Text = "1.5" }, new Amount { Id = 2m, Text = "2" });
        db.AddRange(new Moment { Id = new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc), Text = "moment" });
        db.AddRange(new Weight { Id = 0.1, Text = "0.1" }, new Weight { Id = 2, Text = "2" });
        db.AddRange(new Grade { Id = Level.Low, Text = "low" }, new Grade { Id = Level.High, Text = "high" });
        db.AddRange(new Rank { Id = Level.Low, Text = "low" }, new Rank { Id = Level.High, Text = "high" });
        db.AddRange(
            new Slot { Owner = new CustomerId(1), Level = Level.Low, Text = "1 low" },
            new Slot { Owner = new CustomerId(1), Level = Level.High, Text = "1 high" },
            new Slot { Owner = new CustomerId(2), Level = Level.Low, Text = "2 low" });
        db.AddRange(Enumerable.Range(1, 6).Select(i => new Member { Id = i, Group = 1 + i % 3, Name = $"member {i}" }));
        db.AddRange(
            new TwinRow { Key = 1, Text = "one" }, new TwinRow { Key = 1, Text = "one" }, new TwinRow { Key = 2, Text = "two" },
            new TwinRow { Key = 3, Text = "three" });
        for (var i = 1; i <= 3; i++)
        {
            db.Entry(db.Add(new Hidden { Text = $"hidden {i}" }).Entity).Property<int>("Key").CurrentValue = i;
        }

        db.AddRange(new Circle { Id = 1, Color = "red", Radius = 2 }, new Square { Id = 2, Color = "blue", Side = 3 }, new Shape { Id = 3, Color = "grey" });
        db.AddRange(new Hound { Id = 1, Name = "rex", Chip = 7, Barks = 3 }, new Cat { Id = 2, Name = "tom", Chip = 7, Lives = 9 });
        db.Add(new Worker { Id = 1, Name = "boss" });
        db.AddRange(Enumerable.Range(2, 3).Select(i => new Worker { Id = i, Name = $"worker {i}", ManagerId = i - 1 }));
        db.AddRange(Enumerable.Range(1, 3).Select(i => new Profile
        {
            Id = i, Name = $"profile {i}", Details = new Details { Bio = $"bio {i}" },
            Place = new Place { Town = $"town {i}" },
        }));
        db.AddRange(Enumerable.Range(1, 3).Select(i => new Panel { Id = i, Json = new Settings { Theme = $"theme {i}", Marks = [i, i + 1] } }));
        db.AddRange(
            new Coupon { Id = 1, Code = 5, Number = 5, IsDeleted = true }, new Coupon { Id = 2, Code = 5, Number = 5 },
            new Coupon { Id = 3, Code = 6, Number = 6 });
        db.Colors.AddRange(
            new Dictionary<string, object> { ["Id"] = 1, ["Name"] = "red" }, new Dictionary<string, object> { ["Id"] = 2, ["Name"] = "blue" });
        db.Tastes.AddRange(
            new Dictionary<string, object> { ["Id"] = 1, ["Name"] = "sweet" }, new Dictionary<string, object> { ["Id"] = 3, ["Name"] = "sour" });
        db.SaveChanges();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        var isSqlite = Database.ProviderName!.Contains("Sqlite", StringComparison.Ordinal);
        if (!isSqlite)
        {
            modelBuilder.HasCollation("nocase", locale: "und-u-ks-level2", provider: "icu", deterministic: false);
        }

        modelBuilder.Entity<Word>().Property(word => word.Id).UseCollation(isSqlite ? "NOCASE" : "nocase");
        modelBuilder.Entity<Topic>(topic =>
        {
            topic.Property(t => t.Id).UseCollation(isSqlite ? "NOCASE" : "nocase");
            topic.OwnsMany(t => t.Labels, static label =>
            {
                label.Property<int>("Key");
                label.HasKey("Key");
            });
        });
        modelBuilder.Entity<Blob>();
        modelBuilder.Entity<Amount>().Property(amount => amount.Id).HasPrecision(10, 2).ValueGeneratedNever();
        modelBuilder.Entity<Moment>();
        modelBuilder.Entity<Weight>().Property(weight => weight.Id).ValueGeneratedNever();
        modelBuilder.Entity<Grade>().Property(grade => grade.Id).HasConversion<string>();
        modelBuilder.Entity<Rank>().Property(rank => rank.Id).ValueGeneratedNever();
        modelBuilder.Entity<Slot>(slot =>
        {
            slot.HasKey(s => new { s.Owner, s.Level });
            slot.Property(s => s.Owner).HasConversion(id => id.Value, value => new CustomerId(value));
            slot.Property(s => s.Level).HasConversion<string>();
        });
        modelBuilder.Entity<Member>().HasQueryFilter(member => Groups.Contains(member.Group));
        modelBuilder.Entity<TwinRow>().ToTable("TwinRows");
        modelBuilder.Entity<Twin>().HasKey(twin => twin.Key);
        modelBuilder.Entity<Twin>().ToSqlQuery("SELECT \"Key\", \"Text\" FROM \"TwinRows\"\nWHERE \"Key\" > 0");
        modelBuilder.Entity<Hidden>().Property<int>("Key").ValueGeneratedNever();
        modelBuilder.Entity<Hidden>().HasKey("Key");
        modelBuilder.Entity<Shape>().UseTptMappingStrategy().Property(shape => shape.Id).ValueGeneratedNever();
        modelBuilder.Entity<Circle>();
        modelBuilder.Entity<Square>();
        modelBuilder.Entity<Beast>().HasIndex(animal => animal.Chip).IsUnique();
        modelBuilder.Entity<Beast>().UseTpcMappingStrategy().Property(animal => animal.Id).ValueGeneratedNever();
        modelBuilder.Entity<Hound>();
        modelBuilder.Entity<Cat>();
        modelBuilder.Entity<Worker>().Property(worker => worker.Id).ValueGeneratedNever();
        modelBuilder.Entity<Profile>(profile =>
        {
            profile.Property(p => p.Id).ValueGeneratedNever();
            profile.HasOne(p => p.Details).WithOne().HasForeignKey<Details>(details => details.Id);
            profile.Navigation(p => p.Details).IsRequired().AutoInclude();
            profile.ComplexProperty(p => p.Place);
            profile.ToTable("Profiles");
        });
        modelBuilder.Entity<Details>().ToTable("Profiles");
        modelBuilder.Entity<Offer>().ToSqlQuery( // A word by which it could lock, so it is not remembered.
            "WITH share (\"Id\", \"Name\") AS (VALUES (1, 'one'), (3, 'three')) SELECT \"Id\", \"Name\" FROM share");
        modelBuilder.Entity<Panel>().Property(panel => panel.Id).ValueGeneratedNever();
        modelBuilder.Entity<Panel>().OwnsOne(panel => panel.Json, static json => json.ToJson());
        modelBuilder.Entity<Coupon>(coupon =>
        {
            coupon.Property(c => c.Id).ValueGeneratedNever();
            coupon.HasIndex(c => c.Code).IsUnique().HasFilter("\"DeletedAt\" IS NOT NULL");
            coupon.HasIndex(c => c.Number).IsUnique().HasFilter("NOT \"IsDeleted\" AND \"Number\" IS NOT NULL");
            coupon.HasIndex(c => c.Serial).IsUnique().HasFilter("\"Serial\" IS NOT NULL");
        });
        foreach (var name in new[] { "Color", "Taste" })
        {
            modelBuilder.SharedTypeEntity<Dictionary<string, object>>(name, entity =>
            {
                entity.IndexerProperty<int>("Id").ValueGeneratedNever();
                entity.IndexerProperty<string>("Name");
            });
        }
    }
}

internal sealed class Word
{
    public required string Id { get; set; }

    public required string Text { get; set; }
}

internal sealed class Topic
{
    public required string Id { get; set; }

    public List<Label> Labels { get; set; } = [];
}

internal sealed class Label
{
    public required string Text { get; set; }
}

internal sealed class Blob
{
    public required byte[] Id { get; set; }

    public required string Text { get; set; }
}

internal sealed class Amount
{
    public decimal Id { get; set; }

    public required string Text { get; set; }
}

internal sealed class Moment
{
    public DateTime Id { get; set; }

    public required string Text { get; set; }
}

internal sealed class Weight
{
    public double Id { get; set; }

    public required string Text { get; set; }
}

internal enum Level
{
    Low = 1,
    High,
}

internal sealed class Grade
{
    public Level Id { get; set; }

    public required string Text { get; set; }
}

internal sealed class Rank
{
    public Level Id { get; set; }

    public required string Text { get; set; }
}

internal sealed class Slot
{
    public CustomerId Owner { get; set; }

    public Level Level { get; set; }

    public required string Text { get; set; }
}

internal sealed class Member
{
    public int Id { get; set; }

    public int Group { get; set; }

    public required string Name { get; set; }
}

internal sealed class TwinRow
{
    public int Id { get; set; }

    public int Key { get; set; }

    public required string Text { get; set; }
}

internal sealed class Twin
{
    public int Key { get; set; }

    public required string Text { get; set; }
}

internal sealed class Hidden
{
    public required string Text { get; set; }
}

internal class Shape
{
    public int Id { get; set; }

    public required string Color { get; set; }
}

internal sealed class Circle : Shape
{
    public int Radius { get; set; }
}

internal sealed class Square : Shape
{
    public int Side { get; set; }
}

internal abstract class Beast
{
    public int Id { get; set; }

    public required string Name { get; set; }

    public int Chip { get; set; }
}

internal sealed class Hound : Beast
{
    public int Barks { get; set; }
}

internal sealed class Cat : Beast
{
    public int Lives { get; set; }
}

internal sealed class Worker
{
    public int Id { get; set; }

    public required string Name { get; set; }

    public int? ManagerId { get; set; }

    public Worker? Manager { get; set; }
}

internal sealed class Profile
{
    public int Id { get; set; }

    public required string Name { get; set; }

    public required Details Details { get; set; }

    public required Place Place { get; set; }
}

internal sealed class Offer
{
    public int Id { get; set; }

    public required string Name { get; set; }
}

internal sealed class Panel
{
    public int Id { get; set; }

    public required Settings Json { get; set; }
}

internal sealed class Details
{
    public int Id { get; set; }

    public required string Bio { get; set; }
}

internal sealed class Settings
{
    public required string Theme { get; set; }

    public List<int> Marks { get; set; } = [];
}

internal sealed class Place
{
    public required string Town { get; set; }
}

internal sealed class Coupon
{
    public int Id { get; set; }

    public int Code { get; set; }

    public int Number { get; set; }

    public int? Serial { get; set; }

    public bool IsDeleted { get; set; }

    public DateTime? DeletedAt { get; set; }
}
