using System.Globalization;
using FastOrm.Cache.EfCore.Internals;
using FastOrm.Cache.EfCore.Plans;
using FastOrm.Cache.EfCore.Policies;
using FastOrm.Cache.Engine;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace FastOrm.Cache.EfCore;

/// <summary>What a context knows of its cache. Immutable.</summary>
/// <remarks>
/// EF Core's own services read the extension from the options of each context. So contexts with different caches, and a cache for each
/// request, share one of EF Core's service providers. Only those with other rules of which queries are remembered have one of their own,
/// since these are decided when EF Core compiles a query.
/// </remarks>
internal sealed class FastOrmCacheOptionsExtension : IDbContextOptionsExtension
{
    private readonly ICache? _cache;

    public FastOrmCacheOptionsExtension(ICache? cache, FastOrmCacheContextOptions options)
    {
        _cache = cache is null or CacheEngine
            ? cache
            : throw new ArgumentException(
                $"The cache is a {cache.GetType()}; UseFastOrmCache takes a cache made by FastCache.Create or AddFastOrmCache.",
                nameof(cache));
        Options = options;
        Info = new ExtensionInfo(this);
    }

    public FastOrmCacheContextOptions Options { get; }

    /// <summary>The cache; the process's default one when none was given.</summary>
    public CacheEngine Cache => (CacheEngine)(_cache ?? FastCache.Default);

    public DbContextOptionsExtensionInfo Info { get; }

    public void ApplyServices(IServiceCollection services) => EfServices.Add(services);

    public void Validate(IDbContextOptions options)
    {
        var provider = false;
        foreach (var extension in options.Extensions)
        {
            provider |= extension.Info.IsDatabaseProvider;
            if (extension == this && !provider && options.Extensions.Any(static other => other.Info.IsDatabaseProvider))
            {
                throw new InvalidOperationException(
                    "UseFastOrmCache was called before the database provider. Swap the calls: "
                    + "options.UseSqlite(…).UseFastOrmCache(…).");
            }
        }

        if (options.FindExtension<CoreOptionsExtension>()?.InternalServiceProvider is { } services
            && services.GetService<PlanStore>() is null)
        {
            throw new InvalidOperationException(
                "The service provider given to UseInternalServiceProvider does not know FastOrm.Cache. "
                + "Call AddEntityFrameworkFastOrmCache on its service collection, after the database provider's method.");
        }
    }

    private sealed class ExtensionInfo(IDbContextOptionsExtension extension) : DbContextOptionsExtensionInfo(extension)
    {
        public override bool IsDatabaseProvider => false;

        public override string LogFragment => "using FastOrm.Cache ";

        public override int GetServiceProviderHashCode() => Rules?.GetHashCode() ?? 0;

        public override bool ShouldUseSameServiceProvider(DbContextOptionsExtensionInfo other)
            => other is ExtensionInfo info && Equals(Rules, info.Rules);

        public override void PopulateDebugInfo(IDictionary<string, string> debugInfo)
        {
            debugInfo["FastOrm.Cache"] = "1";

            // EF Core names what differs, when it makes another service provider.
            debugInfo["FastOrm.Cache:" + nameof(FastOrmCacheContextOptions.CacheAllQueries)]
                = GetServiceProviderHashCode().ToString(CultureInfo.InvariantCulture);
        }

        private QueryRuleSet? Rules => ((FastOrmCacheOptionsExtension)Extension).Options.QueryRules;
    }
}
