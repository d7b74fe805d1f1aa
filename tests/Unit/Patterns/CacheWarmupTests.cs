using System.Collections.Concurrent;
using FastOrm.Cache.Tests.Unit.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace FastOrm.Cache.Tests.Unit.Patterns;

/// <summary>Caches that are warm when the application starts.</summary>
[Collection(nameof(FastCache.Default))]
public sealed class CacheWarmupTests
{
    private static readonly CacheWarmupOptions Blocking = new() { BlocksStart = true };

    private readonly ConcurrentQueue<CacheWarmupProgress> _progress = new();

    [Fact]
    public async Task A_warm_up_has_ended_before_other_services_start_if_the_start_waits_for_it()
    {
        var order = new ConcurrentQueue<string>();
        await using var host = new HostLab(services => services
            .AddSingleton(order)
            .AddSingleton<IHostedService, First>()
            .AddCacheWarmup(Blocking)
            .AddCacheWarmup("settings", async (provider, token) =>
            {
                await provider.GetRequiredService<ICache>().RememberAsync("k", null, static _ => Task.FromResult(5), token);
                await Task.Yield();
                order.Enqueue("warm");
            }));
        await host.StartAsync();

        Assert.Equal(["warm", "started"], order);
        Assert.Equal(5, host.Services.GetRequiredService<ICache>().Get<int>("k"));
    }

    [Fact]
    public async Task Otherwise_the_start_does_not_wait()
    {
        var (gate, ended) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var host = new HostLab(services => services
            .AddCacheWarmup(new CacheWarmupOptions { OnProgress = progress => EndsWith(progress, ended) })
            .AddCacheWarmup("slow", (_, _) => gate.Task));
        await host.StartAsync();

        Assert.Empty(_progress);
        gate.SetResult();
        await ended.Task;
        Assert.Equal(1, _progress.Last().Done);
    }

    [Fact]
    public async Task No_more_items_are_loaded_at_a_time_than_the_options_say_of_all_warm_ups_together()
    {
        var (now, most, done) = (0, 0, 0);
        await using var host = new HostLab(services => services
            .AddCacheWarmup(new CacheWarmupOptions { BlocksStart = true, Parallelism = 3 })
            .AddCacheWarmup<int>("a", Items(20), LoadAsync)
            .AddCacheWarmup<int>("b", Items(20), LoadAsync));
        await host.StartAsync();

        Assert.Equal(40, done);
        Assert.InRange(most, 1, 3);

        async Task LoadAsync(IServiceProvider services, int item, CancellationToken token)
        {
            var count = Interlocked.Increment(ref now);
            for (var seen = most; count > seen && Interlocked.CompareExchange(ref most, count, seen) != seen; seen = most)
            {
            }

            await Task.Yield();
            Interlocked.Decrement(ref now);
            Interlocked.Increment(ref done);
        }
    }

    [Fact]
    public async Task An_item_that_fails_stops_no_other_nor_the_start()
    {
        await using var host = new HostLab(services => services
            .AddCacheWarmup(Blocking with { OnProgress = _progress.Enqueue })
            .AddCacheWarmup<int>("numbers", Items(10), FailFourth)
            .AddCacheWarmup<int>("nothing", static (_, _) => throw new InvalidDataException("not found"), FailFourth));
        await host.StartAsync();

        var ends = _progress.Where(static progress => progress.HasEnded).ToDictionary(static progress => progress.Name);
        Assert.Equal((10, 9, 1), (ends["numbers"].Total, ends["numbers"].Done, ends["numbers"].Failed));
        var nothing = ends["nothing"];
        Assert.Equal((0, 0, 1, "not found"), (nothing.Total, nothing.Done, nothing.Failed, nothing.Error!.Message));
    }

