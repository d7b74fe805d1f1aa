using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Support;

/// <summary>What the tests of remembered queries share: proving a hit, and comparing results by value.</summary>
internal static class Proof
{
    private static readonly JsonSerializerOptions Json = new() { ReferenceHandler = ReferenceHandler.Preserve };

    public static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <summary>Runs something in a new context that must not touch the database.</summary>
    public static T OnHit<TContext, T>(this TestDatabase<TContext> database, Func<TContext, T> run)
        where TContext : DbContext
    {
        using var db = database.NewForbidden();
        return run(db);
    }

    /// <summary>Runs something in a new context that must not touch the database.</summary>
    public static async Task<T> OnHitAsync<TContext, T>(this TestDatabase<TContext> database, Func<TContext, Task<T>> run)
        where TContext : DbContext
    {
        await using var db = database.NewForbidden();
        return await run(db);
    }

    /// <summary>The commands that something sends from a new context.</summary>
    public static int Commands<TContext, T>(this TestDatabase<TContext> database, Func<TContext, T> run)
        where TContext : DbContext
        => database.Count(run).Commands;

    /// <summary>A result as text: whole graphs, and which of their instances are the same one.</summary>
    public static string Describe(object? result) => JsonSerializer.Serialize(result, Json);

    /// <summary>What a context tracks: types, keys, states, in a fixed order.</summary>
    public static string Tracked(DbContext db)
        => string.Join('\n', db.ChangeTracker.Entries().Select(entry => entry.DebugView.ShortView).Order(StringComparer.Ordinal));
}
