using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using FastOrm.Cache.Tests.Unit.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Writes;

/// <summary>What is loaded from a replica that lags does not outlive the lag.</summary>
public sealed class ReplicaLagTests : IDisposable
{
    private static readonly TimeSpan Lag = TimeSpan.FromSeconds(2);

    private readonly ManualTimeProvider _time = new();
    private readonly TestShop _shop;

    public ReplicaLagTests()
        => _shop = new TestShop(options => options.TimeProvider = _time, static options => options.InvalidateAgainAfter = Lag);

    [Fact]
    public void What_was_written_is_dropped_once_more_after_the_time()
    {
        using (var db = _shop.New())
        {
            db.Tags.Single(static t => t.Id == 1).Name = "new";
            db.SaveChanges();
        }

        Assert.Equal(1, _shop.Count(Tags).Commands);
        Assert.Equal(0, _shop.Count(Tags).Commands);
        _time.Advance(Lag / 2);
        Assert.Equal(0, _shop.Count(Tags).Commands);
        _time.Advance(Lag / 2);
        Assert.Equal(1, _shop.Count(Tags).Commands);
        _time.Advance(10 * Lag);
        Assert.Equal(0, _shop.Count(Tags).Commands);
    }

    [Fact]
    public void So_is_what_a_transaction_and_SQL_have_written()
    {
        using (var db = _shop.New())
        {
            using var transaction = db.Database.BeginTransaction();
            db.Database.ExecuteSqlRaw("UPDATE Tags SET Name = 'new'");
            _time.Advance(10 * Lag);
            transaction.Commit();
        }

        Assert.Equal(1, _shop.Count(Tags).Commands);
        _time.Advance(Lag);
        Assert.Equal(1, _shop.Count(Tags).Commands);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(86_401)]
    public void A_time_that_makes_no_sense_is_refused(int seconds)
    {
        var options = new FastOrmCacheContextOptions();

        Assert.Contains(
            nameof(options.InvalidateAgainAfter),
            Assert.Throws<ArgumentOutOfRangeException>(() => options.InvalidateAgainAfter = TimeSpan.FromSeconds(seconds)).Message,
            StringComparison.Ordinal);
        Assert.Null(options.InvalidateAgainAfter);
    }

    public void Dispose() => _shop.Dispose();

    private static string Tags(ShopContext db) => db.Tags.OrderBy(static t => t.Id).Remember(TimeSpan.FromHours(1)).Select(static t => t.Name).ToList().Text();
}
