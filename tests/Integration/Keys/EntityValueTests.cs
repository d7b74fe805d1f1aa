using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Keys;

/// <summary>An entity in a query is its key, as EF Core compares it.</summary>
public sealed class EntityValueTests : KeyTest
{
    [Fact]
    public void Another_instance_with_the_same_key_is_the_same_and_another_key_is_another()
    {
        AssertMiss(db => Query(db, new Product { Id = 1, Name = "a" }));
        AssertHit(db => Query(db, new Product { Id = 1, Name = "b" }));
        AssertMiss(db => Query(db, new Product { Id = 2 }));
        AssertHit(db => Query(db, new Product { Id = 2 }));
        AssertMiss(db => Query(db, null));

        static IQueryable<int> Query(ShopContext db, Product? product) => db.Set<OrderLine>().Where(line => line.Product == product).Select(line => line.Id);
    }

    [Fact]
    public void A_key_that_is_changed_in_place_is_another_query()
    {
        var product = new Product { Id = 1 };

        AssertMiss(db => db.Products.Where(p => p == product));
        product.Id = 2;
        AssertMiss(db => db.Products.Where(p => p == product));
        AssertHit(db => db.Products.Where(p => p == product));
    }

    [Fact]
    public void A_tracked_instance_and_a_detached_one_are_one()
    {
        AssertMiss(static db => Query(db, new Product { Id = 3 }));
        using var db = Shop.New();
        var tracked = db.Products.Find(3)!;
        var before = Shop.Sql.Count;

        Assert.Same(tracked, Query(db, tracked).Remember(Ttl).ToList().Single());
        Assert.Equal(before, Shop.Sql.Count);

        static IQueryable<Product> Query(ShopContext db, Product product) => db.Products.Where(p => p == product);
    }

    [Fact]
    public void The_name_of_the_variable_does_not_matter()
    {
        var first = new Product { Id = 1 };
        var second = new Product { Id = 1 };

        AssertMiss(db => db.Products.Where(p => p == first));
        AssertHit(db => db.Products.Where(p => p == second));
    }

    [Fact]
    public void A_list_of_entities()
    {
        for (var commands = 1; commands >= 0; commands--)
        {
            AssertCommands(commands, db => Query(db, 1, 2));
            AssertCommands(commands, db => Query(db, 1, 3));
            AssertCommands(commands, db => Query(db, 1));
        }

        static IQueryable<Product> Query(ShopContext db, params int[] ids)
        {
            var products = ids.Select(static id => new Product { Id = id }).ToList();
            return db.Products.Where(p => products.Contains(p));
        }
    }

    [Fact]
    public void A_member_of_a_captured_entity_is_a_value_of_its_own()
    {
        AssertMiss(db => Query(db, new Product { Id = 1, Name = "product 001" }));
        AssertMiss(db => Query(db, new Product { Id = 1, Name = "product 002" }));
        AssertHit(db => Query(db, new Product { Id = 9, Name = "product 001" }));

        static IQueryable<Product> Query(ShopContext db, Product product) => db.Products.Where(p => p.Name == product.Name);
    }

    [Fact]
    public void A_captured_entity_that_is_projected_is_the_caller_s_instance()
    {
        for (var run = 0; run < 2; run++)
        {
            var owner = new Product { Id = 1, Name = $"run {run}" };
            using var db = Shop.New();

            var row = db.Products.AsNoTracking().Where(p => p.Id == 2).Select(p => new { p.Id, Owner = owner }).Remember(Ttl).Single();

            Assert.Same(owner, row.Owner);
        }
    }
}
