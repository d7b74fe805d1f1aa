using FastOrm.Cache.Diagnostics;
using FastOrm.Cache.Tests.Unit.Support;
using Microsoft.Extensions.Logging;

namespace FastOrm.Cache.Tests.Unit.Diagnostics;

public sealed class StatisticsTableTests
{
    [Fact]
    public void Each_tier_has_a_row_with_what_was_done_in_the_time()
    {
        var before = new CacheStatistics { Hits = 100, Misses = 10, Remote = new() };
        var now = new CacheStatistics
        {
            Hits = 190, RemoteHits = 20, Misses = 20, Loads = 9, FailedLoads = 1, RemoteFailures = 2, Remote = new(),
        };

        Assert.Equal(
            """
            tier   |        qpm | hit ratio |       hits |     misses |      loads |   failures
            -------+------------+-----------+------------+------------+------------+-----------
            all    |        200 |    90.00% |         90 |         10 |          9 |          1
            memory |        200 |    70.00% |         70 |         30 |          0 |          0
            remote |         60 |    66.67% |         20 |         10 |          0 |          2
            """.ReplaceLineEndings("\n"),
            StatisticsTable.Of(before, now, TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public void Where_nothing_was_asked_there_is_no_ratio()
        => Assert.Contains("         - |", StatisticsTable.Of(new(), new(), TimeSpan.FromMinutes(1)), StringComparison.Ordinal);

    [Fact]
    public void It_is_logged_at_intervals_and_only_if_that_is_wanted()
    {
        var time = new ManualTimeProvider();
        var log = new Lines();
        using var silent = FastCache.Create(options => (options.TimeProvider, options.LoggerFactory) = (time, log));
        using (var cache = FastCache.Create(
            options => (options.TimeProvider, options.LoggerFactory, options.StatisticsInterval) = (time, log, TimeSpan.FromMinutes(1)), "shop"))
        {
            cache.Remember("a", new CacheEntryOptions(), static () => 1);
            time.Advance(TimeSpan.FromMinutes(1));
            cache.TryGet<int>("a");
            time.Advance(TimeSpan.FromMinutes(1));
        }

        time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(2, log.Texts.Count);
        Assert.Contains("shop", log.Texts[0], StringComparison.Ordinal);
        Assert.Contains("     0.00% |          0 |          1 |          1", log.Texts[0], StringComparison.Ordinal);
        Assert.Contains("   100.00% |          1 |          0 |          0", log.Texts[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    [InlineData(100_000)]
    public void An_interval_out_of_range_is_refused(double seconds)
        => Assert.Equal(
            "StatisticsInterval",
            Assert.Throws<ArgumentOutOfRangeException>(
                () => FastCache.Create(options => options.StatisticsInterval = TimeSpan.FromSeconds(seconds))).ParamName);

    private sealed class Lines : ILoggerFactory, ILogger
    {
        public List<string> Texts { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
            => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            => Texts.Add(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
