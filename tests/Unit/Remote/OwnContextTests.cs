using System.Collections.Concurrent;
using FastOrm.Cache.Tests.Unit.Support;
using Microsoft.Extensions.Logging;

namespace FastOrm.Cache.Tests.Unit.Remote;

/// <summary>What goes on in the background belongs to nobody: neither to the request that began it nor to whoever is told of it.</summary>
public sealed class OwnContextTests : IDisposable
{
    private static readonly AsyncLocal<string?> Request = new();

    private readonly ManualTimeProvider _time = new();
    private readonly InMemoryRemoteStore _store;
    private readonly ConcurrentQueue<string?> _seen = [];
    private ICache? _cache;

    public OwnContextTests() => _store = new InMemoryRemoteStore(_time);

    [Fact]
    public async Task What_polls_and_sends_in_the_background_knows_nothing_of_the_request_that_began_it()
    {
        await Task.Run(async () =>
        {
            Request.Value = "of one request";
            _cache = New();
            _store.Failure = new InvalidOperationException("The tier is down.");
            await _cache.FlushAsync("t");
        });
        _store.OnCall = () => _seen.Enqueue(Request.Value);

        await _time.AdvanceUntil(() => _seen.Count > 5);
        _store.Failure = null;
        await _time.AdvanceUntil(() => _store.Changes > 0);

        Assert.All(_seen, Assert.Null);
    }

    [Fact]
    public void The_timer_that_cleans_up_knows_nothing_of_the_request_that_made_the_cache()
    {
        Request.Value = "of one request";
        var memory = new SeeingTier(() => _seen.Enqueue(Request.Value));
        _cache = FastCache.Create(options =>
        {
            options.TimeProvider = _time;
            options.UseLocalTier(_ => memory);
        });

        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.NotEmpty(_seen);
        Assert.All(_seen, Assert.Null);
    }

    [Fact]
    public async Task A_logger_that_throws_stops_neither_the_sending_nor_the_listening()
    {
        using var logs = new ThrowingLogs();
        _cache = New(options => options.LoggerFactory = logs);
        _store.Failure = new InvalidOperationException("The tier is down.");
        await _cache.FlushAsync("t");
        await _time.AdvanceUntil(() => logs.Written > 0);

        _store.Failure = null;
        await _time.AdvanceUntil(() => _store.Changes > 0);
        await _time.AdvanceUntil(() => logs.Written > 1); // That it is back.

        using var other = New();
        await _cache.SetAsync("k", 1, TimeSpan.FromMinutes(1));
        Assert.Equal(1, (await other.TryGetAsync<int>("k")).Value);
        await other.ForgetAsync("k");
        Assert.False((await _cache.TryGetAsync<int>("k")).HasValue);
    }

    public void Dispose()
    {
        _cache?.Dispose();
        Request.Value = null;
    }

    private ICache New(Action<FastOrmCacheOptions>? configure = null)
        => FastCache.Create(options =>
        {
            options.TimeProvider = _time;
            options.UseRemoteTier(_ => new InMemoryRemoteTier(_store));
            configure?.Invoke(options);
        });

    private sealed class SeeingTier(Action onCleanup) : ILocalCacheTier
    {
        public long Count => 0;

        public long Bytes => 0;

        public LocalCacheEntry? Find(in LocalCacheKey key, long now) => null;

        public void Store(LocalCacheEntry entry, long now) => entry.MayReplace(null, now);

        public bool Remove(in LocalCacheKey key) => false;

        public void Clear()
        {
        }

        public void RemoveDead(long now) => onCleanup();

        public void Dispose()
        {
        }
    }

    private sealed class ThrowingLogs : ILoggerFactory, ILogger
    {
        private int _written;

        public int Written => Volatile.Read(ref _written);

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
            => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            Interlocked.Increment(ref _written);
            throw new InvalidOperationException("The logger is broken.");
        }

        public void Dispose()
        {
        }
    }
}
