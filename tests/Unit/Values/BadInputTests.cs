using static FastOrm.Cache.Tests.Unit.Values.CacheLab;

namespace FastOrm.Cache.Tests.Unit.Values;

/// <summary>What makes no sense is refused with an error that says why, and loses nothing.</summary>
public sealed class BadInputTests : IDisposable
{
    private readonly CacheLab _lab = new();

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    public async Task Keys_and_tags_are_texts_that_are_not_blank(string? text)
    {
        Action[] calls =
        [
            () => _lab.Cache.TryGet<int>(text!), () => _lab.Cache.Set(text!, 1), () => _lab.Cache.Remember(text!, Minute, _lab.Load),
            () => _lab.Cache.Remember("k", Minute, _lab.Load, text!), () => _lab.Cache.Refresh(text!, Minute, _lab.Load),
            () => _lab.Cache.Forget("k", text!), () => _lab.Cache.Flush("t", text!), () => _ = new CacheEntryOptions { Tags = [text!] },
            () => FastCache.Remember(text!, Minute, _lab.Load), () => _lab.Cache.RememberForever(text!, _lab.Load),
            () => _lab.Cache.Refresh("k", Minute, _lab.Load, text!), () => FastCache.Forget(text!), () => FastCache.Flush(text!),
        ];
        Assert.All(calls, static call => Assert.ThrowsAny<ArgumentException>(call));
        Func<Task>[] tasks =
        [
            () => _lab.Cache.TryGetAsync<int>(text!).AsTask(), () => _lab.Cache.SetAsync(text!, 1).AsTask(),
            () => _lab.Remember(text!, Minute).AsTask(), () => _lab.Remember("k", Minute, text!).AsTask(),
            () => _lab.Cache.RefreshAsync(text!, Minute, _lab.LoadAsync).AsTask(),
            () => _lab.Cache.GetManyAsync<int>(["k", text!]).AsTask(),
            () => _lab.Cache.SetManyAsync([KeyValuePair.Create(text!, 1)]).AsTask(),
            () => _lab.Cache.RefreshAsync("k", Minute, _lab.LoadAsync, text!).AsTask(),
            () => _lab.Cache.WriteThroughAsync(text!, 1, static (_, _) => throw new InvalidDataException()).AsTask(),
            () => _lab.Cache.ForgetAsync("k", text!).AsTask(), () => _lab.Cache.FlushAsync("t", text!).AsTask(),
            () => _lab.Cache.RememberManyAsync([1], _ => text!, Minute, LoadManyAsync, CancellationToken.None).AsTask(),
            () => _lab.Cache.RememberManyAsync([1], static _ => "k", Minute, LoadManyAsync, CancellationToken.None, text!).AsTask(),
        ];
        foreach (var task in tasks)
        {
            await Assert.ThrowsAnyAsync<ArgumentException>(task);
        }

        Assert.Equal(0, _lab.Loads);
    }

    [Fact]
    public async Task A_tag_that_is_blank_is_refused_where_the_value_is_there_as_well()
    {
        _lab.Cache.Set("k", 1);

        Assert.Throws<ArgumentException>(() => _lab.Cache.Remember("k", Minute, _lab.Load, " "));
        Assert.Throws<ArgumentException>(() => _lab.Cache.Remember("k", 0, Minute, static state => state, " "));
        Assert.Throws<ArgumentException>(() => _lab.Cache.RememberMany([1], static _ => "k", Minute, static ids => ids.ToDictionary(static id => id), " "));
        await Assert.ThrowsAsync<ArgumentException>(() => _lab.Remember("k", Minute, " ").AsTask());
        await Assert.ThrowsAsync<ArgumentException>(() => _lab.Cache.RememberAsync("k", Minute, () => _lab.LoadAsync(default), " ").AsTask());
        await Assert.ThrowsAsync<ArgumentException>(
            () => _lab.Cache.RememberAsync("k", 0, Minute, static (state, _) => Task.FromResult(state), CancellationToken.None, " ").AsTask());
        await Assert.ThrowsAsync<ArgumentException>(
            () => _lab.Cache.RememberManyAsync([1], static _ => "k", Minute, LoadManyAsync, CancellationToken.None, " ").AsTask());
    }

