using FastOrm.Cache.Configuration;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace FastOrm.Cache.Adapters;

/// <summary>Registers a cache as what other code asks for.</summary>
internal static class AdapterRegistration
{
    // Options are set when they are first read, and by then nothing can be registered: so they are asked here, too.
    public static void AddAdapters(this IServiceCollection services, string name, Action<FastOrmCacheOptions> configure)
    {
        var asked = new FastOrmCacheOptions();
        configure(asked);
        if (asked.IsHybridCache)
        {
            services.Add<HybridCache>(name, static cache => new HybridCacheAdapter(cache));
        }

        if (asked.IsDistributedCache)
        {
            services.Add<IBufferDistributedCache>(name, static cache => new DistributedCacheAdapter(cache));
            services.Add<IDistributedCache>(name, static cache => new DistributedCacheAdapter(cache));
        }
    }

    // The default cache takes the place of what other libraries have registered or will try to.
    private static void Add<TService>(this IServiceCollection services, string name, Func<Engine.CacheEngine, TService> adapt)
        where TService : class
    {
        TService Make(IServiceProvider provider) => adapt(provider.GetRequiredService<CacheProvider>().GetEngine(name));

        if (CacheNames.OptionsOf(name) == Options.DefaultName)
        {
            services.Replace(ServiceDescriptor.Singleton(Make));
        }
        else
        {
            services.TryAddKeyedSingleton(name, (provider, _) => Make(provider));
        }
    }
}