    [Fact]
    public async Task Unless_the_start_is_to_fail_with_it()
    {
        await using var host = new HostLab(static services => services
            .AddCacheWarmup(new CacheWarmupOptions { FailureStopsStart = true })
            .AddCacheWarmup<int>("numbers", Items(10), FailFourth));

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => host.StartAsync());
        Assert.Contains("\"numbers\" has failed (9 of 10 items done, 1 failed)", error.Message, StringComparison.Ordinal);
        Assert.IsType<InvalidDataException>(error.InnerException);
    }

    [Fact]
    public async Task Progress_is_told_after_each_item_and_at_the_end_with_the_time_it_took()
    {
        var time = new ManualTimeProvider();
        await using var host = new HostLab(services => services
            .AddCacheWarmup(Blocking with { Parallelism = 1, OnProgress = _progress.Enqueue, TimeProvider = time })
            .AddCacheWarmup<int>("numbers", Items(3), (_, _, _) =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return Task.CompletedTask;
            }));
        await host.StartAsync();

        Assert.Equal(
            [(1, 1, false), (2, 2, false), (3, 3, false), (3, 3, true)],
            _progress.Select(static progress => (progress.Done, (int)progress.Elapsed.TotalSeconds, progress.HasEnded)));
        Assert.All(_progress, static progress => Assert.Equal(("numbers", 3), (progress.Name, progress.Total)));
    }

    [Fact]
    public async Task What_the_progress_callback_throws_stops_nothing()
    {
        var done = 0;
        await using var host = new HostLab(services => services
            .AddCacheWarmup(Blocking with { OnProgress = static _ => throw new InvalidDataException() })
            .AddCacheWarmup<int>("numbers", Items(3), (_, _, _) => Task.FromResult(Interlocked.Increment(ref done))));
        await host.StartAsync();

        Assert.Equal(3, done);
    }

    [Fact]
    public async Task Each_item_gets_a_scope_of_its_own()
    {
        var scopes = new ConcurrentDictionary<object, bool>();
        await using var host = new HostLab(services => services
            .AddScoped<object>()
            .AddCacheWarmup(Blocking)
            .AddCacheWarmup<int>("numbers", Items(5), (provider, _, _) =>
            {
                scopes[provider.GetRequiredService<object>()] = true;
                return Task.CompletedTask;
            }));
        await host.StartAsync();

        Assert.Equal(5, scopes.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_warm_up_ends_when_the_start_is_cancelled_or_the_host_stops(bool blocks)
    {
        using var cancel = new CancellationTokenSource();
        var (begun, cancelled) = (new TaskCompletionSource(), 0);
        await using var host = new HostLab(services => services
            .AddCacheWarmup(new CacheWarmupOptions { BlocksStart = blocks })
            .AddCacheWarmup("slow", async (_, token) =>
            {
                using var registration = token.Register(() => Interlocked.Increment(ref cancelled));
                begun.SetResult();
                await Task.Delay(Timeout.Infinite, token);
            }));
        var starting = host.StartAsync(cancel.Token);
        await begun.Task;
        if (blocks)
        {
            await cancel.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => starting);
        }

        await host.StopAsync();
        Assert.Equal(1, cancelled);
    }

    [Fact]
    public void Each_warm_up_has_a_name_of_its_own()
    {
        var services = new ServiceCollection()
            .AddKeyedSingleton("key", "value").AddCacheWarmup("a", static (_, _) => Task.CompletedTask);

        Assert.Throws<InvalidOperationException>(() => services.AddCacheWarmup("a", static (_, _) => Task.CompletedTask));
        Assert.Throws<ArgumentException>(() => services.AddCacheWarmup(" ", static (_, _) => Task.CompletedTask));
        Assert.Throws<ArgumentNullException>(() => services.AddCacheWarmup("b", null!));
    }

    private static Func<IServiceProvider, CancellationToken, Task<IReadOnlyCollection<int>>> Items(int count)
        => (_, _) => Task.FromResult<IReadOnlyCollection<int>>([.. Enumerable.Range(1, count)]);

    private static Task FailFourth(IServiceProvider services, int item, CancellationToken token)
        => item == 4 ? Task.FromException(new InvalidDataException()) : Task.CompletedTask;

    private void EndsWith(CacheWarmupProgress progress, TaskCompletionSource ended)
    {
        _progress.Enqueue(progress);
        if (progress.HasEnded)
        {
            ended.SetResult();
        }
    }

    private sealed class First(ConcurrentQueue<string> order) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            order.Enqueue("started");
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
