using System.Linq.Expressions;
using FastOrm.Cache.EfCore.Plans;
using FastOrm.Cache.Tests.Unit.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Unit.Keys;

/// <summary>
/// A query is answered without EF Core's extraction only where the walk over the tree as it was built gives the same bytes as the walk
/// over the extracted tree. These are the shapes for which it must.
/// </summary>
public sealed class ShortCutTests : IDisposable
{
    private static readonly Dictionary<string, Func<ShortCutTests, KeyShop, Expression>> Cases = new(StringComparer.Ordinal)
    {
        ["no values"] = static (_, shop) => shop.Products.Where(p => p.Id == 7).Expression,
        ["int"] = static (_, shop) => Int(shop, 7),
        ["string"] = static (_, shop) => Local(shop, "a"),
        ["null string"] = static (_, shop) => Local(shop, null),
        ["nullable lift"] = static (_, shop) => Lift(shop, 7),
        ["nullable"] = static (_, shop) => Nullable(shop, 7),
        ["nullable without a value"] = static (_, shop) => Nullable(shop, null),
        ["the value of a nullable"] = static (_, shop) => NullableValue(shop, 7),
        ["enum"] = static (_, shop) => Enum(shop, KeyKind.Special),
        ["Guid and date"] = static (_, shop) => GuidAndDate(shop, Guid.Empty, DateTime.UnixEpoch),
        ["decimal and bool"] = static (_, shop) => DecimalAndBool(shop, 1.0m, isHidden: true),
        ["bytes"] = static (_, shop) => Image(shop, [1, 2]),
        ["entity"] = static (_, shop) => Entity(shop, new KeyProduct { Id = 3 }),
        ["automatic property of a captured object"] = static (_, shop) => Property(shop, new Filter { Id = 5 }),
        ["property of a captured record"] = static (_, shop) => Record(shop, new KeyRow(5, "a")),
        ["chain of properties"] = static (_, shop) => Chain(shop, new Filter { Inner = new Filter { Id = 5 } }),
        ["field of this"] = static (test, shop) => shop.Products.Where(p => p.Id == test._field).Expression,
        ["own field of this"] = static (test, shop) => test.Own(shop),
        ["nested closures"] = static (_, shop) => Nested(shop, 1, 2),
        ["one variable twice"] = static (_, shop) => Twice(shop, 1),
        ["two variables with one value"] = static (_, shop) => Nested(shop, 1, 1),
        ["array Contains"] = static (_, shop) => ArrayContains(shop, [1, 2]),
        ["string array Contains"] = static (_, shop) => ArrayContains(shop, ["a", null]),
        ["list Contains"] = static (_, shop) => ListContains(shop, [1, 2]),
        ["set Contains"] = static (_, shop) => SetContains(shop, [1, 2]),
        ["inline array Contains"] = static (_, shop) => InlineContains(shop, 1, 2),
        ["Skip and Take of constants"] = static (_, shop) => shop.Products.OrderBy(p => p.Id).Skip(5).Take(10).Expression,
        ["Skip and Take of one constant"] = static (_, shop) => shop.Products.OrderBy(p => p.Id).Skip(5).Take(5).Expression,
        ["Skip and Take of variables"] = static (_, shop) => Page(shop, 5, 10),
        ["Like"] = static (_, shop) => Like(shop, "a%"),
        ["StartsWith"] = static (_, shop) => StartsWith(shop, "a"),
        ["EF.Property"] = static (_, shop) => shop.Products.Where(p => EF.Property<int>(p, "Stock") == 1).Expression,
        ["EF.Constant"] = static (_, shop) => Constant(shop, 1),
        ["Include"] = static (_, shop) => shop.Products.Include(p => p.Category).ThenInclude(c => c!.Products).Expression,
        ["Include by name"] = static (_, shop) => shop.Categories.Include("Products").Expression,
        ["anonymous projection"] = static (_, shop) => shop.Products.Select(p => new { p.Id, Total = p.Price * p.Stock }).Expression,
        ["record projection"] = static (_, shop) => shop.Products.Select(p => new KeyRow(p.Id, p.Name)).Expression,
        ["member initializer"] = static (_, shop) => shop.Products.Select(p => new KeyCategory { Id = p.Id, Name = p.Name }).Expression,
        ["GroupBy"] = static (_, shop) => shop.Products.GroupBy(p => p.CategoryId).Select(g => new { g.Key, Count = g.Count() }).Expression,
        ["options"] = static (_, shop) => shop.Products.AsNoTracking().IgnoreAutoIncludes().TagWith("tag").AsSplitQuery().Expression,
        ["FromSql with parameters"] = static (_, shop) => FromSql(shop, 1, "a"),
        ["FromSqlRaw with parameters"] = static (_, shop) => shop.Products.FromSqlRaw("SELECT * FROM Products WHERE Id = {0}", 1).Expression,
        ["SqlQuery"] = static (_, shop) => shop.Database.SqlQuery<int>($"SELECT Id AS Value FROM Products WHERE Id > {1}").Expression,
        ["First"] = static (_, shop) => KeyLab.End(shop.Products.Where(p => p.Id == 1), "First"),
        ["Count"] = static (_, shop) => KeyLab.End(shop.Products, "Count"),
        ["ElementAt"] = static (_, shop) => KeyLab.End(shop.Products.OrderBy(p => p.Id), "ElementAt", Expression.Constant(3)),
    };

