using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace FastOrm.Cache.Tests.Integration.Queries;

/// <summary>One compiled query serves many contexts, and each gets its own: of its cache, its database, its tenant and its time.</summary>
public sealed class CompiledContextTests : IDisposable
{
    private readonly TestShop _shop = new();

    private readonly Func<ShopContext, int, IEnumerable<Product>> _list = EF.CompileQuery(
        (ShopContext db, int category) => db.Products.Where(p => p.CategoryId == category).OrderBy(p => p.Id).Remember());

    private readonly Func<ShopContext, int[], IEnumerable<int>> _ids = EF.CompileQuery(
        (ShopContext db, int[] ids) => db.Products.Where(p => ids.Contains(p.Id)).Select(p => p.Id).Remember());

    [Fact]
    public void Contexts_with_other_caches_have_entries_of_their_own()
    {
        using var other = FastCache.Create();
        var options = TestOptions.New().UseSqlite(_shop.ConnectionString).AddInterceptors(_shop.Sql).UseFastOrmCache(other).Options;
        foreach (var hits in new[] { 0, 1 })
        {
            Assert.Equal(20, _shop.Count(db => _list(db, 1).Count()).Result);
            using var db = new ShopContext(options);
            Assert.Equal(20, _list(db, 1).Count());
            Assert.Equal((hits, hits), (_shop.Cache.Statistics.Hits, other.Statistics.Hits));
        }
    }

    [Fact]
    public void Pooled_contexts_ask_for_the_tenant_of_now()
    {
        using var database = new TestDatabase<TenantContext>(static options => new TenantContext(options), TenantContext.Seed);
        var pool = new PooledDbContextFactory<PooledTenantContext>(
            TestOptions.New<PooledTenantContext>()
                .UseSqlite(database.ConnectionString).AddInterceptors(database.Sql).UseFastOrmCache(database.Cache).Options,
            poolSize: 1);
        var fields = EF.CompileQuery((PooledTenantContext db) => db.Fields.Remember());
        var lists = EF.CompileQuery((PooledTenantContext db, int id) => db.Lists.Where(d => d.Id > id).Remember());
        foreach (var commands in new[] { 2, 0 })
        {
            for (var tenant = 1; tenant <= 4; tenant++)
            {
                using var db = pool.CreateDbContext();
                (db.Tenant, db.Allowed) = (tenant, [tenant]);
                var before = database.Sql.Count;
                Assert.All(fields(db), document => Assert.Equal(tenant, document.TenantId));
                Assert.All(lists(db, tenant), document => Assert.Equal(tenant, document.TenantId));
                Assert.Equal(commands, database.Sql.Count - before);
            }
        }
    }

    [Fact]
    public void A_context_of_another_model_is_the_error_of_EF_Core()
    {
        Assert.Equal(20, _shop.Count(db => _list(db, 1).Count()).Result);
        using var other = new OtherContext(_shop.Options);

        Assert.Throws<InvalidOperationException>(() => _list(other, 1));
    }

    [Fact]
    public void What_a_value_varies_by_is_asked_for_when_the_query_is_enumerated()
    {
        var language = "en";
        var options = TestOptions.New().UseSqlite(_shop.ConnectionString).AddInterceptors(_shop.Sql)
            .UseFastOrmCache(_shop.Cache, o => o.VaryBy(_ => language)).Options;
        using var db = new ShopContext(options);
        var rows = _list(db, 1);
        Assert.Equal(1, Commands(() => Assert.Equal(20, rows.Count())));
        language = "de";
        Assert.Equal(1, Commands(() => Assert.Equal(20, rows.Count())));
        Assert.Equal(0, Commands(() => Assert.Equal(20, rows.Count())));
        language = "en";
        Assert.Equal(0, Commands(() => Assert.Equal(20, rows.Count())));
    }

    [Fact]
    public void A_connection_that_changes_between_the_call_and_the_enumeration_is_another_database()
    {
        using var other = new TestShop();
        using (var write = other.New())
        {
            write.Products.Where(p => p.Id > 50).ExecuteDelete();
        }

        using (var db = _shop.New())
        {
            var rows = _list(db, 1);
            db.Database.SetConnectionString(other.ConnectionString);
            Assert.Equal(10, rows.Count());
        }

        Assert.Equal((20, 1), _shop.Count(db => _list(db, 1).Count()));
        using var moved = _shop.New();
        moved.Database.SetConnectionString(other.ConnectionString);
        Assert.Equal(0, Commands(() => Assert.Equal(10, _list(moved, 1).Count())));
    }

