namespace FastOrm.Cache.Tests.Unit;

public sealed class FastOrmCacheOptionsTests
{
    public static TheoryData<string, Action<FastOrmCacheOptions>> OutOfRange { get; } = new()
    {
        { "MaxEntries", options => options.MaxEntries = 15 },
        { "MaxBytes", options => options.MaxBytes = (64 << 10) - 1 },
        { "DefaultTtl", options => options.DefaultTtl = TimeSpan.Zero },
        { "Jitter", options => options.Jitter = -0.01 },
        { "Jitter", options => options.Jitter = 0.91 },
        { "Jitter", options => options.Jitter = double.NaN },
        { "VerifyFraction", options => options.VerifyFraction = -0.01 },
        { "VerifyFraction", options => options.VerifyFraction = 1.01 },
        { "VerifyFraction", options => options.VerifyFraction = double.NaN },
        { "EmptyTtl", options => options.EmptyTtl = TimeSpan.Zero },
        { "LocalTtl", options => options.LocalTtl = TimeSpan.Zero },
        { "PollInterval", options => options.PollInterval = TimeSpan.Zero },
        { "PollInterval", options => options.PollInterval = TimeSpan.FromHours(1) + TimeSpan.FromTicks(1) },
        { "TrustWhileDisconnected", options => options.TrustWhileDisconnected = TimeSpan.FromTicks(-1) },
        { "TrustWhileDisconnected", options => options.TrustWhileDisconnected = TimeSpan.FromDays(1) + TimeSpan.FromTicks(1) },
        { "LoadLease", options => options.LoadLease = TimeSpan.Zero },
        { "LoadLease", options => options.LoadLease = TimeSpan.FromHours(1) + TimeSpan.FromTicks(1) },
        { "LoadWait", options => options.LoadWait = TimeSpan.FromDays(1) + TimeSpan.FromTicks(1) },
        { "CompressRowsFrom", options => options.CompressRowsFrom = -1 },
        { "Tiers", options => options.Tiers = (CacheTiers)4 },
        { "MaxRows", options => options.MaxRows = -1 },
        { "MaxResultBytes", options => options.MaxResultBytes = -1 },
        { "LoadWait", options => options.LoadWait = TimeSpan.FromTicks(-1) },
        { "CleanupInterval", options => options.CleanupInterval = TimeSpan.Zero },
        { "StaleFor", options => options.StaleFor = TimeSpan.FromTicks(-1) },
        { "StaleIfError", options => options.StaleIfError = TimeSpan.FromTicks(-1) },
        { "RetryAfterError", options => options.RetryAfterError = TimeSpan.FromTicks(-1) },
        { "Serializer", options => options.Serializer = null! },
        { "TimeProvider", options => options.TimeProvider = null! },
    };

    public static TheoryData<Action<FastOrmCacheOptions>> AtTheLimit { get; } =
    [
        options => options.MaxEntries = 16,
        options => options.MaxBytes = 64 << 10,
        options => options.DefaultTtl = TimeSpan.FromTicks(1),
        options => options.DefaultTtl = TimeSpan.MaxValue,
        options => options.DefaultTtl = Timeout.InfiniteTimeSpan,
        options => options.EmptyTtl = Timeout.InfiniteTimeSpan,
        options => options.Jitter = 0.9,
        options => options.VerifyFraction = 1,
        options => options.LocalTtl = TimeSpan.FromTicks(1),
        options => options.LocalTtl = Timeout.InfiniteTimeSpan,
        options => options.PollInterval = TimeSpan.FromHours(1),
        options => options.TrustWhileDisconnected = TimeSpan.Zero,
        options => options.LoadLease = TimeSpan.FromHours(1),
        options => options.LoadWait = TimeSpan.FromDays(1),
        options => options.CompressRowsFrom = 0,
        options => options.Tiers = CacheTiers.None,
        options => options.EmptyTtl = null,
        options => options.MaxRows = 0,
        options => options.MaxResultBytes = 0,
        options => options.LoadWait = TimeSpan.Zero,
        options => options.CleanupInterval = TimeSpan.FromTicks(1),
        options => options.CleanupInterval = TimeSpan.MaxValue,
    ];

    [Theory]
    [MemberData(nameof(OutOfRange))]
    public void An_option_out_of_its_range_is_refused_by_name(string name, Action<FastOrmCacheOptions> change)
    {
        var error = Assert.ThrowsAny<ArgumentException>(() => FastCache.Create(change));
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(AtTheLimit))]
    public void An_option_at_its_limit_is_accepted(Action<FastOrmCacheOptions> change)
        => FastCache.Create(change).Dispose();

    [Fact]
    public void The_defaults_are_valid()
        => Assert.NotNull(new FastOrmCacheOptions().Validated());

    [Fact]
    public void Validation_hands_out_a_copy()
    {
        var options = new FastOrmCacheOptions();
        Assert.NotSame(options, options.Validated());
    }
}
