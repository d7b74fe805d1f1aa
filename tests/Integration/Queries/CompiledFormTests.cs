using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Queries;

/// <summary>Every form of a compiled query hits, and gives what it gives without <c>Remember</c>.</summary>
public sealed class CompiledFormTests : IDisposable
{
    private static readonly Dictionary<string, Func<ShopContext, int, object?>> Forms = new(StringComparer.Ordinal)
    {
        ["a list"] = Run(EF.CompileQuery((ShopContext db, int c) => db.Products.Where(p => p.CategoryId == c).Remember())),
        ["a list without tracking"] = Run(EF.CompileQuery(
            (ShopContext db, int c) => db.Products.AsNoTracking().Where(p => p.CategoryId == c).Remember())),
        ["an include"] = Run(EF.CompileQuery(
            (ShopContext db, int c)
                => db.Categories.Include(x => x.Products).ThenInclude(p => p.Tags).Where(x => x.Id == c).Remember())),
        ["a split query"] = Run(EF.CompileQuery(
            (ShopContext db, int c)
                => db.Categories.Include(x => x.Products).ThenInclude(p => p.Tags).AsSplitQuery()
                    .Where(x => x.Id >= c).Remember())),
        ["a projection"] = Run(EF.CompileQuery(
            (ShopContext db, int c)
                => db.Products.Where(p => p.CategoryId == c)
                    .Select(p => new { p.Name, p.Price, Length = p.Name.Length + c }).Remember())),
        ["a nested collection"] = Run(EF.CompileQuery(
            (ShopContext db, int c)
                => db.Categories.Where(x => x.Id == c).Remember()
                    .Select(x => new { x.Name, Names = x.Products.Select(p => p.Name).ToList() }))),
        ["groups"] = Run(EF.CompileQuery(
            (ShopContext db, int c)
                => db.Products.Where(p => p.CategoryId != c).GroupBy(p => p.CategoryId)
                    .Select(g => new { g.Key, Sum = g.Sum(p => p.Stock) }).Remember())),
        ["a page"] = Run(EF.CompileQuery((ShopContext db, int c) => db.Products.OrderBy(p => p.Name).Skip(c).Take(5).Remember())),
        ["a count"] = Boxed(EF.CompileQuery((ShopContext db, int c) => db.Products.Where(p => p.Id > c).Remember().Count())),
        ["any"] = Boxed(EF.CompileQuery((ShopContext db, int c) => db.Products.Remember().Any(p => p.Id == 60 * c))),
        ["a maximum"] = Boxed(EF.CompileQuery(
            (ShopContext db, int c) => db.Products.Remember().Where(p => p.CategoryId == c).Max(p => p.Price))),
        ["the first"] = Boxed(EF.CompileQuery(
            (ShopContext db, int c) => db.Products.OrderBy(p => p.Id).Remember().First(p => p.CategoryId == c))),
        ["none"] = Boxed(EF.CompileQuery(
            (ShopContext db, int c) => db.Products.Remember().FirstOrDefault(p => p.CategoryId == -c))),
        ["a subquery of the context"] = Run(EF.CompileQuery(
            (ShopContext db, int c)
                => db.Categories.Where(x => db.Products.Any(p => p.CategoryId == x.Id && p.Id == c)).Remember())),
        ["the context in a projection"] = Run(EF.CompileQuery(
            (ShopContext db, int c)
                => db.Categories.Where(x => x.Id <= c)
                    .Select(x => new { x.Id, Count = db.Products.Count(p => p.CategoryId == x.Id) }).Remember())),
        ["one parameter twice"] = Run(EF.CompileQuery(
            (ShopContext db, int c) => db.Products.Where(p => p.CategoryId == c || p.Stock == c).Remember())),
        ["a set operation"] = Run(EF.CompileQuery(
            (ShopContext db, int c)
                => db.Products.Where(p => p.CategoryId == c).Select(p => p.Id).Union(db.Tags.Select(t => t.Id)).Remember())),
        ["an async list"] = RunAsync(EF.CompileAsyncQuery(
            (ShopContext db, int c) => db.Products.Where(p => p.CategoryId == c).Remember())),
        ["an async split query"] = RunAsync(EF.CompileAsyncQuery(
            (ShopContext db, int c) => db.Categories.Include(x => x.Products).AsSplitQuery().Where(x => x.Id >= c).Remember())),
        ["an async first"] = BoxedAsync(EF.CompileAsyncQuery(
            (ShopContext db, int c) => db.Products.OrderBy(p => p.Id).Remember().First(p => p.CategoryId == c))),
        ["an async sum"] = BoxedAsync(EF.CompileAsyncQuery(
            (ShopContext db, int c) => db.Products.Remember().Where(p => p.CategoryId == c).Sum(p => p.Stock))),
    };

    private readonly TestShop _shop = new();

    public static TheoryData<string> Names => [.. Forms.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_hit_gives_what_the_database_gives(string name)
    {
        var form = Forms[name];
        var results = new List<string>();
        foreach (var isHit in new[] { false, true })
        {
            foreach (var category in new[] { 1, 3 })
            {
                using var db = isHit ? _shop.NewForbidden() : _shop.New();
                using var uncached = _shop.New();
                string expected;
                using (RememberScope.Suppress())
                {
                    expected = Proof.Describe(form(uncached, category)) + Proof.Tracked(uncached);
                }

                Assert.Equal(expected, Proof.Describe(form(db, category)) + Proof.Tracked(db));
                results.Add(expected);
            }
        }

        Assert.Equal(name == "none" ? 1 : 2, results.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(0, _shop.Cache.Statistics.Bypasses.Values.Sum());
    }

    public void Dispose() => _shop.Dispose();

    private static Func<ShopContext, int, object?> Boxed<T>(Func<ShopContext, int, T> query) => (db, c) => query(db, c);

    private static Func<ShopContext, int, object?> Run<T>(Func<ShopContext, int, IEnumerable<T>> query) => (db, c) => query(db, c).ToList();

    private static Func<ShopContext, int, object?> BoxedAsync<T>(Func<ShopContext, int, Task<T>> query)
        => (db, c) => query(db, c).GetAwaiter().GetResult();

    private static Func<ShopContext, int, object?> RunAsync<T>(Func<ShopContext, int, IAsyncEnumerable<T>> query)
        => (db, c) => query(db, c).ToListAsync().AsTask().GetAwaiter().GetResult();
}
