using static FastOrm.Cache.Tests.Unit.Values.CacheLab;

namespace FastOrm.Cache.Tests.Unit.Values;

/// <summary>Several values in one call.</summary>
public sealed class ManyTests : IDisposable
{
    private readonly CacheLab _lab = new();
    private readonly List<string> _loaded = [];

    [Fact]
    public async Task Only_what_is_missing_is_loaded_with_one_call()
    {
        Assert.Equal(["1:one", "2:two"], Text(await RememberAsync(1, 2)));
        Assert.Equal(["1:one", "2:two", "3:three"], Text(await RememberAsync(1, 2, 3, 3)));
        Assert.Equal(["1:one", "2:two", "3:three"], Text(await RememberAsync(1, 2, 3)));

        Assert.Equal(["1 2", "3"], _loaded);
    }

    [Fact]
    public async Task The_absence_of_what_cannot_be_null_is_remembered_too_and_is_no_value()
    {
        var loads = 0;
        Task<IReadOnlyDictionary<int, int>> Load() => _lab.Cache.RememberManyAsync(
            [1],
            static id => $"n:{id}",
            CacheLab.Minute,
            (_, _) =>
            {
                loads++;
                return Task.FromResult<IReadOnlyDictionary<int, int>>(new Dictionary<int, int>());
            },
            default).AsTask();

        Assert.Empty(await Load());
        Assert.Empty(await Load());
        Assert.Equal(1, loads);
        var absent = _lab.Cache.TryGet<int>("n:1");
        Assert.Equal((true, false), (absent.IsCached, absent.HasValue));
        Assert.Equal(absent, await _lab.Cache.TryGetAsync<int>("n:1"));
        Assert.Empty(_lab.Cache.GetMany<int>(["n:1"]));
        Assert.Equal(7, await _lab.Cache.RememberAsync("n:1", CacheLab.Minute, static _ => Task.FromResult(7)));
    }

    [Fact]
    public async Task What_the_loader_leaves_out_is_remembered_as_absent()
    {
        Assert.Equal(["1:one"], Text(await RememberAsync(1, 99)));
        Assert.Equal(["1:one"], Text(await RememberAsync(1, 99)));

        Assert.Equal(["1 99"], _loaded);
        var absent = _lab.Cache.TryGet<string>("n:99");
        Assert.Equal((true, false), (absent.IsCached, absent.HasValue));
        Assert.Empty(await _lab.Cache.GetManyAsync<string>(["n:99", "n:98"]));
        _lab.Time.Advance(Minute);
        await RememberAsync(1, 99);
        Assert.Equal(["1 99", "99"], _loaded);
    }

    [Fact]
    public async Task A_forgotten_id_is_loaded_alone()
    {
        await RememberAsync(1, 2, 3);
        await _lab.Cache.ForgetAsync("n:2");
        await RememberAsync(1, 2, 3);

        Assert.Equal(["1 2 3", "2"], _loaded);
    }

