using System.Linq.Expressions;
using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;

namespace FastOrm.Cache.Tests.Integration.Keys;

/// <summary>Which values a query has and where they stand counts; how its variables are called does not.</summary>
public sealed class ParameterTests : KeyTest
{
    [Fact]
    public void Names_of_lambda_parameters_and_variables_do_not_matter()
    {
        var (first, another) = (3, 3);

        AssertMiss(db => db.Products.Where(p => p.Id == first));
        AssertHit(db => db.Products.Where(p => p.Id == first));
        AssertHit(db => db.Products.Where(x => x.Id == another));
        AssertHit(shop => shop.Products.Where(product => product.Id == another));
    }

    [Fact]
    public void Names_of_variables_do_not_matter_where_EF_Core_makes_a_value_of_its_own_from_them()
    {
        var (first, another) = ("product 01", "product 01");

        AssertMiss(db => db.Products.Where(p => p.Name.StartsWith(first)));
        AssertHit(db => db.Products.Where(p => p.Name.StartsWith(another)));
    }

    [Fact]
    public void Names_of_variables_do_not_matter_for_lists()
    {
        List<int> first = [1, 2], another = [1, 2];

        AssertMiss(db => db.Products.Where(p => first.Contains(p.Id)));
        AssertHit(db => db.Products.Where(p => another.Contains(p.Id)));
    }

    [Fact]
    public void A_constant_and_a_variable_are_answered_apart_and_both_rightly()
    {
        var id = 3;

        AssertMiss(db => db.Products.Where(p => p.Id == 3));
        AssertMiss(db => db.Products.Where(p => p.Id == id));
        AssertHit(db => db.Products.Where(p => p.Id == 3));
        AssertHit(db => db.Products.Where(p => p.Id == id));
    }

    [Theory]
    [InlineData(1, 1, 2)]
    [InlineData(1, 2, 1)]
    [InlineData(2, 1, 1)]
    [InlineData(5, 6, 7)]
    public void One_variable_twice_and_two_variables_are_never_mixed_up(int a, int x, int y)
    {
        Func<ShopContext, IQueryable<Product>>[] queries =
        [
            db => db.Products.Where(p => p.Id == a || p.Stock == a),
            db => db.Products.Where(p => p.Id == x || p.Stock == y),
            db => db.Products.Where(p => p.Id == y || p.Stock == x),
            db => db.Products.Where(p => p.Id == x || p.Stock == x),
        ];
        foreach (var order in Permutations([0, 1, 2, 3]))
        {
            Shop.Cache.ClearAsync().AsTask().GetAwaiter().GetResult();
            foreach (var index in order)
            {
                AssertRight(queries[index]);
            }
        }
    }

    [Fact]
    public void Two_variables_follow_their_values_also_after_they_were_equal()
    {
        IQueryable<Product> Query(ShopContext db, int x, int y) => db.Products.Where(p => p.Id == x || p.Stock == y);

        AssertMiss(db => Query(db, 1, 1));
        AssertMiss(db => Query(db, 1, 2));
        AssertMiss(db => Query(db, 2, 1));
        AssertHit(db => Query(db, 1, 1));
        AssertHit(db => Query(db, 1, 2));
        AssertHit(db => Query(db, 2, 1));
    }

    [Fact]
    public void Constants_outside_of_lambdas_are_values_that_may_be_equal()
    {
        AssertMiss(db => db.Products.OrderBy(p => p.Id).Skip(5).Take(5));
        AssertMiss(db => db.Products.OrderBy(p => p.Id).Skip(5).Take(10));
        AssertMiss(db => db.Products.OrderBy(p => p.Id).Skip(10).Take(5));
        AssertHit(db => db.Products.OrderBy(p => p.Id).Skip(5).Take(5));
        AssertHit(db => db.Products.OrderBy(p => p.Id).Skip(5).Take(10));
        AssertHit(db => db.Products.OrderBy(p => p.Id).Skip(10).Take(5));
    }

    [Fact]
    public void Each_turn_of_a_loop_has_its_own_values()
    {
        for (var round = 0; round < 2; round++)
        {
            for (var i = 1; i <= 5; i++)
            {
                foreach (var stock in new[] { 1, 2 })
                {
                    AssertCommands(round == 0 ? 1 : 0, db => db.Products.Where(p => p.CategoryId == i && p.Stock == stock));
                }
            }
        }
    }

    [Fact]
    public void A_variable_that_is_changed_between_two_runs_of_one_query_is_read_again()
    {
        using var db = Shop.New();
        var id = 1;
        var query = db.Products.Where(p => p.Id == id).Remember(Ttl);

        Assert.Equal(1, query.Single().Id);
        id = 2;
        Assert.Equal(2, query.Single().Id);
    }

    [Fact]
    public void A_parameter_that_occurs_inside_of_a_text_is_not_renamed()
    {
        var id = 1;
        var other = 1;

        AssertMiss(db => db.Products.Where(p => p.Id == id && p.Name != "@id"));
        AssertMiss(db => db.Products.Where(p => p.Id == id && p.Name != "@other"));
        AssertHit(db => db.Products.Where(p => p.Id == other && p.Name != "@id"));
    }

    [Fact]
    public void Trees_built_by_hand_are_keyed_like_those_of_the_compiler()
    {
        var parameter = Expression.Parameter(typeof(Product), "any");
        var body = Expression.Equal(Expression.Property(parameter, nameof(Product.Id)), Expression.Constant(3));
        var predicate = Expression.Lambda<Func<Product, bool>>(body, parameter);

        AssertMiss(db => db.Products.Where(p => p.Id == 3));
        AssertHit(db => db.Products.Where(predicate));
    }

    [Fact]
    public async Task Asynchronous_and_synchronous_runs_share_rows()
    {
        var id = 4;
        AssertMiss(db => db.Products.Where(p => p.Id == id));

        var (result, commands) = await Shop.CountAsync(
            db => Microsoft.EntityFrameworkCore.EntityFrameworkQueryableExtensions.ToListAsync(db.Products.Where(p => p.Id == id).Remember(Ttl)));

        Assert.Equal(4, result.Single().Id);
        Assert.Equal(0, commands);
    }

    private static IEnumerable<int[]> Permutations(int[] items)
        => items.Length == 1
            ? [items]
            : items.SelectMany(item => Permutations([.. items.Where(other => other != item)]), static (item, rest) => (int[])[item, .. rest]);

    private void AssertRight(Func<ShopContext, IQueryable<Product>> query)
    {
        using var db = Shop.New();
        using var plain = Shop.NewPlain();
        Assert.Equal(query(plain).Select(p => p.Id).ToList(), query(db).Remember(Ttl).Select(p => p.Id).ToList());
    }
}
