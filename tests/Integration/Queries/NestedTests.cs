using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Queries;

/// <summary>A <c>Remember</c> off the spine of the query means nothing and harms nothing.</summary>
public sealed class NestedTests : IDisposable
{
    private readonly TestShop _shop = new();

    private static readonly Dictionary<string, Func<ShopContext, object>> Off = new(StringComparer.Ordinal)
    {
        ["in a predicate"] = db => db.Products
            .Where(p => db.Categories.Where(c => c.Id == 2).Remember().Any(c => c.Id == p.CategoryId)).OrderBy(p => p.Id).Select(p => p.Name).ToList(),
        ["in a predicate, with arguments"] = db => db.Products
            .Where(p => db.Categories.Where(c => c.Id == 2).Remember("x", TimeSpan.FromMinutes(1), "a", "b").Any(c => c.Id == p.CategoryId))
            .OrderBy(p => p.Id).Select(p => p.Name).ToList(),
        ["in a projection"] = db => db.Categories.OrderBy(c => c.Id)
            .Select(c => new { c.Name, Count = db.Products.Where(p => p.CategoryId == c.Id).RememberForever("a").Count() }).ToList(),
        ["in a projected collection"] = db => db.Categories.OrderBy(c => c.Id)
            .Select(c => new { c.Name, Products = db.Products.Where(p => p.CategoryId == c.Id).Remember().OrderBy(p => p.Id).Select(p => p.Name).ToList() }).ToList(),
        ["on a navigation"] = db => db.Categories.OrderBy(c => c.Id)
            .Select(c => c.Products.AsQueryable().Remember().OrderBy(p => p.Id).First().Name).ToList(),
        ["in Concat"] = db => db.Products.Where(p => p.Id < 5).Concat(db.Products.Where(p => p.Id > 95).Remember(Proof.Minute))
            .OrderBy(p => p.Id).Select(p => p.Name).ToList(),
        ["in Union"] = db => db.Products.Where(p => p.Id < 5).Select(p => p.Name).Union(db.Categories.Select(c => c.Name).Remember())
            .OrderBy(n => n).ToList(),
        ["in Except"] = db => db.Products.Select(p => p.Id).Except(db.Products.Where(p => p.Id > 9).Select(p => p.Id).RememberFresh()).OrderBy(i => i).ToList(),
        ["in Join"] = db => db.Products.Join(db.Categories.Remember(), p => p.CategoryId, c => c.Id, (p, c) => new { p.Id, c.Name })
            .OrderBy(x => x.Id).ToList(),
        ["in SelectMany"] = db => (
            from c in db.Categories
            from p in db.Products.Where(p => p.CategoryId == c.Id).Remember(TimeSpan.FromMinutes(2))
            orderby p.Id
            select new { c.Name, p.Id }).ToList(),
        ["captured"] = db =>
        {
            var special = db.Products.Where(p => p.Kind == ProductKind.Rare).Remember(Proof.Minute, "a");
            return db.Categories.OrderBy(c => c.Id).Select(c => special.Count(p => p.CategoryId == c.Id)).ToList();
        },
        ["in Contains"] = db =>
        {
            var ids = db.Categories.Where(c => c.Id > 3).Select(c => c.Id).Remember();
            return db.Products.Where(p => ids.Contains(p.CategoryId)).OrderBy(p => p.Id).Select(p => p.Id).ToList();
        },
        ["with captured arguments"] = db =>
        {
            var (ttl, tag) = (TimeSpan.FromMinutes(3), "a");
            return db.Categories.Count(c => db.Products.Where(p => p.CategoryId == c.Id).Remember(ttl, tag).Any());
        },
        ["with captured options"] = db =>
        {
            var options = new RememberOptions { Key = "x" };
            return db.Categories.Count(c => db.Products.Where(p => p.CategoryId == c.Id).Remember(options).Any());
        },
    };

