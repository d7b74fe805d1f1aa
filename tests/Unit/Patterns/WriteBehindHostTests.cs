using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace FastOrm.Cache.Tests.Unit.Patterns;

/// <summary>Queues of dependency injection.</summary>
[Collection(nameof(FastCache.Default))]
public sealed class WriteBehindHostTests
{
    private static readonly WriteBehindOptions<int> Options = new() { OnDeadLetter = static _ => Task.CompletedTask };

    private readonly ConcurrentQueue<(string Key, int Value, Guid Scope)> _written = new();
    private readonly ConcurrentQueue<int> _dead = new();

    [Fact]
    public async Task Each_write_gets_a_scope_of_its_own()
    {
        await using var host = new HostLab(services => services.AddScoped<Scope>().AddWriteBehind(WriteAsync, Options));
        var queue = host.Services.GetRequiredService<WriteBehindQueue<int>>();
        await queue.EnqueueAsync("a", 1);
        await queue.EnqueueAsync("a", 2);
        await queue.DrainAsync();

        Assert.Equal([("a", 1), ("a", 2)], _written.Select(static write => (write.Key, write.Value)));
        Assert.Equal(2, _written.Select(static write => write.Scope).Distinct().Count());
        Assert.Equal(2, host.Services.GetRequiredService<ICache>().Get<int>("a"));
        Assert.Equal(2, Scope.Ended(_written));
    }

    [Fact]
    public async Task The_queue_is_drained_when_the_host_stops_also_of_what_others_put_in_while_they_stop()
    {
        await using var host = new HostLab(services => services
            .AddScoped<Scope>()
            .AddSingleton<IHostedService, LastWords>()
            .AddWriteBehind(WriteAsync, Options)
            .AddSingleton<IHostedService, LastWords>());
        await host.StartAsync();
        await host.Services.GetRequiredService<WriteBehindQueue<int>>().EnqueueAsync("a", 1);
        await host.StopAsync();

        Assert.Equal([1, 9, 9], _written.Select(static write => write.Value));
    }

    [Fact]
    public async Task What_is_left_when_the_time_of_the_host_is_over_goes_to_the_dead_letters()
    {
        await using var host = new HostLab(services => services.AddSingleton(_dead).AddWriteBehind<int>(
            static (_, _, _, token) => Task.Delay(Timeout.Infinite, token),
            static services => new WriteBehindOptions<int>
            {
                OnDeadLetter = dead =>
                {
                    services.GetRequiredService<ConcurrentQueue<int>>().Enqueue(dead.Value);
                    return Task.CompletedTask;
                },
            }));
        await host.StartAsync();
        await host.Services.GetRequiredService<WriteBehindQueue<int>>().EnqueueAsync("a", 1);
        await host.StopAsync(new CancellationToken(canceled: true));

        Assert.Equal([1], _dead);
    }

    [Fact]
    public void A_provider_that_is_disposed_at_once_does_not_fail()
    {
        using var services = new ServiceCollection()
            .AddWriteBehind<int>(static (_, _, _, _) => Task.CompletedTask, Options).BuildServiceProvider();
        Assert.NotNull(services.GetRequiredService<WriteBehindQueue<int>>());
    }

    [Fact]
    public void A_second_queue_of_a_type_is_refused()
    {
        var services = new ServiceCollection().AddWriteBehind<int>(static (_, _, _, _) => Task.CompletedTask, Options);

        var error = Assert.Throws<InvalidOperationException>(
            () => services.AddWriteBehind<int>(static (_, _, _, _) => Task.CompletedTask, Options));
        Assert.Contains("type of their own", error.Message, StringComparison.Ordinal);
    }

    private async Task WriteAsync(IServiceProvider services, string key, int value, CancellationToken token)
    {
        await Task.Yield();
        _written.Enqueue((key, value, services.GetRequiredService<Scope>().Id));
    }

    private sealed class Scope : IDisposable
    {
        private static readonly ConcurrentDictionary<Guid, bool> Disposed = new();

        public Guid Id { get; } = Guid.NewGuid();

        public static int Ended(IEnumerable<(string Key, int Value, Guid Scope)> writes)
            => writes.Count(write => Disposed.ContainsKey(write.Scope));

        public void Dispose() => Disposed[Id] = true;
    }

    private sealed class LastWords(WriteBehindQueue<int> queue) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken)
            => queue.EnqueueAsync("last", 9, null, cancellationToken).AsTask();
    }
}
