using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Loads;

/// <summary>A load that fails is tried once more, by one of those who waited; a second failure is everyone's.</summary>
public sealed class FailedLoadTests : IDisposable
{
    private const int Waiters = 20;
    private static readonly TimeSpan LoadWait = TimeSpan.FromSeconds(20);

    private readonly WaiterCount _first = new(LoadWait, Waiters);
    private readonly TestShop _shop;
    private readonly Gate _gate = new();

    public FailedLoadTests()
    {
        _shop = new TestShop(cache =>
        {
            cache.LoadWait = LoadWait;
            cache.TimeProvider = _first;
        });
        _shop.Sql.AfterRead = _gate.PassAsync;
    }

    [Fact]
    public async Task A_failed_load_is_retried_by_one_waiter_for_all()
    {
        var before = _shop.Sql.Count;
        FailFrom(1, to: 1);
        var (leader, waiters) = await StartAsync();
        _gate.Open();

        await Assert.ThrowsAsync<BrokenException>(() => leader);
        Assert.All(await Task.WhenAll(waiters), count => Assert.Equal(3, count));
        Assert.Equal(2, _shop.Sql.Count - before);
        Assert.Equal(1, _shop.Cache.Statistics.FailedLoads);
    }

    [Fact]
    public async Task A_second_failure_goes_to_all_who_wait_for_it()
    {
        var secondGate = new Gate();
        using var shop = NewShop(out var waiting, expected: Waiters + Waiters - 1);
        var before = shop.Sql.Count;
        var loads = 0;
        shop.Sql.AfterRead = async token =>
        {
            await (Interlocked.Increment(ref loads) == 1 ? _gate : secondGate).PassAsync(token);
            throw new BrokenException();
        };
        var reads = Enumerable.Range(0, Waiters + 1).Select(_ => ReadAsync(shop)).ToList();
        _gate.Open();
        await waiting.Complete; // All but the one that leads wait for the second load.
        secondGate.Open();

        foreach (var read in reads)
        {
            await Assert.ThrowsAsync<BrokenException>(() => read);
        }

        Assert.Equal(2, shop.Sql.Count - before);
    }

    [Fact]
    public async Task A_second_failure_that_comes_at_once_goes_to_all_too()
    {
        var before = _shop.Sql.Count;
        FailFrom(1, to: int.MaxValue);
        var (leader, waiters) = await StartAsync();
        _gate.Open();

        foreach (var read in waiters.Prepend(leader))
        {
            await Assert.ThrowsAsync<BrokenException>(() => read);
        }

        Assert.Equal(2, _shop.Sql.Count - before);
    }

    [Fact]
    public async Task A_failure_is_not_remembered()
    {
        _gate.Open();
        FailFrom(1, to: 1);
        await Assert.ThrowsAsync<BrokenException>(() => ReadAsync(_shop));
        var before = _shop.Sql.Count;

        Assert.Equal(3, await ReadAsync(_shop));
        Assert.Equal(3, await ReadAsync(_shop));

        Assert.Equal(1, _shop.Sql.Count - before);
    }

    [Fact]
    public void A_synchronous_failure_is_thrown_as_it_is()
    {
        _shop.Sql.AfterRead = null;
        _shop.Sql.BeforeRead = _ => throw new BrokenException();

        Assert.Throws<BrokenException>(() => _shop.Count(db => db.Tags.Remember().ToList()));

        _shop.Sql.BeforeRead = null;
        Assert.Equal(3, _shop.Count(db => db.Tags.Remember().ToList()).Result.Count);
    }

    [Fact]
    public async Task A_failure_of_the_first_command_of_a_split_query_can_be_repeated_in_the_same_context()
    {
        _gate.Open();
        FailFrom(2, to: 2);
        using var db = _shop.New();
        var query = db.Products.Include(p => p.Tags).AsSplitQuery().Where(p => p.Id == 5).Remember();

        await Assert.ThrowsAsync<BrokenException>(() => query.ToListAsync());

        Assert.Equal(3, (await query.ToListAsync()).Single().Tags.Count);
    }

    public void Dispose() => _shop.Dispose();

    private static async Task<int> ReadAsync(TestShop shop)
    {
        await using var db = shop.New();
        return (await db.Tags.Remember().ToListAsync()).Count;
    }

    private static TestShop NewShop(out WaiterCount waiting, int expected)
    {
        var count = waiting = new WaiterCount(LoadWait, expected);
        return new TestShop(cache =>
        {
            cache.LoadWait = LoadWait;
            cache.TimeProvider = count;
        });
    }

    private void FailFrom(int first, int to)
    {
        var loads = 0;
        _shop.Sql.AfterRead = async token =>
        {
            await _gate.PassAsync(token);
            var load = Interlocked.Increment(ref loads);
            if (load >= first && load <= to)
            {
                throw new BrokenException();
            }
        };
    }

    private async Task<(Task<int> Leader, List<Task<int>> Waiters)> StartAsync()
    {
        var leader = ReadAsync(_shop);
        await _gate.Reached;
        var waiters = Enumerable.Range(0, Waiters).Select(_ => ReadAsync(_shop)).ToList();
        await _first.Complete;
        return (leader, waiters);
    }

    private sealed class BrokenException : Exception;
}
