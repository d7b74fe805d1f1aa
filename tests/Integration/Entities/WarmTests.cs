using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Entities;

/// <summary>A warm-up stores entities under their keys before anybody asks for them.</summary>
public sealed class WarmTests : IDisposable
{
    private readonly Registry _registry = new();

    [Theory]
    [InlineData(Provider.Sqlite)]
    [InlineData(Provider.PostgreSql)]
    public async Task The_entities_of_a_query_are_found_by_their_keys_afterwards(Provider provider)
    {
        using var registry = new Registry(provider);
        var progress = new List<EntityWarmupProgress>();
        var (warmed, commands) = await registry.CountAsync(db => db.People.Where(person => person.Id <= 25).OrderBy(person => person.Id)
            .WarmAsync(new EntityWarmupOptions { BatchSize = 10, OnProgress = progress.Add }));

        Assert.Equal(25, warmed);
        Assert.Equal(4, commands);
        Assert.Equal([(25, 10), (25, 20), (25, 25)], progress.Select(report => (report.Total, report.Done)));
        using var db = registry.NewForbidden();
        Assert.Equal("person 25", db.People.FindOrCache(25)!.Name);
        Assert.Equal(25, db.People.FindManyOrCache(Enumerable.Range(1, 25)).Count);
        Assert.Null(db.People.FindCached(26));
    }

    [Fact]
    public async Task No_more_than_the_limit_is_read_in_the_order_of_the_query()
    {
        var (warmed, commands) = await _registry.CountAsync(static db
            => db.Seats.OrderByDescending(seat => seat.Row).ThenBy(seat => seat.Place).WarmAsync(new EntityWarmupOptions { Limit = 3 }));

        Assert.Equal(3, warmed);
        Assert.Equal(2, commands);
        using var db = _registry.NewForbidden();
        Assert.Equal(["guest 200", "guest 190", "guest 191"], new[] { (20, 0), (19, 0), (19, 1) }.Select(key => db.Seats.FindCached(key)!.Guest));
        Assert.Null(db.Seats.FindCached((19, 2)));
    }

    [Fact]
    public async Task What_is_cached_already_is_not_read_again()
    {
        await _registry.CountAsync(static db => db.Customers.WarmAsync());
        var (warmed, commands) = await _registry.CountAsync(static db => db.Customers.WarmAsync());
        Assert.Equal(20, warmed);
        Assert.Equal(1, commands);
    }

    [Fact]
    public async Task Nothing_is_tracked_and_the_filters_of_the_query_hold()
    {
        using (var db = _registry.New())
        {
            Assert.Equal(5, await db.Secrets.WarmAsync());
            Assert.Empty(db.ChangeTracker.Entries());
            Assert.Equal(10, await db.Secrets.IgnoreQueryFilters().WarmAsync());
        }

        using var later = _registry.NewForbidden();
        Assert.NotNull(later.Secrets.FindOrCache(2));
        Assert.Null(later.Secrets.FindCached(1));
        Assert.NotNull(later.Secrets.IgnoreQueryFilters().FindOrCache(1));
    }

    [Fact]
    public async Task A_derived_type_is_warmed_up_as_that_type()
    {
        Assert.Equal(1, (await _registry.CountAsync(static db => db.Vehicles.OfType<Car>().WarmAsync())).Result);
        using var db = _registry.NewForbidden();
        Assert.Equal(5, db.Cars.FindOrCache(1)!.Doors);
    }

    [Fact]
    public async Task A_warm_up_can_be_cancelled_between_batches()
    {
        using var end = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _registry.CountAsync(db => db.People.OrderBy(person => person.Id).WarmAsync(
            new EntityWarmupOptions { BatchSize = 10, OnProgress = _ => end.Cancel() }, end.Token)));
        Assert.Equal(10, _registry.Cache.Statistics.Entries);
    }

    [Fact]
    public async Task In_a_transaction_nothing_is_warmed_up()
    {
        var (warmed, commands) = await _registry.CountAsync(static async db =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync();
            return await db.People.WarmAsync();
        });
        Assert.Equal((0, 0), (warmed, commands));
    }

    [Fact]
    public void Settings_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(static () => new EntityWarmupOptions { BatchSize = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(static () => new EntityWarmupOptions { Limit = 0 });
    }

    public void Dispose() => _registry.Dispose();
}
