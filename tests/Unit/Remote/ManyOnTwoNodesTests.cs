using static FastOrm.Cache.Tests.Unit.Remote.RemoteLab;

namespace FastOrm.Cache.Tests.Unit.Remote;

/// <summary>Several values of two nodes: as few questions to the tier as for one.</summary>
public sealed class ManyOnTwoNodesTests : IDisposable
{
    private static readonly int[] Ids = [.. Enumerable.Range(1, 100)];

    private readonly RemoteLab _lab = new();
    private readonly List<int> _loaded = [];

    [Fact]
    public async Task What_one_node_has_loaded_the_other_asks_for_in_one_question()
    {
        await Remember(_lab.A, Ids);
        var before = (_lab.Tier.Reads, _lab.Tier.Stores);
        var found = await Remember(_lab.B, Ids);

        Assert.Equal(100, found.Count);
        Assert.Equal(50, found[5]);
        Assert.Equal(100, _loaded.Count);
        Assert.Equal((before.Reads + 1, before.Stores), (_lab.Tier.Reads, _lab.Tier.Stores));
        Assert.Equal((100, 0), (_lab.B.Statistics.RemoteHits, _lab.B.Statistics.Misses));
        await Remember(_lab.B, Ids);
        Assert.Equal(before.Reads + 1, _lab.Tier.Reads);
    }

    [Fact]
    public async Task They_are_stored_in_one_operation()
    {
        await Remember(_lab.A, Ids);

        Assert.Equal(1, _lab.Tier.Stores);
        Assert.Equal(100, _lab.Tier.Keys.Count);
    }

    [Fact]
    public async Task Only_what_nobody_has_is_loaded_and_absences_are_known_to_the_other_node()
    {
        await Remember(_lab.A, [1, 2, 3, 1000]);
        _loaded.Clear();

        var found = await Remember(_lab.B, [1, 2, 3, 4, 1000]);

        Assert.Equal([4], _loaded);
        Assert.Equal([1, 2, 3, 4], found.Keys.Order());
    }

    [Fact]
    public async Task A_flush_of_the_other_node_makes_all_of_them_load_anew()
    {
        await Remember(_lab.A, [1, 2]);
        await Remember(_lab.B, [1, 2]);
        _loaded.Clear();

        await _lab.B.FlushAsync("many");
        await Remember(_lab.A, [1, 2]);

        Assert.Equal([1, 2], _loaded);
    }

    [Fact]
    public async Task A_load_that_another_node_overtakes_is_kept_by_nobody()
    {
        var gate = new TaskCompletionSource();
        var loading = _lab.A.RememberManyAsync(
            [1, 2],
            static id => $"n:{id}",
            Minute,
            async (ids, _) =>
            {
                await gate.Task;
                return (IReadOnlyDictionary<int, int>)ids.ToDictionary(static id => id, static id => -id);
            },
            default,
            "many");
        await _lab.B.FlushAsync("many");
        gate.SetResult();
        await loading;
        await _lab.Settle();

        Assert.Equal(10, (await Remember(_lab.A, [1]))[1]);
        Assert.Equal(20, (await Remember(_lab.B, [2]))[2]);
    }

    [Fact]
    public async Task What_is_set_with_tags_is_got_by_those_who_do_not_name_them_in_two_questions()
    {
        await _lab.A.SetManyAsync(
            Ids.Select(static id => KeyValuePair.Create($"k{id}", id)), new CacheEntryOptions { Ttl = Minute, Tags = ["t"] });
        await _lab.Settle();
        var before = _lab.Tier.Reads;
        var found = await _lab.B.GetManyAsync<int>(Ids.Select(static id => $"k{id}"));

        Assert.Equal(Ids, found.Values.Order());
        Assert.Equal(before + 2, _lab.Tier.Reads);
        await _lab.A.FlushAsync("t");
        Assert.Empty(await _lab.B.GetManyAsync<int>(Ids.Select(static id => $"k{id}")));
        Assert.Equal(100, _lab.B.Statistics.Misses);
    }

    [Fact]
    public async Task Many_changes_at_a_time_are_few_messages()
    {
        var gate = new TaskCompletionSource();
        _lab.Tier.Gate = gate.Task;
        var setting = _lab.A.SetManyAsync(Ids.Select(static id => KeyValuePair.Create($"k{id}", id)), Minute);
        gate.SetResult(); // What has begun by then is under way, and all the rest is the next message.
        await setting;
        await _lab.Settle();

        Assert.InRange(_lab.Tier.Changes, 1, 2);
    }

    [Fact]
    public void Synchronous_callers_are_answered_by_the_tier_too()
    {
        _lab.A.SetMany([KeyValuePair.Create("a", 1), KeyValuePair.Create("b", 2)], Minute);

        Assert.Equal([1, 2], _lab.B.GetMany<int>(["a", "b", "c"]).Values.Order());
    }

    public void Dispose() => _lab.Dispose();

    private async Task<IReadOnlyDictionary<int, int>> Remember(ICache node, int[] ids)
    {
        var found = await node.RememberManyAsync(
            ids,
            static id => $"n:{id}",
            Minute,
            (missing, _) =>
            {
                _loaded.AddRange(missing);
                return Task.FromResult<IReadOnlyDictionary<int, int>>(
                    missing.Where(static id => id <= 100).ToDictionary(static id => id, static id => 10 * id));
            },
            default,
            "many");
        await _lab.Settle();
        return found;
    }
}
