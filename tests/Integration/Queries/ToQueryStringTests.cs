using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Queries;

public sealed class ToQueryStringTests : IDisposable
{
    private readonly TestShop _shop = new();

    private static readonly Dictionary<string, Func<ShopContext, QueryShapes.IMark, IQueryable>> Queries = new(StringComparer.Ordinal)
    {
        ["a set"] = (db, r) => r.On(db.Products),
        ["a parameter"] = (db, r) =>
        {
            var category = 2;
            return r.On(db.Products.Where(p => p.CategoryId == category));
        },
        ["a list"] = (db, r) =>
        {
            int[] ids = [1, 2, 3];
            return r.On(db.Products.Where(p => ids.Contains(p.Id)));
        },
        ["an include"] = (db, r) => r.On(db.Products.Include(p => p.Tags).OrderBy(p => p.Id)).Skip(1).Take(2),
        ["a projection"] = (db, r) => r.On(db.Categories.Select(c => new { c.Name, c.Products.Count })),
        ["a split query"] = (db, r) => r.On(db.Categories.Include(c => c.Products).AsSplitQuery()),
        ["raw SQL"] = (db, r) => r.On(db.Products.FromSql($"SELECT * FROM Products WHERE Id > {5}")),
        ["a tag"] = (db, r) => r.On(db.Products.TagWith("hello")),
    };

    public static TheoryData<string> Names => [.. Queries.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void ToQueryString_gives_the_same_with_and_without_Remember_and_an_entry(string name)
    {
        var query = Queries[name];
        using var plain = _shop.NewPlain();
        var expected = query(plain, new Plain()).ToQueryString();
        using var db = _shop.New();

        Assert.Equal(expected, query(db, new Remembered()).ToQueryString());
        Load(query(db, new Remembered()));
        Assert.Equal(expected, query(db, new Remembered()).ToQueryString());
        Assert.Equal(expected, query(db, new Plain()).ToQueryString());
    }

    [Fact]
    public void ToQueryString_sends_nothing_and_stores_nothing()
    {
        using var db = _shop.New();
        var before = _shop.Sql.Count;

        _ = db.Products.Remember().ToQueryString();

        Assert.Equal(before, _shop.Sql.Count);
        Assert.Equal(0, _shop.Cache.Statistics.Stores);
        Assert.Equal(1, _shop.Commands(other => other.Products.Remember().ToList()));
    }

    [Fact]
    public void One_query_object_gives_its_rows_after_ToQueryString_and_the_other_way_round()
    {
        using var db = _shop.New();
        var query = db.Products.Where(p => p.CategoryId == 2).Remember();

        var before = query.ToQueryString();
        Assert.Equal(20, query.ToList().Count);
        Assert.Equal(before, query.ToQueryString());
        Assert.Equal(20, query.ToList().Count);
    }

    private static void Load(IQueryable query)
    {
        foreach (var _ in query)
        {
            // To the end.
        }
    }

    private sealed class Plain : QueryShapes.IMark
    {
        public IQueryable<T> On<T>(IQueryable<T> query) => query;
    }

    private sealed class Remembered : QueryShapes.IMark
    {
        public IQueryable<T> On<T>(IQueryable<T> query) => query.Remember(Proof.Minute);
    }

    public void Dispose() => _shop.Dispose();
}