    [Fact]
    public void A_list_that_changes_between_the_call_and_the_enumeration_is_sent_as_it_is_then()
    {
        using var db = _shop.New();
        int[] ids = [1, 2];
        var rows = _ids(db, ids);
        Assert.Equal([1, 2], rows.Order());
        ids[1] = 3;
        Assert.Equal([1, 3], rows.Order());
        ids[1] = 2;
        Assert.Equal(0, Commands(() => Assert.Equal([1, 2], rows.Order())));
    }

    [Fact]
    public void Remembering_may_be_switched_off_between_the_call_and_the_enumeration()
    {
        using var db = _shop.New();
        var rows = _list(db, 1);
        Assert.Equal(1, Commands(() => Assert.Equal(20, rows.Count())));
        using (RememberScope.Suppress())
        {
            Assert.Equal(1, Commands(() => Assert.Equal(20, rows.Count())));
        }

        _shop.Cache.IsEnabled = false;
        Assert.Equal(1, Commands(() => Assert.Equal(20, rows.Count())));
        _shop.Cache.IsEnabled = true;
        Assert.Equal(0, Commands(() => Assert.Equal(20, rows.Count())));
    }

    [Fact]
    public void Forget_reaches_a_compiled_query_by_the_same_expression()
    {
        var page = EF.CompileQuery(
            (ShopContext db, int category) => db.Products.Where(p => p.CategoryId == category).OrderBy(p => p.Id).Remember().Take(3));
        var count = EF.CompileQuery(
            (ShopContext db, int category) => db.Products.Where(p => p.CategoryId == category).OrderBy(p => p.Id).Remember().Count());
        Func<ShopContext, int>[] queries =
            [db => _list(db, 1).Count(), db => count(db, 1), db => _list(db, 2).Count(), db => page(db, 1).Count()];
        Assert.Equal([1, 1, 1, 1], queries.Select(query => _shop.Commands(query)));

        using (var db = _shop.NewForbidden())
        {
            var wanted = 1;
            db.Products.Where(p => p.CategoryId == wanted).OrderBy(p => p.Id).Forget();
        }

        Assert.Equal([1, 1, 0, 0], queries.Select(query => _shop.Commands(query)));
        using (var db = _shop.NewForbidden())
        {
            var wanted = 1;
            db.Products.Where(p => p.CategoryId == wanted).OrderBy(p => p.Id).Take(3).Forget();
        }

        Assert.Equal([0, 0, 0, 1], queries.Select(query => _shop.Commands(query)));
    }

    [Fact]
    public void A_compiled_query_and_an_ordinary_one_share_their_rows()
    {
        var category = 1;
        Assert.Equal(1, _shop.Commands(db => _list(db, category).Count()));
        Assert.Equal(
            20, _shop.OnHit(db => db.Products.Where(p => p.CategoryId == category).OrderBy(p => p.Id).Remember().ToList().Count));
        Assert.Equal(20, _shop.OnHit(db => _list(db, category).Count()));
    }

    [Fact]
    public void An_unused_parameter_needs_no_key()
    {
        var query = EF.CompileQuery(
            (ShopContext db, int id, object unused) => db.Products.Where(p => p.Id == id).Remember().Count());

        Assert.Equal(1, _shop.Commands(db => query(db, 1, new object())));
        Assert.Equal(0, _shop.Commands(db => query(db, 1, new object())));
    }

    [Fact]
    public async Task A_cancelled_token_ends_a_compiled_query_also_on_a_hit()
    {
        var first = EF.CompileAsyncQuery(
            (ShopContext db, int id, CancellationToken token) => db.Products.Remember().First(p => p.Id == id));
        await using (var db = _shop.New())
        {
            Assert.Equal(3, (await first(db, 3, CancellationToken.None)).Id);
            Assert.Equal(3, (await first(db, 3, CancellationToken.None)).Id);
        }

        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync();
        await using var forbidden = _shop.NewForbidden();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first(forbidden, 3, cancellation.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first(forbidden, 4, cancellation.Token));
    }

    public void Dispose() => _shop.Dispose();

    private int Commands(Action run)
    {
        var before = _shop.Sql.Count;
        run();
        return _shop.Sql.Count - before;
    }

    private sealed class OtherContext(DbContextOptions options) : ShopContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            base.OnModelCreating(modelBuilder);
            modelBuilder.Entity<Product>().HasQueryFilter(p => p.Id < 10);
        }
    }

    private sealed class PooledTenantContext(DbContextOptions<PooledTenantContext> options) : TenantContext(options);
}
