using System.Data.Common;
using System.Reflection;
using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.Data.Sqlite;
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

    private static readonly Dictionary<string, Func<string, IInterceptor>> Movers = new(StringComparer.Ordinal)
    {
        ["sets the string"] = static text => new Mover(text),
        ["sets it in a helper"] = static text => new HelpedMover(text),
        ["sets it in an async method"] = static text => new AsyncMover(text),
        ["makes a connection"] = static text => new Maker(text),
        ["hides"] = static text => new HiddenMover(text),
    };

    public static TheoryData<string> Names => [.. Movers.Keys];

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
            using var db = new ShopContext(_tenants[0].Configure(new Watcher()).UseLoggerFactory(_log).Options);
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

    public void Dispose()
    {
        Array.ForEach(_tenants, static tenant => tenant.Dispose());
        _log.Dispose();
    }

    // All with the connection string of the first.
    private ShopContext New(int tenant, string mover, Action<FastOrmCacheContextOptions>? configure = null)
        => new(_tenants[0].Configure(Movers[mover](_tenants[tenant].ConnectionString))
            .UseFastOrmCache(_tenants[0].Cache, configure).UseLoggerFactory(_log).Options);

    private sealed class Mover(string text) : DbConnectionInterceptor
    {
        public override InterceptionResult ConnectionOpening(
            DbConnection connection, ConnectionEventData eventData, InterceptionResult result)
        {
            connection.ConnectionString = text;
            return result;
        }

        public override ValueTask<InterceptionResult> ConnectionOpeningAsync(
            DbConnection connection, ConnectionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
            => ValueTask.FromResult(ConnectionOpening(connection, eventData, result));
    }

    private sealed class HelpedMover(string text) : IDbConnectionInterceptor
    {
        InterceptionResult IDbConnectionInterceptor.ConnectionOpening(
            DbConnection connection, ConnectionEventData eventData, InterceptionResult result)
        {
            Helper.Set(connection, text);
            return result;
        }

        ValueTask<InterceptionResult> IDbConnectionInterceptor.ConnectionOpeningAsync(
            DbConnection connection, ConnectionEventData eventData, InterceptionResult result, CancellationToken cancellationToken)
        {
            Helper.Set(connection, text);
            return ValueTask.FromResult(result);
        }
    }

    private static class Helper
    {
        public static void Set(DbConnection connection, string text) => connection.ConnectionString = text;
    }

    private sealed class AsyncMover(string text) : DbConnectionInterceptor
    {
        public override async ValueTask<InterceptionResult> ConnectionOpeningAsync(
            DbConnection connection, ConnectionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            connection.ConnectionString = text;
            return result;
        }
    }

    private sealed class Maker(string text) : DbConnectionInterceptor
    {
        public override InterceptionResult<DbConnection> ConnectionCreating(
            ConnectionCreatingEventData eventData, InterceptionResult<DbConnection> result)
            => InterceptionResult<DbConnection>.SuppressWithResult(new SqliteConnection(text));
    }

    private sealed class HiddenMover(string text) : DbConnectionInterceptor
    {
        private readonly PropertyInfo _property = typeof(DbConnection).GetProperty(nameof(DbConnection.ConnectionString))!;

        public override InterceptionResult ConnectionOpening(
            DbConnection connection, ConnectionEventData eventData, InterceptionResult result)
        {
            _property.SetValue(connection, text);
            return result;
        }

        public override ValueTask<InterceptionResult> ConnectionOpeningAsync(
            DbConnection connection, ConnectionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
            => ValueTask.FromResult(ConnectionOpening(connection, eventData, result));
    }

    private sealed class Watcher : DbConnectionInterceptor
    {
        public override InterceptionResult ConnectionOpening(
            DbConnection connection, ConnectionEventData eventData, InterceptionResult result)
        {
            var builder = new DbConnectionStringBuilder { ConnectionString = connection.ConnectionString };
            Assert.NotEmpty(builder);
            return result;
        }

        public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
        {
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA case_sensitive_like = 1";
            command.ExecuteNonQuery();
        }
    }
}
