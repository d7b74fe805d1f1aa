using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using FastOrm.Cache.Tests.Unit.Support;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Queries;

/// <summary>The commands of a split query belong together: all from one load, or all loaded anew.</summary>
public sealed class SplitQueryTests
{
    [Fact]
    public void Lines_that_were_too_many_to_be_stored_do_not_meet_orders_that_were()
    {
        using var shop = new TestShop(static options => options.MaxRows = 50);
        var before = Read(shop).Result;
        InsertPastEfCore(shop, -1);

        var (after, commands) = Read(shop);

        Assert.Equal(2, commands);
        Assert.Equal(before.Count + 1, after.Count);
        Assert.Equal(before.Sum() + 1, after.Sum());
    }

    [Fact]
    public void Orders_and_lines_that_expire_apart_are_loaded_together()
    {
        var time = new ManualTimeProvider();
        using var shop = new TestShop(options =>
        {
            options.Jitter = 0.5;
            options.TimeProvider = time;
        });
        for (var run = 1; run <= 20; run++)
        {
            shop.Cache.ClearAsync().AsTask().Wait();
            var before = Read(shop).Result;
            InsertPastEfCore(shop, -run);
            time.Advance(TimeSpan.FromMinutes(7.5));

            var after = Read(shop).Result;

            Assert.Contains(after.Sum() - before.Sum(), new[] { 0, 1 });
            Assert.Equal(after.Count - before.Count, after.Sum() - before.Sum());
        }
    }

    [Fact]
    public void An_enumeration_left_before_its_lines_were_read_leaves_nothing_to_be_served()
    {
        using var shop = new TestShop();
        shop.Count(static db =>
        {
            using var orders = Query(db).AsEnumerable().GetEnumerator();
            return 0; // Not even begun.
        });
        shop.Count(static db => Query(db).AsEnumerable().First());

        Assert.Equal((80, 2), (Read(shop).Result.Sum(), Read(shop, ahead: true).Commands));
        Assert.Equal(0, Read(shop).Commands);
    }

    [Fact]
    public void A_split_query_without_rows_is_remembered_too()
    {
        using var shop = new TestShop();
        for (var commands = 1; commands >= 0; commands--)
        {
            var none = shop.Count(static db => Query(db).Where(order => order.Id < 0).ToList());
            Assert.Equal((0, commands), (none.Result.Count, none.Commands));
        }
    }

    private static (List<int> Result, int Commands) Read(TestShop shop, bool ahead = false)
    {
        if (ahead)
        {
            shop.Cache.ClearAsync().AsTask().Wait();
        }

        return shop.Count(static db => Query(db).ToList().ConvertAll(static order => order.Lines.Count));
    }

    private static IQueryable<Order> Query(ShopContext db)
        => db.Orders.AsNoTracking().Include(order => order.Lines).AsSplitQuery().OrderBy(order => order.Id)
            .Remember(TimeSpan.FromMinutes(10));

    private static void InsertPastEfCore(TestShop shop, int id)
    {
        using var connection = new SqliteConnection(shop.ConnectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText
            = $"INSERT INTO Orders (Id, Customer) VALUES ({id}, 'x'); INSERT INTO OrderLine (OrderId, ProductId, Quantity) VALUES ({id}, 1, 1)";
        command.ExecuteNonQuery();
    }
}
