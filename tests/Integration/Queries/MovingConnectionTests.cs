using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

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

    public static TheoryData<string> Names => [.. ConnectionMovers.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Each_tenant_gets_its_own_rows(string mover)
    {
        for (var run = 0; run < 3; run++)
        {
            foreach (var (tenant, count) in new[] { (1, 50), (0, 100) })
            {
                await using var db = New(tenant, mover);
                Assert.Equal(count, await db.Products.Remember().CountAsync());
                Assert.Equal(count, mover == "sets it in an async method" ? count : db.Products.Remember().Count());
            }
        }

        Assert.Equal(0, _tenants[0].Cache.Statistics.Stores);
        Assert.NotEmpty(_tenants[0].Cache.Statistics.Bypasses);
        Assert.Single(_log.OfFastOrm);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_tenant_whose_connections_stay_stores_nothing_that_another_one_gets(string mover)
    {
        await using (var db = New(0, mover))
        {
            Assert.Equal(100, await db.Products.Remember().CountAsync());
        }

        await using (var db = New(1, mover))
        {
            // One that hides is noticed by a load.
            Assert.Equal(5, mover == "hides" ? await db.Categories.Remember().CountAsync() : 5);
            Assert.Equal(50, await db.Products.Remember().CountAsync());
        }
    }

    [Fact]
    public void An_interceptor_that_only_watches_connections_is_trusted()
    {
        foreach (var commands in new[] { 1, 0 })
        {
            using var db = new ShopContext(_tenants[0].Configure(new ConnectionMovers.Watcher()).UseLoggerFactory(_log).Options);
            var before = _tenants[0].Sql.Count;
            Assert.Equal(100, db.Products.Remember().Count());
            Assert.Equal(commands, _tenants[0].Sql.Count - before);
        }

        Assert.Empty(_log.OfFastOrm);
    }

    [Fact]
    public void With_VaryBy_each_tenant_hits()
    {
        foreach (var commands in new[] { 1, 0 })
        {
            foreach (var (tenant, count) in new[] { (1, 50), (0, 100) })
            {
                using var db = New(tenant, "sets the string", o => o.VaryBy(_ => tenant));
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
                using var db = New(tenant, "sets the string");
                db.Database.OpenConnection();
                var before = _tenants[0].Sql.Count;
                Assert.Equal(count, db.Products.Remember().Count());
                Assert.Equal(commands, _tenants[0].Sql.Count - before);
            }
        }
    }

    [Fact]
    public void A_connection_string_that_the_application_sets_on_the_connection_itself_is_another_database()
    {
        foreach (var commands in new[] { 1, 0 })
        {
            foreach (var (tenant, count) in new[] { (0, 100), (1, 50) })
            {
                using var db = _tenants[0].New();
                db.Database.GetDbConnection().ConnectionString = _tenants[tenant].ConnectionString;
                var before = _tenants[0].Sql.Count;
                Assert.Equal(count, db.Products.Remember().Count());
                Assert.Equal(count, db.Products.Remember().Count());
                Assert.Equal(commands, _tenants[0].Sql.Count - before);
            }
        }
    }

    [Fact]
    public void A_write_on_such_a_connection_is_one_to_that_database()
    {
        using (var db = _tenants[1].NewPlain())
        {
            Assert.Equal(50, db.Products.Count());
        }

        int Count()
        {
            using var db = _tenants[0].New();
            db.Database.GetDbConnection().ConnectionString = _tenants[1].ConnectionString;
            return db.Products.Remember().Count();
        }

        Assert.Equal(50, Count());
        using (var db = _tenants[0].New())
        {
            db.Database.GetDbConnection().ConnectionString = _tenants[1].ConnectionString;
            db.Remove(db.Products.First());
            db.SaveChanges();
        }

        Assert.Equal(49, Count());
    }

    public void Dispose()
    {
        Array.ForEach(_tenants, static tenant => tenant.Dispose());
        _log.Dispose();
    }

    // All with the connection string of the first.
    private ShopContext New(int tenant, string mover, Action<FastOrmCacheContextOptions>? configure = null)
        => new(_tenants[0].Configure(ConnectionMovers.All[mover](_tenants[tenant].ConnectionString))
            .UseFastOrmCache(_tenants[0].Cache, configure).UseLoggerFactory(_log).Options);
}
