using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Queries;

public sealed class EnumerationTests : IDisposable
{
    private readonly TestShop _shop = new();

    [Fact]
    public void An_enumeration_that_is_left_early_stores_nothing_half()
    {
        using (var db = _shop.New())
        {
            foreach (var product in Terminals.Remembered(db))
            {
                Assert.Equal(1, product.Id);
                break;
            }
        }

        using var next = _shop.New();
        Assert.Equal(20, Terminals.Remembered(next).ToList().Count);
        Assert.Equal(20, _shop.OnHit(db => Terminals.Remembered(db).ToList().Count));
    }

    [Fact]
    public async Task An_async_enumeration_that_is_left_early_stores_nothing_half()
    {
        await using (var db = _shop.New())
        {
            await foreach (var product in Terminals.Remembered(db).AsAsyncEnumerable())
            {
                Assert.Equal(1, product.Id);
                break;
            }
        }

        await using var next = _shop.New();
        Assert.Equal(20, (await Terminals.Remembered(next).ToListAsync()).Count);
        Assert.Equal(20, await _shop.OnHitAsync(async db => (await Terminals.Remembered(db).ToListAsync()).Count));
    }

    [Fact]
    public void A_hit_may_be_left_early_and_enumerated_whole_afterwards()
    {
        _shop.Count(db => Terminals.Remembered(db).ToList());

        var (head, all) = _shop.OnHit(db => (Terminals.Remembered(db).AsEnumerable().Take(2).Count(), Terminals.Remembered(db).ToList().Count));

        Assert.Equal((2, 20), (head, all));
    }

    [Fact]
    public void One_query_object_can_be_enumerated_again()
    {
        using var db = _shop.New();
        var query = Terminals.Remembered(db);

        var first = query.ToList();
        var before = _shop.Sql.Count;
        var second = query.ToList();

        Assert.Equal(20, first.Count);
        Assert.Equal(first, second); // Tracked: the very same instances.
        Assert.Equal(before, _shop.Sql.Count);
    }

    [Fact]
    public async Task One_query_object_can_be_enumerated_again_after_a_write()
    {
        await using var db = _shop.New();
        var query = Terminals.Remembered(db).AsNoTracking();
        Assert.Equal("product 001", (await query.ToListAsync())[0].Name);

        await using (var other = _shop.New())
        {
            (await other.Products.SingleAsync(p => p.Id == 1)).Name = "changed";
            await other.SaveChangesAsync();
        }

        Assert.Equal("changed", (await query.ToListAsync())[0].Name);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Two_interleaved_enumerations_of_one_query_object_each_give_all_rows(bool isStored)
    {
        if (isStored)
        {
            _shop.Count(db => Terminals.Remembered(db).AsNoTracking().ToList());
        }

        using var db = _shop.New();
        var query = Terminals.Remembered(db).AsNoTracking();
        using var left = query.GetEnumerator();
        using var right = query.GetEnumerator();
        var ids = new List<(int, int)>();
        while (left.MoveNext() && right.MoveNext())
        {
            ids.Add((left.Current.Id, right.Current.Id));
        }

        Assert.Equal(20, ids.Count);
        Assert.All(ids, pair => Assert.Equal(pair.Item1, pair.Item2));
    }

    [Fact]
    public async Task Two_interleaved_async_enumerations_of_one_query_object_each_give_all_rows()
    {
        await using var db = _shop.New();
        var query = Terminals.Remembered(db).AsNoTracking().AsAsyncEnumerable();
        await using var left = query.GetAsyncEnumerator();
        await using var right = query.GetAsyncEnumerator();
        var ids = new List<(int, int)>();
        while (await left.MoveNextAsync() && await right.MoveNextAsync())
        {
            ids.Add((left.Current.Id, right.Current.Id));
        }

        Assert.Equal(20, ids.Count);
        Assert.All(ids, pair => Assert.Equal(pair.Item1, pair.Item2));
    }

    [Fact]
    public void A_remembered_query_inside_the_enumeration_of_another_gives_its_own_rows()
    {
        foreach (var run in new[] { 1, 2 })
        {
            using var db = _shop.New();
            var seen = new List<string>();
            foreach (var category in Categories(db))
            {
                seen.Add($"{category.Name}: {Products(db, category.Id)}");
            }

            Assert.Equal(5, seen.Count);
            Assert.All(seen, text => Assert.EndsWith(": 20", text, StringComparison.Ordinal));
            Assert.Equal(run == 1 ? 6 : 0, _shop.Sql.Texts.Count);
            _shop.Sql.Texts.Clear();
        }

        static IQueryable<Category> Categories(ShopContext db)
            => db.Categories.OrderBy(c => c.Id).Remember(Proof.Minute);

        static int Products(ShopContext db, int id)
            => db.Products.Where(p => p.CategoryId == id).Remember(Proof.Minute).Count();
    }

    public void Dispose() => _shop.Dispose();
}
