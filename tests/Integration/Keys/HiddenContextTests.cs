using System.Linq.Expressions;
using System.Runtime.InteropServices;
using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Keys;

/// <summary>Queries whose context and values stand elsewhere: in methods, services, constructors, state machines.</summary>
public sealed class HiddenContextTests : KeyTest
{
    private readonly int[] _numbers = [0];
    private int _value;

    private int Computed => _numbers[0] + 1;

    [Fact]
    public void A_query_that_a_service_returns()
        => AssertFollows(value => _value = value, db => new ProductService(db).InCategory(_value).Where(static p => p.Stock > 2));

    [Fact]
    public void A_query_that_a_generic_repository_returns()
        => AssertFollows(value => _value = value, db => new Repository<Product>(db).Where(p => p.Id == _value || p.Stock == _value));

    [Fact]
    public void A_query_that_a_remembering_service_returns_is_remembered()
    {
        foreach (var commands in new[] { 1, 0 })
        {
            foreach (var category in new[] { 1, 2 })
            {
                var (ids, sent) = Shop.Count(
                    db => new ProductService(db).Remembered(category).OrderBy(static p => p.Id).Select(static p => p.Id).ToList());
                Assert.Equal((20, commands), (ids.Count, sent));
                Assert.All(ids, id => Assert.Equal(category, 1 + id % 5));
            }
        }
    }

    [Fact]
    public void Parameters_of_a_primary_constructor_and_fields_of_a_base_class()
        => AssertFollows(value => _value = value, db => new DerivedSearch(db, _value).Find(2));

    [Fact]
    public void A_local_function_and_what_it_captures()
    {
        var id = 0;
        AssertFollows(value => id = value, db => Query(db, _ => id));

        static IQueryable<Product> Query(ShopContext db, Func<int, int> read)
        {
            var own = read(0);
            return Narrow(db.Products);

            IQueryable<Product> Narrow(IQueryable<Product> products) => products.Where(p => p.Id == own || p.Id == own + 1);
        }
    }

    [Fact]
    public void Closures_within_closures()
    {
        var outer = 0;
        AssertFollows(value => outer = value, db =>
        {
            var middle = outer * 2;
            Func<int, IQueryable<Product>> make = inner => db.Products.Where(p => p.Id == outer || p.Id == middle || p.Id == inner);
            return make(outer + middle);
        });
    }

    [Fact]
    public void A_property_that_computes_and_an_element_of_a_field()
    {
        AssertFollows(value => _numbers[0] = value, db => db.Products.Where(p => p.Id == Computed));
        AssertFollows(value => _numbers[0] = value, db => db.Products.Where(p => p.Stock == _numbers[0]));
    }

    [Fact]
    public void A_record_that_is_copied_with_another_value()
    {
        var filter = new Filter(0, "product");
        AssertFollows(
            value => filter = filter with { Category = value },
            db => db.Products.Where(p => p.CategoryId == filter.Category && p.Name.StartsWith(filter.Name)));
        var point = new PointFilter(0, 3);
        AssertFollows(
            value => point = point with { Category = value },
            db => db.Products.Where(p => p.CategoryId == point.Category && p.Stock > point.Stock));
    }

    [Fact]
    public void Items_of_tuples_and_of_anonymous_objects()
    {
        var pair = (Id: 0, Stock: 100);
        AssertFollows(value => pair.Id = value, db => db.Products.Where(p => p.Id == pair.Id || p.Stock == pair.Stock));
        var filter = new { Id = 0 };
        AssertFollows(value => filter = new { Id = value }, db => db.Products.Where(p => p.Id == filter.Id));
    }

