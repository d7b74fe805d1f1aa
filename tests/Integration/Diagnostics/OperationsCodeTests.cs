using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace FastOrm.Cache.Tests.Integration.Diagnostics;

/// <summary>The code of docs/operations.md.</summary>
[Collection(nameof(FastCache.Default))]
public sealed class OperationsCodeTests : IDisposable
{
    private readonly TestShop _shop = new();

    [Fact]
    public async Task A_query_is_explained()
    {
        await using var db = _shop.NewForbidden();
        var id = 3;

        // code: explain
        CacheExplanation explained = await db.Products.Where(p => p.CategoryId == id).Remember().ExplainCacheAsync();
        Console.WriteLine(explained);                                            // or explained.ToJson()

        await db.Products.ExplainCacheAsync(q => q.Count());                     // CountAsync(): is it remembered by a policy?
        await db.Products.ExplainCacheAsync(42);                                 // FindOrCacheAsync(42)
        // end

        Assert.Equal(CacheOutcome.Miss, explained.Outcome);
    }

    [Fact]
    public void A_cache_only_shows_what_it_would_do()
    {
        var services = new ServiceCollection();

        // code: dry run
        services.AddFastOrmCache(o => o.DryRun = true);       // or CACHE__DRY_RUN=true, or cache.DryRun = true at run time
        // end

        using var provider = services.BuildServiceProvider();
        Assert.True(provider.GetRequiredService<ICache>().DryRun);
    }

    [Fact]
    public void A_share_of_the_hits_is_verified()
    {
        var services = new ServiceCollection();

        // code: verify
        services.AddFastOrmCache(o => o.VerifyFraction = 0.01);       // or CACHE__VERIFY_FRACTION=0.01
        // end

        using var provider = services.BuildServiceProvider();
        Assert.False(provider.GetRequiredService<ICache>().DryRun);
    }

    public void Dispose() => _shop.Dispose();
}
