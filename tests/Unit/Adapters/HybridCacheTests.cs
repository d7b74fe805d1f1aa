using System.ComponentModel;
using FastOrm.Cache.Adapters;
using FastOrm.Cache.Engine;
using FastOrm.Cache.Tests.Unit.Values;
using Microsoft.Extensions.Caching.Hybrid;
using static FastOrm.Cache.Tests.Unit.Values.CacheLab;

namespace FastOrm.Cache.Tests.Unit.Adapters;

/// <summary>What the contract of <see cref="HybridCache"/> documents, member by member.</summary>
public sealed class HybridCacheTests : IDisposable
{
    private readonly CacheLab _lab = new();
    private readonly HybridCache _hybrid;

    public HybridCacheTests() => _hybrid = new HybridCacheAdapter((CacheEngine)_lab.Cache);

    [Fact]
    public async Task A_value_that_is_not_there_is_made_once_and_then_served()
    {
        Assert.Equal(1, await Get("k"));
        Assert.Equal(1, await Get("k"));
        Assert.Equal(1, _lab.Cache.Get<int>("k"));
    }

    [Fact]
    public async Task The_factory_gets_the_state_and_the_token()
    {
        using var source = new CancellationTokenSource();
        var made = await _hybrid.GetOrCreateAsync(
            "k",
            20,
            (state, token) => new ValueTask<(int, bool)>((state + 1, token == source.Token)),
            cancellationToken: source.Token);

        Assert.Equal((21, true), made);
    }

    [Fact]
    public async Task A_hit_is_complete_when_it_returns()
    {
        _lab.Cache.Set("k", 7);
        var hit = Get("k");
        Assert.True(hit.IsCompletedSuccessfully);
        Assert.Equal(7, await hit);
    }

    [Fact]
    public async Task Keys_may_be_spans_and_interpolated_texts()
    {
        await _hybrid.SetAsync("user:42", 42);

        Assert.Equal(42, await _hybrid.GetOrCreateAsync("user:42".AsSpan(), Load));
        Assert.Equal(42, await _hybrid.GetOrCreateAsync($"user:{42}", Load));
    }

    [Fact]
    public async Task Callers_who_miss_together_make_the_value_once()
    {
        var gate = new TaskCompletionSource<int>();
        var first = _hybrid.GetOrCreateAsync("k", _ => new ValueTask<int>(gate.Task)).AsTask();
        var second = _hybrid.GetOrCreateAsync("k", Load).AsTask();
        gate.SetResult(7);

        Assert.All(await Task.WhenAll(first, second), made => Assert.Equal(7, made));
        Assert.Equal(0, _lab.Loads);
    }

    [Fact]
    public async Task A_value_lives_for_its_expiration_and_by_default_for_that_of_the_cache()
    {
        await Get("own", new HybridCacheEntryOptions { Expiration = TimeSpan.FromHours(1) });
        await Get("default");
        _lab.Time.Advance(TimeSpan.FromHours(1) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, await Get("own"));
        Assert.Equal(3, await Get("default"));

        _lab.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(4, await Get("own"));
    }

    [Fact]
    public async Task The_local_expiration_does_not_exceed_the_overall_one()
    {
        await Get("shorter", new HybridCacheEntryOptions { Expiration = 2 * Minute, LocalCacheExpiration = Minute });
        await Get("longer", new HybridCacheEntryOptions { Expiration = Minute, LocalCacheExpiration = 2 * Minute });
        _lab.Time.Advance(Minute);

        Assert.False(_lab.Cache.TryGet<int>("shorter").IsCached);
        Assert.False(_lab.Cache.TryGet<int>("longer").IsCached);
    }

    [Fact]
    public async Task An_expiration_counts_for_what_is_stored_and_not_for_what_is_read()
    {
        await _hybrid.SetAsync("k", 7, new HybridCacheEntryOptions { Expiration = TimeSpan.FromHours(1) });
        _lab.Time.Advance(10 * Minute);

        Assert.Equal(7, await Get("k", new HybridCacheEntryOptions { Expiration = Minute }));
    }

    [Fact]
    public async Task An_empty_value_lives_as_long_as_was_asked_for()
    {
        var options = new HybridCacheEntryOptions { Expiration = TimeSpan.FromHours(1) };
        await _hybrid.GetOrCreateAsync("none", _ => new ValueTask<string?>((string?)null), options);
        _lab.Time.Advance(30 * Minute);

        Assert.True(_lab.Cache.TryGet<string>("none").IsCached);
    }

