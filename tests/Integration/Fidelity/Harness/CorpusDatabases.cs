using System.Collections.Concurrent;
using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using FastOrm.Cache.Tests.Unit.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Caching.Memory;

namespace FastOrm.Cache.Tests.Integration.Fidelity.Harness;

/// <summary>The databases of the corpus on one provider: one for each model, made on first use, never written to afterwards.</summary>
public abstract class CorpusDatabases(Provider provider) : IDisposable
{
    private readonly ConcurrentDictionary<Type, Lazy<TestStore>> _stores = new();
    private readonly ConcurrentDictionary<(string Query, bool Async), Observation> _plain = new();

    // Compiled queries are for one model, and EF Core keeps only so many models and queries: fewer than there are here.
    private readonly ConcurrentDictionary<(object SetUp, bool IsPlain, bool ByPolicy), MemoryCache> _compiled = new();

    public Provider Provider => provider;

    /// <summary>A cache in which nothing expires while the tests run.</summary>
    internal static ICache NewCache(
        int maxRows = 10_000, InMemoryRemoteStore? shared = null, Action<FastOrmCacheOptions>? configure = null)
        => FastCache.Create(options =>
        {
            if (shared is not null)
            {
                options.UseRemoteTier(_ => new InMemoryRemoteTier(shared));
            }

            options.EmptyTtl = null;
            options.MaxRows = maxRows;
            configure?.Invoke(options);
        });

    /// <summary>A new context with the given cache, or without the library.</summary>
    internal CorpusContext New(CorpusQuery query, ICache? cache, params IInterceptor[] interceptors)
        => New(query, cache, static _ => { }, interceptors);

    /// <summary>The same, and what it is told of each command.</summary>
    internal CorpusContext New(CorpusQuery query, ICache? cache, Action<RememberOutcome> onRead, params IInterceptor[] interceptors)
        => New(query, cache, byPolicy: false, onRead, interceptors);

    private CorpusContext New(
        CorpusQuery query, ICache? cache, bool byPolicy, Action<RememberOutcome> onRead, params IInterceptor[] interceptors)
    {
        var options = TestOptions.New().AddInterceptors(interceptors);
        _stores.GetOrAdd(query.ContextType, _ => new Lazy<TestStore>(() => Create(query))).Value.Use(options);
        query.Configure(options);
        options.UseMemoryCache(_compiled.GetOrAdd((query.SetUp, cache is null, byPolicy), static _ => new MemoryCache(new MemoryCacheOptions())));
        return query.NewContext((cache is null ? options : options.UseFastOrmCache(cache, o =>
        {
            o.OnRead((_, outcome) => onRead(outcome));
            o.DatabaseName = _stores[query.ContextType].Value.ConnectionString;
            if (byPolicy)
            {
                o.CacheAllQueries(Run.Ttl);
            }
        })).Options);
    }

    /// <summary>Executes a query with the given cache, or without the library, and looks at everything that can be seen of it.</summary>
    /// <remarks>By a policy, a query has no mark.</remarks>
    internal async Task<Observation> ObserveAsync(
        CorpusQuery query,
        ICache? cache,
        bool async = false,
        bool isPrepared = false,
        Circumstance circumstance = Circumstance.Nothing,
        bool byPolicy = false)
    {
        var sql = new SqlCounter();
        await using var db = New(query, cache, byPolicy, static _ => { }, sql);
        if (isPrepared)
        {
            db.Prepare();
        }

        return await Observation.OfAsync(query, db, new Run(provider, async, cache is not null && !byPolicy, byPolicy), sql, circumstance);
    }

    /// <summary>What a query shows without the library. It is executed once, however often one asks.</summary>
    internal async Task<Observation> PlainAsync(CorpusQuery query, bool async = false)
    {
        if (!_plain.TryGetValue((query.Id, async), out var plain))
        {
            plain = await ObserveAsync(query, null, async) with { Result = null, Objects = [] };
            _plain[(query.Id, async)] = plain;
        }

        return plain;
    }

    public void Dispose()
    {
        foreach (var store in _stores.Values)
        {
            store.Value.Delete();
        }

        GC.SuppressFinalize(this);
    }

    private TestStore Create(CorpusQuery query)
    {
        var store = TestStore.Create(provider);
        var options = TestOptions.New();
        store.Use(options);
        using var db = query.NewContext(options.Options);
        db.Database.EnsureCreated();
        db.Seed();
        // Statistics that change between two runs may change the plan, and with it the order of rows.
        db.Database.ExecuteSqlRaw("ANALYZE");
        store.Seeded();
        return store;
    }
}
