using FastOrm.Cache.EfCore;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Consistency.Nodes;

/// <summary>Reads rows through the cache: queries by key, lists, sums, and values. A row that is not there has the version zero.</summary>
internal sealed class ItemReader(ICache cache, DbContextOptions options)
{
    public static readonly TimeSpan Ttl = TimeSpan.FromMinutes(30);

    public static readonly RememberOptions Eventual = new() { Ttl = Ttl };

    /// <summary>The tag of the value of a row.</summary>
    public static string TagOf(int row) => $"item {row}";

    public ItemContext NewContext() => new(options);

    public async Task<long> VersionAsync(int row, RememberOptions remember, bool async = true)
    {
        await using var db = NewContext();
        var query = db.Items.AsNoTracking().Where(item => item.Id == row).Remember(remember);
        return (async ? await query.SingleOrDefaultAsync() : query.SingleOrDefault())?.Version ?? 0;
    }

    public async Task<(int Row, long Version)[]> ListAsync(int group, RememberOptions remember, bool async)
    {
        await using var db = NewContext();
        var query = db.Items.Where(item => item.Group == group).Remember(remember);
        var items = async ? await query.ToListAsync() : query.ToList();
        return
        [
            .. items.Select(static item => (item.Id, item.Version)),
            .. ItemContext.EverOf(group).Except(items.Select(static item => item.Id)).Select(static row => (row, 0L)),
        ];
    }

    public async Task<long> ChangesAsync(int group, RememberOptions remember, bool async)
    {
        await using var db = NewContext();
        var query = db.Items.Where(item => item.Group == group).Remember(remember);
        return async ? await query.SumAsync(static item => item.Changes) : query.Sum(static item => item.Changes);
    }

    /// <summary>The remembered value of a row, which knows of a write when its tag was flushed.</summary>
    public async Task<long> ValueAsync(int row, RememberOptions remember, bool async)
    {
        var entry = new CacheEntryOptions
        {
            Ttl = remember.Ttl, LocalTtl = remember.LocalTtl, Tiers = remember.Tiers, Consistency = remember.Consistency, Tags = [TagOf(row)],
        };
        return async
            ? await cache.RememberAsync($"item {row}", entry, async cancelled =>
            {
                await using var db = NewContext();
                return (await db.Items.AsNoTracking().SingleOrDefaultAsync(item => item.Id == row, cancelled))?.Version ?? 0;
            })
            : cache.Remember($"item {row}", entry, () =>
            {
                using var db = NewContext();
                return db.Items.AsNoTracking().SingleOrDefault(item => item.Id == row)?.Version ?? 0;
            });
    }
}
