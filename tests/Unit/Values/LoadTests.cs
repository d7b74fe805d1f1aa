using static FastOrm.Cache.Tests.Unit.Values.CacheLab;

namespace FastOrm.Cache.Tests.Unit.Values;

/// <summary>One load per key.</summary>
public sealed class LoadTests : IDisposable
{
    private readonly CacheLab _lab = new();

    [Fact]
    public async Task Callers_that_miss_together_wait_for_one_load()
    {
        var gate = new TaskCompletionSource<int>();
        var runs = 0;
        var callers = Enumerable.Range(0, 20).Select(_ => _lab.Cache.RememberAsync("k", Minute, Load).AsTask()).ToList();
        gate.SetResult(5);

        Assert.All(await Task.WhenAll(callers), static value => Assert.Equal(5, value));
        Assert.Equal(1, runs);
        Assert.Equal(19, _lab.Cache.Statistics.JoinedLoads);

        Task<int> Load()
        {
            Interlocked.Increment(ref runs);
            return gate.Task;
        }
    }

    [Fact]
    public async Task A_caller_that_gives_up_fails_no_other_and_another_goes_on()
    {
        using var cancel = new CancellationTokenSource();
        var first = _lab.Cache.RememberAsync("k", Minute, static token => Wait(token), cancel.Token).AsTask();
        var second = _lab.Remember("k", Minute).AsTask();
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.Equal(1, await second);

        static async Task<int> Wait(CancellationToken token)
        {
            await Task.Delay(Timeout.Infinite, token);
            return -1;
        }
    }

    [Fact]
    public async Task A_loader_that_returns_although_it_was_cancelled_has_loaded_the_value()
    {
        using var cancel = new CancellationTokenSource();
        var value = await _lab.Cache.RememberAsync("k", Minute, LoadAsync, cancel.Token);

        Assert.Equal((3, 3), (value, _lab.Cache.Get<int>("k")));

        async Task<int> LoadAsync(CancellationToken token)
        {
            await cancel.CancelAsync();
            return 3;
        }
    }

    [Fact]
    public async Task A_loader_of_several_that_returns_although_it_was_cancelled_has_loaded_them()
    {
        using var cancel = new CancellationTokenSource();
        var values = await _lab.Cache.RememberManyAsync<int, int>(
            "n",
            [1],
            Minute,
            async (ids, _) =>
            {
                await cancel.CancelAsync();
                return ids.ToDictionary(static id => id);
            },
            cancel.Token);

        Assert.Equal((1, 1), (values[1], _lab.Cache.Get<int>("n:1")));
    }

    [Fact]
    public async Task After_a_failure_one_who_waits_tries_once_more_and_a_second_goes_to_all()
    {
        var gate = new TaskCompletionSource();
        var runs = 0;
        var callers = Enumerable.Range(0, 5).Select(_ => _lab.Cache.RememberAsync("k", Minute, FailAsync).AsTask()).ToList();
        gate.SetResult();

        foreach (var caller in callers)
        {
            await Assert.ThrowsAsync<InvalidDataException>(() => caller);
        }

        Assert.Equal(2, runs);
        Assert.Equal(1, await _lab.Remember("k", Minute));

        async Task<int> FailAsync()
        {
            Interlocked.Increment(ref runs);
            await gate.Task;
            throw new InvalidDataException();
        }
    }

    [Fact]
    public async Task A_loader_that_asks_for_its_own_key_is_an_error_and_not_a_deadlock()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(
            () => _lab.Cache.RememberAsync("k", Minute, async _ => await _lab.Remember("k", Minute) + 1).AsTask());
        Assert.Contains("own key", error.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(
            () => _lab.Cache.Remember("k", Minute, () => _lab.Cache.Remember("k", Minute, _lab.Load)));
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => _lab.Cache.RefreshAsync("k", Minute, async _ => await _lab.Remember("k", Minute)).AsTask());

