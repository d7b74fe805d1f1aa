using System.Collections;
using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace FastOrm.Cache.Tests.Integration.Keys;

/// <summary>What is sent in a form that cannot be compared runs as if it were not remembered, and says so.</summary>
public sealed class NotKeyableTests : KeyTest
{
    private static readonly RecordingLoggers Loggers = new();

    [Fact]
    public void A_parameter_of_the_provider_that_cannot_be_read()
    {
        for (var run = 1; run <= 2; run++)
        {
            var (products, commands) = Shop.Count(db => Query(db.Products, run).Remember(Ttl).ToList());

            Assert.Equal([run], products.Select(static p => p.Id));
            Assert.Equal(1, commands);
            AssertBypassed(run);
        }
    }

    [Fact]
    public async Task Asynchronous_runs_are_right_too()
    {
        for (var run = 1; run <= 2; run++)
        {
            var (products, commands) = await Shop.CountAsync(db => Query(db.Products, run).Remember(Ttl).ToListAsync());

            Assert.Equal([run], products.Select(static p => p.Id));
            Assert.Equal(1, commands);
            AssertBypassed(run);
        }
    }

    [Fact]
    public void A_sequence_beside_it_is_run_once_and_a_getter_read_once()
    {
        var source = new Counter();
        var ids = new Sequence(1, 3);

        var (products, _) = Shop.Count(
            db => Query(db.Products, 1).Where(p => p.Id == source.Next && ids.Contains(p.Id)).Remember(Ttl).ToList());

        Assert.Equal(1, products.Single().Id);
        Assert.Equal((1, 1), (source.Reads, ids.Runs));
    }

    [Fact]
    public void The_warning_is_logged_once_for_each_shape()
    {
        var warnings = Loggers.Watch();
        var options = Shop.Configure().UseLoggerFactory(Loggers).Options;
        for (var run = 0; run < 3; run++)
        {
            using var db = new ShopContext(options);
            _ = Query(db.Products, 1).Where(p => p.Stock < 900).Remember(Ttl).ToList();
            _ = Query(db.Products, 1).Where(p => p.Stock < 901).Remember(Ttl).ToList();
        }

        Assert.Equal(2, warnings.Count);
        Assert.All(warnings, static text => Assert.Contains("a value of type UnreadableParameter", text, StringComparison.Ordinal));
    }

    [Fact]
    public void The_warning_reaches_a_context_that_logs_by_LogTo()
    {
        var lines = new List<string>();
        var options = Shop.Configure().LogTo(lines.Add, LogLevel.Warning).Options;
        using var db = new ShopContext(options);

        _ = Query(db.Products, 1).Where(p => p.Stock < 920).Remember(Ttl).ToList();

        Assert.Contains(lines, static line => line.Contains("remembered query", StringComparison.Ordinal));
    }

    private static IQueryable<Product> Query(DbSet<Product> products, int id)
        => products.FromSqlRaw("SELECT * FROM Products WHERE Id = @id", new UnreadableParameter("id", id));

    private void AssertBypassed(long times)
    {
        Assert.Equal(times, Shop.Cache.Statistics.Bypasses.GetValueOrDefault("not keyable"));
        Assert.Equal((0, 0), (Shop.Cache.Statistics.Hits, Shop.Cache.Statistics.Stores));
    }

    private sealed class Sequence(int start, int count) : IEnumerable<int>
    {
        public int Runs { get; private set; }

        public IEnumerator<int> GetEnumerator()
        {
            Runs++;
            return Enumerable.Range(start, count).GetEnumerator();
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }

    private sealed class Counter
    {
        public int Reads { get; private set; }

        public int Next => ++Reads;
    }

    /// <summary>One factory for all tests: EF Core makes services of its own for each.</summary>
    private sealed class RecordingLoggers : ILoggerFactory, ILogger
    {
        private List<string> _warnings = [];

        public List<string> Watch() => _warnings = [];

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
            => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (eventId.Id == 47001)
            {
                _warnings.Add(formatter(state, exception));
            }
        }

        public void Dispose()
        {
        }
    }
}