    [Fact]
    public async Task Variables_of_an_async_method_before_and_after_an_await()
    {
        foreach (var commands in new[] { 1, 0 })
        {
            foreach (var category in new[] { 1, 2 })
            {
                var before = Shop.Sql.Count;
                Assert.Equal(20 + 20, await Count(category));
                Assert.Equal(2 * commands, Shop.Sql.Count - before);
            }
        }

        async Task<int> Count(int category)
        {
            await using var db = Shop.New();
            var first = await db.Products.Where(p => p.CategoryId == category).Remember(Ttl).CountAsync();
            await Task.Yield();
            category++;
            return first + await db.Products.Where(p => p.CategoryId == category).Remember(Ttl).Select(static p => p.Id).CountAsync();
        }
    }

    [Fact]
    public void Branches_that_depend_on_captured_values()
    {
        string? name = null;
        var all = false;
        IQueryable<int> Query(ShopContext db)
            => db.Products.Where(p => all || p.Name == (name ?? "product 001")).Select(static p => p.Id);
        for (var commands = 1; commands >= 0; commands--)
        {
            foreach (var (setting, text) in new[] { (false, null), (true, null), (false, "product 002"), (true, "product 002") })
            {
                (all, name) = (setting, text);
                var (ids, sent) = Shop.Count(db => Query(db).Remember(Ttl).ToList());
                Assert.Equal(setting ? 100 : 1, ids.Count);
                Assert.Equal(setting || text is null ? ids[0] : 2, ids[0]);
                Assert.True(sent <= commands, $"{sent} commands");
            }
        }
    }

    [Fact]
    public void A_query_over_another_query_of_the_same_context()
    {
        var stock = 0;
        AssertFollows(value => stock = value, db =>
        {
            var inner = db.Products.Where(p => p.Stock == stock);
            return db.Categories.Where(c => inner.Any(p => p.CategoryId == c.Id)).Select(c => c.Id);
        });
        AssertFollows(
            value => stock = value,
            db => db.Categories.Where(c => new ProductService(db).Products.Any(p => p.CategoryId == c.Id && p.Id == stock))
                .Select(c => c.Id));
    }

    [Fact]
    public void A_list_that_a_method_returns_is_asked_for_each_time()
    {
        var ids = new List<int> { 0 };
        var copies = new Copies(ids);
        AssertFollows(value => ids[0] = value, db => db.Products.Where(p => copies.Make().Contains(p.Id)));
    }

    [Fact]
    public void An_expression_that_is_held_in_a_variable_a_property_or_a_static()
    {
        Expression<Func<Product, bool>> predicate = static p => p.Id == 0;
        AssertFollows(value => predicate = p => p.Id == value, db => db.Products.Where(predicate));
        AssertFollows(
            value => Specification.Current = new Specification(value),
            static db => db.Products.Where(Specification.Current.Criterion));
        AssertFollows(
            value => Specification.Current = new Specification(value),
            static db => db.Categories.Where(static c => c.Products.AsQueryable().Any(Specification.Current.Criterion))
                .Select(static c => c.Id));
    }

    private sealed class ProductService(ShopContext db)
    {
        public IQueryable<Product> Products => db.Products;

        public IQueryable<Product> InCategory(int category) => Products.Where(p => p.CategoryId == category);

        public IQueryable<Product> Remembered(int category) => InCategory(category).Remember(Ttl);
    }

    private sealed class Repository<T>(DbContext db)
        where T : class
    {
        public IQueryable<T> Where(Expression<Func<T, bool>> predicate) => db.Set<T>().Where(predicate);
    }

    private abstract class Search(int category)
    {
        protected int Category { get; } = category;
    }

    private sealed class DerivedSearch(ShopContext db, int category) : Search(category)
    {
        public IQueryable<Product> Find(int stock) => db.Products.Where(p => p.CategoryId == Category && p.Stock > stock);
    }

    private sealed class Copies(List<int> ids)
    {
        public List<int> Make() => [.. ids];
    }

    private sealed record Filter(int Category, string Name);

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct PointFilter(int Category, int Stock);

    private sealed class Specification(int id)
    {
        public static Specification Current { get; set; } = new(0);

        public Expression<Func<Product, bool>> Criterion => p => p.Stock == id;
    }
}
