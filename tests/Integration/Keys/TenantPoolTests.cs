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
