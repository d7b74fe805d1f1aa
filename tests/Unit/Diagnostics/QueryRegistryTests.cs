using FastOrm.Cache.Diagnostics;

namespace FastOrm.Cache.Tests.Unit.Diagnostics;

public sealed class QueryRegistryTests
{
    [Fact]
    public void Queries_beyond_the_bound_are_counted_together()
    {
        var counters = new CacheCounters();
        for (var shape = 0UL; shape < QueryRegistry.Capacity + 5; shape++)
        {
            counters.Queries.Of(shape, static shape => QueryIdentity.Of(shape, [], ["T"]), shape).Hit(1);
        }

        var sums = counters.Snapshot(0, 0);
        var (queries, values) = counters.Queries.Snapshot(sums, counters.ValueHits);

        Assert.Equal(QueryRegistry.Capacity + 5, sums.Hits);
        Assert.Equal(QueryRegistry.Capacity + 1, queries.Count);
        Assert.Equal(("other", 5L), (queries[^1].Label, queries[^1].Hits));
        Assert.Equal(0, values.Hits);
    }

    [Fact]
    public void A_query_is_found_by_its_id_and_anything_else_is_none()
    {
        var queries = new QueryRegistry();
        var own = queries.Of(0xABC, static shape => QueryIdentity.Of(shape, [], []), 0xABCUL);

        Assert.Equal("0000000000000abc", own.Identity.Id);
        Assert.Same(own, queries.Find(own.Identity.Id));
        Assert.Null(queries.Find("abd"));
        Assert.Null(queries.Find("<script>"));
        Assert.Null(queries.Find(""));
    }

    [Fact]
    public async Task Two_threads_that_add_one_query_at_once_give_it_its_own_tag()
    {
        for (var round = 0; round < 500; round++)
        {
            var (queries, barrier) = (new QueryRegistry(maxTags: 1), new Barrier(2));
            var added = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Factory.StartNew(
                () =>
                {
                    barrier.SignalAndWait();
                    return queries.Of(1, static shape => QueryIdentity.Of(shape, ["tag"], []), 1UL);
                },
                CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

            Assert.Same(added[0], added[1]);
            Assert.Equal("tag", added[0].MetricTag);
        }
    }

    [Fact]
    public async Task Hits_of_many_threads_are_all_counted()
    {
        var query = new QueryRegistry().Values;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 10_000; i++)
            {
                query.Hit(1);
            }
        })));

        Assert.Equal(80_000, query.Hits);
    }
}
