using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using FastOrm.Cache.Tests.Unit.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Queries;

public sealed class RememberCallTests : IDisposable
{
    private static readonly RememberOptions Named = new() { Key = "specials", Ttl = Proof.Minute, Tags = ["shop"] };

    private static readonly Dictionary<string, Func<IQueryable<Product>, IQueryable<Product>>> Calls = new(StringComparer.Ordinal)
    {
        ["Remember()"] = q => q.Remember(),
        ["Remember(ttl)"] = q => q.Remember(Proof.Minute),
        ["Remember(ttl, tags)"] = q => q.Remember(Proof.Minute, "a", "b"),
        ["Remember(infinite)"] = q => q.Remember(Timeout.InfiniteTimeSpan),
        ["Remember(key, ttl)"] = q => q.Remember("name", Proof.Minute),
        ["Remember(key, ttl, tags)"] = q => q.Remember("name", Proof.Minute, "a", "b"),
        ["Remember(options)"] = q => q.Remember(Named),
        ["Remember(default options)"] = q => q.Remember(new RememberOptions()),
        ["RememberForever()"] = q => q.RememberForever(),
        ["RememberForever(tags)"] = q => q.RememberForever("a", "b"),
    };

    private static readonly Dictionary<string, Func<ShopContext, IQueryable<string>>> Places = new(StringComparer.Ordinal)
    {
        ["on the set"] = db => db.Products.Remember(Proof.Minute).Where(p => p.CategoryId == 3).OrderBy(p => p.Id).Select(p => p.Name),
        ["after Where"] = db => db.Products.Where(p => p.CategoryId == 3).Remember(Proof.Minute).OrderBy(p => p.Id).Select(p => p.Name),
        ["after OrderBy"] = db => db.Products.Where(p => p.CategoryId == 3).OrderBy(p => p.Id).Remember(Proof.Minute).Select(p => p.Name),
        ["at the end"] = db => db.Products.Where(p => p.CategoryId == 3).OrderBy(p => p.Id).Select(p => p.Name).Remember(Proof.Minute),
        ["before Include"] = db => db.Products.Remember(Proof.Minute).Include(p => p.Category)
            .Where(p => p.CategoryId == 3).OrderBy(p => p.Id).Select(p => p.Name),
        ["before Distinct, Skip and Take"] = db => db.Products.Where(p => p.CategoryId == 3).Remember(Proof.Minute)
            .Select(p => p.Name).Distinct().OrderBy(n => n).Skip(0).Take(100),
        ["before Join"] = db => db.Products.Remember(Proof.Minute)
            .Join(db.Categories, p => p.CategoryId, c => c.Id, (p, c) => new { p, c }).Where(x => x.c.Id == 3).OrderBy(x => x.p.Id).Select(x => x.p.Name),
        ["before SelectMany"] = db => db.Categories.Where(c => c.Id == 3).Remember(Proof.Minute).SelectMany(c => c.Products).OrderBy(p => p.Id).Select(p => p.Name),
        ["before TagWith and AsNoTracking"] = db => db.Products.Where(p => p.CategoryId == 3).Remember(Proof.Minute)
            .TagWith("a tag of SQL").AsNoTracking().OrderBy(p => p.Id).Select(p => p.Name),
    };

    private readonly ManualTimeProvider _time = new();
    private readonly TestShop _shop;

    public RememberCallTests() => _shop = new TestShop(cache: o => (o.TimeProvider, o.DefaultTtl) = (_time, TimeSpan.FromMinutes(3)));

    public static TheoryData<string> CallNames => [.. Calls.Keys];

    public static TheoryData<string> PlaceNames => [.. Places.Keys];

