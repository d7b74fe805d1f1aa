#pragma warning disable RS0030 // The clock inside of a query is that of the database.
using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Documents;

/// <summary>What CAVEATS.md admits, so that it is known when it is no longer so.</summary>
public sealed class CaveatsTests : IDisposable
{
    private readonly TestShop _shop = new();

    [Fact]
    public void Chance_in_a_remembered_query_is_asked_once()
    {
        var first = _shop.Count(Dice);

        Assert.Equal((first.Result, 0), _shop.Count(Dice));

        static double Dice(ShopContext db) => db.Categories.Where(c => c.Id == 1).Select(_ => EF.Functions.Random()).Remember(Proof.Minute).Single();
    }

    [Fact]
    public void A_clock_in_a_remembered_query_stands_still_and_a_variable_is_another_query()
    {
        var minute = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        _shop.Count(Clock);
        _shop.Count(Variable);

        Assert.Equal(0, _shop.Count(Clock).Commands);
        minute = minute.AddMinutes(1);
        Assert.Equal(1, _shop.Count(Variable).Commands);

        static int Clock(ShopContext db) => db.Products.Where(p => p.Created < DateTime.UtcNow).Remember(Proof.Minute).Count();
        int Variable(ShopContext db) => db.Products.Where(p => p.Created < minute).Remember(Proof.Minute).Count();
    }

    [Fact]
    public void Raw_SQL_that_locks_is_never_remembered()
    {
        using var shop = new TestShop(provider: Provider.PostgreSql);
        for (var i = 0; i < 2; i++)
        {
            var (rows, commands) = shop.Count(db => db.Categories
                .FromSqlRaw("SELECT * FROM \"Categories\" FOR UPDATE").AsNoTracking().Remember(Proof.Minute).ToList());
            Assert.Equal((5, 1), (rows.Count, commands));
        }
    }

    [Fact]
    public async Task What_is_loaded_and_set_by_hand_may_be_older_than_a_write_and_what_a_loader_loads_is_not()
    {
        Assert.Equal(1, await ReadAsync("by hand", async (key, load) => await _shop.Cache.SetAsync(key, await load(), Proof.Minute)));
        Assert.Equal(0, await ReadAsync("by a loader", async (key, load) => await _shop.Cache.RememberAsync(key, Proof.Minute, load, "stock")));
    }

    public void Dispose() => _shop.Dispose();

    // A load that a flush overtakes, and what the cache has then: 1 for a value, 0 for none.
    private async Task<int> ReadAsync(string key, Func<string, Func<Task<int>>, Task> keep)
    {
        await keep(key, async () =>
        {
            await _shop.Cache.FlushAsync("stock");
            await _shop.Cache.ForgetAsync(key);
            return 1;
        });
        return _shop.Cache.Get<int>(key);
    }
}
