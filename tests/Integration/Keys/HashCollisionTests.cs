using FastOrm.Cache.EfCore;
using FastOrm.Cache.EfCore.Rows;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Keys;

/// <summary>Runs alone: the hash is replaced for the whole process.</summary>
[CollectionDefinition(nameof(CollidingHashes), DisableParallelization = true)]
public sealed class CollidingHashes;

[Collection(nameof(CollidingHashes))]
public sealed class HashCollisionTests : IDisposable
{
    private readonly TestShop _shop = new();

    public HashCollisionTests() => RowKey.ReplaceHash(static (_, _) => 42);

    [Fact]
    public void A_collision_is_a_miss_and_never_another_query_s_rows()
    {
        for (var commands = 1; commands >= 0; commands--)
        {
            for (var id = 1; id <= 20; id++)
            {
                var (product, sent) = _shop.Count(db => db.Products.Where(p => p.Id == id).Remember().ToList().Single());
                Assert.Equal((id, commands), (product.Id, sent));
                var (count, sentForCount) = _shop.Count(db => db.Products.Remember().Count(p => p.Id <= id));
                Assert.Equal((id, commands), (count, sentForCount));
                var (category, sentForCategory) = _shop.Count(db => db.Categories.Where(c => c.Id == id).Select(c => c.Name).Remember().ToList());
                Assert.Equal(id <= 5 ? [$"category {id}"] : [], category);
                Assert.Equal(commands, sentForCategory);
            }
        }
    }

    [Fact]
    public void The_commands_of_a_split_query_are_told_apart()
    {
        for (var commands = 2; commands >= 0; commands -= 2)
        {
            var (orders, sent) = _shop.Count(db => db.Orders.Include(o => o.Lines).AsSplitQuery().OrderBy(o => o.Id).Remember().ToList());
            Assert.Equal((40, 80, commands), (orders.Count, orders.Sum(static o => o.Lines.Count), sent));
        }
    }

    [Fact]
    public async Task Callers_who_load_at_the_same_time_get_each_their_own()
    {
        var ids = Enumerable.Range(0, 400).Select(static i => 1 + i % 25);

        var results = await Task.WhenAll(ids.Select(id => Task.Run(async () =>
        {
            await using var db = _shop.New();
            return (Id: id, Product: await db.Products.SingleAsync(p => p.Id == id), Remembered: await db.Products.Remember().SingleAsync(p => p.Id == id));
        })));

        Assert.All(results, static result => Assert.Equal((result.Id, result.Id), (result.Product.Id, result.Remembered.Id)));
    }

    public void Dispose()
    {
        RowKey.ReplaceHash(null);
        _shop.Dispose();
    }
}
