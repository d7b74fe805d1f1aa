using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Queries;

/// <summary>What a query captures is read anew in each execution.</summary>
public sealed class CapturedValueTests : IDisposable
{
    private static int s_id;
    private readonly TestShop _shop = new();

    [Fact]
    public void One_query_object_sees_the_new_value_of_a_captured_variable()
    {
        using var db = _shop.New();
        var category = 1;
        var query = db.Products.Where(p => p.CategoryId == category).Remember().AsNoTracking();
        foreach (var expected in new[] { 1, 2, 1, 3, 2 })
        {
            category = expected;
            Assert.All(query.ToList(), p => Assert.Equal(expected, p.CategoryId));
        }

        Assert.Equal(3, _shop.Cache.Statistics.Stores);
    }

    [Fact]
    public void A_captured_list_that_was_changed_is_another_value()
    {
        using var db = _shop.New();
        var ids = new List<int> { 1, 2 };
        var query = db.Products.Where(p => ids.Contains(p.Id)).Remember();
        Assert.Equal(2, query.Count());
        ids.Add(3);
        Assert.Equal(3, query.Count());
        ids.RemoveRange(1, 2);
        Assert.Equal(1, query.Count());
    }

    [Fact]
    public void A_static_field_is_read_anew()
    {
        using var db = _shop.New();
        var query = db.Products.Where(p => p.Id == s_id).Remember().Select(p => p.Id);
        foreach (var id in new[] { 5, 6, 5 })
        {
            s_id = id;
            Assert.Equal(id, query.Single());
        }
    }

    [Fact]
    public void Null_and_a_value_are_told_apart()
    {
        foreach (var _ in new[] { 1, 2 })
        {
            Assert.Equal(25, Count(null));
            Assert.Equal(1, Count("note 1"));
            Assert.Equal(0, Count("null"));
            Assert.Equal(0, Count(""));
        }

        int Count(string? note) => _shop.Count(db => db.Products.Count(p => p.Note == note)).Result is var expected
            && _shop.Count(db => db.Products.Where(p => p.Note == note).Remember().Count()).Result is var actual && expected == actual ? actual : -1;
    }

    [Fact]
    public void A_nullable_number_enum_date_guid_and_text_are_compared_by_value()
    {
        foreach (var round in new[] { 1, 0 })
        {
            foreach (var (kind, stock, code, day, text) in new (ProductKind?, int?, Guid?, DateTime?, string)[]
            {
                (ProductKind.Plain, null, null, null, "1"),
                (null, 3, null, null, "1"),
                (null, null, new Guid(7, 0, 0, new byte[8]), null, "1"),
                (null, null, null, new DateTime(2026, 1, 9, 0, 0, 0, DateTimeKind.Utc), "1"),
                (null, null, null, null, "product 01"),
                (null, null, null, null, "product_01"),
            })
            {
                IQueryable<int> Query(IQueryable<Product> products) => products
                    .Where(p => p.Kind == kind || p.Stock == stock || p.Code == code || p.Created == day || p.Name.StartsWith(text))
                    .OrderBy(p => p.Id).Select(p => p.Id);
                using var plain = _shop.NewPlain();
                var (ids, commands) = _shop.Count(db => Query(db.Products.Remember()).ToList());

                Assert.Equal(Query(plain.Products).ToList(), ids);
                Assert.Equal(round, commands);
            }
        }
    }

    [Fact]
    public void Skip_and_Take_are_compared_by_value()
    {
        foreach (var round in new[] { 1, 0 })
        {
            for (var page = 0; page < 3; page++)
            {
                var (ids, commands) = _shop.Count(
                    db => db.Products.OrderBy(p => p.Id).Remember().Skip(page * 10).Take(10).Select(p => p.Id).ToList());

                Assert.Equal(Enumerable.Range(1 + page * 10, 10), ids);
                Assert.Equal(round, commands);
            }
        }
    }

    [Fact]
    public void A_captured_object_that_the_projection_calls_is_the_caller_s_own()
    {
        foreach (var mark in new[] { "a", "b", "a" })
        {
            var formatter = new Formatter(mark);
            Assert.Equal(
                $"{mark} product 001",
                _shop.Count(db => db.Products.Where(p => p.Id == 1).Remember().Select(p => formatter.Format(p.Name)).Single()).Result);
        }
    }

    [Fact]
    public void A_query_of_the_navigation_of_a_tracked_entity_is_that_entity_s_own()
    {
        foreach (var round in new[] { 1, 0 })
        {
            foreach (var id in new[] { 1, 2 })
            {
                using var db = _shop.New();
                var category = db.Categories.Single(c => c.Id == id);
                var before = _shop.Sql.Count;

                var products = db.Entry(category).Collection(c => c.Products).Query().Remember().ToList();

                Assert.Equal(20, products.Count);
                Assert.All(products, p => Assert.Same(category, p.Category));
                Assert.Equal(round, _shop.Sql.Count - before);
            }
        }
    }

    [Fact]
    public void A_query_that_is_typed_by_a_base_type_hits()
    {
        Assert.Equal(1, _shop.Commands(Query));
        Assert.All(_shop.OnHit(Query), item => Assert.IsType<Category>(item));

        static List<object> Query(ShopContext db)
        {
            IQueryable<object> query = db.Categories;
            return query.Remember().ToList();
        }
    }

    private sealed class Formatter(string mark)
    {
        public string Format(string name) => $"{mark} {name}";
    }

    public void Dispose() => _shop.Dispose();
}