    [Fact]
    public void A_key_is_at_most_1024_bytes_long()
    {
        _lab.Cache.Set(new string('k', 1024), 1);
        _lab.Cache.Set(new string('ä', 512), 2);

        Assert.Equal((1, 2), (_lab.Cache.Get<int>(new string('k', 1024)), _lab.Cache.Get<int>(new string('ä', 512))));
        var tooLong = new string('ä', 513);
        Action[] calls =
        [
            () => _lab.Cache.Set(tooLong, 1), () => _lab.Cache.TryGet<int>(tooLong), () => _lab.Cache.Remember(tooLong, Minute, _lab.Load),
            () => _lab.Cache.Refresh(tooLong, Minute, _lab.Load), () => _lab.Cache.GetMany<int>([tooLong]),
            () => _lab.Cache.SetMany([KeyValuePair.Create(tooLong, 1)]),
            () => _lab.Cache.RememberMany<int, int>([1], _ => tooLong, Minute, static _ => throw new InvalidDataException()),
            () => _lab.Cache.WriteThroughAsync(tooLong, 1, static (_, _) => throw new InvalidDataException()).AsTask().GetAwaiter().GetResult(),
        ];
        Assert.All(calls, AssertSaysWhatToDo);
        Assert.Equal((2L, 0), (_lab.Cache.Statistics.Stores, _lab.Loads));

        static void AssertSaysWhatToDo(Action call)
            => Assert.Contains("CacheKey.Of", Assert.Throws<ArgumentException>(call).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Times_shares_and_sizes_are_in_their_ranges()
    {
        Action[] calls =
        [
            () => _ = new CacheEntryOptions { Ttl = TimeSpan.Zero }, () => _ = new CacheEntryOptions { Ttl = TimeSpan.FromSeconds(-1) },
            () => _ = new CacheEntryOptions { LocalTtl = TimeSpan.Zero }, () => _ = new CacheEntryOptions { EmptyTtl = TimeSpan.Zero },
            () => _ = new CacheEntryOptions { StaleFor = TimeSpan.FromSeconds(-1) }, () => _ = new CacheEntryOptions { Jitter = 1 },
            () => _ = new CacheEntryOptions { StaleIfError = TimeSpan.FromSeconds(-1) }, () => _ = new CacheEntryOptions { Jitter = -0.1 },
            () => _ = new CacheEntryOptions { Tiers = (CacheTiers)4 }, () => _ = new CacheEntryOptions { Jitter = 0.91 },
            () => _ = new CacheEntryOptions { Consistency = (CacheConsistency)2 },
            () => _ = new CacheEntryOptions { Size = -1 }, () => _lab.Cache.Remember("k", TimeSpan.Zero, _lab.Load),
            () => _ = new CacheEntryOptions { Jitter = double.NaN }, () => _lab.Cache.Set("k", 1, TimeSpan.FromSeconds(-1)),
            () => _lab.Cache.Function((int a) => a, static o => o.Ttl = TimeSpan.Zero),
            () => _lab.Cache.Batch<int, int>(static ids => ids.ToDictionary(static id => id), static o => o.Ttl = TimeSpan.Zero),
        ];

        Assert.All(calls, static call => Assert.Throws<ArgumentOutOfRangeException>(call));
    }

    [Fact]
    public async Task A_loader_is_there_and_returns_something()
    {
        Assert.Throws<ArgumentNullException>(() => _lab.Cache.Remember("k", Minute, (Func<int>)null!));
        await Assert.ThrowsAsync<ArgumentNullException>(
            () => _lab.Cache.RememberAsync("k", Minute, (Func<CancellationToken, Task<int>>)null!).AsTask());
        Assert.Throws<ArgumentNullException>(() => _lab.Cache.Function((Func<int, int>)null!));
        Assert.Throws<ArgumentNullException>(() => _lab.Cache.Batch((Func<IReadOnlyList<int>, IReadOnlyDictionary<int, int>>)null!));
        Assert.Throws<ArgumentNullException>(() => _lab.Cache.Refresh("k", Minute, (Func<int>)null!));
        await Assert.ThrowsAsync<ArgumentNullException>(
            () => _lab.Cache.RefreshAsync("k", Minute, (Func<CancellationToken, Task<int>>)null!).AsTask());
        await Assert.ThrowsAsync<ArgumentNullException>(() => _lab.Cache.RememberManyAsync<int, int>("k", [1], Minute, null!).AsTask());
        await Assert.ThrowsAsync<ArgumentNullException>(() => _lab.Cache.WriteThroughAsync("k", 1, null!).AsTask());
        await Assert.ThrowsAsync<InvalidOperationException>(() => _lab.Cache.WriteThroughAsync("k", 1, static (_, _) => Nothing<Task>()).AsTask());
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => _lab.Cache.RefreshAsync("k", Minute, static _ => NoTask<int>()).AsTask());
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => _lab.Cache.RememberAsync("k", Minute, static _ => NoTask<int>()).AsTask());
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => _lab.Cache.RememberManyAsync("k", [1], Minute, static (_, _) => NoTask<IReadOnlyDictionary<int, int>>()).AsTask());
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => _lab.Cache.RememberManyAsync<int, int>(
                "k", [1], Minute, static (_, _) => Task.FromResult<IReadOnlyDictionary<int, int>>(null!)).AsTask());
    }

    [Fact]
    public async Task A_call_that_is_cancelled_already_does_nothing()
    {
        var cancelled = new CancellationToken(canceled: true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _lab.Cache.TryGetAsync<int>("k", cancelled).AsTask());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _lab.Cache.SetAsync("k", 1, null, cancelled).AsTask());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _lab.Cache.RememberAsync("k", Minute, _lab.LoadAsync, cancelled).AsTask());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _lab.Cache.RefreshAsync("k", Minute, _lab.LoadAsync, cancelled).AsTask());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _lab.Cache.RememberManyAsync("k", [1], Minute, LoadManyAsync, cancelled).AsTask());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _lab.Cache.GetManyAsync<int>(["k"], cancelled).AsTask());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _lab.Cache.SetManyAsync([KeyValuePair.Create("k", 1)], null, cancelled).AsTask());
        Assert.Equal((0, 0L), (_lab.Loads, _lab.Cache.Statistics.Stores));
    }

    public void Dispose() => _lab.Dispose();

    private Task<IReadOnlyDictionary<int, int>> LoadManyAsync(IReadOnlyList<int> ids, CancellationToken token)
        => Task.FromResult<IReadOnlyDictionary<int, int>>(ids.ToDictionary(static id => id, _ => _lab.Load()));

    private static Task<T> NoTask<T>() => Nothing<Task<T>>();

    private static T Nothing<T>() => default!;
}
