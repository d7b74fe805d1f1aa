using System.Collections.ObjectModel;
using System.Linq.Expressions;
using System.Net;
using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Keys;

/// <summary>Objects that are written into the query itself, or kept in fields that never change: EF Core compiles them into it.</summary>
public sealed class ConstantTests : KeyTest
{
    private static readonly List<int> Fixed = [1, 2];
    private static readonly IEnumerable<int> FixedExpression = [1, 2];
    private static readonly ReadOnlyCollection<int> FixedWrapped = new([1, 2]);
    private static readonly IEnumerable<int> FixedOrder = new[] { 2, 1 }.Order();
    private static readonly Product FixedProduct = new() { Id = 1 };
    private static readonly IPAddress FixedAddress = IPAddress.Loopback;

    private static readonly Dictionary<string, Func<ShopContext, IQueryable<object>>> Queries = new(StringComparer.Ordinal)
    {
        ["list in the query"] = static db => db.Products.Where(p => new List<int> { 1, 2 }.Contains(p.Id)),
        ["list in the query, searched"] = static db => db.Products.Where(p => new List<int> { 1, 2 }.Any(id => id == p.Id)),
        ["list in a field"] = static db => db.Products.Where(p => Fixed.Contains(p.Id)),
        ["expression in a field"] = static db => db.Products.Where(p => FixedExpression.Contains(p.Id)),
        ["read-only collection in a field"] = static db => db.Products.Where(p => FixedWrapped.Contains(p.Id)),
        ["ordered sequence in a field"] = static db => db.Products.Where(p => FixedOrder.Contains(p.Id)),
        ["ordered sequence in the query"] = static db => db.Products.Where(p => new[] { 2, 1 }.Order().Contains(p.Id)),
        ["entity in a field"] = static db => db.Products.Where(p => p == FixedProduct),
        ["address in a field"] = static db => db.Products.Where(p => p.Name != FixedAddress.ToString()),
        ["tuple"] = static db => db.Products.Where(p => Tuple.Create(p.Id, p.Stock).Equals(Tuple.Create(1, 1))),
        ["tuples"] = static db => db.Products.Where(p => new[] { Tuple.Create(1, 1), Tuple.Create(2, 2) }.Contains(new Tuple<int, int>(p.Id, p.Stock))),
    };

