using static FastOrm.Cache.Tests.Unit.Values.CacheLab;

namespace FastOrm.Cache.Tests.Unit.Values;

/// <summary>Each event is told once, with its key, and by the cache itself.</summary>
public sealed class EventTests : IDisposable
{
    private readonly CacheLab _lab = new(static options => options.MaxEntries = 16);
    private readonly List<string> _told = [];

    public EventTests()
    {
        _lab.Cache.Events.Hit += (sender, happened) => Tell("hit", sender, happened);
        _lab.Cache.Events.Missed += (sender, happened) => Tell("missed", sender, happened);
        _lab.Cache.Events.Stored += (sender, happened) => Tell("stored", sender, happened);
        _lab.Cache.Events.Forgotten += (sender, happened) => Tell("forgotten", sender, happened);
        _lab.Cache.Events.Flushed += (sender, happened) => Tell("flushed", sender, happened);
        _lab.Cache.Events.Evicted += (sender, happened) => Tell("evicted", sender, happened);
    }

    [Fact]
    public async Task A_value_is_missed_stored_and_hit()
    {
        await _lab.Remember("k", Minute);
        await _lab.Remember("k", Minute);
        _lab.Cache.TryGet<int>("other");

        Assert.Equal(["missed k", "stored k", "hit k", "missed other"], _told);
    }

    [Fact]
    public async Task Of_several_values_each_has_its_events()
    {
        _lab.Cache.Set("n:1", 1);
        await _lab.Cache.RememberManyAsync(
            "n", [1, 2, 1], Minute, static (ids, _) => Task.FromResult<IReadOnlyDictionary<int, int>>(ids.ToDictionary(static id => id)));

        Assert.Equal(["stored n:1", "hit n:1", "missed n:2", "stored n:2"], _told);
    }

    [Fact]
    public void What_is_forgotten_and_flushed_is_told_by_key_and_by_tag()
    {
        _lab.Cache.Forget("a", "b");
        _lab.Cache.Flush("t");

        Assert.Equal(["forgotten a", "forgotten b", "flushed t"], _told);
    }

    [Fact]
    public void What_left_because_the_cache_was_full_is_told()
    {
        for (var i = 0; i < 100; i++)
        {
            _lab.Cache.Set($"k{i}", i);
        }

        const string What = "evicted ";
        var evicted = _told.FindAll(static text => text.StartsWith(What, StringComparison.Ordinal)).ConvertAll(static text => text[What.Length..]);
        Assert.Equal(84, evicted.Count);
        Assert.All(evicted, key => Assert.False(_lab.Cache.TryGet<int>(key).IsCached));
    }

    [Fact]
    public void Values_that_were_dropped_otherwise_were_not_evicted()
    {
        _lab.Cache.Set("k", 1, Minute);
        _lab.Cache.Forget("k");
        _lab.Cache.Set("k", 2, Minute);
        _lab.Time.Advance(TimeSpan.FromHours(1));
        _lab.Cache.Clear();

        Assert.DoesNotContain("evicted k", _told);
    }

    [Fact]
    public void While_it_is_switched_off_invalidations_alone_are_told()
    {
        _lab.Cache.IsEnabled = false;
        _lab.Cache.Remember("k", Minute, _lab.Load);
        _lab.Cache.Set("k", 1);
        _lab.Cache.Forget("k");

        Assert.Equal(["forgotten k"], _told);
    }

    [Fact]
    public async Task A_handler_that_throws_breaks_neither_the_call_nor_the_other_handlers()
    {
        var others = new List<string>();
        _lab.Cache.Events.Stored += static (_, _) => throw new InvalidDataException();
        _lab.Cache.Events.Stored += (_, stored) => others.Add(stored.Key);

        Assert.Equal(1, await _lab.Remember("k", Minute));
        Assert.Equal(["k"], others);
    }

    public void Dispose() => _lab.Dispose();

    private void Tell(string what, object? sender, CacheEventArgs happened)
    {
        Assert.Same(_lab.Cache, sender);
        _told.Add($"{what} {happened.Key}");
    }
}
