using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Keys;

/// <summary>
/// Captured values that change while their query runs: the rows are those of a value that was read, and what is stored under a
/// key belongs to that key.
/// </summary>
public sealed class ChangingValueTests : KeyTest
{
    private static readonly Func<ShopContext, List<int>, IAsyncEnumerable<int>> Compiled = EF.CompileAsyncQuery(
        (ShopContext db, List<int> ids) => db.Products.Where(p => ids.Contains(p.Id)).Remember().Select(p => p.Id));

    private readonly List<int> _field = [1];

    private List<int> Property { get; } = [1];

    private List<int> Getter => Property.Count > 0 ? Property : [];

    private static List<int> Static { get; } = [1];

    [Theory]
    [InlineData("local")]
    [InlineData("field")]
    [InlineData("property")]
    [InlineData("getter")]
    [InlineData("static")]
    [InlineData("twice")]
    [InlineData("in another list")]
    public async Task A_list_that_is_changed_between_its_reading_and_the_command(string kind)
    {
        List<int> local = [1], other = [2];
        List<List<int>> nested = [local, other];
        var list = kind switch
        {
            "field" => _field,
            "property" or "getter" => Property,
            "static" => Static,
            _ => local,
        };
        Func<ShopContext, IQueryable<Product>> query = kind switch
        {
            "field" => db => db.Products.Where(p => _field.Contains(p.Id)),
            "property" => db => db.Products.Where(p => Property.Contains(p.Id)),
            "getter" => db => db.Products.Where(p => Getter.Contains(p.Id)),
            "static" => db => db.Products.Where(p => Static.Contains(p.Id)),
            "twice" => db => db.Products.Where(p => local.Contains(p.Id) && local.Contains(p.Id)),
            "in another list" => db => db.Products.Where(p => nested[0].Contains(p.Id) && !nested[1].Contains(p.Id)),
            _ => db => db.Products.Where(p => local.Contains(p.Id)),
        };

        await AssertStaysWithItsKey(list, db => query(db).Remember(Ttl).Select(static p => p.Id).ToListAsync());
    }

    [Fact]
    public async Task A_list_given_to_a_compiled_query()
    {
        List<int> list = [1];

        await AssertStaysWithItsKey(list, async db => await Compiled(db, list).ToListAsync());
    }

    [Fact]
    public async Task An_array_that_is_changed_while_the_rows_of_a_split_query_are_read()
    {
        int[] ids = [1, 2];
        Shop.Sql.BeforeRead = _ => ids[0] = 3;
        await using (var db = Shop.New())
        {
            var orders = await Query(db).Remember(Ttl).ToListAsync();
            Assert.Equal((1, 2), (orders[0].Id, orders[1].Id));
            Assert.Equal((2, 3), (orders[0].Lines.Count, orders[1].Lines.Count));
        }

        Shop.Sql.BeforeRead = null;
        for (var commands = 2; commands >= 0; commands -= 2)
        {
            var (orders, sent) = Shop.Count(db => Query(db).Remember(Ttl).ToList());
            Assert.Equal([2, 3], orders.Select(static order => order.Id));
            Assert.Equal(commands, sent);
        }

        IQueryable<Order> Query(ShopContext db)
            => db.Orders.Where(o => ids.Contains(o.Id)).Include(o => o.Lines).AsSplitQuery().OrderBy(o => o.Id);
    }

    [Fact]
    public void A_getter_that_gives_another_value_each_time()
    {
        var (ours, plains) = (new Counter(), new Counter());
        for (var run = 0; run < 10; run++)
        {
            using var plain = Shop.NewPlain();
            using var db = Shop.New();
            var expected = plain.Products.Where(p => p.Id == plains.Next || p.Id == 50 + plains.Next).Select(p => p.Id);
            var actual = db.Products.Where(p => p.Id == ours.Next || p.Id == 50 + ours.Next).Remember(Ttl).Select(p => p.Id);

            Assert.Equal(expected.ToList(), actual.ToList());
            Assert.Equal(plains.Reads, ours.Reads);
        }
    }

    [Fact]
    public void A_getter_that_gives_another_list_each_time()
    {
        var counter = new Counter();
        for (var run = 1; run <= 10; run++)
        {
            using var db = Shop.New();
            var product = db.Products.Where(p => counter.NextList.Contains(p.Id)).Remember(Ttl).ToList().Single();

            Assert.Equal((run, run), (product.Id, counter.Reads));
        }
    }

    [Fact]
    public void A_getter_whose_values_come_again_finds_the_rows_of_each()
    {
        var counter = new Counter { Period = 4 };
        for (var run = 0; run < 20; run++)
        {
            var (product, commands) = Shop.Count(db => db.Products.Where(p => p.Id == counter.Next).Remember(Ttl).Single());

            Assert.Equal(1 + run % 4, product.Id);
            Assert.Equal(run < 4 ? 1 : 0, commands);
        }
    }

    /// <summary>Runs the query for products by ids while the one id in the list is replaced, and then with either id.</summary>
    private async Task AssertStaysWithItsKey(List<int> list, Func<ShopContext, Task<List<int>>> run)
    {
        // The second time the shape is known, and takes the short cut where there is one.
        foreach (var (before, after) in new[] { (1, 3), (4, 5) })
        {
            list[0] = before;
            Shop.Sql.BeforeRead = _ => list[0] = after;
            Assert.Equal([before], (await Shop.CountAsync(run)).Result);
            Shop.Sql.BeforeRead = null;

            Assert.Equal(after, list[0]);
            await AssertRuns([after], commands: 1);
            await AssertRuns([after], commands: 0);
            list[0] = before;
            await AssertRuns([before], commands: 0);
        }

        async Task AssertRuns(int[] expected, int commands)
        {
            var (ids, sent) = await Shop.CountAsync(run);
            Assert.Equal(expected, ids);
            Assert.Equal(commands, sent);
        }
    }

    private sealed class Counter
    {
        public int Period { get; init; } = int.MaxValue;

        public int Reads { get; private set; }

        public int Next => 1 + Reads++ % Period;

        public List<int> NextList => [Next];
    }
}
