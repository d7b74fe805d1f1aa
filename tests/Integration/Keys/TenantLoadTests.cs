using System.Collections.Concurrent;
using System.Data.Common;
using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.Caching.Memory;

namespace FastOrm.Cache.Tests.Integration.Keys;

/// <summary>Twenty tenants at once, in contexts that serve one after another, by every way to tell tenants apart.</summary>
public sealed class TenantLoadTests : IDisposable
{
    private const int Tenants = 20;
    private const int Requests = 50_000;
    private const int DocumentsEach = 10;

    private static readonly Func<TenantContext, int, IEnumerable<ByField>> Compiled
        = EF.CompileQuery((TenantContext db, int from) => db.Fields.Where(d => d.Id > from).Remember());

    private static readonly Func<TenantContext, int, Task<int>> CompiledCount
        = EF.CompileAsyncQuery((TenantContext db, int from) => db.Lists.Remember().Count(d => d.Id > from));

    // A compiled query is for one model. EF Core keeps only so many of all that the tests make, and makes them anew after that.
    private static readonly MemoryCache Unlimited = new(new MemoryCacheOptions());

    private readonly TestDatabase<TenantContext> _database
        = new(static options => new TenantContext(options), static db => TenantContext.Seed(db, Tenants));

    private readonly PooledDbContextFactory<LoadContext> _filtered;
    private readonly PooledDbContextFactory<LoadContext> _varied;
    private readonly ConcurrentQueue<string> _leaks = new();

    public TenantLoadTests()
    {
        _filtered = Pool(static _ => { });
        _varied = Pool(static options => options.VaryBy(static db => ((TenantContext)db).Tenant));
    }

