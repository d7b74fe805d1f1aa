using FastOrm.Cache.Tests.Unit.Remote;
using static FastOrm.Cache.Tests.Unit.Values.CacheLab;

namespace FastOrm.Cache.Tests.Unit.Values;

/// <summary>Several values are loaded anew with one call, and meanwhile the old ones are served.</summary>
public sealed class RefreshManyTests : IDisposable
{
    private readonly CacheLab _lab = new();
    private readonly List<string> _asked = [];

    [Fact]
    public async Task All_of_them_are_loaded_with_one_call_and_replace_what_is_stored()
    {
        await RefreshAsync(1, 2);
        _asked.Clear();
        Assert.Equal([3, 4, 5], (await RefreshAsync(1, 2, 3, 3)).Values.Order());
        Assert.Equal(["1 2 3"], _asked);
        Assert.Equal([3, 4, 5], _lab.Cache.GetMany<int>(["n:1", "n:2", "n:3"]).Values.Order());

        Assert.Equal([6], _lab.Cache.RefreshMany([1], Key, Minute, Load).Values);
        Assert.Equal(6, _lab.Cache.Get<int>("n:1"));
        Assert.Empty(await RefreshAsync());
    }

    [Fact]
    public async Task Until_they_are_loaded_the_old_ones_are_served_and_also_if_that_fails()
    {
        _lab.Cache.Set("n:1", 7);
        var gate = new TaskCompletionSource<IReadOnlyDictionary<int, int>>();
        var refreshing = _lab.Cache.RefreshManyAsync([1], Key, Minute, (_, _) => gate.Task, default).AsTask();
        Assert.Equal(7, _lab.Cache.Get<int>("n:1"));
        gate.SetException(new InvalidDataException());

        await Assert.ThrowsAsync<InvalidDataException>(() => refreshing);
        Assert.Equal(7, _lab.Cache.Get<int>("n:1"));
        Assert.Equal(1, _lab.Cache.Statistics.FailedLoads);
    }

    [Fact]
    public async Task What_is_not_loaded_any_more_is_remembered_as_absent()
    {
        _lab.Cache.Set("n:-1", 7);
        Assert.Empty(await RefreshAsync(-1));
        var absent = _lab.Cache.TryGet<int>("n:-1");
        Assert.Equal((true, false), (absent.IsCached, absent.HasValue));
    }

    [Fact]
    public async Task What_is_forgotten_meanwhile_is_not_stored()
    {
        var gate = new TaskCompletionSource<IReadOnlyDictionary<int, int>>();
        var refreshing = _lab.Cache.RefreshManyAsync([1, 2], Key, Minute, (_, _) => gate.Task, default, "t").AsTask();
        _lab.Cache.Forget("n:1");
        gate.SetResult(new Dictionary<int, int> { [1] = 1, [2] = 2 });
        await refreshing;

        Assert.False(_lab.Cache.TryGet<int>("n:1").IsCached);
        Assert.Equal(2, _lab.Cache.Get<int>("n:2"));
        _lab.Cache.Flush("t");
        Assert.False(_lab.Cache.TryGet<int>("n:2").IsCached);
    }

    [Fact]
    public async Task What_cannot_be_kept_leaves_nothing_older()
    {
        using var lab = new CacheLab(static options => options.MaxResultBytes = 100);
        lab.Cache.Set("n:1", "old");
        lab.Cache.Set("one", "old");
        var large = Task.FromResult<IReadOnlyDictionary<int, string>>(new Dictionary<int, string> { [1] = new('x', 500) });
        await lab.Cache.RefreshManyAsync([1], Key, Minute, (_, _) => large, default);
        await lab.Cache.RefreshAsync("one", Minute, static _ => Task.FromResult(new string('x', 500)));

        Assert.False(lab.Cache.TryGet<string>("n:1").IsCached);
        Assert.False(lab.Cache.TryGet<string>("one").IsCached);
    }

