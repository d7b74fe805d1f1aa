using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Loads;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Entities;

/// <summary>Of each key there is one load at a time, whether it is asked for alone or among others.</summary>
public sealed class SharedBatchTests : IDisposable
{
    private readonly Registry _registry = new();
    private readonly Gate _gate = new();

    public SharedBatchTests()
    {
        _registry.Count(static db => db.People.FindManyOrCache([49, 50])); // Compiled, and the columns known.
        _registry.Count(static db => db.People.FindOrCache(48));
        _registry.Sql.AfterRead = _gate.PassAsync;
    }

    [Fact]
    public async Task A_batch_loads_only_what_no_other_is_loading()
    {
        var before = _registry.Sql.Count;
        var first = ManyAsync(1, 2, 3);
        await _gate.Reached;
        var second = ManyAsync(3, 4, 1);
        var single = OneAsync(2);
        var third = ManyAsync(2);
        Assert.False(second.IsCompleted);
        _gate.Open();

        Assert.Equal([1, 2, 3], await first);
        Assert.Equal([3, 4, 1], await second);
        Assert.Equal(2, await single);
        Assert.Equal([2], await third);
        Assert.Equal(2, _registry.Sql.Count - before);
        Assert.Equal(4, _registry.Cache.Statistics.JoinedLoads);
    }

    [Fact]
    public async Task A_batch_joins_the_load_of_a_single_key()
    {
        var before = _registry.Sql.Count;
        var single = OneAsync(1);
        await _gate.Reached;
        var batch = ManyAsync(2, 1);
        _gate.Open();

        Assert.Equal(1, await single);
        Assert.Equal([2, 1], await batch);
        Assert.Equal(2, _registry.Sql.Count - before);
    }

    [Fact]
    public async Task Two_batches_that_need_each_others_keys_both_end()
    {
        using var all = new CancellationTokenSource(Gate.Patience);
        for (var round = 0; round < 20; round++)
        {
            _registry.Cache.Clear();
            _gate.Open();
            var batches = Enumerable.Range(0, 4).Select(i => Task.Run(() => ManyAsync(i % 2 == 0 ? [1, 2, 3, 4] : [4, 3, 2, 1]))).ToList();
            Assert.All(await Task.WhenAll(batches).WaitAsync(all.Token), found => Assert.Equal(4, found.Count));
        }
    }

    [Fact]
    public async Task A_batch_whose_leader_is_cancelled_is_loaded_by_who_waits()
    {
        using var cancellation = new CancellationTokenSource();
        var first = Task.Run(async () =>
        {
            await using var db = _registry.New();
            return await db.People.FindManyOrCacheAsync([1, 2], cancellationToken: cancellation.Token);
        });
        await _gate.Reached;
        var second = ManyAsync(1, 2);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.Equal([1, 2], await second);
    }

    [Fact]
    public async Task What_a_write_overtakes_is_returned_and_not_stored()
    {
        var batch = ManyAsync(1, 2);
        await _gate.Reached;
        await _registry.CountAsync(static async db =>
        {
            (await db.People.FindAsync(2))!.Name = "changed";
            return await db.SaveChangesAsync();
        });
        _gate.Open();
        await batch;

        using var db = _registry.NewForbidden();
        Assert.NotNull(db.People.FindCached(1));
        Assert.Null(db.People.FindCached(2));
    }

    public void Dispose() => _registry.Dispose();

    private async Task<List<int>> ManyAsync(params int[] keys)
    {
        await using var db = _registry.New();
        return [.. (await db.People.AsNoTracking().FindManyOrCacheAsync(keys)).Select(person => person.Id)];
    }

    private async Task<int> OneAsync(int key)
    {
        await using var db = _registry.New();
        return (await db.People.FindOrCacheAsync(key))!.Id;
    }
}
