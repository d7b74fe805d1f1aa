using FastOrm.Cache.Memory;
using FastOrm.Cache.Tests.Unit.Remote;
using FastOrm.Cache.Tests.Unit.Support;
using FastOrm.Cache.Tests.Unit.Values;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FastOrm.Cache.Tests.Unit.Patterns;

/// <summary>Loggers, handlers, hooks and callbacks of the application that throw: no worker, timer or refresh ends of it, and no caller sees it.</summary>
[Collection(nameof(FastCache.Default))]
public sealed class ThrowingApplicationTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_write_behind_queue_goes_on_after_its_logger_has_thrown(bool isAsked)
    {
        var logger = new ThrowingLogger(isAsked);
        await using var lab = new QueueLab(static options => options with { MaxRetries = 1 }, logger);
        lab.Source = static (value, _) => value == 1 ? QueueLab.Fail() : Task.CompletedTask;
        lab.Grave = static _ => throw new InvalidDataException();
        await lab.Put("bad", 1);
        await lab.PassBackoff(TimeSpan.FromSeconds(1));
        await lab.Put("bad", 2);
        await lab.Put("good", 3);
        await lab.Queue.DrainAsync();

        Assert.Equal((2, 1, 1), (lab.Statistics.Written, lab.Statistics.DeadLettered, lab.Statistics.FailedDeadLetters));
        Assert.Equal(3, logger.Calls); // That it is tried again, that it is given up, that nobody takes it.
    }

    [Fact]
    public async Task A_write_behind_queue_goes_on_after_the_memory_of_the_cache_has_thrown()
    {
        FailingTier? tier = null;
        using var cache = FastCache.Create(options => options.UseLocalTier(settings => tier = new FailingTier(new MemoryTier(settings))));
        await using var lab = new QueueLab(static options => options with { MaxRetries = 0 }, cache: cache);
        var gate = new TaskCompletionSource();
        lab.Source = async (value, _) =>
        {
            await gate.Task;
            await (value == 1 ? QueueLab.Fail() : Task.CompletedTask);
        };
        await lab.Put("dead", 1);
        await lab.Put("written", 2);
        tier!.Fails = true;
        gate.SetResult();
        await lab.Queue.DrainAsync();

        Assert.Equal((1, 1), (lab.Statistics.Written, lab.Statistics.DeadLettered));
        tier.Fails = false;
    }

    [Fact]
    public async Task A_warm_up_goes_on_after_its_logger_has_thrown()
    {
        var logger = new ThrowingLogger();
        await using var host = new HostLab(services => services
            .AddSingleton<ILoggerFactory>(logger)
            .AddSingleton(typeof(ILogger<>), typeof(Logger<>))
            .AddCacheWarmup(new CacheWarmupOptions { BlocksStart = true, Parallelism = 1, OnProgress = static _ => throw new InvalidDataException() })
            .AddCacheWarmup<int>(
                "items",
                static (_, _) => Task.FromResult<IReadOnlyCollection<int>>([1, 2, 3]),
                static (services, item, token) => item == 1
                    ? throw new InvalidDataException()
                    : services.GetRequiredService<ICache>().SetAsync($"n{item}", item, cancellationToken: token).AsTask()));
        await host.StartAsync();

        Assert.Equal(2, host.Services.GetRequiredService<ICache>().GetMany<int>(["n1", "n2", "n3"]).Count);
        Assert.True(logger.Calls > 0);
    }

    [Fact]
    public async Task A_tier_that_fails_is_no_error_of_the_caller_because_the_logger_throws()
    {
        var logger = new ThrowingLogger();
        using var lab = new RemoteLab(nodes: 1, options => options.LoggerFactory = logger);
        lab.Tier.Failure = new IOException();
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(1, await lab.A.RememberAsync($"k{i}", null, _ => lab.Load()));
        }

        var told = logger.Calls;
        Assert.True(told > 0);
        lab.Tier.Failure = null;
        lab.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(1, await lab.Remember(lab.A, "other"));
        Assert.True(logger.Calls > told); // That it answers again.
        Assert.Equal(1, lab.Tier.Stores);
    }

    [Fact]
    public async Task A_background_refresh_goes_on_after_hooks_and_handlers_have_thrown()
    {
        var (time, loads) = (new ManualTimeProvider(), 0);
        using var cache = FastCache.Create(options =>
        {
            options.TimeProvider = time;
            options.CopyWith<List<int>>(static _ => throw new InvalidDataException());
        });
        cache.Events.NotKept += static (_, _) => throw new InvalidDataException();
        await using var services = new ServiceCollection().BuildServiceProvider();
        using var loader = new CacheLoader<int, List<int>>(
            cache,
            "lists",
            services.GetRequiredService<IServiceScopeFactory>(),
            (_, id, _) =>
            {
                loads++;
                return loads == 3 ? throw new InvalidDataException() : Task.FromResult<List<int>>([id]);
            },
            new CacheLoaderOptions
            {
                RefreshEvery = TimeSpan.FromSeconds(1),
                OnError = static _ => throw new InvalidDataException(),
            });
        Assert.Equal([7], await loader.GetAsync(7));
        time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(6, loads);
    }

    [Fact]
    public async Task All_refreshing_ends_with_a_loader_although_a_load_has_a_callback_that_throws()
    {
        var time = new ManualTimeProvider();
        using var cache = FastCache.Create(options => options.TimeProvider = time);
        await using var services = new ServiceCollection().BuildServiceProvider();
        var loader = new CacheLoader<int, int>(
            cache,
            "n",
            services.GetRequiredService<IServiceScopeFactory>(),
            static (_, id, token) =>
            {
                token.Register(static () => throw new InvalidDataException());
                return Task.FromResult(id);
            },
            new CacheLoaderOptions { RefreshEvery = TimeSpan.FromSeconds(1) });
        var before = time.ActiveTimers;
        for (var id = 0; id < 5; id++)
        {
            await loader.GetAsync(id);
        }

        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(before + 5, time.ActiveTimers);
        loader.Dispose();
        Assert.Equal(before, time.ActiveTimers);
    }

    [Fact]
    public void The_clean_up_goes_on_after_a_handler_has_thrown()
    {
        using var lab = new CacheLab(static options => (options.CleanupInterval, options.MaxEntries) = (TimeSpan.FromSeconds(1), 16));
        lab.Cache.Events.Evicted += static (_, _) => throw new InvalidDataException();
        lab.Cache.Events.Stored += static (_, _) => throw new InvalidDataException();
        for (var i = 0; i < 100; i++)
        {
            lab.Cache.Set($"k{i}", i, TimeSpan.FromSeconds(i % 3 + 1));
        }

        lab.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(0, lab.Cache.Statistics.Entries);
        Assert.True(lab.Cache.Statistics.Evictions > 0);
    }
}