    [Fact]
    public async Task Without_local_reads_the_value_is_made_anew_and_replaces_the_other()
    {
        await Get("k");
        Assert.Equal(2, await Get("k", Flags(HybridCacheEntryFlags.DisableLocalCacheRead)));
        Assert.Equal(2, await Get("k"));
    }

    [Fact]
    public async Task Without_local_writes_the_value_is_not_kept_but_one_that_is_there_is_served()
    {
        var options = Flags(HybridCacheEntryFlags.DisableLocalCacheWrite);
        Assert.Equal(1, await Get("k", options));
        Assert.Equal(2, await Get("k", options));
        await _hybrid.SetAsync("k", 7, options);
        Assert.False(_lab.Cache.TryGet<int>("k").IsCached);

        await _hybrid.SetAsync("k", 8);
        Assert.Equal(8, await Get("k", options));
    }

    [Fact]
    public async Task Without_a_local_cache_the_factory_runs_every_time()
    {
        await _hybrid.SetAsync("k", 7);
        Assert.Equal(1, await Get("k", Flags(HybridCacheEntryFlags.DisableLocalCache)));
        Assert.Equal(7, await Get("k"));
    }

    [Fact]
    public async Task A_remembered_absence_is_no_value_of_a_type_without_null()
    {
        await _lab.Cache.RememberManyAsync<int, int>(
            "n", [1], null, static (_, _) => Task.FromResult<IReadOnlyDictionary<int, int>>(new Dictionary<int, int>()));
        var options = new HybridCacheEntryOptions { Flags = HybridCacheEntryFlags.DisableLocalCacheWrite };

        Assert.Equal(7, await _hybrid.GetOrCreateAsync("n:1", static _ => new ValueTask<int>(7), options));
    }

    [Fact]
    public async Task Without_underlying_data_the_cache_alone_is_asked()
    {
        var options = Flags(HybridCacheEntryFlags.DisableUnderlyingData);
        Assert.Equal(0, await Get("k", options));
        await _hybrid.SetAsync("k", 7);

        Assert.Equal(7, await Get("k", options));
        var neither = Flags(HybridCacheEntryFlags.DisableUnderlyingData | HybridCacheEntryFlags.DisableLocalCacheRead);
        Assert.Equal(0, await Get("k", neither));
        Assert.Equal(0, _lab.Loads);
    }

    [Theory]
    [InlineData(HybridCacheEntryFlags.None)]
    [InlineData(HybridCacheEntryFlags.DisableDistributedCache)]
    [InlineData(HybridCacheEntryFlags.DisableCompression)]
    public async Task What_is_said_of_a_distributed_cache_changes_nothing_in_memory(HybridCacheEntryFlags flags)
    {
        Assert.Equal(1, await Get("k", Flags(flags)));
        Assert.Equal(1, await Get("k", Flags(flags)));
    }

    [Fact]
    public async Task A_value_is_set_and_overwritten()
    {
        await _hybrid.SetAsync("k", 7);
        await _hybrid.SetAsync("k", 8);
        Assert.Equal(8, await Get("k"));
    }

    [Fact]
    public async Task Values_are_removed_one_at_a_time_and_many_at_once()
    {
        await Fill("a", "b", "c", "d");
        await _hybrid.RemoveAsync("a");
        await _hybrid.RemoveAsync(["b", "c"]);
        await _hybrid.RemoveAsync((IEnumerable<string>)null!);
        await _hybrid.RemoveAsync("unknown");

        Assert.Equal(["d"], Present("a", "b", "c", "d"));
    }

    [Fact]
    public async Task Values_are_removed_by_one_tag_and_by_many()
    {
        await _hybrid.SetAsync("a", 1, tags: ["red"]);
        await _hybrid.SetAsync("b", 1, tags: new List<string> { "red", "blue" });
        await _hybrid.GetOrCreateAsync("c", Load, tags: ["green"]);
        await _hybrid.GetOrCreateAsync("d", Load, tags: ["blue"]);
        await _hybrid.SetAsync("e", 1);

        await _hybrid.RemoveByTagAsync("red");
        Assert.Equal(["c", "d", "e"], Present("a", "b", "c", "d", "e"));
        await _hybrid.RemoveByTagAsync(["green", "blue"]);
        await _hybrid.RemoveByTagAsync((IEnumerable<string>)null!);
        Assert.Equal(["e"], Present("a", "b", "c", "d", "e"));
    }

