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
