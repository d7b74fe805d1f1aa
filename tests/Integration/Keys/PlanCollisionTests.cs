using FastOrm.Cache.EfCore;
using FastOrm.Cache.EfCore.Keys;
using FastOrm.Cache.Keys;
using FastOrm.Cache.Stamps;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Keys;

/// <summary>Shapes of queries whose hashes are the same, and tags that share a stamp.</summary>
[Collection(nameof(CollidingHashes))]
public sealed class PlanCollisionTests : IDisposable
{
    private readonly TestShop _shop = new();

    public PlanCollisionTests() => QueryKey.ReplacePlanHash(static _ => 42);

    [Fact]
    public void Queries_of_one_hash_keep_their_own_plans_and_rows()
    {
        for (var commands = 1; commands >= 0; commands--)
        {
            for (var id = 1; id <= 10; id++)
            {
                AssertRuns([id], commands, db => db.Products.Where(p => p.Id == id).Select(p => p.Id));
                AssertRuns([id], commands, db => db.Products.OrderBy(p => p.Id).Skip(id - 1).Take(1).Select(p => p.Id));
                AssertRuns([20 * id], commands, db => db.Categories.Where(c => c.Id <= id).Select(_ => 20 * id).Take(1));
                AssertRuns([-id], commands, db => db.Products.AsNoTracking().Where(p => p.Id == id).Select(p => -p.Id));
            }
        }
    }

    [Fact]
    public async Task Synchronous_and_asynchronous_queries_of_one_hash_do_not_get_each_other_s_delegates()
    {
        for (var run = 0; run < 3; run++)
        {
            await using var db = _shop.New();
            Assert.Equal(3, db.Products.Where(p => p.Id == 3).Remember().Single().Id);
            Assert.Equal(3, (await db.Products.Where(p => p.Id == 3).Remember().SingleAsync()).Id);
            Assert.Equal(3L, db.Products.Where(p => p.Id <= 3).Remember().LongCount());
            Assert.Equal(3, await db.Products.Where(p => p.Id <= 3).Remember().CountAsync());
        }
    }

    [Fact]
    public void A_plan_that_takes_the_place_of_none_does_not_take_its_short_cut()
    {
        // The first shape holds the only place; the second is extracted each time, and reads its own variables.
        for (var run = 0; run < 3; run++)
        {
            var (x, y) = (1 + run, 5 + run);
            AssertRuns([x], commands: 1, db => db.Products.Where(p => p.Id == x).Select(p => p.Id));
            AssertRuns([y], commands: 1, db => db.Products.Where(p => p.Id == y && p.Id != x).Select(p => p.Id));
            AssertRuns([y], commands: 0, db => db.Products.Where(p => p.Id == y && p.Id != x).Select(p => p.Id));
        }
    }

    [Fact]
    public async Task To_flush_a_tag_flushes_those_that_share_its_stamp_and_no_others()
    {
        var minute = TimeSpan.FromMinutes(1);
        var twin = Enumerable.Range(0, int.MaxValue).Select(static i => $"tag {i}").First(static tag => Slot(tag) == Slot("a"));
        Query("a");
        Query("b");

        await _shop.Cache.FlushAsync(twin);

        Assert.Equal(1, Query("a"));
        Assert.Equal(0, Query("b"));

        int Query(string tag) => _shop.Commands(db => db.Products.Where(p => p.Id == 1).Remember(minute, tag).ToList());

        static ulong Slot(string tag) => TagHash.OfTag(tag) & (StampTable.TagSlots - 1);
    }

    public void Dispose()
    {
        QueryKey.ReplacePlanHash(null);
        _shop.Dispose();
    }

    private void AssertRuns(int[] expected, int commands, Func<ShopContext, IQueryable<int>> query)
    {
        var (rows, sent) = _shop.Count(db => query(db).Remember().ToList());

        Assert.Equal(expected, rows);
        Assert.Equal(commands, sent);
    }
}