    [Fact]
    public async Task Twenty_tenants_at_once_and_not_one_row_of_another()
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = 16 };
        await Parallel.ForEachAsync(Enumerable.Range(0, Requests), parallel, async (request, _) =>
        {
            var tenant = 1 + request % Tenants;
            var ask = Questions[request / Tenants % Questions.Length];
            Check(await ask(this, tenant), tenant, request);
            if (request % 2_500 == 2_499)
            {
                await using var db = _filtered.CreateDbContext();
                await db.FlushTablesAsync(["Fields", "Lists", "Names"]);
            }
        });

        Assert.Empty(_leaks);
        Assert.True(_database.Cache.Statistics.Hits > Requests / 2, $"only {_database.Cache.Statistics.Hits} hits");
        Assert.Empty(_database.Cache.Statistics.Bypasses.Keys.Except(["overtaken by a write"], StringComparer.Ordinal));
    }

    public void Dispose() => _database.Dispose();

    // Each gives the tenants of the documents that it sees: ten times the one who asks.
    private static Func<TenantLoadTests, int, Task<List<int>>>[] Questions { get; } =
    [
        (test, tenant) => test.Ask(tenant, db => db.Fields.Remember(), async: false),
        (test, tenant) => test.Ask(tenant, db => db.Properties.Remember(), async: true),
        (test, tenant) => test.Ask(tenant, db => db.Methods.AsNoTracking().Remember().OrderBy(d => d.Id), async: true),
        (test, tenant) => test.Ask(tenant, db => db.Lists.Where(d => d.Id > 0).Remember(), async: false),
        (test, tenant) => test.Ask(tenant, db => db.Texts.Remember(), async: true),
        (test, tenant) => test.Ask(tenant, db => db.Names.IgnoreQueryFilters(["deleted"]).Remember(), async: true),
        (test, tenant) => test.Ask(tenant, db => Compiled(db, 0).ToList().AsQueryable(), async: false),
        (test, tenant) => test.Count(tenant, db => CompiledCount(db, 0)),
        (test, tenant) => test.Count(tenant, db => db.Fields.Remember().CountAsync(d => d.TenantId == tenant)),
        (test, tenant) => test.Count(tenant, db => db.Lists.Remember().CountAsync(d => d.TenantId == db.Tenant)),
        (test, tenant) => test.Count(tenant, db => Task.FromResult(db.Texts.Remember().Sum(d => d.TenantId) / tenant)),
        (test, tenant) => test.Count(tenant, async db => await IsSeen(db, tenant) && !await IsSeen(db, 21 - tenant) ? 10 : 0),
        (test, tenant) => test.AskAfterAnother(tenant),
        (test, tenant) => test.AskBySession(tenant),
    ];

    private static Task<bool> IsSeen(TenantContext db, int tenant)
        => db.Fields.Remember().AnyAsync(d => d.Id == (tenant * 100) + 1);

    private static void Become(TenantContext db, int tenant)
    {
        db.Tenant = db.TenantProperty = tenant;
        db.Allowed = [tenant];
        db.Owner = $"owner {tenant}";
    }

    private async Task<List<int>> Ask(int tenant, Func<TenantContext, IQueryable<Document>> ask, bool async)
    {
        await using var db = _filtered.CreateDbContext();
        Become(db, tenant);
        var documents = async ? await ask(db).ToListAsync() : ask(db).ToList();
        return documents.ConvertAll(static document => document.TenantId);
    }

    private async Task<List<int>> Count(int tenant, Func<TenantContext, Task<int>> count)
    {
        await using var db = _filtered.CreateDbContext();
        Become(db, tenant);
        return [.. Enumerable.Repeat(tenant, await count(db))];
    }

    // The tenant changes while the context is rented.
    private async Task<List<int>> AskAfterAnother(int tenant)
    {
        await using var db = _filtered.CreateDbContext();
        Become(db, 1 + tenant % Tenants);
        var query = db.Lists.AsNoTracking().Remember();
        _ = await query.ToListAsync();
        Become(db, tenant);
        return (await query.ToListAsync()).ConvertAll(static document => document.TenantId);
    }

    // No filter: the database itself knows who asks, and VaryBy says it to the cache.
    private async Task<List<int>> AskBySession(int tenant)
    {
        await using var db = _varied.CreateDbContext();
        Become(db, tenant);
        return await db.Fields.FromSql($"SELECT * FROM Fields WHERE TenantId = current_tenant()")
            .IgnoreQueryFilters().Remember().Select(static document => document.TenantId).ToListAsync();
    }

    private void Check(List<int> tenants, int tenant, int request)
    {
        if (tenants.Count != DocumentsEach || tenants.Exists(other => other != tenant))
        {
            _leaks.Enqueue($"request {request} of tenant {tenant} saw documents of {string.Join(", ", tenants)}");
        }
    }

    private PooledDbContextFactory<LoadContext> Pool(Action<FastOrmCacheContextOptions> configure)
    {
        var options = TestOptions.New<LoadContext>();
        options.UseMemoryCache(Unlimited).UseSqlite(_database.ConnectionString).AddInterceptors(_database.Sql, new SessionTenant())
            .UseFastOrmCache(_database.Cache, cache =>
            {
                cache.RoutinesRead("current_tenant");
                configure(cache);
            });
        return new PooledDbContextFactory<LoadContext>(options.Options, poolSize: 8);
    }

    private sealed class LoadContext(DbContextOptions<LoadContext> options) : TenantContext(options);

    /// <summary>Tells the database who asks, as row-level security wants to know it.</summary>
    private sealed class SessionTenant : DbConnectionInterceptor
    {
        public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
            => Tell(connection, eventData);

        public override Task ConnectionOpenedAsync(
            DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            Tell(connection, eventData);
            return Task.CompletedTask;
        }

        private static void Tell(DbConnection connection, ConnectionEndEventData eventData)
        {
            var tenant = ((TenantContext)eventData.Context!).Tenant;
            ((SqliteConnection)connection).CreateFunction("current_tenant", () => tenant);
        }
    }
}
