using FastOrm.Cache.EfCore;
using FastOrm.Cache.Engine;
using FastOrm.Cache.Tests.Integration.Support;
using FastOrm.Cache.Tests.Unit.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace FastOrm.Cache.Tests.Integration.Remote;

/// <summary>Two nodes of one application: one database, one tier that both share, a memory for each, and a count of the commands of each.</summary>
public sealed class TwoNodes : IDisposable
{
    private readonly TestShop _shop;
    private readonly ICache _other;

    /// <param name="provider">The database.</param>
    /// <param name="tier">Makes the tier of a node; null for one in the memory of the test.</param>
    /// <param name="loadLease">How long a node may keep the other waiting.</param>
    /// <param name="time">The clock of the nodes and of the tier in the memory of the test.</param>
    /// <param name="cache">More options of both caches.</param>
    public TwoNodes(
        Provider provider = Provider.Sqlite,
        Func<string, IRemoteCacheTier>? tier = null,
        TimeSpan? loadLease = null,
        TimeProvider? time = null,
        Action<FastOrmCacheOptions>? cache = null)
    {
        Store = new InMemoryRemoteStore(time ?? TimeProvider.System);
        tier ??= _ => new InMemoryRemoteTier(Store);
        _shop = new TestShop(Configure, Named, provider, isSavedWithCache: true);
        _other = FastCache.Create(Configure);
        void Configure(FastOrmCacheOptions options)
        {
            options.UseRemoteTier(tier);
            (options.LoadLease, options.TimeProvider) = (loadLease, time ?? TimeProvider.System);
            cache?.Invoke(options);
        }

        Settle().GetAwaiter().GetResult(); // The rows of the shop were saved by the node A.

        // Before that nobody serves from memory, and what is heard of those rows later drops what was read of them.
        Eventually.UntilAsync(
            async () => A.Statistics.Remote is { IsTrusted: true } && B.Statistics.Remote is { IsTrusted: true }
                && await ((CacheEngine)A).Remote!.VerifyAsync(CancellationToken.None) && await ((CacheEngine)B).Remote!.VerifyAsync(CancellationToken.None),
            "both nodes are in contact and have heard of all that was written").GetAwaiter().GetResult();
    }

    internal InMemoryRemoteStore Store { get; }

    public ICache A => _shop.Cache;

    public ICache B => _other;

    private SqlCounter OtherSql { get; } = new();

    public ShopContext NewA() => _shop.New();

    /// <summary>On the node A, with more interceptors.</summary>
    public ShopContext NewA(params IInterceptor[] interceptors) => new(_shop.Configure(interceptors).Options);

    /// <summary>On no node: the database itself.</summary>
    public ShopContext NewPlain() => _shop.NewPlain();

    /// <summary>The commands of the node A.</summary>
    public SqlCounter SqlOfA => _shop.Sql;

    /// <summary>On the node A, by a context that depends on whole tables.</summary>
    public ShopContext NewUnscopedA()
        => new(_shop.ConfigurePlain().UseFastOrmCache(A, static options =>
        {
            Named(options);
            options.UseScopes = false;
        }).Options);

    public ShopContext NewB()
        => new(_shop.ConfigurePlain().AddInterceptors(OtherSql).UseFastOrmCache(_other, Named).Options);

    /// <summary>Runs something on a node, counts its commands, and waits until the tier knows all that came of it.</summary>
    public async Task<(T Result, int Commands)> On<T>(char node, Func<ShopContext, Task<T>> run)
    {
        await using var db = node == 'A' ? NewA() : NewB();
        var sql = node == 'A' ? _shop.Sql : OtherSql;
        var before = sql.Count;
        var result = await run(db);
        await Settle();
        return (result, sql.Count - before);
    }

    public async Task Settle()
    {
        await ((CacheEngine)A).Remote!.DrainAsync();
        await ((CacheEngine)B).Remote!.DrainAsync();
    }

    public void Dispose()
    {
        _other.Dispose();
        _shop.Dispose();
    }

    private static void Named(FastOrmCacheContextOptions options) => options.DatabaseName = "shop";
}