    [Fact]
    public async Task A_loader_that_refreshes_its_own_id_is_an_error()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => _lab.Cache.RefreshManyAsync(
            [1], Key, Minute, async (_, _) => await RefreshAsync(1), default).AsTask());
    }

    [Fact]
    public async Task Switched_off_the_loader_runs_and_nothing_is_stored()
    {
        _lab.Cache.IsEnabled = false;
        Assert.Equal([1], (await RefreshAsync(1)).Values);
        Assert.Equal(0, _lab.Cache.Statistics.Entries);
        Assert.Equal(1, _lab.Cache.Statistics.Bypasses["switched off"]);
    }

    [Fact]
    public async Task Bad_arguments_are_refused_before_anything_is_done()
    {
        Func<Task>[] calls =
        [
            () => _lab.Cache.RefreshManyAsync<int, int>([1], Key, null, null!, default).AsTask(),
            () => _lab.Cache.RefreshManyAsync([1], static _ => " ", null, LoadAsync, default).AsTask(),
            () => _lab.Cache.RefreshManyAsync([1], null!, null, LoadAsync, default).AsTask(),
            () => _lab.Cache.RefreshManyAsync([1], Key, null, LoadAsync, default, " ").AsTask(),
            () => _lab.Cache.RefreshManyAsync<int, int>(null!, Key, null, LoadAsync, default).AsTask(),
        ];
        foreach (var call in calls)
        {
            await Assert.ThrowsAnyAsync<ArgumentException>(call);
        }

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await _lab.Cache.RefreshManyAsync([1], Key, null, LoadAsync, new CancellationToken(canceled: true)));
        Assert.Equal(0, _lab.Loads);
    }

    [Fact]
    public async Task The_other_nodes_get_the_new_values()
    {
        using var lab = new RemoteLab();
        await lab.A.SetManyAsync([KeyValuePair.Create("n:1", 1), KeyValuePair.Create("n:2", 1)]);
        Assert.Equal(2, (await lab.B.GetManyAsync<int>(["n:1", "n:2"])).Count);
        await lab.A.RefreshManyAsync([1, 2], Key, Minute, LoadAsync, default);
        await lab.Settle();

        Assert.Equal([1, 2], (await lab.B.GetManyAsync<int>(["n:1", "n:2"])).Values.Order());
        Assert.Equal(2, lab.B.Statistics.RemoteHits - 2);
    }

    [Fact]
    public async Task The_list_of_ids_that_a_loader_gets_cannot_be_changed()
    {
        await _lab.Cache.RememberManyAsync([1, 2], Key, Minute, Damage, default);
        await _lab.Cache.RefreshManyAsync([1, 2], Key, Minute, Damage, default);
        Assert.Equal([1, 2], _lab.Cache.RememberMany(
            [3, 4], Key, Minute, ids => Damage(ids, default).Result).Keys.Select(static id => id - 2));
        Assert.Equal(4, _lab.Cache.GetMany<int>(["n:1", "n:2", "n:3", "n:4"]).Count);

        Task<IReadOnlyDictionary<int, int>> Damage(IReadOnlyList<int> ids, CancellationToken token)
        {
            var loaded = Load(ids);
            Assert.Throws<NotSupportedException>(() => ((IList<int>)ids).Clear());
            Assert.Throws<NotSupportedException>(() => ((IList<int>)ids)[0] = 9);
            return Task.FromResult(loaded);
        }
    }

    public void Dispose() => _lab.Dispose();

    private static string Key(int id) => CacheKey.Of("n", id);

    private ValueTask<IReadOnlyDictionary<int, int>> RefreshAsync(params int[] ids)
        => _lab.Cache.RefreshManyAsync(ids, Key, Minute, LoadAsync, default);

    private Task<IReadOnlyDictionary<int, int>> LoadAsync(IReadOnlyList<int> ids, CancellationToken token) => Task.FromResult(Load(ids));

    private IReadOnlyDictionary<int, int> Load(IReadOnlyList<int> ids)
    {
        _asked.Add(string.Join(' ', ids));
        return ids.Where(static id => id > 0).ToDictionary(static id => id, _ => _lab.Load());
    }
}
