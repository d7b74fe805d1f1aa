using System.Linq.Expressions;
using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query;

namespace FastOrm.Cache.Tests.Integration.Keys;

/// <summary>Expression trees that no compiler has written.</summary>
public sealed class HandmadeTreeTests : KeyTest
{
    private static readonly ParameterExpression Product = Expression.Parameter(typeof(Product), "p");

    [Theory]
    [InlineData("x")]
    [InlineData(null)]
    public void Nested_parameters_of_one_name_are_told_apart(string? name)
    {
        // EF Core alone confuses the two: its cache of compiled queries compares parameters by name.
        var (shadowed, other) = (Expression.Parameter(typeof(Product), name), Expression.Parameter(typeof(Product), name));
        foreach (var commands in new[] { 1, 0 })
        {
            Assert.Equal((100, commands), Count(other, shadowed, "inner"));
            Assert.Equal((1, commands), Count(other, shadowed, "outer"));
        }

        // The products for which there is one with the id 1: any, or only this one.
        (int Products, int Commands) Count(ParameterExpression product, ParameterExpression candidate, string meant) => Shop.Count(db =>
        {
            var id = Expression.Property(meant == "inner" ? candidate : product, "Id");
            var any = Call(
                "Any",
                db.Products.AsQueryable().Expression,
                Expression.Lambda<Func<Product, bool>>(Expression.Equal(id, Expression.Constant(1)), candidate));
            var where = Expression.Lambda<Func<Product, bool>>(any, product);
            return db.Products.Where(where).Remember(Ttl).ToList().Count;
        });
    }

    [Fact]
    public void Calls_of_Queryable_are_keyed_like_those_of_the_compiler()
    {
        AssertMiss(static db => db.Products.Where(static p => p.Id < 3).OrderByDescending(static p => p.Id).Select(static p => p.Name));
        AssertHit(static db =>
        {
            var small = Expression.Lambda<Func<Product, bool>>(Expression.LessThan(Property("Id"), Expression.Constant(3)), Product);
            var where = Call("Where", db.Products.AsQueryable().Expression, small);
            var order = Call("OrderByDescending", where, Expression.Lambda<Func<Product, int>>(Property("Id"), Product), typeof(int));
            var select = Call("Select", order, Expression.Lambda<Func<Product, string>>(Property("Name"), Product), typeof(string));
            return db.Products.AsQueryable().Provider.CreateQuery<string>(select);
        });
    }

    [Fact]
    public void A_terminal_operator_that_is_called_by_hand()
    {
        foreach (var commands in new[] { 1, 0 })
        {
            var (count, sent) = Shop.Count(static db =>
            {
                var query = db.Products.Where(static p => p.Stock == 3).Remember(Ttl);
                return query.Provider.Execute<int>(Expression.Call(typeof(Queryable), "Count", [typeof(Product)], query.Expression));
            });
            Assert.Equal((14, commands), (count, sent));
        }
    }

    [Fact]
    public async Task An_asynchronous_terminal_operator_that_is_called_by_hand()
    {
        foreach (var commands in new[] { 1, 0 })
        {
            var (first, sent) = await Shop.CountAsync(static db =>
            {
                var query = db.Products.Where(static p => p.Stock == 3).OrderBy(static p => p.Id).Remember(Ttl);
                return ((IAsyncQueryProvider)query.Provider).ExecuteAsync<Task<Product>>(
                    Expression.Call(typeof(Queryable), "First", [typeof(Product)], query.Expression));
            });
            Assert.Equal((3, commands), (first.Id, sent));
        }
    }

    [Fact]
    public void A_Remember_that_is_called_by_hand_remembers()
    {
        foreach (var commands in new[] { 1, 0 })
        {
            var (count, sent) = Shop.Count(static db =>
            {
                var mark = Expression.Call(
                    typeof(RememberQueryableExtensions),
                    nameof(RememberQueryableExtensions.Remember),
                    [typeof(Product)],
                    db.Products.Where(static p => p.Stock == 4).Expression,
                    Expression.Constant(Ttl),
                    Expression.NewArrayInit(typeof(string), Expression.Constant("a")));
                return db.Products.AsQueryable().Provider.CreateQuery<Product>(mark).ToList().Count;
            });
            Assert.Equal((14, commands), (count, sent));
        }
    }

