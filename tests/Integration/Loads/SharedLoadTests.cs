using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Loads;

/// <summary>Callers that miss together share one load, and each gets entities of its own.</summary>
public sealed class SharedLoadTests : IDisposable
{
    // On a busy machine the callers take long to come; none is to give up meanwhile.
    private readonly TestShop _shop = new(static o => o.LoadWait = TimeSpan.FromMinutes(5));
    private readonly Gate _gate = new();

    [Fact]
    public async Task A_thousand_concurrent_misses_run_one_command()
    {
        _shop.Sql.AfterRead = _gate.PassAsync;
        var before = _shop.Sql.Count;
        var contexts = Enumerable.Range(0, 1_000).Select(_ => _shop.New()).ToList();

        // Each call returns as soon as it waits, so at the end of this line all of them do.
        var reads = contexts.ConvertAll(db => db.Products.Where(p => p.CategoryId == 2).Remember().ToListAsync());
        await _gate.Reached;
        _gate.Open();
        var results = await Task.WhenAll(reads);

        Assert.Equal(1, _shop.Sql.Count - before);
        Assert.All(results, products => Assert.Equal(20, products.Count));
        Assert.Equal(1_000, results.Select(products => products[0]).Distinct(ReferenceEqualityComparer.Instance).Count());
        Assert.All(contexts, db => Assert.Equal(20, db.ChangeTracker.Entries().Count()));
        Assert.Equal(999, _shop.Cache.Statistics.JoinedLoads);
        Assert.Equal(1, _shop.Cache.Statistics.Loads);
        contexts.ForEach(db => db.Dispose());
    }

    [Fact]
    public async Task Synchronous_and_asynchronous_callers_on_many_threads_run_one_command()
    {
        var before = _shop.Sql.Count;
        using var start = new Barrier(16);

        var counts = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Factory.StartNew(
            () =>
            {
                using var db = _shop.New();
                start.SignalAndWait();
                return i % 2 == 0
                    ? db.Orders.Remember().ToList().Count
                    : db.Orders.Remember().ToListAsync().GetAwaiter().GetResult().Count;
            },
            TaskCreationOptions.LongRunning)));

        Assert.Equal(1, _shop.Sql.Count - before);
        Assert.All(counts, count => Assert.Equal(40, count));
    }

    [Fact]
    public async Task Synchronous_callers_wait_for_one_load()
    {
        _shop.Sql.AfterRead = _gate.PassAsync;
        var before = _shop.Sql.Count;
        var leader = Task.Run(() => _shop.Count(db => db.Orders.Remember().ToList().Count).Result);
        await _gate.Reached;

        var waiters = new List<Thread>();
        var counts = new int[4];
        for (var i = 0; i < counts.Length; i++)
        {
            var place = i;
            waiters.Add(new Thread(() => counts[place] = _shop.Count(db => db.Orders.Remember().ToList().Count).Result));
            waiters[i].Start();
        }

        Assert.True(SpinWait.SpinUntil(() => waiters.TrueForAll(IsBlocked), Gate.Patience));
        _gate.Open();
        waiters.ForEach(waiter => waiter.Join());

        Assert.Equal(40, await leader);
        Assert.All(counts, count => Assert.Equal(40, count));
        Assert.Equal(1, _shop.Sql.Count - before);
    }

    [Fact]
    public async Task Callers_of_other_queries_do_not_wait()
    {
        _shop.Sql.AfterRead = _gate.PassAsync;
        var held = _shop.CountAsync(db => db.Products.Where(p => p.Id == 1).Remember().ToListAsync());
        await _gate.Reached;

        var other = await _shop.CountAsync(db => db.Products.Where(p => p.Id == 2).Remember().ToListAsync());

        Assert.Equal(1, other.Commands);
        Assert.False(held.IsCompleted);
        _gate.Open();
        await held;
    }

    [Fact]
    public async Task Rows_that_may_not_be_stored_are_not_shared()
    {
        using var shop = new TestShop(cache => cache.MaxRows = 10);
        shop.Sql.AfterRead = _gate.PassAsync;
        var before = shop.Sql.Count;
        var reads = Enumerable.Range(0, 5).Select(_ => shop.CountAsync(db => db.Products.Remember().ToListAsync())).ToList();
        await _gate.Reached;
        _gate.Open();

        Assert.All(await Task.WhenAll(reads), read => Assert.Equal(100, read.Result.Count));
        Assert.Equal(5, shop.Sql.Count - before);
        Assert.Equal(0, shop.Cache.Statistics.Entries);
    }

    [Fact]
    public async Task A_fresh_load_does_not_join_one_that_began_before_it()
    {
        _shop.Sql.AfterRead = _gate.PassAsync;
        var old = _shop.CountAsync(db => db.Tags.Where(t => t.Id == 1).Select(t => t.Name).Remember().SingleAsync());
        await _gate.Reached;
        using (var past = _shop.NewPlain())
        {
            past.Attach(new Tag { Id = 1, Name = "any" }).Entity.Name = "new"; // A write that the library does not see.
            past.SaveChanges();
        }

        var fresh = await _shop.CountAsync(db => db.Tags.Where(t => t.Id == 1).Select(t => t.Name).RememberFresh().SingleAsync());
        _gate.Open();
        await old;
        var next = await _shop.CountAsync(db => db.Tags.Where(t => t.Id == 1).Select(t => t.Name).Remember().SingleAsync());

        Assert.Equal(("new", 1), fresh);
        Assert.Equal(("new", 0), next);
    }

    public void Dispose() => _shop.Dispose();

    private static bool IsBlocked(Thread thread) => thread.ThreadState.HasFlag(ThreadState.WaitSleepJoin);
}
