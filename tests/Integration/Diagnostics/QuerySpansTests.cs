using System.Collections.Concurrent;
using System.Diagnostics;
using FastOrm.Cache.Diagnostics;
using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Diagnostics;

/// <summary>A remembered query is a span when it is looked up and when it is loaded, within that of whoever asks.</summary>
[Collection(nameof(Alone))] // Who listens hears of all caches.
public sealed class QuerySpansTests : IDisposable
{
    private readonly ConcurrentQueue<Activity> _spans = new();
    private readonly ActivityListener _listener;
    private readonly TestShop _shop;

    public QuerySpansTests()
    {
        _shop = new TestShop();
        _listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == CacheActivities.SourceName,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _spans.Enqueue,
        };
    }

    public void Dispose()
    {
        _listener.Dispose();
        _shop.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_miss_is_a_load_and_a_hit_is_none(bool async)
    {
        ActivitySource.AddActivityListener(_listener);
        for (var i = 0; i < 2; i++)
        {
            await using var db = _shop.New();
            var query = db.Tags.TagWith("all tags").Where(static tag => tag.Name != "secret").Remember();
            _ = async ? await query.ToListAsync() : query.ToList();
        }

        await using (var db = _shop.New())
        {
            await db.Tags.ExecuteUpdateAsync(static set => set.SetProperty(static tag => tag.Name, "secret"));
        }

        var load = Assert.Single(_spans, static span => span.OperationName == "cache.load");
        Assert.Equal("all tags", load.GetTagItem("db.query.summary"));
        Assert.Equal(1, _spans.Count(static span => span.OperationName == "cache.lookup" && true.Equals(span.GetTagItem("cache.hit"))));
        Assert.Equal("bulk_write", _spans.Last(static span => span.OperationName == "cache.invalidate").GetTagItem("cache.invalidation.cause"));
        Assert.All(_spans, static span => Assert.All(
            span.TagObjects, static tag => Assert.DoesNotContain("secret", $"{tag.Value}", StringComparison.Ordinal)));
    }

    [Fact]
    public void An_error_of_the_database_is_recorded()
    {
        ActivitySource.AddActivityListener(_listener);
        using (var db = _shop.New())
        {
            db.Database.ExecuteSqlRaw("""DROP TABLE "ProductTag"; DROP TABLE "Tags" """);
            Assert.ThrowsAny<Exception>(() => db.Tags.Remember().ToList());
        }

        var load = Assert.Single(_spans, static span => span.OperationName == "cache.load");
        Assert.Equal(ActivityStatusCode.Error, load.Status);
        Assert.EndsWith("SqliteException", (string)load.GetTagItem("error.type")!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_operation_of_Redis_is_one_of_a_client_within_what_asks()
    {
        using var cache = FastCache.Create(options => options.UseRedis(RedisServer.SharedAddress, redis => redis.Prefix = $"spans-{Guid.NewGuid():N}"));
        ActivitySource.AddActivityListener(_listener);
        using (var request = new Activity("request").Start())
        {
            await cache.TryGetAsync<int>("key");
        }

        Assert.Contains(_spans, static span => span.Kind == ActivityKind.Client
            && span.ParentId is not null
            && Equals(span.GetTagItem("db.system.name"), "redis")
            && span.GetTagItem("db.operation.name") is "read");
    }
}
