using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Keys;

/// <summary>Values that have no bytes of their own: what is sent for them tells the queries apart, and each caller keeps his own.</summary>
public sealed class OpaqueValueTests : KeyTest
{
    [Fact]
    public void A_service_in_a_projection_is_the_one_of_each_call()
    {
        for (var run = 1; run <= 3; run++)
        {
            var service = new Greeter($"hello {run}");
            var (names, commands) = Shop.Count(
                db => db.Products.Where(p => p.Id == 1).Select(p => service.Greet(p.Name)).Remember(Ttl).ToList());

            Assert.Equal([$"hello {run} product 001"], names);
            Assert.Equal((run == 1 ? 1 : 0, 1), (commands, service.Calls));
        }

        Assert.Empty(Shop.Cache.Statistics.Bypasses);
    }

    [Fact]
    public void A_service_beside_a_value_does_not_hide_the_value()
    {
        var service = new Greeter("hello");
        for (var commands = 1; commands >= 0; commands--)
        {
            foreach (var id in new[] { 1, 2 })
            {
                AssertCommands(commands, db => db.Products.Where(p => p.Id == id).Select(p => service.Greet(p.Name)));
            }
        }
    }

    [Fact]
    public void A_context_in_a_projection_is_the_one_of_each_call()
    {
        for (var commands = 1; commands >= 0; commands--)
        {
            using var db = Shop.New();
            var before = Shop.Sql.Count;

            var owner = db.Products.Where(p => p.Id == 1).Select(p => new { p.Id, Db = db }).Remember(Ttl).Single().Db;

            Assert.Same(db, owner);
            Assert.Equal(commands, Shop.Sql.Count - before);
        }
    }

    [Fact]
    public void A_delegate_in_a_projection_is_the_one_of_each_call()
    {
        for (var run = 1; run <= 2; run++)
        {
            Func<string, string> format = name => $"{run}: {name}";
            var (names, commands) = Shop.Count(db => db.Products.Where(p => p.Id == 1).Select(p => format(p.Name)).Remember(Ttl).ToList());

            Assert.Equal([$"{run}: product 001"], names);
            Assert.Equal(run == 1 ? 1 : 0, commands);
        }
    }

    [Fact]
    public void A_static_method_in_a_projection_runs_each_time_over_remembered_rows()
    {
        AssertMiss(static db => db.Products.Where(p => p.Id == 1).Select(p => Shout(p.Name)));
        AssertHit(static db => db.Products.Where(p => p.Id == 1).Select(p => Shout(p.Name)));
    }

    [Fact]
    public async Task Asynchronous_and_compiled_queries_have_their_own_service_too()
    {
        var compiled = EF.CompileAsyncQuery((ShopContext db, Greeter greeter) => db.Products.Where(p => p.Id == 2).Remember().Select(p => greeter.Greet(p.Name)).First());
        for (var run = 1; run <= 2; run++)
        {
            var service = new Greeter($"hello {run}");
            var (name, sent) = await Shop.CountAsync(
                db => db.Products.Where(p => p.Id == 1).Select(p => service.Greet(p.Name)).Remember(Ttl).FirstAsync());
            var (other, sentToo) = await Shop.CountAsync(db => compiled(db, service));

            Assert.Equal(($"hello {run} product 001", $"hello {run} product 002"), (name, other));
            Assert.Equal(run == 1 ? (1, 1) : (0, 0), (sent, sentToo));
        }
    }

    [Fact]
    public void A_split_query_is_told_apart_by_what_only_a_part_of_it_sends()
    {
        for (var commands = 2; commands >= 0; commands -= 2)
        {
            var (orders, sent) = Shop.Count(static db => Query(db, 1, 2));
            Assert.Equal(7, orders.Count);
            Assert.All(orders, static order => Assert.Equal([1, 2], order.Lines.Select(static line => line.Quantity).Order()));
            Assert.Equal(commands, sent);
        }

        Assert.Equal([1], Shop.Count(static db => Query(db, 1)).Result.SelectMany(static order => order.Lines).Select(static line => line.Quantity).Distinct());
        var (again, count) = Shop.Count(static db => Query(db, 1));
        Assert.All(again, static order => Assert.Equal(1, order.Lines.Single().Quantity));
        Assert.Equal(0, count);

        static List<Order> Query(ShopContext db, params int[] quantities)
        {
            var wanted = quantities.Select(static quantity => quantity);
            return db.Orders.Where(o => o.Id > 20 && o.Lines.Count == 2).Include(o => o.Lines.Where(l => wanted.Contains(l.Quantity)))
                .OrderBy(o => o.Id).AsSplitQuery().Remember(Ttl).ToList();
        }
    }

    [Fact]
    public void Forget_drops_the_query_whatever_its_opaque_values()
    {
        var (first, second) = (Enumerable.Range(1, 1), Enumerable.Range(2, 1));
        AssertMiss(db => db.Products.Where(p => first.Contains(p.Id)));
        AssertMiss(db => db.Products.Where(p => second.Contains(p.Id)));
        AssertHit(db => db.Products.Where(p => second.Contains(p.Id)));

        using (var db = Shop.New())
        {
            db.Products.Where(p => first.Contains(p.Id)).Forget();
        }

        AssertMiss(db => db.Products.Where(p => first.Contains(p.Id)));
        AssertMiss(db => db.Products.Where(p => second.Contains(p.Id)));
    }

    [Fact]
    public void A_write_to_the_table_ends_it()
    {
        var service = new Greeter("hello");
        string Run(ShopContext db) => db.Products.Where(p => p.Id == 1).Select(p => service.Greet(p.Name)).Remember(Ttl).Single();
        _ = Shop.Count(Run);
        using (var db = Shop.New())
        {
            db.Products.Single(p => p.Id == 1).Name = "new";
            db.SaveChanges();
        }

        Assert.Equal(("hello new", 1), Shop.Count(Run));
    }

    [Fact]
    public void In_a_transaction_a_sequence_is_run_once_and_afterwards_the_key_is_the_same()
    {
        var ids = new List<int> { 1, 2 };
        using var db = Shop.New();
        var query = db.Products.Where(p => ids.Contains(p.Id)).Select(p => p.Id).Remember(Ttl).AsEnumerable();
        using (db.Database.BeginTransaction())
        {
            Assert.Equal([1, 2], query);
        }

        Assert.Equal([1, 2], query);
        Assert.Equal(1, Shop.Cache.Statistics.Stores);
        AssertHit(shop => shop.Products.Where(p => ids.Contains(p.Id)).Select(p => p.Id));
    }

    private static string Shout(string text) => text.ToUpperInvariant();

    public sealed class Greeter(string greeting)
    {
        public int Calls { get; private set; }

        public string Greet(string name)
        {
            Calls++;
            return $"{greeting} {name}";
        }
    }
}
