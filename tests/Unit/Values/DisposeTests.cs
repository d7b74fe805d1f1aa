using Microsoft.Extensions.DependencyInjection;
using static FastOrm.Cache.Tests.Unit.Values.CacheLab;

namespace FastOrm.Cache.Tests.Unit.Values;

/// <summary>Who is loading when the cache is disposed gets his value; nothing is kept, and nobody waits for ever.</summary>
public sealed class DisposeTests : IDisposable
{
    private readonly CacheLab _lab = new();
    private readonly TaskCompletionSource _gate = new();

    [Fact]
    public async Task Those_who_wait_for_a_load_get_its_value()
    {
        var one = _lab.Cache.RememberAsync("k", Minute, LoadAsync).AsTask();
        var other = _lab.Cache.RememberAsync("k", Minute, LoadAsync).AsTask();
        EndWhileLoading();

        Assert.Equal((1, 1), (await one, await other));
        AssertNothingKept();
    }

    [Fact]
    public async Task A_refresh_gives_its_value()
    {
        var refresh = _lab.Cache.RefreshAsync("k", Minute, LoadAsync).AsTask();
        EndWhileLoading();

        Assert.Equal(1, await refresh);
        AssertNothingKept();
    }

    [Fact]
    public async Task A_load_of_several_gives_its_values()
    {
        var many = _lab.Cache.RememberManyAsync("n", [1, 2], Minute, async (ids, token) =>
        {
            await _gate.Task;
            return (IReadOnlyDictionary<int, int>)ids.ToDictionary(static id => id);
        }).AsTask();
        EndWhileLoading();

        Assert.Equal([1, 2], (await many).Keys.Order());
        AssertNothingKept();
    }

    [Fact]
    public async Task A_write_through_is_carried_out()
    {
        var written = 0;
        var writing = _lab.Cache.WriteThroughAsync("k", 7, async (value, _) =>
        {
            await _gate.Task;
            written = value;
        }).AsTask();
        EndWhileLoading();
        await writing;

        Assert.Equal(7, written);
        AssertNothingKept();
    }

    [Fact]
    public async Task A_loader_of_the_cache_goes_on_without_it()
    {
        using var services = new ServiceCollection().BuildServiceProvider();
        using var loader = new CacheLoader<int, int>(
            _lab.Cache, "n", services.GetRequiredService<IServiceScopeFactory>(), (_, _, token) => LoadAsync(token));
        var loading = loader.GetAsync(1).AsTask();
        EndWhileLoading();

        Assert.Equal(1, await loading);
        _lab.Time.Advance(TimeSpan.FromMinutes(4)); // Nor does the refreshing ahead of expiry keep anything.
        AssertNothingKept();
    }

    [Fact]
    public void Every_call_works_on_a_cache_that_was_disposed()
    {
        _lab.Cache.Set("k", 1);
        _lab.Cache.Dispose();
        _lab.Cache.Dispose();
        _lab.Cache.Set("k", 2);
        _lab.Cache.SetMany([KeyValuePair.Create("k", 2)]);
        _lab.Cache.Forget("k");
        _lab.Cache.Flush("t");
        _lab.Cache.Clear();
        _lab.Cache.IsEnabled = true;
        _lab.Cache.WriteThrough("k", 2, static _ => { });

        Assert.False(_lab.Cache.IsEnabled);
        Assert.False(_lab.Cache.TryGet<int>("k").IsCached);
        Assert.Empty(_lab.Cache.GetMany<int>(["k"]));
        Assert.Equal((1, 2), (_lab.Cache.Remember("k", Minute, _lab.Load), _lab.Cache.Refresh("k", Minute, _lab.Load)));
        Assert.Equal([1], _lab.Cache.RememberMany("n", [1], Minute, static ids => ids.ToDictionary(static id => id)).Keys);
        Assert.Equal(
            [1], _lab.Cache.RefreshMany([1], static id => $"n:{id}", Minute, static ids => ids.ToDictionary(static id => id)).Keys);
    }

    public void Dispose() => _lab.Dispose();

    private void EndWhileLoading()
    {
        _lab.Cache.Dispose();
        _gate.SetResult();
    }

    private void AssertNothingKept() => Assert.Equal((0L, 0L), (_lab.Cache.Statistics.Stores, _lab.Cache.Statistics.Entries));

    private async Task<int> LoadAsync(CancellationToken token)
    {
        await _gate.Task;
        return _lab.Load();
    }
}
