using System.Collections;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Support;

/// <summary>Keys and columns of types of the user's own, which only converters turn into what the database knows.</summary>
public class ThingsContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<Thing> Things => Set<Thing>();

    public static void Seed(ThingsContext db)
    {
        for (var i = 1; i <= 4; i++)
        {
            db.Add(new Thing
            {
                Id = new ClassKey { Value = i },
                Bytes = new BytesKey([(byte)i]),
                Letters = new LettersKey($"{i}{i}"),
                Address = new Address { City = $"city {i}", Street = new Street { Name = "street", Number = i } },
                Number = i,
            });
        }

        db.SaveChanges();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
        => modelBuilder.Entity<Thing>(thing =>
        {
            thing.Property(t => t.Id).HasConversion(static key => key.Value, static value => new ClassKey { Value = value });
            thing.Property(t => t.Bytes).HasConversion(static key => key.Value, static value => new BytesKey(value));
            thing.Property(t => t.Letters).HasConversion(static key => key.Text, static value => new LettersKey(value));
            thing.ComplexProperty(t => t.Address, static address => address.ComplexProperty(a => a.Street));
        });
}

public class Thing
{
    public ClassKey Id { get; set; } = new();

    public BytesKey Bytes { get; set; }

    public LettersKey Letters { get; set; } = new("");

    public Address Address { get; set; } = new();

    public int Number { get; set; }
}

/// <summary>A key that is a class, and can be changed.</summary>
public sealed class ClassKey : IEquatable<ClassKey>
{
    public int Value { get; set; }

    public bool Equals(ClassKey? other) => other?.Value == Value;

    public override bool Equals(object? obj) => Equals(obj as ClassKey);

    public override int GetHashCode() => Value;
}

/// <summary>A struct with bytes in it, which can be changed.</summary>
public readonly record struct BytesKey(byte[] Value);

/// <summary>A value that happens to be a sequence, and must not be taken for one.</summary>
public sealed class LettersKey(string text) : IEnumerable<char>
{
    public string Text => text;

    public IEnumerator<char> GetEnumerator() => throw new InvalidOperationException("A value was enumerated.");

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

public class Address
{
    public string City { get; set; } = "";

    public Street Street { get; set; } = new();
}

public class Street
{
    public string Name { get; set; } = "";

    public int Number { get; set; }
}