    [Fact]
    public void Lambdas_that_are_invoked_in_the_tree()
    {
        var id = 0;
        Expression<Func<Product, int, bool>> isProduct = (p, wanted) => p.Id == wanted;
        AssertFollows(value => id = value, db => db.Products.Where(Expression.Lambda<Func<Product, bool>>(
            Expression.Invoke(isProduct, Product, Expression.Property(Expression.Constant(new Box { Value = id }), "Value")), Product)));
        AssertFollows(value => id = value, db => db.Products.Where(Expression.Lambda<Func<Product, bool>>(
            Expression.Invoke(isProduct, Product, Expression.Constant(id)), Product)));
    }

    [Fact]
    public void A_captured_delegate_that_is_invoked_on_captured_values()
    {
        var id = 0;
        Func<int, int> twice = static x => 2 * x;
        AssertFollows(value => id = value, db => db.Products.Where(p => p.Id == twice(id)));
        twice = static x => 3 * x;
        AssertMiss(db => db.Products.Where(p => p.Id == twice(id)));
    }

    [Fact]
    public void A_predicate_builder()
    {
        foreach (var commands in new[] { 1, 0 })
        {
            foreach (var ids in new int[][] { [1], [1, 2], [2, 3], [3, 2] })
            {
                AssertCommands(commands, db => db.Products.Where(AnyOf(ids)).OrderBy(static p => p.Id));
            }
        }

        static Expression<Func<Product, bool>> AnyOf(int[] ids)
        {
            Expression<Func<Product, bool>> predicate = static _ => false;
            foreach (var id in ids)
            {
                Expression<Func<Product, bool>> one = p => p.Id == id;
                var body = Expression.OrElse(predicate.Body, Expression.Invoke(one, predicate.Parameters));
                predicate = Expression.Lambda<Func<Product, bool>>(body, predicate.Parameters);
            }

            return predicate;
        }
    }

    [Fact]
    public void Members_that_are_named_at_run_time()
    {
        foreach (var commands in new[] { 1, 0 })
        {
            foreach (var name in new[] { "Stock", "CategoryId" })
            {
                AssertCommands(
                    commands,
                    db => db.Products.OrderBy(p => EF.Property<int>(p, name)).ThenBy(static p => p.Id).Select(static p => p.Id).Take(5));
                AssertCommands(commands, db => db.Products.Where(Expression.Lambda<Func<Product, bool>>(
                    Expression.Equal(Property(name), Expression.Constant(1)), Product)));
            }
        }
    }

    [Fact]
    public void A_tree_that_shares_its_nodes_and_one_that_does_not_are_one_query()
    {
        static Expression<Func<Product, bool>> Twice(Expression left, Expression right)
            => Expression.Lambda<Func<Product, bool>>(Expression.AndAlso(left, right), Product);
        var shared = Expression.LessThan(Property("Id"), Expression.Constant(4));

        AssertMiss(db => db.Products.Where(Twice(shared, shared)));
        AssertHit(db => db.Products.Where(Twice(
            Expression.LessThan(Property("Id"), Expression.Constant(4)), Expression.LessThan(Property("Id"), Expression.Constant(4)))));
    }

    [Fact]
    public void Captured_values_that_are_constants_of_the_tree()
    {
        foreach (var commands in new[] { 1, 0 })
        {
            foreach (var ids in new int[][] { [1], [2, 3] })
            {
                AssertCommands(commands, db => db.Products.Where(Expression.Lambda<Func<Product, bool>>(
                    Expression.Call(typeof(Enumerable), "Contains", [typeof(int)], Expression.Constant(ids), Property("Id")), Product)));
            }
        }
    }

    [Fact]
    public void One_tree_in_two_contexts_is_one_query()
    {
        Expression<Func<Product, bool>> predicate = static p => p.Stock == 5;
        AssertMiss(db => db.Products.Where(predicate).OrderBy(static p => p.Name));
        AssertHit(db => db.Products.Where(predicate).OrderBy(static p => p.Name));
    }

    private static MemberExpression Property(string name) => Expression.Property(Product, name);

    private static MethodCallExpression Call(string name, Expression source, Expression lambda, params Type[] more)
        => Expression.Call(typeof(Queryable), name, [typeof(Product), .. more], source, Expression.Quote(lambda));

    private sealed class Box
    {
        public int Value { get; init; }
    }
}
