using System.Linq.Expressions;
using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Keys;

/// <summary>Queries that read from several sources, and those that are put together from pieces.</summary>
public sealed class SourceTests : KeyTest
{
    [Fact]
    public void Two_contexts_in_one_query_fail_as_they_do_without_the_cache_also_when_the_shape_is_known()
    {
        using var one = Shop.New();
        using var other = Shop.New();
        using var plain = Shop.NewPlain();
        var expected = Assert.Throws<InvalidOperationException>(() => plain.Products.Concat(other.Products).ToList());
        Assert.Equal(200, one.Products.Concat(one.Products).Remember(Ttl).ToList().Count);
        Assert.Equal(200, one.Products.Concat(one.Products).Remember(Ttl).ToList().Count);

        var actual = Assert.Throws<InvalidOperationException>(() => one.Products.Concat(other.Products).Remember(Ttl).ToList());

        Assert.Equal(expected.Message, actual.Message);
    }

    [Fact]
    public void A_captured_set_of_another_context_fails_as_it_does_without_the_cache()
    {
        using var one = Shop.New();
        using var other = Shop.New();
        var products = one.Products;
        for (var run = 0; run < 2; run++)
        {
            Assert.Equal(5, one.Categories.Where(c => products.Any(p => p.CategoryId == c.Id)).Remember(Ttl).ToList().Count);
        }

        products = other.Products;

        Assert.Throws<InvalidOperationException>(() => one.Categories.Where(c => products.Any(p => p.CategoryId == c.Id)).Remember(Ttl).ToList());
    }

    [Fact]
    public void A_list_of_the_program_is_joined()
    {
        for (var commands = 1; commands >= 0; commands--)
        {
            foreach (var ids in new List<int>[] { [1, 2], [1, 3], [] })
            {
                AssertCommands(commands, db => db.Products.Join(ids, static p => p.Id, static id => id, static (p, id) => p));
            }
        }
    }

    [Fact]
    public void An_iterator_of_the_program_is_joined_but_not_remembered()
    {
        for (var run = 1; run <= 2; run++)
        {
            var ids = Enumerable.Range(run, 2).Where(static id => id > 0);
            var (products, commands) = Shop.Count(
                db => db.Products.Join(ids, static p => p.Id, static id => id, static (p, id) => p).Remember(Ttl).OrderBy(static p => p.Id).ToList());

            Assert.Equal([run, run + 1], products.Select(static p => p.Id));
            Assert.Equal(1, commands);
        }
    }

    [Fact]
    public void Predicates_that_are_put_together_at_run_time()
    {
        for (var commands = 1; commands >= 0; commands--)
        {
            foreach (var id in new[] { 1, 2 })
            {
                Expression<Func<Product, bool>> predicate = p => p.Id == id;
                AssertCommands(commands, db => db.Products.Where(predicate));
                var parameter = Expression.Parameter(typeof(Product));
                var invoked = Expression.Lambda<Func<Product, bool>>(
                    Expression.AndAlso(Expression.Invoke(predicate, parameter), Expression.Constant(true)), parameter);
                using var db = Shop.New();
                Assert.Equal(id, db.Products.Where(invoked).Remember(Ttl).Single().Id);
                AssertCommands(commands, db => db.Categories.Where(c => c.Products.AsQueryable().Any(predicate)).Select(c => c.Id));
            }
        }
    }

    [Fact]
    public void A_captured_predicate_that_is_replaced_is_another_query()
    {
        Expression<Func<Product, bool>> predicate = static p => p.Id == 1;
        IQueryable<int> Query(ShopContext db) => db.Categories.Where(c => c.Products.AsQueryable().Any(predicate)).Select(c => c.Id);

        AssertMiss(Query);
        AssertHit(Query);
        predicate = static p => p.Id == 2;
        AssertMiss(Query);
        AssertHit(Query);
    }

    [Fact]
    public void A_getter_that_runs_a_remembered_query_of_its_own()
    {
        for (var run = 0; run < 2; run++)
        {
            using var db = Shop.New();
            using var inner = Shop.New();
            var lookup = new Lookup(inner);

            Assert.Equal(2, db.Products.Where(p => p.Id == lookup.Id && p.Stock == 2).Remember(Ttl).Single().Id);
        }
    }

    [Fact]
    public void Raw_SQL_is_keyed_by_its_text_and_its_arguments()
    {
        for (var commands = 1; commands >= 0; commands--)
        {
            AssertCommands(commands, static db => db.Products.FromSqlRaw("SELECT * FROM Products"));
            AssertCommands(commands, static db => db.Products.FromSqlRaw("SELECT * FROM Products WHERE Id = 3"));
            foreach (var id in new[] { 1, 2 })
            {
                AssertCommands(commands, db => db.Products.FromSqlRaw("SELECT * FROM Products WHERE Id = {0} OR Id = 50", id));
                AssertCommands(commands, db => db.Products.FromSql($"SELECT * FROM Products WHERE Id < {id}").Where(static p => p.Stock == 1));
                AssertCommands(commands, db => db.Database.SqlQuery<int>($"SELECT Id AS Value FROM Products WHERE Id = {id}"));
                AssertCommands(
                    commands, db => db.Products.FromSql($"SELECT * FROM Products WHERE Id = {id}").Union(db.Products.FromSql($"SELECT * FROM Products WHERE Id = {9}")));
            }
        }
    }

    [Fact]
    public void A_query_that_is_run_twice_gives_its_rows_twice()
    {
        using var db = Shop.New();
        var ids = new List<int> { 1, 2 };
        var query = db.Products.AsNoTracking().Where(p => ids.Contains(p.Id)).Remember(Ttl);

        Assert.Equal(2, query.ToList().Count);
        Assert.Equal(2, query.AsEnumerable().Count());
        var opened = ((IEnumerable<Product>)query).GetEnumerator();
        Assert.True(opened.MoveNext());
        opened.Dispose();
        Assert.Equal(2, query.ToList().Count);
    }

    private sealed class Lookup(ShopContext db)
    {
        public int Id => db.Products.Where(static p => p.Name == "product 002").Remember(Ttl).Select(static p => p.Id).Single();
    }
}
