using static FastOrm.Cache.Tests.Unit.Remote.RemoteLab;

namespace FastOrm.Cache.Tests.Unit.Remote;

/// <summary>Values that are served after their time is over, from wherever they are kept.</summary>
public sealed class StaleOnTwoNodesTests : IDisposable
{
    private readonly RemoteLab _lab = new();
    private readonly TaskCompletionSource<int> _loading = new();

    [Theory]
    [InlineData(CacheTiers.All)]
    [InlineData(CacheTiers.Remote)]
    public async Task While_one_caller_loads_the_others_get_what_the_tier_has(CacheTiers tiers)
    {
        var hot = new CacheEntryOptions { Ttl = Minute, StaleFor = Minute, Tiers = tiers };
        await _lab.Remember(_lab.A, options: hot);
        _lab.Time.Advance(Minute);
        var leader = _lab.B.RememberAsync("k", hot, _ => _loading.Task).AsTask();

        var other = _lab.B.RememberAsync("k", hot, _ => _lab.Load());

        Assert.True(other.IsCompleted);
        Assert.Equal((1, 1), (await other, _lab.Loads));
        Assert.Equal(1, _lab.B.Statistics.StaleHits);
        _loading.SetResult(2);
        Assert.Equal(2, await leader);
    }

    [Fact]
    public async Task Who_waits_while_the_tier_is_still_asked_is_served_as_soon_as_it_has_answered()
    {
        var hot = new CacheEntryOptions { Ttl = Minute, StaleFor = Minute };
        await _lab.Remember(_lab.A, options: hot);
        _lab.Time.Advance(Minute);
        var gate = new TaskCompletionSource();
        _lab.Tier.Gate = gate.Task;
        _ = _lab.B.RememberAsync("k", hot, _ => _loading.Task).AsTask();
        var other = _lab.B.RememberAsync("k", hot, _ => _lab.Load()).AsTask();
        Assert.False(other.IsCompleted);

        gate.SetResult();

        Assert.Equal(1, await other.WaitAsync(TimeSpan.FromSeconds(30)));
        _loading.SetResult(2);
    }

    [Fact]
    public async Task What_another_node_has_invalidated_is_not_served_however_young()
    {
        var hot = new CacheEntryOptions { Ttl = Minute, StaleFor = Minute, Tiers = CacheTiers.Remote };
        await _lab.Remember(_lab.A, options: hot, tags: "t");
        _lab.Time.Advance(Minute);
        var leader = _lab.B.RememberAsync("k", hot, _ => _loading.Task, "t").AsTask();
        await _lab.A.FlushAsync("t");
        _lab.Source = 3;

        Assert.Equal(3, await _lab.Remember(_lab.B, options: hot, tags: "t"));

        _loading.SetResult(2);
        await leader;
        Assert.Equal(0, _lab.B.Statistics.StaleHits);
    }

    [Fact]
    public async Task If_the_load_fails_the_value_of_the_tier_is_served_and_marked()
    {
        var careful = new CacheEntryOptions { Ttl = Minute, StaleIfError = Minute, Tiers = CacheTiers.Remote };
        await _lab.Remember(_lab.A, options: careful);
        _lab.Time.Advance(Minute);
        var leader = Fail();
        var other = Fail();
        Assert.False(other.IsCompleted);
        _loading.SetException(new InvalidDataException());

        Assert.Equal([(1, true), (1, true)], (await Task.WhenAll(leader, other)).Select(static result => (result.Value, result.IsStale)));

        Task<CacheResult<int>> Fail() => _lab.B.RememberAsync("k", 0, careful, (_, _) => _loading.Task, default).AsTask();
    }

    [Fact]
    public async Task Of_several_values_too()
    {
        var hot = new CacheEntryOptions { Ttl = Minute, StaleFor = Minute, Tiers = CacheTiers.Remote };
        await Remember(_lab.A, Task.CompletedTask);
        await _lab.Settle();
        _lab.Time.Advance(Minute);
        var leader = Remember(_lab.B, _loading.Task);

        var other = Remember(_lab.B, Task.CompletedTask);

        Assert.True(other.IsCompleted);
        Assert.Equal([1, 1], (await other).Values);
        Assert.Equal(2, _lab.B.Statistics.StaleHits);
        _loading.SetResult(0);
        await leader;

        Task<IReadOnlyDictionary<int, int>> Remember(ICache node, Task gate)
            => node.RememberManyAsync(
                [1, 2],
                static id => $"n:{id}",
                hot,
                async (ids, _) =>
                {
                    await gate;
                    return (IReadOnlyDictionary<int, int>)ids.ToDictionary(static id => id, static _ => 1);
                },
                default).AsTask();
    }

    public void Dispose() => _lab.Dispose();
}
