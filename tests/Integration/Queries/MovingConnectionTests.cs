using System.Data.Common;
using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace FastOrm.Cache.Tests.Integration.Queries;

/// <summary>An interceptor that sends each tenant's connections to a database of its own, behind one connection string.</summary>
public sealed class MovingConnectionTests : IDisposable
{
    private readonly TestShop[] _tenants = [new(), new()];
    private readonly LogCapture _log = new();

    public MovingConnectionTests()
    {
        using var db = _tenants[1].New();
        db.Products.Where(static p => p.Id > 50).ExecuteDelete();
    }

    public static TheoryData<bool> Ways => [false, true];

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Each_tenant_gets_its_own_rows(bool async)
    {
        for (var run = 0; run < 3; run++)
        {
            foreach (var (tenant, count) in new[] { (1, 50), (0, 100) })
            {
                await using var db = New(tenant);
                Assert.Equal(count, async ? await db.Products.Remember().CountAsync() : db.Products.Remember().Count());
                Assert.Equal(count, async ? await db.Products.Remember().CountAsync() : db.Products.Remember().Count());
            }
        }

        Assert.Equal(0, _tenants[0].Cache.Statistics.Stores);
        Assert.Single(_log.OfFastOrm);
    }

    [Fact]
    public void What_the_first_tenant_has_stored_is_dropped_when_a_connection_turns_out_to_move()
    {
        using (var db = New(0))
        {
            Assert.Equal(5, db.Categories.Remember().Count());
        }

        using (var db = New(1))
        {
            Assert.Equal(50, db.Products.Remember().Count());
            db.Categories.Where(static c => c.Id == 5).ExecuteDelete();
            Assert.Equal(4, db.Categories.Remember().Count());
        }
    }

    [Fact]
    public void With_VaryBy_each_tenant_hits()
    {
        foreach (var commands in new[] { 1, 0 })
        {
            foreach (var (tenant, count) in new[] { (1, 50), (0, 100) })
            {
                using var db = New(tenant, o => o.VaryBy(_ => tenant));
                var before = _tenants[0].Sql.Count;
                Assert.Equal(count, db.Products.Remember().Count());
                Assert.Equal(commands, _tenants[0].Sql.Count - before);
            }
        }

        Assert.Empty(_log.OfFastOrm);
    }

    [Fact]
    public void A_connection_that_the_application_has_opened_is_keyed_by_where_it_leads()
    {
        foreach (var commands in new[] { 1, 0 })
        {
            foreach (var (tenant, count) in new[] { (1, 50), (0, 100) })
            {
                using var db = New(tenant);
                db.Database.OpenConnection();
                var before = _tenants[0].Sql.Count;
                Assert.Equal(count, db.Products.Remember().Count());
                Assert.Equal(commands, _tenants[0].Sql.Count - before);
            }
        }
    }

    public void Dispose()
    {
        Array.ForEach(_tenants, static tenant => tenant.Dispose());
        _log.Dispose();
    }

    // All with the connection string of the first.
    private ShopContext New(int tenant, Action<FastOrmCacheContextOptions>? configure = null)
        => new(_tenants[0].Configure(new Mover(_tenants[tenant].ConnectionString))
            .UseFastOrmCache(_tenants[0].Cache, configure).UseLoggerFactory(_log).Options);

    private sealed class Mover(string connectionString) : DbConnectionInterceptor
    {
        public override InterceptionResult ConnectionOpening(
            DbConnection connection, ConnectionEventData eventData, InterceptionResult result)
        {
            connection.ConnectionString = connectionString;
            return result;
        }

        public override ValueTask<InterceptionResult> ConnectionOpeningAsync(
            DbConnection connection, ConnectionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
        {
            connection.ConnectionString = connectionString;
            return ValueTask.FromResult(result);
        }
    }
}
