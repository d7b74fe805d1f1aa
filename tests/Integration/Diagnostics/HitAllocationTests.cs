using System.Diagnostics;
using FastOrm.Cache.Diagnostics;
using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using FastOrm.Cache.Tests.Unit.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Diagnostics;

/// <summary>A hit costs the same bytes with all that tells of a cache switched on as without, as long as nobody listens.</summary>
[Collection(nameof(Alone))] // Listeners by name listen to the caches of all tests.
public sealed class HitAllocationTests : IDisposable
{
    private const int Hits = 50;

    private readonly OwnMeters _meters = new();
    private readonly TestShop _off = new(static options => options.MaxQueryTags = 0);
    private readonly TestShop _on;

    public HitAllocationTests()
    {
        _on = new TestShop(options =>
        {
            options.MeterFactory = _meters;
            (options.StatisticsInterval, options.VerifyFraction, options.DryRun) = (TimeSpan.FromHours(1), 0, true);
        });
        using (var listener = _meters.Listen(static _ => true))
        using (var spans = new ActivityListener { ShouldListenTo = static source => source.Name == CacheActivities.SourceName })
        {
            ActivitySource.AddActivityListener(spans);
            listener.Start();
            listener.RecordObservableInstruments();
            _on.Count(static db => db.Products.TagWith("by stock").OrderBy(p => p.Stock).AsNoTracking().Remember().ToList());
        }

        _on.Cache.DryRun = false; // What was on and is off again has to cost as little as what never was.
    }

    public void Dispose()
    {
        _off.Dispose();
        _on.Dispose();
        _meters.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_hit_of_a_query_allocates_the_same(bool isObserved)
    {
        using var listener = _meters.Listen(static instrument => instrument.IsObservable);
        if (isObserved)
        {
            listener.Start();
            listener.RecordObservableInstruments();
        }

        AssertSame(
            static db => db.Products.TagWith("by stock").OrderBy(p => p.Stock).AsNoTracking().Remember().ToList(),
            static db => db.Products.AsNoTracking().FindOrCache(7),
            static db => db.Products.AsNoTracking().FindManyOrCache([7, 8]));
    }

    [Fact]
    public void A_hit_of_a_value_allocates_nothing()
    {
        var options = new CacheEntryOptions();
        Assert.Equal(0, Least(Run(_off.Cache)));
        Assert.Equal(0, Least(Run(_on.Cache)));

        Func<long> Run(ICache cache) => () => Allocated(() => cache.Remember("key", options, static () => "value"));
    }

    // Rounds by turns, until both are compiled as well as they will be.
    private void AssertSame(params Func<ShopContext, object?>[] queries)
    {
        foreach (var query in queries)
        {
            _off.Count(query);
            _on.Count(query); // In contexts of their own, which open a connection: one that has none pays less for each hit.
            using var off = _off.New();
            using var on = _on.New();
            var (least, leastOn) = (long.MaxValue, long.MaxValue);
            for (var round = 0; round < 100 && (round < 5 || least != leastOn); round++)
            {
                least = Math.Min(least, Allocated(() => query(off)));
                leastOn = Math.Min(leastOn, Allocated(() => query(on)));
            }

            Assert.Equal(least, leastOn);
            Assert.True(_on.Cache.Statistics.Hits > 0);
        }
    }

    private static long Least(Func<long> round) => Enumerable.Range(0, 5).Min(_ => round());

    private static long Allocated(Func<object?> hit)
    {
        hit();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Hits; i++)
        {
            hit();
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
