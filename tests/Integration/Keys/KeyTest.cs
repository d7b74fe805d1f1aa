using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Keys;

/// <summary>Runs a query in a new context each time, counts its commands and compares with EF Core alone.</summary>
public abstract class KeyTest : IDisposable
{
    protected TestShop Shop { get; } = new();

    protected static TimeSpan Ttl { get; } = TimeSpan.FromMinutes(1);

    public void Dispose()
    {
        Shop.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The query is answered by the database, and rightly.</summary>
    protected void AssertMiss<T>(Func<ShopContext, IQueryable<T>> query) => AssertCommands(1, query);

    /// <summary>The query is answered from the cache, and rightly.</summary>
    protected void AssertHit<T>(Func<ShopContext, IQueryable<T>> query) => AssertCommands(0, query);

    protected void AssertCommands<T>(int expected, Func<ShopContext, IQueryable<T>> query)
    {
        var (result, commands) = Shop.Count(db => query(db).Remember(Ttl).ToList());
        using var plain = Shop.NewPlain();

        Assert.Equal(query(plain).ToList().Select(Comparable), result.Select(Comparable));
        Assert.Equal(expected, commands);
    }

    /// <summary>The query is answered rightly for two values, by the database at first, then from the cache.</summary>
    protected void AssertFollows<T>(Action<int> set, Func<ShopContext, IQueryable<T>> query)
    {
        for (var commands = 1; commands >= 0; commands--)
        {
            set(1);
            AssertCommands(commands, query);
            set(2);
            AssertCommands(commands, query);
        }
    }

    private static object? Comparable<T>(T item) => item is Product product ? product.Id : item;
}
