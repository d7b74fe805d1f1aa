using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using FastOrm.Cache.Tests.Unit.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Queries;

/// <summary>The arguments of a <c>Remember</c> inside <c>EF.CompileQuery</c>: constants, captured, or made of the query's parameters.</summary>
public sealed class CompiledMarkTests : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly TestShop _shop;

    public CompiledMarkTests() => _shop = new TestShop(o => o.TimeProvider = _time);

    [Fact]
    public async Task Tags_may_be_made_of_the_parameters()
    {
        var byTag = EF.CompileQuery(
            (ShopContext db, int id) => db.Products.Where(p => p.Id == id).Remember(Proof.Minute, "all", "product:" + id).Count());
        var byText = EF.CompileQuery(
            (ShopContext db, int id) => db.Products.Where(p => p.Id == id).RememberForever($"product:{id}").First());
        foreach (var run in new[] { byTag, (db, id) => byText(db, id).Id > 0 ? 1 : 0 })
        {
            Assert.Equal([1, 1], Run(run));
            Assert.Equal([0, 0], Run(run));
            await using (var db = _shop.New())
            {
                await db.FlushAsync("product:1");
            }

            Assert.Equal([1, 0], Run(run));
        }
    }

    [Fact]
    public async Task A_name_may_be_a_parameter()
    {
        var named = EF.CompileQuery(
            (ShopContext db, int id, string name) => db.Products.Where(p => p.Id == id).Remember(name, Proof.Minute).Count());
        Assert.Equal([1, 1], Run((db, id) => named(db, id, $"name {id}")));
        Assert.Equal([0, 0], Run((db, id) => named(db, id, $"name {id}")));
        await using (var db = _shop.New())
        {
            await db.ForgetAsync("name 2");
        }

        Assert.Equal([0, 1], Run((db, id) => named(db, id, $"name {id}")));
        Assert.Equal([1, 1], Run((db, id) => named(db, id, "another")));
    }

    [Fact]
    public void A_time_to_live_may_be_a_parameter()
    {
        var timed = EF.CompileQuery((ShopContext db, int minutes) => db.Products.Remember(TimeSpan.FromMinutes(minutes)).Count());
        var exact = EF.CompileQuery((ShopContext db, TimeSpan ttl) => db.Products.Remember(ttl).Count());

        Assert.Equal(1, _shop.Commands(db => timed(db, 10)));
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(0, _shop.Commands(db => timed(db, 10)));
        Assert.Equal(0, _shop.Commands(db => exact(db, TimeSpan.FromMinutes(6))));
        Assert.Equal(1, _shop.Commands(db => exact(db, TimeSpan.FromMinutes(4)))); // Older than this caller wants.
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(1, _shop.Commands(db => timed(db, 10))); // Stored for four.
        Assert.Equal(0, _shop.Commands(db => exact(db, Timeout.InfiniteTimeSpan)));
    }

    [Fact]
    public async Task Options_may_be_captured_made_inside_or_a_parameter()
    {
        var options = new RememberOptions { Ttl = Proof.Minute, Tags = ["captured"] };
        var captured = EF.CompileQuery((ShopContext db) => db.Products.Where(p => p.Id > 0).Remember(options).Count());
        var made = EF.CompileQuery(
            (ShopContext db) => db.Products.Where(p => p.Id > 0)
                .Remember(new RememberOptions { Ttl = Proof.Minute, Tags = new[] { "made" } }).Count());
        var given = EF.CompileQuery((ShopContext db, RememberOptions o) => db.Products.Where(p => p.Id > 0).Remember(o).Count());
        var parameter = new RememberOptions { Tags = ["given"] };
        foreach (var (tag, run) in new (string, Func<ShopContext, int>)[]
        {
            ("captured", captured), ("made", made), ("given", db => given(db, parameter)),
        })
        {
            Assert.Equal((100, 1), _shop.Count(run));
            Assert.Equal((100, 0), _shop.Count(run));
            await using (var db = _shop.New())
            {
                await db.FlushAsync(tag);
            }

            Assert.Equal((100, 1), _shop.Count(run));
        }
    }

    [Fact]
    public void RememberFresh_with_parameters_always_loads()
    {
        var fresh = EF.CompileQuery((ShopContext db, TimeSpan ttl, string tag) => db.Products.RememberFresh(ttl, tag).Count());

        Assert.Equal(1, _shop.Commands(db => fresh(db, Proof.Minute, "a")));
        Assert.Equal(1, _shop.Commands(db => fresh(db, Proof.Minute, "a")));
        Assert.Equal(0, _shop.Commands(db => db.Products.Remember(Proof.Minute, "a").Count()));
    }

    [Fact]
    public void An_argument_that_Remember_would_refuse_is_refused_by_each_execution()
    {
        var timed = EF.CompileQuery((ShopContext db, TimeSpan ttl) => db.Products.Where(p => p.Id > 0).Remember(ttl).Count());
        var tagged = EF.CompileQuery(
            (ShopContext db, string[] tags) => db.Products.Where(p => p.Id > 0).RememberForever(tags).Count());
        var named = EF.CompileQuery(
            (ShopContext db, string name) => db.Products.Where(p => p.Id > 0).Remember(name, Proof.Minute).Count());
        var given = EF.CompileQuery((ShopContext db, RememberOptions? o) => db.Products.Where(p => p.Id > 0).Remember(o!).Count());
        for (var run = 0; run < 2; run++)
        {
            using var db = _shop.NewForbidden();

            Assert.ThrowsAny<ArgumentException>(() => timed(db, TimeSpan.Zero));
            Assert.ThrowsAny<ArgumentException>(() => tagged(db, ["a", " "]));
            Assert.ThrowsAny<ArgumentException>(() => tagged(db, null!));
            Assert.ThrowsAny<ArgumentException>(() => named(db, ""));
            Assert.ThrowsAny<ArgumentException>(() => named(db, null!));
            Assert.ThrowsAny<ArgumentException>(() => given(db, null));
        }
    }

    [Fact]
    public void Times_names_and_tags_of_parameters_make_no_further_compiled_queries()
    {
        var compilations = new CompilationCounter();
        var options = _shop.Configure(compilations).Options;
        var query = EF.CompileQuery(
            (ShopContext db, int i) => db.Products.Remember("name" + i, TimeSpan.FromMinutes(i), "tag" + i).Count());
        for (var i = 1; i <= 10; i++)
        {
            using var db = new ShopContext(options);
            Assert.Equal(100, query(db, i));
        }

        Assert.Equal(1, compilations.Count);
        Assert.Equal(10, _shop.Cache.Statistics.Stores);
    }

    [Fact]
    public void The_outermost_of_several_marks_counts()
    {
        var query = EF.CompileQuery(
            (ShopContext db, string tag)
                => db.Products.Remember("x", Proof.Minute, "inner").Where(p => p.Id > 0).Remember(Proof.Minute, tag).Count());
        Assert.Equal(1, _shop.Commands(db => query(db, "outer")));
        using (var db = _shop.New())
        {
            db.Products.Flush("inner");
        }

        Assert.Equal(0, _shop.Commands(db => query(db, "outer")));
        Assert.Equal(1, _shop.Commands(db => query(db, "other")));
    }

    public void Dispose() => _shop.Dispose();

    /// <summary>The commands that the query sends for the ids 1 and 2.</summary>
    private int[] Run(Func<ShopContext, int, int> query)
        => [.. new[] { 1, 2 }.Select(id =>
        {
            var (count, commands) = _shop.Count(db => query(db, id));
            Assert.Equal(1, count);
            return commands;
        })];
}
