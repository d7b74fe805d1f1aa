using FastOrm.Cache.Tests.Integration.Fidelity.Harness;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Fidelity.Models;

/// <summary>Entities made of parts: owned types in the table, in a table of their own and in JSON, complex types, split tables.</summary>
internal sealed class PartsContext(DbContextOptions options) : CorpusContext(options)
{
    public DbSet<Person> People => Set<Person>();

    public DbSet<Parcel> Parcels => Set<Parcel>();

    public DbSet<Letter> Letters => Set<Letter>();

    public DbSet<Gadget> Gadgets => Set<Gadget>();

    public override void Prepare()
    {
        var people = People.OrderBy(p => p.Id).Take(3).ToList();
        people[0].Home.Town = "changed here";
        people[0].Profile.Motto = "changed too";
        people[1].Phones.Clear();
        Remove(people[2]);
        Parcels.Single(p => p.Id == 1).From.Town = "changed as well";
        ChangeTracker.DetectChanges();
    }

    public override void Seed()
    {
        AddRange(Enumerable.Range(1, 4).Select(Person));
        AddRange(Enumerable.Range(1, 3).Select(Parcel));
        AddRange(Enumerable.Range(1, 3).Select(static i => new Letter
        {
            Id = i, Title = $"letter {i}", Body = new LetterBody { Id = i, Text = i == 2 ? null : $"body {i}", Pages = i },
        }));
        AddRange(Enumerable.Range(1, 3).Select(static i => new Gadget { Id = i, Name = $"gadget {i}", Volts = i * 1.5, Maker = i == 1 ? null : "M" }));
        SaveChanges();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Person>(p =>
        {
            p.Property(x => x.Id).ValueGeneratedNever();
            p.OwnsOne(x => x.Home);
            p.Navigation(x => x.Home).IsRequired();
            p.OwnsOne(x => x.Work);
            p.OwnsMany(x => x.Phones, phone => phone.Property<int>("Id").ValueGeneratedNever());
            p.OwnsOne(x => x.Profile, profile =>
            {
                profile.ToJson();
                profile.OwnsMany(x => x.Links);
                profile.OwnsOne(x => x.Born);
            });
            p.OwnsMany(x => x.Memos, memo => memo.ToJson());
        });
        modelBuilder.Entity<Parcel>(p =>
        {
            p.Property(x => x.Id).ValueGeneratedNever();
            p.ComplexProperty(x => x.Box);
            p.ComplexProperty(x => x.From, from => from.ComplexProperty(x => x.Spot));
            p.ComplexProperty(x => x.To, to => to.ComplexProperty(x => x.Spot));
            p.ComplexProperty(x => x.Manifest, manifest => manifest.ToJson());
            p.ComplexCollection(x => x.Stamps, stamp => stamp.ToJson());
        });
        modelBuilder.Entity<Letter>(l =>
        {
            l.ToTable("Letters").Property(x => x.Id).ValueGeneratedNever();
            l.HasOne(x => x.Body).WithOne().HasForeignKey<LetterBody>(x => x.Id);
            l.Navigation(x => x.Body).IsRequired();
        });
        modelBuilder.Entity<LetterBody>().ToTable("Letters").Property(x => x.Id).ValueGeneratedNever();
        modelBuilder.Entity<Gadget>(g =>
        {
            g.Property(x => x.Id).ValueGeneratedNever();
            g.ToTable("Gadgets").SplitToTable("GadgetDetails", table =>
            {
                table.Property(x => x.Volts);
                table.Property(x => x.Maker);
            });
        });
    }

    private static Person Person(int i)
        => new()
        {
            Id = i,
            Name = $"person {i}",
            Home = new Place { Street = "Main", Town = $"Town {i}" },
            Work = i == 2 ? null : new Place { Street = "Side", Town = i == 3 ? null : "Work" },
            Phones = [.. Enumerable.Range(1, i % 3).Select(n => new Phone { Id = i * 10 + n, Number = $"{i}-{n}" })],
            Profile = new Profile
            {
                Motto = i == 4 ? null : $"motto {i}", Visits = i * 100, Rates = [i, i / 3.0], Since = new DateOnly(2020, i, i),
                Links = [.. Enumerable.Range(1, i - 1).Select(n => new Link { Url = $"https://example.com/{n}", Rank = n })],
                Born = i == 1 ? null : new Place { Street = "Old", Town = $"Birth \"{i}\"" },
            },
            Memos = [.. Enumerable.Range(1, i % 4).Select(n => new Memo { Text = $"memo {n}", At = new DateTime(2026, 1, n, 1, 2, 3, DateTimeKind.Utc) })],
        };

    private static Parcel Parcel(int i)
        => new()
        {
            Id = i,
            Box = new Box(i, i * 2.5),
            From = new Stop { Town = $"from {i}", Spot = new Spot { X = i, Y = -i } },
            To = i == 2 ? null : new Stop { Town = $"to {i}", Spot = new Spot { X = 0, Y = i } },
            Manifest = new Manifest { Weight = i * 0.5, Items = [.. Enumerable.Range(1, i).Select(n => $"item {n}")], Seal = i == 3 ? null : [(byte)i, 9] },
            Stamps = [.. Enumerable.Range(1, i - 1).Select(n => new Stamp { Value = n * 0.85m, Name = n == 1 ? null : "rare" })],
        };
}
