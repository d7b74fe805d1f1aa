using System.Linq.Expressions;
using FastOrm.Cache.Tests.Unit.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Unit.Keys;

/// <summary>Queries with types that the compiler has made up or that are put together of others.</summary>
internal static class ProcessQueries
{
    public static IReadOnlyList<(string Name, Func<KeyShop, Expression> Make)> All { get; } =
    [
        ("anonymous type", static shop => shop.Products.Select(p => new { p.Id, p.Name }).Expression),
        ("another anonymous type", static shop => shop.Products.Select(p => new { p.Name, p.Id }).Expression),
        ("anonymous type in another", static shop => shop.Products.Select(p => new { p.Id, Of = new { p.Stock } }).Expression),
        ("anonymous key of a group", static shop => shop.Products
            .GroupBy(p => new { p.Kind, p.CategoryId }).Select(g => g.Key).Expression),
        ("tuple", static shop => shop.Products.Select(p => ValueTuple.Create(p.Id, p.Name)).Expression),
        ("generic projection", static shop => Generic<KeyProduct>.Query(shop.Products, 3)),
        ("generic projection of another type", static shop => Generic<KeySpecialProduct>.Query(shop.Set<KeySpecialProduct>(), 3)),
        ("generic method of a generic type", static shop => Generic<KeyProduct>.As<Dictionary<string, int?[]>>(shop.Products)),
        ("generic method of an enum", static shop => Generic<KeyProduct>.As<KeyKind>(shop.Products)),
        ("enum of bytes", static shop => Captured(shop, ByteKind.Special)),
        ("large enum", static shop => Captured(shop, ULongKind.Special)),
        ("enum of another assembly", static shop => Captured(shop, DayOfWeek.Friday)),
        ("enums in a list", static shop => Captured(shop, new List<KeyKind> { KeyKind.Special })),
        ("strongly typed id", static shop => Captured(shop, new Code<KeyProduct>(7))),
        ("nested tuple", static shop => Captured(shop, (1, ("a", (long?)null)))),
        ("nested arrays", static shop => Captured(shop, new int?[][] { [1, null], [] })),
        ("type", static shop => Captured(shop, typeof(Generic<>))),
        ("entity", static shop => Captured(shop, new KeyPair { Left = 1, Right = "b" })),
        ("closures of a loop", static shop => Loop(shop)),
        ("closure of this", static shop => new Closure(5).Query(shop)),
        ("local function", static shop => Local(shop)),
        ("left join", static shop => shop.Products
            .GroupJoin(shop.Categories, p => p.CategoryId, c => c.Id, (p, c) => new { p, c })
            .SelectMany(x => x.c.DefaultIfEmpty(), (x, c) => x.p.Id).Expression),
        ("named filters", static shop => shop.Products.IgnoreQueryFilters(["one", "two"]).Expression),
        ("functions", static shop => shop.Products.Where(p => EF.Functions.Like(p.Name, "a%") || p.Price > 1m).Expression),
    ];

    private static Expression Captured<T>(KeyShop shop, T value)
        => shop.Products.Select(p => new { p.Id, Value = value }).Expression;

    private static Expression Loop(KeyShop shop)
    {
        IQueryable<KeyProduct> query = shop.Products;
        foreach (var word in new[] { "a", "b" })
        {
            for (var i = 0; i < 2; i++)
            {
                var stock = i;
                query = query.Where(p => p.Name.Contains(word) || p.Stock == stock);
            }
        }

        return query.Expression;
    }

    private static Expression Local(KeyShop shop)
    {
        return Where(3).Expression;

        IQueryable<KeyProduct> Where(int id) => shop.Products.Where(p => p.Id == id);
    }

    private static class Generic<T>
        where T : KeyProduct
    {
        public static Expression Query(IQueryable<T> source, int id)
            => source.Where(p => p.Id == id).Select(p => new { Item = p, id }).Expression;

        public static Expression As<TValue>(IQueryable<T> source)
            => source.Select(p => new Holder<TValue> { Id = p.Id }).Expression;
    }

    private sealed class Holder<TValue>
    {
        public int Id { get; init; }

        public TValue? Value { get; init; }
    }

    private sealed class Closure(int id)
    {
        private string Name { get; } = "a";

        public Expression Query(KeyShop shop) => shop.Products.Where(p => p.Id == id && p.Name == Name).Expression;
    }

    private readonly record struct Code<T>(int Value);
}
