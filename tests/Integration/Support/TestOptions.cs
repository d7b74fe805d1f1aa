using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Caching.Memory;

namespace FastOrm.Cache.Tests.Integration.Support;

/// <summary>Options of contexts in a process that has more set-ups than EF Core expects of an application.</summary>
internal static class TestOptions
{
    private static readonly MemoryCache Unlimited = new(new MemoryCacheOptions());

    public static DbContextOptionsBuilder New() => new DbContextOptionsBuilder().AllowManySetups();

    public static DbContextOptionsBuilder<TContext> New<TContext>()
        where TContext : DbContext
    {
        var options = new DbContextOptionsBuilder<TContext>();
        options.AllowManySetups();
        return options;
    }

    /// <summary>
    /// Keeps every model and compiled query. EF Core keeps about a thousand in a process, and makes them anew after that: enough for an
    /// application, and not for tests that come back to theirs after thousands of others.
    /// </summary>
    public static DbContextOptionsBuilder KeepCompiled(this DbContextOptionsBuilder options) => options.UseMemoryCache(Unlimited);

    /// <summary>Does not count the service providers of EF Core's that the tests make together.</summary>
    public static DbContextOptionsBuilder AllowManySetups(this DbContextOptionsBuilder options)
        => options.ConfigureWarnings(static warnings => warnings.Ignore(CoreEventId.ManyServiceProvidersCreatedWarning));
}
