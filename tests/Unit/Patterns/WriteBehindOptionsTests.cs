namespace FastOrm.Cache.Tests.Unit.Patterns;

public sealed class WriteBehindOptionsTests
{
    private static readonly WriteBehindOptions<int> Valid = new() { OnDeadLetter = static _ => Task.CompletedTask };

    public static TheoryData<string, Func<object>> OutOfRange { get; } = new()
    {
        { "OnDeadLetter", () => Valid with { OnDeadLetter = null! } },
        { "Capacity", () => Valid with { Capacity = 0 } },
        { "Parallelism", () => Valid with { Parallelism = 0 } },
        { "Parallelism", () => Valid with { Parallelism = 257 } },
        { "MaxRetries", () => Valid with { MaxRetries = -1 } },
        { "RetryDelay", () => Valid with { RetryDelay = TimeSpan.Zero } },
        { "RetryDelay", () => Valid with { RetryDelay = TimeSpan.FromDays(1.1) } },
        { "MaxRetryDelay", () => Valid with { MaxRetryDelay = TimeSpan.Zero } },
        { "RetryJitter", () => Valid with { RetryJitter = -0.1 } },
        { "RetryJitter", () => Valid with { RetryJitter = double.NaN } },
        { "DrainTimeout", () => Valid with { DrainTimeout = TimeSpan.FromSeconds(-1) } },
        { "TimeProvider", () => Valid with { TimeProvider = null! } },
        { "CacheWarmupOptions.Parallelism", static () => new CacheWarmupOptions { Parallelism = 0 } },
        { "CacheWarmupOptions.TimeProvider", static () => new CacheWarmupOptions { TimeProvider = null! } },
    };

    [Theory]
    [MemberData(nameof(OutOfRange))]
    public void An_option_out_of_its_range_is_refused_by_name(string name, Func<object> make)
        => Assert.Contains(name, Assert.ThrowsAny<ArgumentException>(make).Message, StringComparison.Ordinal);

    [Fact]
    public void An_option_at_its_limit_is_accepted()
        => Assert.NotNull(Valid with { Capacity = 1, MaxRetries = 0, DrainTimeout = TimeSpan.Zero, RetryJitter = 0.9 });

    [Fact]
    public async Task A_bad_key_is_refused_before_anything_is_done()
    {
        await using var lab = new QueueLab();

        await Assert.ThrowsAsync<ArgumentException>(() => lab.Put(" ", 1).AsTask());
        await Assert.ThrowsAsync<ArgumentNullException>(() => lab.Put(null!, 1).AsTask());
        await Assert.ThrowsAsync<ArgumentException>(() => lab.Put(new string('k', CacheKey.MaxLength + 1), 1).AsTask());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => lab.Queue.EnqueueAsync("k", 1, cancellationToken: new CancellationToken(canceled: true)).AsTask());
        Assert.Equal(new WriteBehindStatistics(), lab.Statistics);
    }

    [Fact]
    public void What_a_queue_is_made_of_must_be_there()
    {
        using var cache = FastCache.Create();

        Assert.Throws<ArgumentNullException>(() => new WriteBehindQueue<int>(null!, WriteAsync, Valid));
        Assert.Throws<ArgumentNullException>(() => new WriteBehindQueue<int>(cache, null!, Valid));
        Assert.Throws<ArgumentNullException>(() => new WriteBehindQueue<int>(cache, WriteAsync, null!));

        static Task WriteAsync(string key, int value, CancellationToken token) => Task.CompletedTask;
    }
}