    public static TheoryData<string> Names => [.. Queries.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void They_are_remembered_where_EF_Core_translates_them(string name)
    {
        using (var plain = Shop.NewPlain())
        {
            if (Record.Exception(() => Queries[name](plain).ToList()) is { } error)
            {
                using var db = Shop.New();
                Assert.Equal(error.Message, Record.Exception(() => Queries[name](db).Remember(Ttl).ToList())?.Message);
                return;
            }
        }

        AssertMiss(Queries[name]);
        AssertHit(Queries[name]);
        Assert.Empty(Shop.Cache.Statistics.Bypasses);
    }

    [Fact]
    public void An_array_in_the_projection_is_the_caller_s_alone()
    {
        for (var i = 0; i < 3; i++)
        {
            using var db = Shop.New();
            var result = db.Products.Where(static p => p.Id == 1).Select(WithLabels([1, 2])).Remember(Ttl).Single();

            Assert.Equal([1, 2], result.Labels);
            result.Labels[0] = 99;
        }
    }

    [Fact]
    public void An_array_that_has_changed_since_is_not_handed_out_for_an_equal_one()
    {
        int[] first = [7, 8], second = [7, 8];
        using (var db = Shop.New())
        {
            Assert.Same(first, db.Products.Select(WithLabels(first)).Remember(Ttl).First().Labels);
        }

        first[0] = 99;
        using (var db = Shop.New())
        {
            var labels = db.Products.Select(WithLabels(second)).Remember(Ttl).First().Labels;
            Assert.Same(second, labels);
            Assert.Equal([7, 8], labels);
        }
    }

    [Fact]
    public void Lists_of_other_items_are_other_queries()
    {
        for (var commands = 1; commands >= 0; commands--)
        {
            AssertCommands(commands, static db => db.Products.Where(p => new List<int> { 1, 2 }.Contains(p.Id)));
            AssertCommands(commands, static db => db.Products.Where(p => new List<int> { 1, 3 }.Contains(p.Id)));
            AssertCommands(commands, static db => db.Products.Where(p => new List<int> { 1 }.Contains(p.Id)));
        }
    }

    [Fact]
    public void A_list_that_a_projection_hands_out_is_not_that_of_another_execution()
    {
        for (var commands = 1; commands >= 0; commands--)
        {
            var (rows, sent) = Shop.Count(static db => db.Products.Where(p => p.Id < 3).Select(p => new { p.Id, List = new List<int> { 1, 2 } }).Remember(Ttl).ToList());

            Assert.All(rows, static row => Assert.Equal([1, 2], row.List));
            Assert.Equal(commands, sent);
            rows[0].List.Clear();
        }
    }

    [Fact]
    public void An_entity_that_a_projection_hands_out_is_the_one_of_the_query()
    {
        for (var commands = 1; commands >= 0; commands--)
        {
            var owner = new Product { Id = 1 };
            var parameter = Expression.Parameter(typeof(Product));
            var row = typeof(KeyValuePair<int, Product>);
            var selector = Expression.Lambda<Func<Product, KeyValuePair<int, Product>>>(
                Expression.New(row.GetConstructor([typeof(int), typeof(Product)])!, Expression.Property(parameter, "Id"), Expression.Constant(owner)),
                parameter);
            using var plain = Shop.NewPlain();
            var error = Record.Exception(() => plain.Products.Where(p => p.Id == 2).Select(selector).Single());
            using var db = Shop.New();
            var before = Shop.Sql.Count;

            if (error is null)
            {
                Assert.Same(owner, db.Products.Where(p => p.Id == 2).Select(selector).Remember(Ttl).Single().Value);
                Assert.Equal(commands, Shop.Sql.Count - before);
            }
            else
            {
                Assert.Equal(error.Message, Record.Exception(() => db.Products.Where(p => p.Id == 2).Select(selector).Remember(Ttl).Single())?.Message);
            }
        }
    }

    [Fact]
    public void A_list_that_is_changed_in_place_is_another_query()
    {
        // EF Core alone goes on with the items that the list had when it met it first.
        var list = new List<int> { 1 };
        var parameter = Expression.Parameter(typeof(Product));
        var predicate = Expression.Lambda<Func<Product, bool>>(
            Expression.Call(Expression.Constant(list), nameof(list.Contains), null, Expression.Property(parameter, "Id")), parameter);
        for (var commands = 1; commands >= 0; commands--)
        {
            foreach (var id in new[] { 1, 2 })
            {
                list[0] = id;

                Assert.Equal((id, commands), Shop.Count(db => db.Products.Where(predicate).Select(p => p.Id).Remember(Ttl).Single()));
            }
        }
    }

    // The call of a method of one's own keeps the array out of the SQL.
    private static Expression<Func<Product, Labelled>> WithLabels(int[] labels)
    {
        var product = Expression.Parameter(typeof(Product), "p");
        return Expression.Lambda<Func<Product, Labelled>>(
            Expression.MemberInit(
                Expression.New(typeof(Labelled)),
                Expression.Bind(typeof(Labelled).GetProperty(nameof(Labelled.Labels))!, Expression.Constant(labels)),
                Expression.Bind(
                    typeof(Labelled).GetProperty(nameof(Labelled.Name))!,
                    Expression.Call(typeof(ConstantTests), nameof(Shout), null, Expression.Property(product, nameof(Product.Name))))),
            product);
    }

    private static string Shout(string name) => name + "!";

    private sealed class Labelled
    {
        public int[] Labels { get; init; } = [];

        public string Name { get; init; } = "";
    }
}
