using FastOrm.Cache.EfCore;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Unit.Keys.Generated;

/// <summary>What belongs to a query beside its expression.</summary>
internal sealed record Settings(QueryTrackingBehavior Tracking, string Database, string? Name, string? Tag, object? Variation)
{
    private static readonly object?[] Variations = [null, 1, 1L, "1", ""];
    private static readonly string?[] Names = [null, "one", "two"];

    public RememberOptions Options => new() { Key = Name, Tags = Tag is null ? [] : [Tag] };

    public static Settings Any(Random random)
        => new(
            (QueryTrackingBehavior)random.Next(3),
            $"file{random.Next(2)}.db",
            Pick(random, Names),
            Pick(random, Names),
            Pick(random, Variations));

    /// <summary>Settings that differ in one thing.</summary>
    public Settings Changed(Random random) => random.Next(5) switch
    {
        0 => this with { Tracking = (QueryTrackingBehavior)(((int)Tracking + 1 + random.Next(2)) % 3) },
        1 => this with { Database = Database + "x" },
        2 => this with { Name = Pick(random, [.. Names.Where(name => name != Name)]) },
        3 => this with { Tag = Pick(random, [.. Names.Where(name => name != Tag)]) },
        _ => this with { Variation = Pick(random, [.. Variations.Where(value => !Equals(value, Variation))]) },
    };

    public void ApplyTo(ThingContext db)
    {
        db.ChangeTracker.QueryTrackingBehavior = Tracking;
        db.Variation = Variation;
        if (db.Database.GetConnectionString() is var current && current != $"Data Source={Database}")
        {
            db.Database.SetConnectionString($"Data Source={Database}");
        }
    }

    private static T Pick<T>(Random random, T[] items) => items[random.Next(items.Length)];

    public override string ToString() => $"{Tracking} {Database} {Name} {Tag} {Bits.Of(Variation)}";
}
