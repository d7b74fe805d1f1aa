using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Queries;

/// <summary>Several enumerations of remembered queries on one context, side by side, half read or abandoned.</summary>
public sealed class InterleavedTests : IDisposable
{
    private readonly TestShop _shop = new();

    public static TheoryData<bool, bool> Stored => new() { { false, false }, { false, true }, { true, false }, { true, true } };

    [Theory]
    [MemberData(nameof(Stored))]
    public async Task A_synchronous_and_an_asynchronous_enumeration_side_by_side(bool isFirstStored, bool isSecondStored)
    {
        Store(isFirstStored, isSecondStored);
        await using var db = _shop.New();
        using var first = Products(db, 1).GetEnumerator();
        await using var second = Products(db, 2).AsAsyncEnumerable().GetAsyncEnumerator();
        var ids = new List<int>();
        while (first.MoveNext() & await second.MoveNextAsync())
        {
            ids.Add(first.Current.Id);
            ids.Add(second.Current.Id);
        }

        AssertWhole(ids, 1, 2);
    }

    [Theory]
    [MemberData(nameof(Stored))]
    public void Two_queries_that_track_side_by_side(bool isFirstStored, bool isSecondStored)
    {
        Store(isFirstStored, isSecondStored);
        using var db = _shop.New();
        using var first = Products(db, 1).GetEnumerator();
        using var second = Products(db, 2).GetEnumerator();
        var ids = new List<int>();
        Assert.True(first.MoveNext()); // Half of the first before the second begins.
        ids.Add(first.Current.Id);
        while (second.MoveNext())
        {
            ids.Add(second.Current.Id);
        }

        while (first.MoveNext())
        {
            ids.Add(first.Current.Id);
        }

        AssertWhole(ids, 1, 2);
        Assert.Equal(40, db.ChangeTracker.Entries().Count());
    }

    [Theory]
    [MemberData(nameof(Stored))]
    public void Split_queries_side_by_side_each_get_their_own_parts(bool isFirstStored, bool isSecondStored)
    {
        static IQueryable<Category> Categories(ShopContext db, int from)
            => db.Categories.Include(static c => c.Products).AsSplitQuery().AsNoTracking()
                .Where(c => c.Id >= from).OrderBy(static c => c.Id).Remember();
        foreach (var (isStored, from) in new[] { (isFirstStored, 1), (isSecondStored, 2) })
        {
            _ = isStored ? _shop.Count(db => Categories(db, from).ToList()).Commands : 0;
        }

        using var db = _shop.New();
        using var first = Categories(db, 1).GetEnumerator();
        using var second = Categories(db, 2).GetEnumerator();
        var seen = new List<(int, int)>();
        while (first.MoveNext())
        {
            seen.Add((first.Current.Id, first.Current.Products.Count(p => p.CategoryId == first.Current.Id)));
            if (second.MoveNext())
            {
                seen.Add((second.Current.Id, second.Current.Products.Count(p => p.CategoryId == second.Current.Id)));
            }
        }

        Assert.Equal(9, seen.Count);
        Assert.All(seen, static pair => Assert.Equal(20, pair.Item2));
    }

    [Fact]
    public void An_enumerator_that_is_abandoned_half_read_disturbs_nothing()
    {
        using (var db = _shop.New())
        {
            var abandoned = Products(db, 1).GetEnumerator(); // Never disposed.
            Assert.True(abandoned.MoveNext());
            Assert.Equal(20, Products(db, 2).ToList().Count);
            Assert.Equal(20, Products(db, 1).ToList().Count);
            abandoned = Products(db, 2).GetEnumerator();
            Assert.True(abandoned.MoveNext());
            Assert.Equal(20, Products(db, 2).ToList().Count);
        }

        Assert.Equal(20, _shop.OnHit(static db => Products(db, 1).ToList().Count));
        Assert.Equal(20, _shop.OnHit(static db => Products(db, 2).ToList().Count));
    }

    [Fact]
    public async Task An_async_enumerator_that_is_disposed_before_its_first_row_disturbs_nothing()
    {
        await using var db = _shop.New();
        await using (Products(db, 1).AsAsyncEnumerable().GetAsyncEnumerator())
        {
            Assert.Equal(20, await Products(db, 2).CountAsync());
        }

        await using (var begun = Products(db, 1).AsAsyncEnumerable().GetAsyncEnumerator())
        {
            Assert.True(await begun.MoveNextAsync());
        }

        Assert.Equal(20, (await Products(db, 1).ToListAsync()).Count);
    }

    [Fact]
    public void A_write_between_two_rows_of_a_hit_leaves_the_enumeration_whole_and_the_next_one_new()
    {
        Store(isFirst: true, isSecond: false);
        using var db = _shop.New();
        var names = new List<string>();
        foreach (var product in Products(db, 1).AsNoTracking())
        {
            if (names.Count == 3)
            {
                using var other = _shop.New();
                other.Products.First(static p => p.CategoryId == 1 && p.Id > 90).Name = "changed";
                other.SaveChanges();
            }

            names.Add(product.Name);
        }

        Assert.DoesNotContain("changed", names);
        Assert.Contains("changed", Products(db, 1).AsNoTracking().Select(static p => p.Name).ToList());
        Assert.Equal((20, 1), _shop.Count(static again => Products(again, 1).ToList().Count));
    }

    [Fact]
    public async Task A_second_operation_on_a_busy_context_is_the_error_of_EF_Core_also_when_it_would_hit()
    {
        Store(isFirst: true, isSecond: false);
        var reached = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        _shop.Sql.AfterRead = async _ =>
        {
            _shop.Sql.AfterRead = null;
            reached.SetResult();
            await go.Task;
        };
        await using var db = _shop.New();
        var busy = Task.Run(() => Products(db, 2).ToListAsync());
        await reached.Task;

        var error = Assert.Throws<InvalidOperationException>(() => Products(db, 1).ToList());
        await Assert.ThrowsAsync<InvalidOperationException>(() => Products(db, 1).CountAsync());

        go.SetResult();
        Assert.Equal(20, (await busy).Count);
        Assert.Contains("second operation", error.Message, StringComparison.Ordinal);
        Assert.Equal(20, Products(db, 1).ToList().Count);
    }

    public void Dispose() => _shop.Dispose();

    private static IQueryable<Product> Products(ShopContext db, int category)
        => db.Products.Where(p => p.CategoryId == category).OrderBy(static p => p.Id).Remember();

    private static void AssertWhole(List<int> ids, params int[] categories)
    {
        Assert.Equal(20 * categories.Length, ids.Distinct().Count());
        Assert.All(ids, id => Assert.Contains(1 + id % 5, categories));
    }

    private void Store(bool isFirst, bool isSecond)
    {
        foreach (var category in new[] { isFirst ? 1 : 0, isSecond ? 2 : 0 }.Where(static category => category > 0))
        {
            _shop.Count(db => Products(db, category).ToList());
        }
    }
}