    [Fact]
    public async Task A_value_that_was_being_made_when_its_tag_was_removed_is_not_served_later()
    {
        var gate = new TaskCompletionSource<int>();
        var making = _hybrid.GetOrCreateAsync("k", _ => new ValueTask<int>(gate.Task), tags: ["red"]).AsTask();
        await _hybrid.RemoveByTagAsync("red");
        gate.SetResult(7);

        Assert.Equal(7, await making);
        Assert.Equal(1, await Get("k"));
    }

    [Fact]
    public async Task The_tag_of_all_removes_everything_and_nothing_can_have_it()
    {
        await Fill("a", "b");
        await _hybrid.RemoveByTagAsync("*");

        Assert.Empty(Present("a", "b"));
        await Assert.ThrowsAsync<ArgumentException>(async () => await _hybrid.SetAsync("a", 1, tags: ["*"]));
        await Assert.ThrowsAsync<ArgumentException>(async () => await _hybrid.GetOrCreateAsync("a", Load, tags: ["*"]));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    public async Task A_blank_key_is_not_cached_and_a_blank_tag_removes_nothing(string? blank)
    {
        await Fill("a");
        await _hybrid.SetAsync(blank!, 7);
        await _hybrid.RemoveAsync(blank!);
        await _hybrid.RemoveByTagAsync(blank!);

        Assert.Equal((1, 2), (await Get(blank!), await Get(blank!)));
        Assert.Equal(0, await _hybrid.GetOrCreateAsync(blank!, Load, Flags(HybridCacheEntryFlags.DisableUnderlyingData)));
        Assert.Equal(["a"], Present("a"));
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await _hybrid.SetAsync("b", 1, tags: [blank!]));
    }

    [Fact]
    public async Task A_long_key_is_cached_like_any_other()
    {
        var key = new string('k', 5000);
        await _hybrid.SetAsync(key, 7);
        Assert.Equal(7, await Get(key));
        await _hybrid.RemoveAsync(key);
        Assert.Equal(1, await Get(key));
    }

    [Fact]
    public async Task Each_caller_gets_an_object_of_its_own_unless_its_type_is_immutable()
    {
        var list = await _hybrid.GetOrCreateAsync("list", _ => new ValueTask<List<int>>([1]));
        list.Add(2);
        Assert.Equal([1], await _hybrid.GetOrCreateAsync("list", _ => new ValueTask<List<int>>([9])));

        var shared = await _hybrid.GetOrCreateAsync("shared", _ => new ValueTask<Frozen>(new Frozen()));
        Assert.Same(shared, await _hybrid.GetOrCreateAsync("shared", _ => new ValueTask<Frozen>(new Frozen())));
    }

    [Fact]
    public async Task What_the_factory_throws_goes_to_the_caller_and_is_not_cached()
    {
        await Assert.ThrowsAsync<FormatException>(
            async () => await _hybrid.GetOrCreateAsync<int>("k", _ => throw new FormatException()));
        Assert.Equal(1, await Get("k"));
    }

    [Fact]
    public async Task A_caller_who_was_cancelled_runs_no_factory()
    {
        var cancelled = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await _hybrid.GetOrCreateAsync("k", Load, cancellationToken: cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await _hybrid.SetAsync("k", 1, cancellationToken: cancelled));
        Assert.Equal(0, _lab.Loads);
    }

    public void Dispose() => _lab.Dispose();

    private static HybridCacheEntryOptions Flags(HybridCacheEntryFlags flags) => new() { Flags = flags };

    private ValueTask<int> Load(CancellationToken cancellationToken) => new(_lab.Load());

    private ValueTask<int> Get(string key, HybridCacheEntryOptions? options = null)
        => _hybrid.GetOrCreateAsync(key, Load, options);

    private async Task Fill(params string[] keys)
    {
        foreach (var key in keys)
        {
            await _hybrid.SetAsync(key, 1);
        }
    }

    private IEnumerable<string> Present(params string[] keys) => keys.Where(key => _lab.Cache.TryGet<int>(key).IsCached);

    [ImmutableObject(true)]
    private sealed class Frozen;
}
