using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;

namespace FastOrm.Cache.Tests.Integration.Keys;

/// <summary>Captured values that another thread changes all the time, while queries read them.</summary>
public sealed class RacingValueTests : KeyTest
{
    private const int Queries = 2_000;
    private const int Values = 20;

    private int _field = 1;

    [Fact]
    public async Task A_variable_gives_the_row_of_a_value_that_it_had()
    {
        await Race(
            next => _field = next,
            () => Rows(db => db.Products.Where(p => p.Id == _field)),
            static rows => Assert.InRange(Assert.Single(rows), 1, Values));
        AssertAll(id => db => db.Products.Where(p => p.Id == id));
    }

    [Fact]
    public async Task A_variable_that_occurs_twice_is_one_value()
    {
        await Race(
            next => _field = next,
            () => Rows(db => db.Products.Where(p => p.Id == _field && p.Id == _field)),
            static rows => Assert.InRange(Assert.Single(rows), 1, Values));
        AssertAll(id => db => db.Products.Where(p => p.Id == id && p.Id == id));

        // Where the two are two variables, no row is found under any pair of values.
        for (var (x, y) = (1, 2); x < Values; (x, y) = (x + 1, y + 1))
        {
            Assert.Empty(Rows(db => db.Products.Where(p => p.Id == x && p.Id == y)));
        }
    }

    [Fact]
    public async Task An_array_gives_the_row_of_an_item_that_it_had()
    {
        int[] ids = [1];
        await Race(
            next => ids[0] = next,
            () => Rows(db => db.Products.Where(p => ids.Contains(p.Id))),
            static rows => Assert.InRange(Assert.Single(rows), 1, Values));
        AssertAll(id =>
        {
            int[] same = [id];
            return db => db.Products.Where(p => same.Contains(p.Id));
        });
    }

    [Fact]
    public async Task A_list_that_occurs_twice_is_one_list()
    {
        List<int> ids = [1];
        await Race(
            next => ids[0] = next,
            () => Rows(db => db.Products.Where(p => ids.Contains(p.Id) && ids.Contains(p.Id))),
            static rows => Assert.InRange(Assert.Single(rows), 1, Values));
        AssertAll(id =>
        {
            List<int> same = [id];
            return db => db.Products.Where(p => same.Contains(p.Id) && same.Contains(p.Id));
        });
    }

    [Fact]
    public async Task Bytes_give_the_row_of_bytes_that_they_were()
    {
        byte[] image = [1, 2, 3];
        await Race(
            next => image[0] = (byte)next,
            () => Rows(db => db.Products.Where(p => p.Image == image)),
            static rows => Assert.InRange(Assert.Single(rows), 1, Values));
        AssertAll(id =>
        {
            byte[] same = [(byte)id, 2, 3];
            return db => db.Products.Where(p => p.Image == same);
        });
    }

    [Fact]
    public async Task A_list_that_grows_and_shrinks_gives_the_rows_of_items_that_it_had_or_fails()
    {
        List<int> ids = [1];
        await Race(
            next =>
            {
                ids.Add(next);
                ids.RemoveAt(0);
            },
            () =>
            {
                try
                {
                    return Rows(db => db.Products.Where(p => ids.Contains(p.Id)));
                }
                catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
                {
                    return []; // A list is not made for this, and says so.
                }
            },
            static rows => Assert.True(rows.Count <= 2 && rows.TrueForAll(static id => id is >= 1 and <= Values)));
        AssertAll(id =>
        {
            List<int> same = [id];
            return db => db.Products.Where(p => same.Contains(p.Id));
        });
    }

    /// <summary>Changes values on one thread as fast as it can, while this one asks.</summary>
    private static async Task Race(Action<int> change, Func<List<int>> ask, Action<List<int>> check)
    {
        using var stop = new CancellationTokenSource();
        var changing = Task.Run(() =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                change(1 + i % Values);
            }
        });
        try
        {
            for (var i = 0; i < Queries; i++)
            {
                check(ask());
            }
        }
        finally
        {
            await stop.CancelAsync();
            await changing;
        }
    }

    private List<int> Rows(Func<ShopContext, IQueryable<Product>> query)
    {
        using var db = Shop.New();
        return query(db).Remember(Ttl).Select(static p => p.Id).ToList();
    }

    /// <summary>What the race has left under the keys is right.</summary>
    private void AssertAll(Func<int, Func<ShopContext, IQueryable<Product>>> query)
    {
        for (var id = 1; id <= Values; id++)
        {
            Assert.Equal([id], Rows(query(id)));
        }

        Assert.True(Shop.Cache.Statistics.Hits > Queries / 2);
    }
}
