using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Documents;

/// <summary>The code of docs/freshness.md.</summary>
public sealed class FreshnessTests : IDisposable
{
    private readonly TestShop _shop = new();

    [Fact]
    public async Task A_query_may_ask_for_more_than_the_cache()
    {
        await using var db = _shop.New();
        const int id = 8;

        // code: verified
        var inStock = await db.Products
            .Where(p => p.Id == id)
            .Select(p => p.Stock)
            .Remember(new RememberOptions { Ttl = TimeSpan.FromMinutes(10), Consistency = CacheConsistency.Verified })
            .SingleAsync();
        // end

        Assert.Equal(1, inStock);
    }

    [Fact]
    public async Task In_a_transaction_the_database_answers()
    {
        const int id = 8;
        const int quantity = 1;
        await using (var reader = _shop.New())
        {
            await reader.Products.Remember().SingleAsync(p => p.Id == id);
        }

        var (_, commands) = await _shop.CountAsync(async db =>
        {
            // code: transaction
            await using var transaction = await db.Database.BeginTransactionAsync();
            var product = await db.Products.Remember().SingleAsync(p => p.Id == id);   // from the database
            product.Stock -= quantity;
            await db.SaveChangesAsync();
            await transaction.CommitAsync();
            // end
            return product.Stock;
        });
        await using var after = _shop.New();

        Assert.Equal(2, commands); // One reads and one writes.
        Assert.Equal(0, (await after.Products.Remember().SingleAsync(p => p.Id == id)).Stock);
    }

    [Fact]
    public async Task A_read_or_a_scope_goes_past_the_cache()
    {
        for (var i = 0; i < 2; i++)
        {
            var (_, commands) = await _shop.CountAsync(async db =>
            {
                // code: past the cache
                var now = await db.Products.DontRemember().CountAsync();     // also where a policy would remember it
                using (RememberScope.Suppress())
                {
                    await ReportAsync(db);                                   // no query in there is read from the cache, or stored
                }
                // end
                return now;
            });
            Assert.Equal(2, commands);
        }

        static Task<List<Category>> ReportAsync(ShopContext db) => db.Categories.Remember().ToListAsync();
    }

    [Fact]
    public async Task Values_are_remembered_in_a_scope_that_suppresses_queries()
    {
        await _shop.Cache.SetAsync("k", 1);
        using (RememberScope.Suppress())
        {
            Assert.Equal(1, await _shop.Cache.RememberAsync("k", Proof.Minute, static _ => Task.FromResult(2)));
        }
    }

    [Fact]
    public async Task What_is_counted_in_the_source_is_read_anew()
    {
        const int id = 8;
        await using var db = _shop.New();
        Assert.Equal(1, await StockAsync());

        // code: change the source
        await db.Products.Where(p => p.Id == id).ExecuteUpdateAsync(set => set.SetProperty(p => p.Stock, p => p.Stock - 1));
        // end
        Assert.Equal(0, await StockAsync());

        Task<int> StockAsync() => db.Products.Where(p => p.Id == id).Select(p => p.Stock).Remember().SingleAsync();
    }

    public void Dispose() => _shop.Dispose();
}
