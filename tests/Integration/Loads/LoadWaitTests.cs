using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using FastOrm.Cache.Tests.Unit.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Loads;

/// <summary>Nobody waits for ever: not behind a load that does not end, not in a transaction, not on a blocked thread.</summary>
public sealed class LoadWaitTests : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly Gate _gate = new();
    private TestShop? _shop;

    [Fact]
    public async Task A_waiter_whose_patience_ends_loads_itself_and_stores_for_the_next()
    {
        var shop = Shop(TimeSpan.FromSeconds(5));
        var leader = ReadAsync(shop);
        await _gate.Reached;
        var waiter = ReadAsync(shop);
        Assert.False(waiter.IsCompleted);

        _time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal((3, 1), await waiter.WaitAsync(Gate.Patience));
        Assert.Equal((3, 0), await ReadAsync(shop));
        Assert.False(leader.IsCompleted);
        _gate.Open();
        Assert.Equal(3, (await leader).Count);
    }

    [Fact]
    public async Task A_synchronous_waiter_is_not_blocked_for_longer_either()
    {
        var shop = Shop(TimeSpan.FromMilliseconds(20));
        var leader = Task.Factory.StartNew(() => Read(shop), TaskCreationOptions.LongRunning);
        await _gate.Reached;

        var waiter = await Task.Factory.StartNew(() => Read(shop), TaskCreationOptions.LongRunning).WaitAsync(Gate.Patience);

        Assert.Equal(3, waiter);
        Assert.False(leader.IsCompleted);
        _gate.Open();
        Assert.Equal(3, await leader);
    }

    [Fact]
    public async Task With_no_patience_at_all_everyone_loads()
    {
        var shop = Shop(TimeSpan.Zero);
        var leader = ReadAsync(shop);
        await _gate.Reached;

        Assert.Equal((3, 1), await ReadAsync(shop).WaitAsync(Gate.Patience));

        _gate.Open();
        await leader;
    }

    [Fact]
    public async Task Patience_of_a_day_is_patience()
    {
        var shop = Shop(TimeSpan.FromDays(1));
        var leader = ReadAsync(shop);
        await _gate.Reached;
        var waiter = ReadAsync(shop);
        _gate.Open();

        Assert.Equal(3, (await leader).Count);
        Assert.Equal(3, (await waiter).Count);
    }

    [Fact]
    public async Task A_caller_in_a_transaction_waits_for_nobody()
    {
        var shop = Shop(TimeSpan.FromDays(1));
        var leader = ReadAsync(shop);
        await _gate.Reached;
        using var db = shop.New();
        using var transaction = db.Database.BeginTransaction();

        var read = Task.Run(() => db.Tags.Remember().ToList().Count);
        Assert.Equal(3, await read.WaitAsync(Gate.Patience));
        Assert.Equal(3, (await db.Tags.Remember().ToListAsync().WaitAsync(Gate.Patience)).Count);

        _gate.Open();
        await leader;
    }

    [Fact]
    public async Task A_caller_in_a_transaction_leads_nobody()
    {
        var shop = Shop(TimeSpan.FromSeconds(5));
        using var db = shop.New();
        using var transaction = db.Database.BeginTransaction(System.Data.IsolationLevel.ReadUncommitted);
        var inTransaction = db.Tags.Remember().ToListAsync();
        await _gate.Reached;

        Assert.Equal((3, 1), await ReadAsync(shop).WaitAsync(Gate.Patience));

        _gate.Open();
        Assert.Equal(3, (await inTransaction).Count);
    }

    [Fact]
    public async Task A_writer_that_holds_the_database_does_not_stop_those_who_share_a_load()
    {
        var shop = Shop(TimeSpan.FromSeconds(5));
        using var writer = shop.New();
        using var transaction = writer.Database.BeginTransaction();
        writer.Add(new Tag { Id = 9, Name = "new" });
        shop.Sql.AfterRead = null;
        writer.SaveChanges();
        shop.Sql.AfterRead = _gate.PassAsync;
        var leader = ReadAsync(shop);
        await _gate.Reached;
        var waiter = ReadAsync(shop);

        transaction.Commit(); // Neither of the two holds a lock that it needs, nor the other way round.
        _gate.Open();

        Assert.Equal(3, (await leader).Count);
        Assert.Equal(3, (await waiter).Count);
        Assert.Equal(4, (await ReadAsync(shop)).Count);
    }

    [Fact]
    public async Task A_load_that_reads_the_same_query_again_does_not_wait_for_itself_for_ever()
    {
        var shop = Shop(TimeSpan.FromMilliseconds(20));
        var nested = 0;
        shop.Sql.AfterRead = token => Interlocked.Increment(ref nested) == 1
            ? Task.Run(() => Read(shop), token).WaitAsync(Gate.Patience, token)
            : Task.CompletedTask;

        Assert.Equal(3, await Task.Run(() => Read(shop)).WaitAsync(Gate.Patience));
    }

    public void Dispose() => _shop?.Dispose();

    private static async Task<(int Count, int Commands)> ReadAsync(TestShop shop)
    {
        var (tags, commands) = await shop.CountAsync(db => db.Tags.Remember().ToListAsync());
        return (tags.Count, commands);
    }

    private static int Read(TestShop shop) => shop.Count(db => db.Tags.Remember().ToList().Count).Result;

    private TestShop Shop(TimeSpan loadWait)
    {
        _shop = new TestShop(cache =>
        {
            cache.LoadWait = loadWait;
            cache.TimeProvider = _time;
        });
        _shop.Sql.AfterRead = _gate.PassAsync;
        return _shop;
    }
}