    private readonly KeyLab _lab = new();
    private readonly int _field = 5;

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Both_walks_write_the_same_bytes_and_every_parameter_is_bound(string name)
    {
        var query = Cases[name](this, _lab.Shop);

        var raw = _lab.Raw(query);
        var extracted = _lab.Extracted(query);

        Assert.NotNull(raw);
        Assert.Null(extracted.Refusal);
        Assert.Equal(Convert.ToHexString(extracted.Shape.Span), Convert.ToHexString(raw.Shape.Span));
        Assert.Equal(Convert.ToHexString(extracted.Values.Span), Convert.ToHexString(raw.Values.Span));
        Assert.True(raw.IsSameQuery(extracted));
        var bindings = Plan.Bindings(raw, extracted);
        Assert.NotNull(bindings);
        Assert.Equal(extracted.ParameterNames.Distinct(StringComparer.Ordinal), bindings.Select(static binding => binding.Name));
    }

    [Fact]
    public void A_variable_that_occurs_twice_is_read_and_copied_once()
    {
        // Whoever changes it meanwhile: EF Core sends one parameter, so both places are keyed with what it holds.
        List<int> ids = [1];

        var raw = _lab.Raw(_lab.Shop.Products.Where(p => ids.Contains(p.Id) || ids.Contains(p.Stock)).Expression)!;

        Assert.Equal([0, 0], raw.Classes);
        Assert.NotSame(ids, raw.Sent[0]);
        Assert.Same(raw.Sent[0], raw.Sent[1]);
    }

    public void Dispose() => _lab.Dispose();

    private static Expression Int(KeyShop shop, int x)
        => shop.Products.Where(p => p.Id == x).Expression;

    private static Expression Local(KeyShop shop, string? x) => shop.Products.Where(p => p.Name == x).Expression;

    private static Expression Lift(KeyShop shop, int x) => shop.Products.Where(p => p.Rank == x).Expression;

    private static Expression Nullable(KeyShop shop, int? x) => shop.Products.Where(p => p.Rank == x).Expression;

    private static Expression NullableValue(KeyShop shop, int? x) => shop.Products.Where(p => p.Id == x!.Value).Expression;

    private static Expression Enum(KeyShop shop, KeyKind x) => shop.Products.Where(p => p.Kind == x).Expression;

    private static Expression GuidAndDate(KeyShop shop, Guid code, DateTime since)
        => shop.Products.Where(p => p.Code == code && p.Created > since).Expression;

    private static Expression DecimalAndBool(KeyShop shop, decimal price, bool isHidden)
        => shop.Products.Where(p => p.Price > price && p.IsHidden == isHidden).Expression;

    private static Expression Image(KeyShop shop, byte[] image) => shop.Products.Where(p => p.Image == image).Expression;

    private static Expression Entity(KeyShop shop, KeyProduct product) => shop.Products.Where(p => p == product).Expression;

    private static Expression Property(KeyShop shop, Filter filter) => shop.Products.Where(p => p.Id == filter.Id).Expression;

    private static Expression Record(KeyShop shop, KeyRow row) => shop.Products.Where(p => p.Id == row.Id && p.Name == row.Name).Expression;

    private static Expression Chain(KeyShop shop, Filter filter) => shop.Products.Where(p => p.Id == filter.Inner!.Id).Expression;

    private static Expression Nested(KeyShop shop, int outer, int inner)
    {
        Expression? result = null;
        foreach (var each in new[] { inner })
        {
            result = shop.Products.Where(p => p.Id == outer || p.Stock == each).Expression;
        }

        return result!;
    }

    private static Expression Twice(KeyShop shop, int x) => shop.Products.Where(p => p.Id == x || p.Stock == x).Expression;

    private static Expression ArrayContains(KeyShop shop, int[] ids) => shop.Products.Where(p => ids.Contains(p.Id)).Expression;

    private static Expression ArrayContains(KeyShop shop, string?[] notes) => shop.Products.Where(p => notes.Contains(p.Note)).Expression;

    private static Expression ListContains(KeyShop shop, List<int> ids) => shop.Products.Where(p => ids.Contains(p.Id)).Expression;

    private static Expression SetContains(KeyShop shop, HashSet<int> ids) => shop.Products.Where(p => ids.Contains(p.Id)).Expression;

    private static Expression InlineContains(KeyShop shop, int a, int b) => shop.Products.Where(p => new[] { a, b }.Contains(p.Id)).Expression;

    private static Expression Page(KeyShop shop, int skip, int take) => shop.Products.OrderBy(p => p.Id).Skip(skip).Take(take).Expression;

    private static Expression Like(KeyShop shop, string pattern) => shop.Products.Where(p => EF.Functions.Like(p.Name, pattern)).Expression;

    private static Expression StartsWith(KeyShop shop, string start) => shop.Products.Where(p => p.Name.StartsWith(start)).Expression;

    private static Expression Constant(KeyShop shop, int x) => shop.Products.Where(p => p.Id == EF.Constant(x)).Expression;

    private static Expression FromSql(KeyShop shop, int id, string name)
        => shop.Products.FromSql($"SELECT * FROM Products WHERE Id = {id} OR Name = {name}").Where(p => p.Stock > 0).Expression;

    private Expression Own(KeyShop shop) => shop.Products.Where(p => p.Id == _field).Expression;

    private sealed class Filter
    {
        public int Id { get; set; }

        public Filter? Inner { get; init; }
    }
}
