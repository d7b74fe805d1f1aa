using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Writes;

/// <summary>The two rules of every write: what it may have changed is read again, what it cannot have changed stays a hit.</summary>
internal static class WriteRules
{
    /// <summary>The read is remembered; after the change is saved it is sent again, gives something else and exactly what is there.</summary>
    public static void AssertDies<TContext>(this TestDatabase<TContext> database, Func<TContext, string> read, Action<TContext> change)
        where TContext : DbContext
        => database.AssertDiesWith(read, db =>
        {
            change(db);
            db.SaveChanges();
        });

    /// <summary>As <see cref="AssertDies{TContext}"/>, for a write that saves by itself.</summary>
    public static void AssertDiesWith<TContext>(this TestDatabase<TContext> database, Func<TContext, string> read, Action<TContext> write)
        where TContext : DbContext
    {
        var before = database.Warm(read);
        using (var db = database.New())
        {
            write(db);
        }

        database.AssertFresh(read, before);
    }

    /// <summary>The read is remembered, and still a hit after the change is saved.</summary>
    public static void AssertSurvives<TContext>(this TestDatabase<TContext> database, Func<TContext, string> read, Action<TContext> change)
        where TContext : DbContext
    {
        var before = database.Warm(read);
        using (var db = database.New())
        {
            change(db);
            Assert.NotEqual(0, db.SaveChanges());
        }

        database.AssertHit(read, before);
    }

    /// <summary>As <see cref="AssertSurvives{TContext}"/>, for a write that saves by itself.</summary>
    public static void AssertSurvivesWith<TContext>(this TestDatabase<TContext> database, Func<TContext, string> read, Action<TContext> write)
        where TContext : DbContext
    {
        var before = database.Warm(read);
        var sent = database.Sql.Count;
        database.Run(write);
        Assert.NotEqual(sent, database.Sql.Count);
        database.AssertHit(read, before);
    }

    /// <summary>The read gives exactly what the database gives without the cache, whether it is sent again or not.</summary>
    public static void AssertExact<TContext>(this TestDatabase<TContext> database, Func<TContext, string> read)
        where TContext : DbContext
    {
        var result = database.Count(read).Result;
        using (RememberScope.Suppress())
        {
            Assert.Equal(database.Count(read).Result, result);
        }
    }

    /// <summary>Runs something in a new context.</summary>
    public static void Run<TContext>(this TestDatabase<TContext> database, Action<TContext> run)
        where TContext : DbContext
    {
        using var db = database.New();
        run(db);
    }

    /// <summary>Saves a change in a new context.</summary>
    public static void Save<TContext>(this TestDatabase<TContext> database, Action<TContext> change)
        where TContext : DbContext
        => database.Run(db =>
        {
            change(db);
            db.SaveChanges();
        });

    /// <summary>Makes sure that the read is remembered.</summary>
    public static string Warm<TContext>(this TestDatabase<TContext> database, Func<TContext, string> read)
        where TContext : DbContext
    {
        var result = database.Count(read).Result;
        database.AssertHit(read, result);
        return result;
    }

    public static void AssertHit<TContext>(this TestDatabase<TContext> database, Func<TContext, string> read, string expected)
        where TContext : DbContext
    {
        var (result, commands) = database.Count(read);
        Assert.Equal(0, commands);
        Assert.Equal(expected, result);
    }

    /// <summary>The read is sent again, gives something else than before, and exactly what the database gives without the cache.</summary>
    public static void AssertFresh<TContext>(this TestDatabase<TContext> database, Func<TContext, string> read, string before)
        where TContext : DbContext
    {
        var (after, commands) = database.Count(read);
        Assert.NotEqual(0, commands);
        Assert.NotEqual(before, after);
        using (RememberScope.Suppress())
        {
            Assert.Equal(database.Count(read).Result, after);
        }

        database.AssertHit(read, after);
    }

    public static string Text<T>(this IEnumerable<T> items) => string.Join("; ", items);
}