    public static TheoryData<string> Names => [.. Off.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_Remember_off_the_spine_is_ignored(string name)
    {
        var query = Off[name];
        string expected;
        using (var db = _shop.New())
        using (RememberScope.Suppress())
        {
            expected = Proof.Describe(query(db));
        }

        Assert.NotEqual("[]", expected);
        Assert.Equal((expected, 1), _shop.Count(db => Proof.Describe(query(db))));
        Assert.Equal((expected, 1), _shop.Count(db => Proof.Describe(query(db))));
        Assert.Equal(0, _shop.Cache.Statistics.Stores);
    }

    [Fact]
    public void A_Remember_off_the_spine_does_not_disturb_one_on_it()
    {
        Assert.Equal(1, _shop.Commands(Query));
        Assert.Equal(20, _shop.OnHit(Query).Count);

        static List<Product> Query(ShopContext db)
            => db.Products.Where(p => db.Categories.Where(c => c.Id == 2).Remember("y", TimeSpan.FromHours(1)).Any(c => c.Id == p.CategoryId))
                .Remember(Proof.Minute).ToList();
    }

    [Fact]
    public void A_query_with_a_captured_remembered_query_falls_when_that_one_s_table_is_written()
    {
        Assert.Equal(20, _shop.Count(Query).Result);
        using (var db = _shop.New())
        {
            db.Categories.Single(c => c.Id == 3).Name = "wanted";
            db.SaveChanges();
        }

        Assert.Equal(40, _shop.Count(Query).Result);

        static int Query(ShopContext db)
        {
            var wanted = db.Categories.Where(c => c.Id == 2 || c.Name == "wanted").Remember();
            return db.Products.Where(p => wanted.Any(c => c.Id == p.CategoryId)).Remember().Count();
        }
    }

    [Fact]
    public void The_first_part_of_a_Concat_is_on_the_spine_and_remembers_the_whole()
    {
        Assert.Equal(1, _shop.Commands(Query));
        Assert.Equal(9, _shop.OnHit(Query).Count);

        static List<Product> Query(ShopContext db)
            => db.Products.Where(p => p.Id < 5).Remember(Proof.Minute).Concat(db.Products.Where(p => p.Id > 95)).ToList();
    }

    [Fact]
    public async Task ExecuteDelete_and_ExecuteUpdate_of_a_remembered_query_run_every_time()
    {
        Assert.Equal((3, 1), _shop.Count(db => db.Tags.Remember().ExecuteUpdate(set => set.SetProperty(t => t.Name, t => t.Name + "!"))));
        Assert.Equal((3, 1), _shop.Count(db => db.Tags.Remember().ExecuteUpdate(set => set.SetProperty(t => t.Name, t => t.Name + "!"))));
        Assert.Equal((1, 1), await _shop.CountAsync(db => db.Tags.Remember("x", Proof.Minute).Where(t => t.Name == "tag 1!!").ExecuteDeleteAsync()));
        Assert.Equal((2, 1), _shop.Count(db => db.Tags.Remember().ExecuteDelete()));
        Assert.Equal((0, 1), _shop.Count(db => db.Tags.Remember().ExecuteDelete()));
        Assert.Equal(0, _shop.Cache.Statistics.Stores);
    }

    [Fact]
    public void ExecuteDelete_of_a_remembered_query_invalidates()
    {
        Assert.Equal(3, _shop.Count(db => db.Tags.Remember().Count()).Result);
        _shop.Count(db => db.Tags.Where(t => t.Id > 1).Remember(Proof.Minute, "a").ExecuteDelete());
        Assert.Equal(1, _shop.Count(db => db.Tags.Remember().Count()).Result);
    }

    [Fact]
    public async Task ExecuteUpdate_of_a_remembered_query_invalidates()
    {
        Assert.Equal("tag 1", await Name());
        await _shop.CountAsync(
            db => db.Tags.Where(t => t.Id == 1).Remember("x", Proof.Minute).ExecuteUpdateAsync(set => set.SetProperty(t => t.Name, "changed")));
        Assert.Equal("changed", await Name());

        async Task<string> Name()
            => (await _shop.CountAsync(db => db.Tags.Where(t => t.Id == 1).Select(t => t.Name).Remember().SingleAsync())).Result;
    }

    [Fact]
    public void Remember_over_objects_returns_the_source_unchanged()
    {
        var numbers = new[] { 1, 2, 3 }.AsQueryable();

        Assert.Same(numbers, numbers.Remember());
        Assert.Same(numbers, numbers.Remember(Proof.Minute, "a"));
        Assert.Same(numbers, numbers.Remember("x", Proof.Minute));
        Assert.Same(numbers, numbers.Remember(new RememberOptions()));
        Assert.Same(numbers, numbers.RememberForever());
        Assert.Same(numbers, numbers.RememberFresh());
        Assert.Equal(6, numbers.Remember().Sum());
    }

    public void Dispose() => _shop.Dispose();
}
