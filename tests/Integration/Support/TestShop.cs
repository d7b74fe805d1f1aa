using FastOrm.Cache.EfCore;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace FastOrm.Cache.Tests.Integration.Support;

/// <summary>The shop in a SQLite file of its own, with a cache of its own and a counter of the commands sent.</summary>
public sealed class TestShop : TestDatabase<ShopContext>
{
    public TestShop(Action<FastOrmCacheOptions>? cache = null, Action<FastOrmCacheContextOptions>? context = null)
        : base(static options => new ShopContext(options), ShopContext.Seed, cache, context)
    {
    }
}

/// <summary>A SQLite file of its own with a model of the test's, a cache of its own and a counter of the commands sent.</summary>
public class TestDatabase<TContext> : IDisposable
    where TContext : DbContext
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"fastorm-{Guid.NewGuid():N}.db");
    private readonly Func<DbContextOptions, TContext> _create;
    private readonly Action<FastOrmCacheContextOptions>? _context;

    public TestDatabase(
        Func<DbContextOptions, TContext> create,
        Action<TContext>? seed = null,
        Action<FastOrmCacheOptions>? cache = null,
        Action<FastOrmCacheContextOptions>? context = null)
    {
        _create = create;
        _context = context;
        Cache = FastCache.Create(cache);
        Options = Configure().Options;
        using var db = New();
        db.Database.EnsureCreated();
        seed?.Invoke(db);
        Sql.Texts.Clear();
    }

    public ICache Cache { get; }

    public SqlCounter Sql { get; } = new();

    public DbContextOptions Options { get; }

    /// <remarks>Foreign keys are on in the SQLite that comes with EF Core, but not in every one of a system.</remarks>
    public string ConnectionString => $"Data Source={_file};Foreign Keys=True";

    /// <summary>A new context with the cache.</summary>
    public TContext New() => _create(Options);

    /// <summary>A new context in which every touch of the database throws.</summary>
    public TContext NewForbidden() => _create(Configure(Forbidden.All).Options);

    /// <summary>A new context without the library.</summary>
    public TContext NewPlain() => _create(new DbContextOptionsBuilder().UseSqlite(ConnectionString).Options);

    /// <summary>The options of the contexts, with more interceptors.</summary>
    public DbContextOptionsBuilder Configure(params IInterceptor[] interceptors)
        => new DbContextOptionsBuilder()
            .UseSqlite(ConnectionString)
            .AddInterceptors([Sql, .. interceptors])
            .UseFastOrmCache(Cache, _context);

    /// <summary>Runs something in a new context and counts the commands that it sends.</summary>
    public (T Result, int Commands) Count<T>(Func<TContext, T> run)
    {
        using var db = New();
        var before = Sql.Count;
        var result = run(db);
        return (result, Sql.Count - before);
    }

    /// <summary>Runs something in a new context and counts the commands that it sends.</summary>
    public async Task<(T Result, int Commands)> CountAsync<T>(Func<TContext, Task<T>> run)
    {
        await using var db = New();
        var before = Sql.Count;
        var result = await run(db);
        return (result, Sql.Count - before);
    }

    public void Dispose()
    {
        Cache.Dispose();
        SqliteConnection.ClearAllPools();
        foreach (var file in new[] { _file, _file + "-wal", _file + "-shm" })
        {
            File.Delete(file);
        }

        GC.SuppressFinalize(this);
    }
}
