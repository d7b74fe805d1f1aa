using System.Collections.Concurrent;
using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace FastOrm.Cache.Tests.Integration.Keys;

/// <summary>Contexts from a pool serve one tenant after another; none ever sees another's rows.</summary>
public sealed class TenantPoolTests : IDisposable
{
    private readonly TestDatabase<TenantContext> _database = new(static options => new TenantContext(options), TenantContext.Seed);
    private readonly PooledDbContextFactory<PooledTenantContext> _pool;

    public TenantPoolTests()
        => _pool = new PooledDbContextFactory<PooledTenantContext>(
            TestOptions.New<PooledTenantContext>()
                .UseSqlite(_database.ConnectionString).AddInterceptors(_database.Sql).UseFastOrmCache(_database.Cache).Options,
            poolSize: 4);

    [Fact]
    public void A_rented_context_asks_for_the_tenant_of_now()
    {
        for (var commands = 1; commands >= 0; commands--)
        {
            for (var tenant = 1; tenant <= TenantContext.Tenants; tenant++)
            {
                using var db = Rent(tenant);
                var before = _database.Sql.Count;

                Assert.All(db.Fields.Remember().ToList(), document => Assert.Equal(tenant, document.TenantId));
                Assert.All(db.Lists.Remember().ToList(), document => Assert.Equal(tenant, document.TenantId));
                Assert.Equal(2 * commands, _database.Sql.Count - before);
            }
        }
    }

    [Fact]
    public async Task Eight_tenants_at_once_and_not_one_row_of_another()
    {
        const int Requests = 4000;
        var leaks = new ConcurrentQueue<string>();
        var served = 0;

        await Parallel.ForEachAsync(Enumerable.Range(0, Requests), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (request, token) =>
        {
            var tenant = 1 + request % TenantContext.Tenants;
            await using var db = Rent(tenant);
            List<Document> documents = (request / TenantContext.Tenants % 5) switch
            {
                0 => [.. await db.Fields.Remember().ToListAsync(token)],
                1 => [.. db.Properties.Remember().ToList()],
                2 => [.. await db.Methods.AsNoTracking().Remember().OrderBy(d => d.Id).ToListAsync(token)],
                3 => [.. await db.Lists.Remember().ToListAsync(token)],
                _ => [.. await db.Names.Where(d => d.Id > request % 7).Remember().ToListAsync(token)],
            };
            Interlocked.Add(ref served, documents.Count);
            foreach (var document in documents.Where(document => document.TenantId != tenant))
            {
                leaks.Enqueue($"request {request} of tenant {tenant} saw {document.GetType().Name} {document.Id}");
            }

            if (request % 500 == 499)
            {
                await db.FlushTablesAsync(["Fields", "Lists"]);
            }
        });

        Assert.Empty(leaks);
        Assert.Equal(Requests / 5 * 49, served);
        Assert.True(_database.Cache.Statistics.Hits > Requests / 2, $"only {_database.Cache.Statistics.Hits} hits");
        Assert.Empty(_database.Cache.Statistics.Bypasses.Keys.Except(["overtaken by a write"], StringComparer.Ordinal));
    }

    public void Dispose() => _database.Dispose();

    private PooledTenantContext Rent(int tenant)
    {
        var db = _pool.CreateDbContext();
        db.Tenant = db.TenantProperty = tenant;
        db.Allowed = [tenant];
        return db;
    }

    private sealed class PooledTenantContext(DbContextOptions<PooledTenantContext> options) : TenantContext(options);
}