    [Fact]
    public async Task Calls_that_overlap_load_each_id_once_and_wait_for_each_other_s()
    {
        var (first, second) = (new TaskCompletionSource(), new TaskCompletionSource());
        var one = RememberAsync(first.Task, 1, 2);
        var other = RememberAsync(second.Task, 2, 3);
        second.SetResult();
        first.SetResult();

        Assert.Equal(["1:one", "2:two"], Text(await one));
        Assert.Equal(["2:two", "3:three"], Text(await other));
        Assert.Equal(["1 2", "3"], _loaded.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task When_the_other_call_fails_its_ids_are_loaded_by_those_who_wait()
    {
        var gate = new TaskCompletionSource();
        var failing = _lab.Cache.RememberManyAsync<int, string>("n", [1, 2], Hour, async (_, _) =>
        {
            await gate.Task;
            throw new InvalidDataException();
        });
        var waiting = RememberAsync(2, 3);
        gate.SetResult();

        await Assert.ThrowsAsync<InvalidDataException>(() => failing.AsTask());
        Assert.Equal(["2:two", "3:three"], Text(await waiting));
    }

    [Fact]
    public async Task After_a_failure_one_of_those_who_wait_tries_once_more_and_a_second_goes_to_all()
    {
        var gate = new TaskCompletionSource();
        var runs = 0;
        var callers = Enumerable.Range(0, 10)
            .Select(_ => _lab.Cache.RememberManyAsync("n", [1, 2], Hour, FailAsync).AsTask()).ToList();
        gate.SetResult();

        foreach (var caller in callers)
        {
            await Assert.ThrowsAsync<InvalidDataException>(() => caller);
        }

        Assert.Equal((2, 2L), (runs, _lab.Cache.Statistics.Loads));
        Assert.Equal(["1:one", "2:two"], Text(await RememberAsync(1, 2)));

        async Task<IReadOnlyDictionary<int, string>> FailAsync(IReadOnlyList<int> ids, CancellationToken token)
        {
            Interlocked.Increment(ref runs);
            await gate.Task;
            throw new InvalidDataException();
        }
    }

    [Fact]
    public async Task When_the_other_call_is_cancelled_each_id_is_loaded_once_for_all_who_wait()
    {
        using var cancel = new CancellationTokenSource();
        var gate = new TaskCompletionSource();
        var cancelled = _lab.Cache.RememberManyAsync(
            "n",
            [1, 2],
            Hour,
            async (ids, token) =>
            {
                await new TaskCompletionSource().Task.WaitAsync(token);
                return await LoadAsync(ids, token);
            },
            cancel.Token).AsTask();
        var callers = Enumerable.Range(0, 10).Select(_ => RememberAsync(gate.Task, 1, 2).AsTask()).ToList();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        gate.SetResult();

        Assert.All(await Task.WhenAll(callers), static values => Assert.Equal(["1:one", "2:two"], Text(values)));

        // By one of them, or by two who came to one id each.
        Assert.Equal(["1", "2"], _loaded.SelectMany(static ids => ids.Split(' ')).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task If_the_loader_fails_the_last_values_are_served()
    {
        var options = new CacheEntryOptions { Ttl = Minute, StaleIfError = Minute };
        await _lab.Cache.RememberManyAsync("n", [1, 2], options, LoadAsync);
        _lab.Time.Advance(Minute);

        Assert.Equal(["1:one", "2:two"], Text(await _lab.Cache.RememberManyAsync("n", [1, 2], options, FailAsync)));
        await Assert.ThrowsAsync<InvalidDataException>(
            () => _lab.Cache.RememberManyAsync("n", [1, 2, 3], options, FailAsync).AsTask());

        static Task<IReadOnlyDictionary<int, string>> FailAsync(IReadOnlyList<int> ids, CancellationToken token)
            => Task.FromException<IReadOnlyDictionary<int, string>>(new InvalidDataException());
    }

    [Fact]
    public async Task After_a_failure_that_was_bridged_the_source_is_left_alone_for_a_while()
    {
        var options = new CacheEntryOptions { Ttl = Minute, StaleIfError = Hour };
        await _lab.Cache.RememberManyAsync("n", [1, 2], options, LoadAsync);
        _lab.Time.Advance(Minute);
        var runs = 0;
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(["1:one", "2:two"], Text(await _lab.Cache.RememberManyAsync("n", [1, 2], options, FailAsync)));
        }

        Assert.Equal(1, runs);
        _lab.Time.Advance(TimeSpan.FromSeconds(1));
        await _lab.Cache.RememberManyAsync("n", [1, 2], options, FailAsync);
        Assert.Equal(2, runs);

        Task<IReadOnlyDictionary<int, string>> FailAsync(IReadOnlyList<int> ids, CancellationToken token)
        {
            runs++;
            throw new InvalidDataException();
        }
    }

    [Fact]
    public async Task A_tag_takes_all_values_of_a_call()
    {
        await _lab.Cache.RememberManyAsync([1, 2], static id => $"n:{id}", Hour, LoadAsync, CancellationToken.None, "numbers");
        await _lab.Cache.FlushAsync("numbers");

        Assert.Empty(await _lab.Cache.GetManyAsync<string>(["n:1", "n:2"]));
    }

    [Fact]
    public async Task Many_values_are_set_and_read_in_one_call()
    {
        await _lab.Cache.SetManyAsync(new Dictionary<string, string?> { ["a"] = "1", ["b"] = null });

        var found = await _lab.Cache.GetManyAsync<string>(["a", "b", "c", "a"]);

        Assert.Equal(["a=1", "b="], found.Select(static pair => $"{pair.Key}={pair.Value}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_loader_of_many_that_asks_for_one_of_its_keys_is_an_error()
        => await Assert.ThrowsAsync<InvalidOperationException>(
            () => _lab.Cache.RememberManyAsync<int, string>("n", [1, 2], Hour, async (_, _) => await RememberAsync(2)).AsTask());

    [Fact]
    public async Task Nor_is_it_endless_while_another_loads_and_nobody_waits()
    {
        using var lab = new CacheLab(static options => options.LoadWait = TimeSpan.Zero);
        var gate = new TaskCompletionSource<int>();
        var other = lab.Cache.RememberAsync("n:1", Hour, _ => gate.Task).AsTask();
        var runs = 0;
        await Assert.ThrowsAsync<InvalidOperationException>(RememberAsync);
        gate.SetResult(1);

        Assert.Equal((1, 1), (await other, runs));
        Assert.Equal(1, lab.Cache.Statistics.FailedLoads);

        Task<IReadOnlyDictionary<int, int>> RememberAsync() => lab.Cache.RememberManyAsync<int, int>(
            "n", [1], Hour, (_, _) => ++runs < 5 ? RememberAsync() : throw new NotSupportedException()).AsTask();
    }

    [Fact]
    public async Task The_loads_of_several_others_are_waited_for_no_longer_than_one()
    {
        var gate = new TaskCompletionSource<string>();
        Task<string>[] others = [.. new[] { 1, 2, 3 }.Select(id => _lab.Cache.RememberAsync($"n:{id}", Hour, _ => gate.Task).AsTask())];
        var waiting = RememberAsync(1, 2, 3).AsTask();
        _lab.Time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(["1:one", "2:two", "3:three"], Text(await waiting.WaitAsync(TimeSpan.FromSeconds(30))));
        Assert.Equal(["1 2 3"], _loaded);
        gate.SetResult("late");
        await Task.WhenAll(others);
    }

    [Fact]
    public async Task What_others_have_loaded_meanwhile_is_taken_when_the_time_to_wait_is_over()
    {
        var gate = new TaskCompletionSource<string>();
        var slow = _lab.Cache.RememberAsync("n:1", Hour, _ => gate.Task).AsTask();
        var quick = new TaskCompletionSource<string>();
        var other = _lab.Cache.RememberAsync("n:2", Hour, _ => quick.Task).AsTask();
        var waiting = RememberAsync(1, 2).AsTask();
        quick.SetResult("quick");
        await other;
        _lab.Time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(["1:one", "2:quick"], Text(await waiting.WaitAsync(TimeSpan.FromSeconds(30))));
        Assert.Equal(["1"], _loaded);
        gate.SetResult("late");
        await slow;
    }

    [Fact]
    public async Task While_it_is_switched_off_everything_is_loaded()
    {
        await RememberAsync(1);
        _lab.Cache.IsEnabled = false;
        Assert.Equal(["1:one", "2:two"], Text(await RememberAsync(1, 2)));

        Assert.Equal(["1", "1 2"], _loaded);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Ids_may_have_one_key(bool isEnabled)
    {
        _lab.Cache.IsEnabled = isEnabled;
        var found = await _lab.Cache.RememberManyAsync([1, -1], static id => $"n:{Math.Abs(id)}", Hour, OneAsync, CancellationToken.None);
        var refreshed = await _lab.Cache.RefreshManyAsync([1, -1], static id => $"n:{Math.Abs(id)}", Hour, OneAsync, CancellationToken.None);

        Assert.Equal(["one", "one"], found.Values);
        Assert.Equal(["one", "one"], refreshed.Values);

        static Task<IReadOnlyDictionary<int, string>> OneAsync(IReadOnlyList<int> ids, CancellationToken token)
            => Task.FromResult<IReadOnlyDictionary<int, string>>(ids.ToDictionary(static id => id, static _ => "one"));
    }

    public void Dispose() => _lab.Dispose();

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private static string[] Text(IReadOnlyDictionary<int, string> values)
        => [.. values.OrderBy(static pair => pair.Key).Select(static pair => $"{pair.Key}:{pair.Value}")];

    private ValueTask<IReadOnlyDictionary<int, string>> RememberAsync(params int[] ids) => RememberAsync(Task.CompletedTask, ids);

    private ValueTask<IReadOnlyDictionary<int, string>> RememberAsync(Task before, params int[] ids)
        => _lab.Cache.RememberManyAsync("n", ids, Hour, async (missing, token) =>
        {
            await before;
            return await LoadAsync(missing, token);
        });

    private Task<IReadOnlyDictionary<int, string>> LoadAsync(IReadOnlyList<int> ids, CancellationToken token)
    {
        lock (_loaded)
        {
            _loaded.Add(string.Join(' ', ids));
        }

        string[] names = ["zero", "one", "two", "three"];
        return Task.FromResult<IReadOnlyDictionary<int, string>>(
            ids.Where(id => id < names.Length).ToDictionary(static id => id, id => names[id]));
    }
}