        Assert.Equal(0, _lab.Loads);
        Assert.Equal(1, await _lab.Remember("k", Minute));
    }

    [Fact]
    public async Task Nor_is_it_endless_while_the_cache_is_switched_off()
    {
        _lab.Cache.IsEnabled = false;

        Assert.Throws<InvalidOperationException>(
            () => _lab.Cache.Remember("k", Minute, () => _lab.Cache.Remember("k", Minute, _lab.Load)));
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => _lab.Cache.RememberManyAsync<int, int>(
                [1], static _ => "k", Minute, async (_, _) => new Dictionary<int, int> { [1] = await _lab.Remember("k", Minute) }, default).AsTask());
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => _lab.Cache.RememberAsync("k", Minute, async _ => _lab.Cache.RememberMany(
                [1], static _ => "k", Minute, static ids => ids.ToDictionary(static id => id)).Count + await _lab.LoadAsync(default)).AsTask());
        Assert.Equal((0, 1), (_lab.Loads, _lab.Cache.Remember("k", Minute, () => _lab.Cache.Remember("other", Minute, _lab.Load))));
    }

    [Fact]
    public async Task Nor_is_one_that_asks_for_it_by_way_of_another_key()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => AskAsync("a", "b", "c", "a").AsTask());
        Assert.Throws<InvalidOperationException>(
            () => Ask("a", () => Ask("b", () => Ask("a", _lab.Load))));

        int Ask(string key, Func<int> load) => _lab.Cache.Remember(key, Minute, load);

        ValueTask<int> AskAsync(params string[] keys)
            => keys.Length == 0
                ? new(_lab.Load())
                : _lab.Cache.RememberAsync(keys[0], Minute, async _ =>
                {
                    await Task.Yield();
                    return await AskAsync(keys[1..]);
                });
    }

    [Fact]
    public async Task Two_loaders_that_ask_for_each_other_s_keys_wait_no_longer_than_the_longest_wait()
    {
        var (first, second) = (new TaskCompletionSource(), new TaskCompletionSource());
        var one = AskAsync("a", "b", first, second);
        var other = AskAsync("b", "a", second, first);
        var bothWait = Task.WhenAll(first.Task, second.Task);
        await bothWait;
        while (!one.IsCompleted || !other.IsCompleted)
        {
            _lab.Time.Advance(Minute);
            await Task.Yield();
        }

        Assert.Equal([1, 2], new[] { await one, await other }.Order());

        Task<int> AskAsync(string key, string otherKey, TaskCompletionSource began, TaskCompletionSource otherBegan)
            => _lab.Cache.RememberAsync(key, Minute, async _ =>
            {
                began.SetResult();
                await otherBegan.Task;
                return await _lab.Remember(otherKey, Minute);
            }).AsTask();
    }

    [Fact]
    public async Task A_loader_may_ask_for_other_keys_and_for_its_own_when_it_has_ended()
    {
        Task<int>? later = null;
        var release = new TaskCompletionSource();
        var outer = await _lab.Cache.RememberAsync("outer", Minute, async _ =>
        {
            later = Task.Run(async () =>
            {
                await release.Task;
                return await _lab.Remember("outer", Minute);
            });
            return await _lab.Remember("inner", Minute) + 10;
        });
        _lab.Cache.Forget("outer");
        release.SetResult();

        Assert.Equal((11, 2), (outer, await later!));
    }

    [Fact]
    public async Task A_load_goes_on_when_the_cache_is_disposed_and_keeps_nothing()
    {
        var gate = new TaskCompletionSource<int>();
        var loading = _lab.Cache.RememberAsync("k", Minute, _ => gate.Task).AsTask();
        _lab.Cache.Dispose();
        gate.SetResult(1);

        Assert.Equal(1, await loading);
        Assert.Equal(0, _lab.Cache.Statistics.Stores);
        Assert.Equal(1, await _lab.Remember("k", Minute));
        Assert.Equal(2, await _lab.Remember("k", Minute));
    }

    public void Dispose() => _lab.Dispose();
}
