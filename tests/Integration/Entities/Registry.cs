using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Entities;

/// <summary>The registry in a database of its own, with a cache of its own.</summary>
internal sealed class Registry(
    Provider provider = Provider.Sqlite,
    Action<FastOrmCacheOptions>? cache = null,
    Action<FastOrmCacheContextOptions>? context = null,
    Action<DbContextOptionsBuilder>? configure = null)
    : TestDatabase<RegistryContext>(static options => new RegistryContext(options), RegistryContext.Seed, cache, context, provider, configure)
{
    /// <summary>What two calls in contexts of their own give: the second from the cache.</summary>
    public async Task<T> HitAsync<T>(Func<RegistryContext, Task<T>> find)
    {
        await CountAsync(find);
        var (found, commands) = await CountAsync(find);
        Assert.Equal(0, commands);
        return found;
    }

    /// <summary>Writes past the library, so that what is remembered is not dropped.</summary>
    public void WriteBehindItsBack(string sql)
    {
        using var db = NewPlain();
        db.Database.ExecuteSqlRaw(sql);
    }
}
