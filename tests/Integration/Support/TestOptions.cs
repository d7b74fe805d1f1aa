using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace FastOrm.Cache.Tests.Integration.Support;

/// <summary>Options of contexts in a process that has more set-ups than EF Core expects of an application.</summary>
internal static class TestOptions
{
    public static DbContextOptionsBuilder New() => new DbContextOptionsBuilder().AllowManySetups();

    public static DbContextOptionsBuilder<TContext> New<TContext>()
        where TContext : DbContext
    {
        var options = new DbContextOptionsBuilder<TContext>();
        options.AllowManySetups();
        return options;
    }

    /// <summary>Does not count the service providers of EF Core's that the tests make together.</summary>
    public static DbContextOptionsBuilder AllowManySetups(this DbContextOptionsBuilder options)
        => options.ConfigureWarnings(static warnings => warnings.Ignore(CoreEventId.ManyServiceProvidersCreatedWarning));
}
