using System.Collections;
using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace FastOrm.Cache.Tests.Integration.Keys;

/// <summary>What cannot be keyed exactly runs as if it were not remembered, and says so.</summary>
public sealed class NotKeyableTests : KeyTest
{
    private static readonly RecordingLoggers Loggers = new();

    [Fact]
    public void A_captured_iterator_is_started_as_often_as_by_EF_Core_alone()
    {
        var plainStarts = 0;
        using (var plain = Shop.NewPlain())
        {
            var ids = Ids(() => plainStarts++);
            _ = plain.Products.Where(p => ids.Contains(p.Id)).ToList();
        }

        for (var run = 1; run <= 3; run++)
        {
            var starts = 0;
            var ids = Ids(() => starts++);
            var (products, commands) = Shop.Count(db => db.Products.Where(p => ids.Contains(p.Id)).Remember(Ttl).ToList());

            Assert.Equal([1, 2], products.Select(static p => p.Id));
            Assert.Equal(1, commands);
            Assert.Equal(plainStarts, starts);
            AssertBypassed("not keyable", run);
        }
    }

    [Fact]
    public void A_collection_of_the_user_s()
    {
        for (var run = 1; run <= 2; run++)
        {
            var ids = new Range(run, 2);
            var (products, commands) = Shop.Count(db => db.Products.Where(p => ids.Contains(p.Id)).Remember(Ttl).ToList());

            Assert.Equal([run, run + 1], products.Select(static p => p.Id));
            Assert.Equal(1, commands);
            Assert.Equal(1, ids.Enumerations);
            AssertBypassed("not keyable", run);
        }
    }

    [Fact]
    public void A_service_in_a_projection_is_the_one_of_each_call()
    {
        for (var run = 1; run <= 3; run++)
        {
            var service = new Greeter($"hello {run}");
            var (names, commands) = Shop.Count(
                db => db.Products.Where(p => p.Id == 1).Select(p => service.Greet(p.Name)).Remember(Ttl).ToList());

            Assert.Equal([$"hello {run} product 001"], names);
            Assert.Equal(1, commands);
            Assert.Equal(1, service.Calls);
            AssertBypassed("not keyable", run);
        }
    }

    [Fact]
    public void A_static_method_in_a_projection_runs_each_time_over_remembered_rows()
    {
        var (first, sent) = Shop.Count(static db => db.Products.Where(p => p.Id == 1).Select(p => Shout(p.Name)).Remember(Ttl).ToList());
        var (second, sentAgain) = Shop.Count(static db => db.Products.Where(p => p.Id == 1).Select(p => Shout(p.Name)).Remember(Ttl).ToList());

        Assert.Equal(["PRODUCT 001"], first);
        Assert.Equal(first, second);
        Assert.Equal((1, 0), (sent, sentAgain));
    }

    [Fact]
    public void A_captured_delegate_in_a_projection()
    {
        for (var run = 1; run <= 2; run++)
        {
            Func<string, string> format = name => $"{run}: {name}";
            var (names, commands) = Shop.Count(db => db.Products.Where(p => p.Id == 1).Select(p => format(p.Name)).Remember(Ttl).ToList());

            Assert.Equal([$"{run}: product 001"], names);
            Assert.Equal(1, commands);
        }
    }

    [Fact]
    public async Task Asynchronous_runs_are_right_too()
    {
        for (var run = 1; run <= 2; run++)
        {
            var ids = new Range(run, 1);
            var (product, commands) = await Shop.CountAsync(db => db.Products.Where(p => ids.Contains(p.Id)).Remember(Ttl).SingleAsync());

            Assert.Equal(run, product.Id);
            Assert.Equal((1, 1), (commands, ids.Enumerations));
            AssertBypassed("not keyable", run);
        }
    }

    [Fact]
    public void A_getter_before_the_value_that_cannot_be_keyed_is_read_once()
    {
        var source = new Counter();
        var ids = new Range(1, 3);

        var (products, _) = Shop.Count(db => db.Products.Where(p => p.Id == source.Next && ids.Contains(p.Id)).Remember(Ttl).ToList());

        Assert.Equal(1, products.Single().Id);
        Assert.Equal((1, 1), (source.Reads, ids.Enumerations));
    }

    [Fact]
    public void The_warning_is_logged_once_for_each_shape()
    {
        var warnings = Loggers.Watch();
        var options = Shop.Configure().UseLoggerFactory(Loggers).Options;
        for (var run = 0; run < 3; run++)
        {
            var ids = new Range(1, 2);
            using var db = new ShopContext(options);
            _ = db.Products.Where(p => p.Stock < 900).Where(p => ids.Contains(p.Id)).Remember(Ttl).ToList();
            _ = db.Products.Where(p => p.Stock < 901).Where(p => ids.Contains(p.Id)).Remember(Ttl).ToList();
        }

        Assert.Equal(2, warnings.Count);
        Assert.All(warnings, static text => Assert.Contains("captured value of type Range", text, StringComparison.Ordinal));
    }

    [Fact]
    public void Shapes_that_differ_behind_the_value_are_two_for_the_warning()
    {
        var warnings = Loggers.Watch();
        var options = Shop.Configure().UseLoggerFactory(Loggers).Options;
        var ids = new Range(1, 2);
        using var db = new ShopContext(options);

        _ = db.Products.Where(p => p.Stock < 910).Where(p => ids.Contains(p.Id) && p.Id < 1).Remember(Ttl).ToList();
        _ = db.Products.Where(p => p.Stock < 910).Where(p => ids.Contains(p.Id) && p.Id < 2).Remember(Ttl).ToList();

        Assert.Equal(2, warnings.Count);
    }

    [Fact]
    public void The_warning_reaches_a_context_that_logs_by_LogTo()
    {
        var lines = new List<string>();
        var options = Shop.Configure().LogTo(lines.Add, LogLevel.Warning).Options;
        using var db = new ShopContext(options);
        var ids = new Range(1, 2);

        _ = db.Products.Where(p => p.Stock < 920).Where(p => ids.Contains(p.Id)).Remember(Ttl).ToList();

        Assert.Contains(lines, static line => line.Contains("remembered query", StringComparison.Ordinal));
    }

    private static string Shout(string text) => text.ToUpperInvariant();

    private static IEnumerable<int> Ids(Action started)
    {
        started();
        yield return 1;
        yield return 2;
    }

    private void AssertBypassed(string reason, long times)
    {
        Assert.Equal(times, Shop.Cache.Statistics.Bypasses.GetValueOrDefault(reason));
        Assert.Equal((0, 0), (Shop.Cache.Statistics.Hits, Shop.Cache.Statistics.Stores));
    }

    private sealed class Range(int start, int count) : IEnumerable<int>
    {
        public int Enumerations { get; private set; }

        public IEnumerator<int> GetEnumerator()
        {
            Enumerations++;
            return Enumerable.Range(start, count).GetEnumerator();
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }

    private sealed class Greeter(string greeting)
    {
        public int Calls { get; private set; }

        public string Greet(string name)
        {
            Calls++;
            return $"{greeting} {name}";
        }
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
