using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Queries;

/// <summary><c>EF.CompileQuery</c> with <c>Remember</c> inside.</summary>
public sealed class CompiledQueryTests : IDisposable
{
    private readonly TestShop _shop = new();

    private readonly Func<ShopContext, int, IEnumerable<Product>> _list = EF.CompileQuery(
        (ShopContext db, int category) => db.Products.Where(p => p.CategoryId == category).OrderBy(p => p.Id).Remember(TimeSpan.FromMinutes(1)));

    private readonly Func<ShopContext, int, int> _count = EF.CompileQuery(
        (ShopContext db, int category) => db.Products.Where(p => p.CategoryId == category).Remember("x", TimeSpan.FromMinutes(1), "a").Count());

    private readonly Func<ShopContext, int, IAsyncEnumerable<Product>> _listAsync = EF.CompileAsyncQuery(
        (ShopContext db, int category) => db.Products.Include(p => p.Tags).Where(p => p.CategoryId == category).Remember());

    private readonly Func<ShopContext, string, int, Task<Product?>> _firstAsync = EF.CompileAsyncQuery(
        (ShopContext db, string name, int stock) => db.Products.RememberForever().FirstOrDefault(p => p.Name == name && p.Stock >= stock));

    private readonly Func<ShopContext, IEnumerable<Category>> _split = EF.CompileQuery(
        (ShopContext db) => db.Categories.Include(c => c.Products).AsSplitQuery().Remember());

    private readonly Func<ShopContext, int, int> _fresh = EF.CompileQuery(
        (ShopContext db, int category) => db.Products.Where(p => p.CategoryId == category).RememberFresh().Count());

    [Fact]
    public void A_compiled_query_hits()
    {
        var cold = _shop.Count(db => _list(db, 2).ToList());
        var hit = _shop.OnHit(db => _list(db, 2).ToList());

        Assert.Equal(1, cold.Commands);
        Assert.Equal(20, hit.Count);
        Assert.Equal(Proof.Describe(cold.Result), Proof.Describe(hit));
    }

    [Fact]
    public async Task A_compiled_async_query_hits()
    {
        Assert.Equal(1, (await _shop.CountAsync(db => ToListAsync(_listAsync(db, 1)))).Commands);
        var hit = await _shop.OnHitAsync(db => ToListAsync(_listAsync(db, 1)));

        Assert.Equal(20, hit.Count);
        Assert.Contains(hit, p => p.Tags.Count == 3);
    }

    [Fact]
    public async Task A_compiled_query_with_two_parameters_tells_them_apart()
    {
        Assert.Equal(7, (await _shop.CountAsync(db => _firstAsync(db, "product 007", 0))).Result!.Id);
        Assert.Null((await _shop.CountAsync(db => _firstAsync(db, "product 007", 1))).Result);
        Assert.Equal(8, (await _shop.CountAsync(db => _firstAsync(db, "product 008", 0))).Result!.Id);
        Assert.Equal(7, (await _shop.OnHitAsync(db => _firstAsync(db, "product 007", 0)))!.Id);
        Assert.Null(await _shop.OnHitAsync(db => _firstAsync(db, "product 007", 1)));
    }

    [Fact]
    public void Another_parameter_value_is_another_entry()
    {
        foreach (var round in new[] { 1, 0 })
        {
            foreach (var category in new[] { 1, 2, 3 })
            {
                var (products, commands) = _shop.Count(db => _list(db, category).ToList());

                Assert.Equal(round, commands);
                Assert.All(products, p => Assert.Equal(category, p.CategoryId));
            }
        }
    }

    [Fact]
    public void A_compiled_query_works_after_the_context_that_compiled_it_is_gone()
    {
        var first = _shop.New();
        Assert.Equal(20, _count(first, 1));
        first.Dispose();

        Assert.Equal(20, _shop.OnHit(db => _count(db, 1)));
        Assert.Equal((0, 1), _shop.Count(db => _count(db, 77)));
        using (var db = _shop.New())
        {
            db.Products.Remove(db.Products.First(p => p.CategoryId == 1));
            db.SaveChanges();
        }

        Assert.Equal((19, 1), _shop.Count(db => _count(db, 1)));
    }

    [Fact]
    public async Task Names_tags_and_tables_reach_the_entries_of_a_compiled_query()
    {
        Assert.Equal(1, _shop.Commands(db => _count(db, 1)));
        foreach (var drop in new Func<ShopContext, Task>[]
        {
            db => db.ForgetAsync("x"), db => db.FlushAsync("a"), db => db.FlushTablesAsync("products"), db => db.FlushAsync<Product>(),
        })
        {
            Assert.Equal(0, _shop.Commands(db => _count(db, 1)));
            await using (var db = _shop.New())
            {
                await drop(db);
            }

            Assert.Equal(1, _shop.Commands(db => _count(db, 1)));
        }
    }

    [Fact]
    public void A_compiled_split_query_hits()
    {
        Assert.Equal(2, _shop.Commands(db => _split(db).ToList()));
        Assert.All(_shop.OnHit(db => _split(db).ToList()), c => Assert.Equal(20, c.Products.Count));
    }

    [Fact]
    public void A_compiled_RememberFresh_always_loads()
    {
        Assert.Equal((20, 1), _shop.Count(db => _fresh(db, 1)));
        Assert.Equal((20, 1), _shop.Count(db => _fresh(db, 1)));
    }

    [Fact]
    public void A_compiled_query_serves_two_databases_each_its_own_rows()
    {
        using var other = new TestShop();
        using (var db = other.New())
        {
            db.Products.Where(p => p.Id > 50).ExecuteDelete();
        }

        foreach (var _ in new[] { 1, 2 })
        {
            Assert.Equal(20, _shop.Count(db => _list(db, 2).ToList()).Result.Count);
            Assert.Equal(10, other.Count(db => _list(db, 2).ToList()).Result.Count);
        }

        Assert.Equal(1, _shop.Cache.Statistics.Hits);
        Assert.Equal(1, other.Cache.Statistics.Hits);
    }

    [Fact]
    public void A_compiled_query_obeys_what_switches_remembering_off()
    {
        Assert.Equal(1, _shop.Commands(db => _count(db, 1)));
        using (RememberScope.Suppress())
        {
            Assert.Equal(1, _shop.Commands(db => _count(db, 1)));
        }

        _shop.Cache.IsEnabled = false;
        Assert.Equal(1, _shop.Commands(db => _count(db, 1)));
        _shop.Cache.IsEnabled = true;
        Assert.Equal(0, _shop.Commands(db => _count(db, 1)));
    }

    [Fact]
    public void A_compiled_query_in_a_context_without_the_library_is_an_error_that_names_Remember()
    {
        using var plain = _shop.NewPlain();

        // It comes from EF Core: nothing of this library is asked.
        var error = Assert.Throws<InvalidOperationException>(() => _count(plain, 1));

        Assert.Contains(".Remember(", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compiled_queries_tolerate_many_contexts_at_once()
    {
        var counts = await Task.WhenAll(Enumerable.Range(0, 24).Select(i => Task.Run(() =>
        {
            using var db = _shop.New();
            return _list(db, 1 + i % 3).ToList();
        })));

        Assert.All(counts, products => Assert.Equal(20, products.Count));
        Assert.All(counts, products => Assert.Single(products.Select(p => p.CategoryId).Distinct()));
    }

    private static async Task<List<T>> ToListAsync<T>(IAsyncEnumerable<T> source)
    {
        var list = new List<T>();
        await foreach (var item in source)
        {
            list.Add(item);
        }

        return list;
    }

    public void Dispose() => _shop.Dispose();
}
