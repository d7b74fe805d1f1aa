using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Writes.Scopes;

/// <summary>Types that share a row, and types that are kept in several.</summary>
public class PartsContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<Client> Clients => Set<Client>();

    public DbSet<Bill> Bills => Set<Bill>();

    public DbSet<Person> People => Set<Person>();

    public DbSet<Label> Labels => Set<Label>();

    public static void Seed(PartsContext db)
    {
        for (var i = 1; i <= 3; i++)
        {
            db.Add(new Client
            {
                Id = i,
                Name = $"client {i}",
                Group = i,
                Home = i == 3 ? null : new Place { Street = $"home {i}", Zip = i + 10 },
                Work = new Place { Street = $"work {i}", Zip = i },
                Phones = [new Phone { Number = $"{i}" }],
                Badges = [new Badge { Number = 1, Color = 1 }, new Badge { Number = 2, Color = 2 }],
                Profile = new Profile { Language = "en", Hobbies = [new Hobby { Name = "chess" }] },
                Marks = [i],
            });
            db.Add(new Bill { Id = i, Title = $"bill {i}", Text = new BillText { Body = $"body {i}", Language = i } });
            db.Add(new Person { Id = i, Name = $"person {i}", Secret = $"secret {i}", Group = i, Room = i });
            db.Add(new Label { Id = i, Name = $"label {i}" });
        }

        db.SaveChanges();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Client>(client =>
        {
            client.Property(c => c.Id).ValueGeneratedNever();
            client.OwnsOne(c => c.Home);
            client.OwnsOne(c => c.Work, work => work.ToTable("WorkPlaces"));
            client.OwnsMany(c => c.Phones, phones =>
            {
                phones.ToTable("Phones").Property<int>("Id");
                phones.HasKey("Id");
            });
            client.OwnsMany(c => c.Badges, badges =>
            {
                badges.ToTable("Badges").WithOwner().HasForeignKey("ClientId");
                badges.HasKey("ClientId", nameof(Badge.Number));
                badges.Property(b => b.Number).ValueGeneratedNever();
            });
            client.ComplexProperty(c => c.Size);
            client.OwnsOne(c => c.Profile, profile =>
            {
                profile.ToJson();
                profile.OwnsMany(p => p.Hobbies);
            });
        });
        modelBuilder.Entity<Bill>(bill =>
        {
            bill.ToTable("Bills").Property(b => b.Id).ValueGeneratedNever();
            bill.HasOne(b => b.Text).WithOne().HasForeignKey<BillText>(t => t.Id);
            bill.Navigation(b => b.Text).IsRequired();
            bill.HasMany(b => b.Labels).WithMany(l => l.Bills);
        });
        modelBuilder.Entity<BillText>().ToTable("Bills");
        modelBuilder.Entity<Person>(person =>
        {
            person.Property(p => p.Id).ValueGeneratedNever();
            person.ToTable("People").SplitToTable("Secrets", table =>
            {
                table.Property(p => p.Secret);
                table.Property(p => p.Room);
            });
        });
    }
}

public class Client
{
    public int Id { get; set; }

    public string Name { get; set; } = "";

    public int Group { get; set; }

    public bool IsGone { get; set; }

    public Place? Home { get; set; }

    public Place? Work { get; set; }

    public List<Phone> Phones { get; set; } = [];

    public List<Badge> Badges { get; set; } = [];

    public Profile? Profile { get; set; } = new();

    public Measure Size { get; set; } = new();

    public List<int> Marks { get; set; } = [];

    public override string ToString()
        => $"{Id} {Name} {Group} {Home?.Street} {Work?.Street} {Phones.Select(p => p.Number).Sorted()} {Badges.Sorted()} "
            + $"{Profile?.Language} {Profile?.Hobbies.Select(h => h.Name).Sorted()} {Size.Width} {Marks.Text()}";
}

public class Place
{
    public string Street { get; set; } = "";

    public int Zip { get; set; }

    public int Floor { get; set; }
}

public class Phone
{
    public string Number { get; set; } = "";
}

/// <summary>Has a key that the application gives: its number at its client.</summary>
public record Badge
{
    public int Number { get; init; }

    public int Color { get; set; }

    public int Rank { get; set; }
}

public class Profile
{
    public string Language { get; set; } = "";

    public List<Hobby> Hobbies { get; set; } = [];
}

public class Hobby
{
    public string Name { get; set; } = "";
}

public class Measure
{
    public int Width { get; set; }
}

public class Bill
{
    public int Id { get; set; }

    public string Title { get; set; } = "";

    public BillText? Text { get; set; }

    public List<Label> Labels { get; set; } = [];
}

public class BillText
{
    public int Id { get; set; }

    public string Body { get; set; } = "";

    public int Language { get; set; }

    public int Pages { get; set; }
}

public class Label
{
    public int Id { get; set; }

    public string Name { get; set; } = "";

    public List<Bill> Bills { get; set; } = [];
}

public class Person
{
    public int Id { get; set; }

    public string Name { get; set; } = "";

    public string Secret { get; set; } = "";

    public int Group { get; set; }

    public int Room { get; set; }

    public override string ToString() => $"{Id} {Name} {Secret} {Group} {Room}";
}