    [Theory]
    [MemberData(nameof(CallNames))]
    public void Each_way_to_call_remembers(string name)
    {
        var call = Calls[name];
        var cold = _shop.Count(db => call(db.Products.Where(p => p.Kind == ProductKind.Rare)).Select(p => p.Id).ToList());

        var hit = _shop.OnHit(db => call(db.Products.Where(p => p.Kind == ProductKind.Rare)).Select(p => p.Id).ToList());

        Assert.Equal(1, cold.Commands);
        Assert.Equal(33, hit.Count);
        Assert.Equal(cold.Result, hit);
    }

    [Theory]
    [MemberData(nameof(CallNames))]
    public async Task Each_way_to_call_remembers_an_async_query(string name)
    {
        var call = Calls[name];
        var cold = await _shop.CountAsync(db => call(db.Products.Where(p => p.Kind == ProductKind.Rare)).Select(p => p.Id).ToListAsync());

        var hit = await _shop.OnHitAsync(db => call(db.Products.Where(p => p.Kind == ProductKind.Rare)).Select(p => p.Id).ToListAsync());

        Assert.Equal(1, cold.Commands);
        Assert.Equal(cold.Result, hit);
    }

    [Theory]
    [MemberData(nameof(PlaceNames))]
    public void Remember_may_stand_anywhere_in_the_chain(string name)
    {
        var query = Places[name];
        var cold = _shop.Count(db => query(db).ToList());
        var hit = _shop.OnHit(db => query(db).ToList());

        Assert.Equal(1, cold.Commands);
        Assert.Equal(Enumerable.Range(1, 100).Where(i => i % 5 == 2).Select(i => $"product {i:000}"), hit);
        Assert.Equal(cold.Result, hit);
    }

    [Fact]
    public void Operators_after_Remember_belong_to_the_remembered_query()
    {
        using var db = _shop.New();
        var remembered = db.Products.Remember(Proof.Minute);

        Assert.Equal(20, remembered.Where(p => p.CategoryId == 1).Count());
        Assert.Equal(33, remembered.Where(p => p.Kind == ProductKind.Rare).Count());
        Assert.Equal(100, remembered.Count());
        Assert.Equal(20, _shop.OnHit(other => other.Products.Remember(Proof.Minute).Where(p => p.CategoryId == 1).Count()));
    }

    [Fact]
    public void The_place_of_Remember_does_not_change_the_entry()
    {
        _shop.Count(db => db.Products.Remember(Proof.Minute).Where(p => p.Id < 4).OrderBy(p => p.Id).ToList());

        Assert.Equal(3, _shop.OnHit(db => db.Products.Where(p => p.Id < 4).Remember(Proof.Minute).OrderBy(p => p.Id).ToList()).Count);
        Assert.Equal(3, _shop.OnHit(db => db.Products.Where(p => p.Id < 4).OrderBy(p => p.Id).Remember(Proof.Minute).ToList()).Count);
    }

    [Fact]
    public void Of_several_Remembers_in_one_chain_the_last_one_counts()
    {
        Assert.Equal(1, _shop.Commands(Twice));
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(1, _shop.Commands(Twice)); // The minute of the last call is over, the ten of the first are not.
        Assert.Equal(0, _shop.Commands(Twice));

        static int Twice(ShopContext db)
            => db.Products.Remember(TimeSpan.FromMinutes(10)).Where(p => p.Id < 9).Remember(Proof.Minute).Count();
    }

    [Fact]
    public void Remember_without_a_time_uses_the_default_of_the_cache()
    {
        Assert.Equal(1, _shop.Commands(db => db.Products.Remember().Count()));
        _time.Advance(TimeSpan.FromMinutes(3) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(0, _shop.Commands(db => db.Products.Remember().Count()));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, _shop.Commands(db => db.Products.Remember().Count()));
    }

    [Fact]
    public void A_query_without_Remember_is_never_cached()
    {
        _shop.Count(db => db.Products.Remember().Count());

        Assert.Equal(1, _shop.Commands(db => db.Products.Count()));
        Assert.Equal(1, _shop.Commands(db => db.Products.Count()));
    }

    public void Dispose() => _shop.Dispose();
}
