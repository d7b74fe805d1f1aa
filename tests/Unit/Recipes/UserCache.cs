namespace FastOrm.Cache.Tests.Unit.Recipes;

/// <summary>The recipes that are methods around a database.</summary>
internal sealed class UserCache(ICache cache, Users db)
{
    private static readonly TimeSpan FiveMinutes = TimeSpan.FromMinutes(5);

    // code: cache-aside
    public ValueTask<User?> GetUserAsync(int id, CancellationToken token = default)
        => cache.RememberAsync(CacheKey.Of("user", id), FiveMinutes, inner => db.FindAsync(id, inner), token);
    // end

    // code: write-through
    public ValueTask UpdateUserAsync(User user, CancellationToken token = default)
        => cache.WriteThroughAsync(CacheKey.Of("user", user.Id), user, db.UpdateAsync, FiveMinutes, token);
    // end

    // code: pages
    public ValueTask<UserPage> GetPageAsync(int page, int size, CancellationToken token = default)
        => cache.RememberAsync(
            CacheKey.Of("users", page, size), TimeSpan.FromHours(1), inner => db.ListAsync(page, size, inner), token, "users");

    public async Task RenameAsync(User user, CancellationToken token = default)
    {
        await db.UpdateAsync(user, token);
        await cache.FlushAsync("users");
    }
    // end

    // code: counters
    public ValueTask<int> CountAsync(CancellationToken token = default)
        => cache.RememberAsync("users:count", FiveMinutes, db.CountAsync, token);

    public ValueTask<int> RecountAsync(CancellationToken token = default)
        => cache.RefreshAsync("users:count", FiveMinutes, db.CountAsync, token);
    // end

    // code: penetration
    private static readonly CacheEntryOptions Safe = new()
    {
        Ttl = TimeSpan.FromMinutes(5),
        EmptyTtl = TimeSpan.FromMinutes(1),
        IsNotFound = static exception => exception is KeyNotFoundException,
    };

    public ValueTask<User?> GetUserSafelyAsync(int id, CancellationToken token = default)
        => cache.RememberAsync<User?>(CacheKey.Of("user", id), Safe, async inner => await db.GetAsync(id, inner), token);
    // end

    // code: avalanche
    private static readonly CacheEntryOptions Spread = new() { Ttl = TimeSpan.FromMinutes(6), Jitter = 0.2 };

    public ValueTask<User?> GetSpreadAsync(int id, CancellationToken token = default)
        => cache.RememberAsync(CacheKey.Of("user", id), Spread, inner => db.FindAsync(id, inner), token);
    // end

    // code: breakdown
    private static readonly CacheEntryOptions Hot = new() { Ttl = TimeSpan.FromMinutes(5), StaleFor = TimeSpan.FromMinutes(1) };

    public ValueTask<User?> GetHotAsync(int id, CancellationToken token = default)
        => cache.RememberAsync(CacheKey.Of("user", id), Hot, inner => db.FindAsync(id, inner), token);
    // end
}
