using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using FastOrm.Cache.Tests.Unit.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Loads;

/// <summary>Times to live pass on the clock of the cache, from the moment the load began.</summary>
public sealed class ExpiryTests : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly TestShop _shop;

    public ExpiryTests() => _shop = new TestShop(cache =>
    {
        cache.TimeProvider = _time;
        cache.DefaultTtl = TimeSpan.FromMinutes(2);
        cache.EmptyTtl = TimeSpan.FromSeconds(10);
        cache.CleanupInterval = TimeSpan.FromHours(10);
    });

    [Fact]
    public void A_result_is_served_until_its_time_is_over()
    {
        Assert.Equal(1, Read(TimeSpan.FromSeconds(30)));
        _time.Advance(TimeSpan.FromMilliseconds(29_999));
        Assert.Equal(0, Read(TimeSpan.FromSeconds(30)));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, Read(TimeSpan.FromSeconds(30)));
        Assert.Equal(0, Read(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public void Without_a_time_of_its_own_a_query_takes_the_default_of_the_cache()
    {
        int Tags() => _shop.Count(db => db.Tags.Remember().ToList()).Commands;

        Assert.Equal(1, Tags());
        _time.Advance(TimeSpan.FromSeconds(119));
        Assert.Equal(0, Tags());
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, Tags());
    }

    [Fact]
    public void Nobody_is_given_a_result_older_than_the_time_they_ask_for()
    {
        Assert.Equal(1, Read(TimeSpan.FromHours(1)));
        _time.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal(1, Read(TimeSpan.FromMinutes(5)));
        Assert.Equal(0, Read(TimeSpan.FromMinutes(5)));
    }

    [Fact]
    public void An_empty_result_lives_for_its_own_shorter_time()
    {
        int Nothing() => _shop.Count(db => db.Tags.Where(t => t.Id == 99).Remember(TimeSpan.FromHours(1)).FirstOrDefault()).Commands;

        Assert.Equal(1, Nothing());
        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(0, Nothing());
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, Nothing());
    }

    [Fact]
    public void What_is_remembered_for_ever_outlives_every_time()
    {
        int Tags() => _shop.Count(db => db.Tags.RememberForever().ToList()).Commands;

        Assert.Equal(1, Tags());
        _time.Advance(TimeSpan.FromDays(1_000));
        Assert.Equal(0, Tags());
    }

    [Fact]
    public async Task The_time_counts_from_the_beginning_of_the_load()
    {
        Task<List<Tag>> Tags(ShopContext db) => db.Tags.Remember(TimeSpan.FromMinutes(1)).ToListAsync();

        var gate = new Gate();
        _shop.Sql.AfterRead = gate.PassAsync;
        var load = _shop.CountAsync(Tags);
        await gate.Reached;
        _time.Advance(TimeSpan.FromSeconds(40));
        gate.Open();
        await load;

        Assert.Equal(0, (await _shop.CountAsync(Tags)).Commands);
        _time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(1, (await _shop.CountAsync(Tags)).Commands);
    }

    [Fact]
    public void A_reload_begins_a_new_time()
    {
        Assert.Equal(1, Read(TimeSpan.FromMinutes(1)));
        _time.Advance(TimeSpan.FromSeconds(50));
        Assert.Equal(1, _shop.Count(db => db.Categories.RememberFresh(TimeSpan.FromMinutes(1)).ToList()).Commands);
        _time.Advance(TimeSpan.FromSeconds(50));
        Assert.Equal(0, Read(TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public void A_write_ends_every_time()
    {
        Assert.Equal(1, Read(TimeSpan.FromHours(1)));
        using (var db = _shop.New())
        {
            db.Add(new Category { Name = "new" });
            db.SaveChanges();
        }

        Assert.Equal(1, Read(TimeSpan.FromHours(1)));
    }

    public void Dispose() => _shop.Dispose();

    private int Read(TimeSpan ttl) => _shop.Count(db => db.Categories.Remember(ttl).ToList()).Commands;
}
