using System.Collections;
using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Keys;

/// <summary>Sequences that run code of the user's: run as often as by EF Core alone, and keyed by what they gave.</summary>
public sealed class LazySequenceTests : KeyTest
{
    private delegate IQueryable<int> Query(ShopContext db, IEnumerable<int> ids);

    private static readonly Dictionary<string, Query> Queries = new(StringComparer.Ordinal)
    {
        ["Contains"] = static (db, ids) => db.Products.Where(p => ids.Contains(p.Id)).Select(p => p.Id),
        ["Contains twice"] = static (db, ids) => db.Products.Where(p => ids.Contains(p.Id) && ids.Contains(p.Id + 0)).Select(p => p.Id),
        ["as constants"] = static (db, ids) => db.Products.Where(p => EF.Constant(ids).Contains(p.Id)).Select(p => p.Id),
        ["as one parameter"] = static (db, ids) => db.Products.Where(p => EF.Parameter(ids).Contains(p.Id)).Select(p => p.Id),
        ["joined"] = static (db, ids) => db.Products.Join(ids, p => p.Id, id => id, (p, id) => p.Id),
        ["projected alone"] = static (db, ids) => db.Products.Where(p => p.Id < 3).Select(p => new { p.Id, Ids = Held(ids) }).Select(row => row.Id),
        ["projected as a list"] = static (db, ids) => db.Products.Where(p => p.Id < 3).Select(p => new { p.Id, Ids = ids }).Select(row => row.Ids.First()),
        ["counted"] = static (db, ids) => db.Products.Where(p => p.Id == ids.Count()).Select(p => p.Id),
    };

    public static TheoryData<string> Names => [.. Queries.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void It_is_run_as_often_as_by_EF_Core_alone(string name)
    {
        var query = Queries[name];
        var alone = new Sequence(1, 2);
        using (var plain = Shop.NewPlain())
        {
            _ = query(plain, alone).ToList();
        }

        for (var commands = 1; commands >= 0; commands--)
        {
            foreach (var first in new[] { 1, 5 })
            {
                var ids = new Sequence(first, 2);
                var expected = ToList(query, new Sequence(first, 2));

                var (result, sent) = Shop.Count(db => query(db, ids).Remember(Ttl).ToList());

                Assert.Equal(expected, result);
                Assert.Equal(alone.Runs, ids.Runs);
                Assert.True(sent <= commands, $"{sent} commands");
            }
        }

        Assert.Empty(Shop.Cache.Statistics.Bypasses);
    }

    [Fact]
    public void A_class_of_one_s_own_that_is_sent_as_one_value_is_run_as_often_as_by_EF_Core_alone()
    {
        var alone = new Sequence(1, 2);
        using var plain = Shop.NewPlain();
        var error = Record.Exception(() => Query(plain, alone).ToList());
        for (var commands = 1; commands >= 0; commands--)
        {
            var ids = new Sequence(1, 2);

            var (result, sent) = Shop.Count(db => error is null ? Query(db, ids).Remember(Ttl).ToList() : [1, 2]);

            Assert.Equal([1, 2], result);
            Assert.Equal(error is null ? (commands, alone.Runs) : (0, 0), (sent, ids.Runs));
        }

        Assert.Null(error);

        static IQueryable<int> Query(ShopContext db, Sequence ids) => db.Products.Where(p => EF.Parameter(ids).Contains(p.Id)).Select(p => p.Id);
    }

    [Fact]
    public async Task Asynchronous_runs_share_the_rows_of_synchronous_ones()
    {
        var ids = new Sequence(1, 2);
        var (_, first) = Shop.Count(db => db.Products.Where(p => ids.Contains(p.Id)).Remember(Ttl).ToList());
        var other = new Sequence(1, 2);
        var (products, second) = await Shop.CountAsync(db => db.Products.Where(p => other.Contains(p.Id)).Remember(Ttl).ToListAsync());

        Assert.Equal((1, 0), (first, second));
        Assert.Equal([1, 2], products.Select(static p => p.Id));
        Assert.Equal(1, other.Runs);
    }

    [Fact]
    public void One_that_gives_something_else_each_time_is_asked_each_time()
    {
        var next = 0;
        var ids = Enumerable.Range(0, 1).Select(_ => ++next);
        for (var run = 1; run <= 3; run++)
        {
            var (products, commands) = Shop.Count(db => db.Products.Where(p => ids.Contains(p.Id)).Remember(Ttl).ToList());

            Assert.Equal([run], products.Select(static p => p.Id));
            Assert.Equal((1, run), (commands, next));
        }

        next = 0;
        Assert.Equal(0, Shop.Count(db => db.Products.Where(p => ids.Contains(p.Id)).Remember(Ttl).ToList()).Commands);
    }

    [Fact]
    public void A_query_that_is_enumerated_again_runs_it_again()
    {
        var ids = new Sequence(1, 2);
        using var db = Shop.New();
        var query = db.Products.Where(p => ids.Contains(p.Id)).Select(p => p.Id).Remember(Ttl);

        Assert.Equal([1, 2], query.ToList());
        ids.First = 2;
        Assert.Equal([2, 3], query.ToList());
        var enumerable = query.AsEnumerable();
        Assert.Equal([2, 3], enumerable.Concat(enumerable).Distinct());
        Assert.Equal(4, ids.Runs);
    }

    [Fact]
    public void One_that_fails_fails_as_with_EF_Core_alone_and_stores_nothing()
    {
        var failing = Enumerable.Range(1, 2).Select(static id => id == 2 ? throw new TimeZoneNotFoundException("No such id.") : id);
        using var plain = Shop.NewPlain();
        using var db = Shop.New();

        var expected = Record.Exception(() => plain.Products.Where(p => failing.Contains(p.Id)).ToList());
        var actual = Record.Exception(() => db.Products.Where(p => failing.Contains(p.Id)).Remember(Ttl).ToList());

        Assert.IsType<TimeZoneNotFoundException>(expected);
        Assert.Equal((expected.GetType(), expected.Message), (actual?.GetType(), actual?.Message));
        Assert.Equal(0, Shop.Cache.Statistics.Stores);
    }

    [Fact]
    public void One_without_end_in_a_projection_is_not_run()
    {
        var endless = Endless();
        for (var commands = 1; commands >= 0; commands--)
        {
            var (row, sent) = Shop.Count(db => db.Products.Where(p => p.Id == 1).Select(p => new { p.Id, Endless = Held(endless) }).Remember(Ttl).Single());

            Assert.Same(endless, row.Endless);
            Assert.Equal(commands, sent);
        }
    }

    private static object Held(object value) => value;

    private static IEnumerable<int> Endless()
    {
        while (true)
        {
            yield return 1;
        }
    }

    private List<int> ToList(Query query, IEnumerable<int> ids)
    {
        using var plain = Shop.NewPlain();
        return query(plain, ids).ToList();
    }

    private sealed class Sequence(int first, int count) : IEnumerable<int>
    {
        public int First { get; set; } = first;

        public int Runs { get; private set; }

        public IEnumerator<int> GetEnumerator()
        {
            Runs++;
            return Enumerable.Range(First, count).GetEnumerator();
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
