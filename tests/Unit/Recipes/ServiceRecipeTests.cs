using System.Collections.Concurrent;
using FastOrm.Cache.Tests.Unit.Patterns;
using FastOrm.Cache.Tests.Unit.Support;
using Microsoft.Extensions.DependencyInjection;

namespace FastOrm.Cache.Tests.Unit.Recipes;

/// <summary>The recipes that are registered with dependency injection.</summary>
[Collection(nameof(FastCache.Default))]
public sealed class ServiceRecipeTests
{
    private static readonly TimeSpan FiveMinutes = TimeSpan.FromMinutes(5);

    private readonly Users _db = new();
    private readonly ConcurrentQueue<CacheWarmupProgress> _progress = new();

    [Fact]
    public async Task Write_behind_is_read_at_once_and_written_soon()
    {
        await using var host = new HostLab(services => AddWriteBehind(services.AddSingleton(_db)));
        var users = ActivatorUtilities.CreateInstance<BehindUsers>(host.Services);
        await host.StartAsync();
        var gate = new TaskCompletionSource();
        _db.Gate = gate.Task;
        await users.UpdateUserAsync(new User(1, "new"));
        await host.Services.GetRequiredService<ICache>().ClearAsync();

        Assert.Equal("new", (await users.GetUserAsync(1))!.Name); // From the queue.
        gate.SetResult();
        await host.StopAsync();
        Assert.Equal("new", (await _db.FindAsync(1, CancellationToken.None))!.Name);
        Assert.Equal(1, _db.Reads);
    }

    [Fact]
    public async Task After_the_warm_up_nothing_is_read()
    {
        await using var host = new HostLab(services => AddWarmup(services.AddSingleton(_db)));
        await host.StartAsync();
        Assert.Equal(3, _db.Reads);

        var cache = host.Services.GetRequiredService<ICache>();
        Assert.Equal("user 2", cache.Get<User>("user:2")!.Name);
        Assert.Equal(3, _progress.Last().Done);
    }

    [Fact]
    public async Task What_is_read_is_loaded_before_its_time_is_over()
    {
        var time = new ManualTimeProvider();
        var services = new ServiceCollection().AddSingleton(_db).AddSingleton<Greeter>().AddFastOrmCache(o => o.TimeProvider = time);

        // code: loader
        services.AddCacheLoader<int, User?>(
            "user",
            static (provider, id, token) => provider.GetRequiredService<Users>().FindAsync(id, token),
            new CacheLoaderOptions { Entry = FiveMinutes, RefreshEvery = TimeSpan.FromMinutes(4) });
        // end
        await using var provider = services.BuildServiceProvider();
        var greeter = provider.GetRequiredService<Greeter>();

        Assert.Equal("Hello user 1", await greeter.GreetAsync(1));
        time.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal(2, _db.Reads);
        time.Advance(TimeSpan.FromMinutes(3));
        Assert.Equal("Hello user 1", await greeter.GreetAsync(1));
        Assert.Equal(2, _db.Reads);
    }

    [Fact]
    public void Events_tell_of_hits_and_misses()
    {
        using var cache = FastCache.Create();
        var log = new List<string>();

        // code: events
        cache.Events.Hit += (_, hit) => log.Add($"hit {hit.Key}");
        cache.Events.Missed += (_, missed) => log.Add($"miss {missed.Key}");
        // end
        cache.Remember("k", FiveMinutes, static () => 1);
        cache.Remember("k", FiveMinutes, static () => 1);

        Assert.Equal(["miss k", "hit k"], log);
    }

    private static void AddWriteBehind(IServiceCollection services)
    {
        // code: write-behind-services
        services.AddWriteBehind<User>(
            static (provider, key, user, token) => provider.GetRequiredService<Users>().UpdateAsync(user, token),
            new WriteBehindOptions<User>
            {
                KeepNewestOnly = true,
                OnDeadLetter = static dead => File.AppendAllTextAsync("unwritten.log", $"{dead.Key}: {dead.Value}\n"),
            });
        // end
    }

    private void AddWarmup(IServiceCollection services)
    {
        // code: warm-up
        services.AddCacheWarmup(new CacheWarmupOptions { BlocksStart = true, OnProgress = Report });
        services.AddCacheWarmup<int>(
            "active users",
            static (provider, token) => provider.GetRequiredService<Users>().ActiveIdsAsync(token),
            static async (provider, id, token) =>
            {
                var db = provider.GetRequiredService<Users>();
                var cache = provider.GetRequiredService<ICache>();
                await cache.RememberAsync(CacheKey.Of("user", id), FiveMinutes, inner => db.FindAsync(id, inner), token);
            });
        // end
    }

    // code: loaded
    public sealed class Greeter([FromKeyedServices("user")] CacheLoader<int, User?> users)
    {
        public async Task<string> GreetAsync(int id) => $"Hello {(await users.GetAsync(id))?.Name}";
    }
    // end

    private void Report(CacheWarmupProgress progress) => _progress.Enqueue(progress);

    private sealed class BehindUsers(ICache cache, Users db, WriteBehindQueue<User> queue)
    {
        // code: write-behind
        public ValueTask UpdateUserAsync(User user, CancellationToken token = default)
            => queue.EnqueueAsync(CacheKey.Of("user", user.Id), user, FiveMinutes, token);

        public ValueTask<User?> GetUserAsync(int id, CancellationToken token = default)
        {
            var key = CacheKey.Of("user", id);
            return cache.RememberAsync(key, FiveMinutes, LoadAsync, token);

            async Task<User?> LoadAsync(CancellationToken inner)
                => queue.TryGetWaiting(key, out var user) ? user : await db.FindAsync(id, inner);
        }
        // end
    }
}
