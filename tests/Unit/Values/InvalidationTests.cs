using FastOrm.Cache.Engine;
using FastOrm.Cache.Keys;
using static FastOrm.Cache.Tests.Unit.Values.CacheLab;

namespace FastOrm.Cache.Tests.Unit.Values;

/// <summary>A value that was loading when its key was forgotten or its tag flushed is never served afterwards.</summary>
public sealed class InvalidationTests : IDisposable
{
    private readonly CacheLab _lab = new();

    [Fact]
    public async Task A_forgotten_key_is_loaded_anew_and_no_other()
    {
        for (var i = 0; i < 2000; i++)
        {
            _lab.Cache.Set($"k{i}", i, Minute);
        }

        for (var i = 0; i < 1000; i++)
        {
            _lab.Cache.Forget($"k{i}");
        }

        Assert.Equal(1000, (await _lab.Cache.GetManyAsync<int>(Enumerable.Range(0, 2000).Select(static i => $"k{i}"))).Count);
    }

    [Fact]
    public void To_set_a_key_drops_no_other()
    {
        for (var i = 0; i < 2000; i++)
        {
            _lab.Cache.Set($"k{i}", i, Minute);
        }

        Assert.All(Enumerable.Range(0, 2000), i => Assert.Equal(i, _lab.Cache.Get<int>($"k{i}")));
    }

    [Fact]
    public async Task A_flushed_tag_takes_the_tags_below_it_and_none_above_or_beside()
    {
        foreach (var tag in new[] { "shop", "shop:42", "shop:42:cart", "shop:43", "shopping", "shop42" })
        {
            await _lab.Remember(tag, Minute, tag);
        }

        await _lab.Cache.FlushAsync("shop:42");
        Assert.Equal(["shop", "shop42", "shop:43", "shopping"], Held());
        await _lab.Cache.FlushAsync("shop");
        Assert.Equal(["shop42", "shopping"], Held());

        string[] Held() => [.. new[] { "shop", "shop:42", "shop:42:cart", "shop:43", "shopping", "shop42" }
            .Where(key => _lab.Cache.TryGet<int>(key).IsCached).Order(StringComparer.Ordinal)];
    }

    [Theory]
    [InlineData("forget")]
    [InlineData("flush")]
    [InlineData("flush above")]
    [InlineData("clear")]
    [InlineData("set")]
    public async Task What_was_being_loaded_is_not_served_to_those_who_come_later(string how)
    {
        var gate = new TaskCompletionSource<int>();
        var loading = _lab.Cache.RememberAsync("k", Minute, _ => gate.Task, "a:b");
        Invalidate();

        var late = _lab.Remember("k", Minute, "a:b");
        gate.SetResult(-1);

        Assert.Equal(-1, await loading); // Its caller came before.
        Assert.NotEqual(-1, await late);
        Assert.NotEqual(-1, await _lab.Remember("k", Minute, "a:b"));

        void Invalidate()
        {
            switch (how)
            {
                case "forget": _lab.Cache.Forget("k"); break;
                case "flush": _lab.Cache.Flush("a:b"); break;
                case "flush above": _lab.Cache.Flush("a"); break;
                case "clear": _lab.Cache.Clear(); break;
                default: _lab.Cache.Set("k", 100, Minute); break;
            }
        }
    }

    [Fact]
    public async Task Nor_when_it_was_a_refresh()
    {
        var gate = new TaskCompletionSource<int>();
        var refreshing = _lab.Cache.RefreshAsync("k", Minute, _ => gate.Task);
        _lab.Cache.Forget("k");
        gate.SetResult(-1);

        Assert.Equal(-1, await refreshing);
        Assert.False(_lab.Cache.TryGet<int>("k").IsCached);
    }

    [Fact]
    public async Task A_value_that_was_set_is_not_replaced_by_one_that_was_being_loaded()
    {
        var gate = new TaskCompletionSource<int>();
        var loading = _lab.Cache.RememberAsync("k", Minute, _ => gate.Task);
        await _lab.Cache.SetAsync("k", 100, Minute);
        gate.SetResult(-1);
        await loading;

        Assert.Equal(100, _lab.Cache.Get<int>("k"));
    }

    [Fact]
    public void What_is_set_replaces_the_old_value_also_if_a_key_that_shares_its_slot_is_set_meanwhile()
    {
        ICache? cache = null;
        var neighbour = "";
        using var lab = new CacheLab(options => options.CopyWith<List<int>>(list =>
        {
            cache?.Set(neighbour, 1);
            return [.. list];
        }));
        lab.Cache.Set("k", new List<int> { 1 });
        var stamps = ((CacheEngine)lab.Cache).Stamps;
        neighbour = Enumerable.Range(0, int.MaxValue).Select(static i => $"n{i}")
            .First(key => stamps.Guard(TagHash.OfName(key)).Slot == stamps.Guard(TagHash.OfName("k")).Slot);
        cache = lab.Cache;
        lab.Cache.Set("k", new List<int> { 2 });

        Assert.NotEqual([1], lab.Cache.Get<List<int>>("k") ?? []);

        cache = null;
        lab.Cache.Set("k", new List<int> { 3 });
        lab.Cache.Refresh("k", Minute, () =>
        {
            lab.Cache.Set(neighbour, 2);
            return new List<int> { 4 };
        });
        Assert.NotEqual([3], lab.Cache.Get<List<int>>("k") ?? []);
    }

    public void Dispose() => _lab.Dispose();
}
