using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Keys;

/// <summary>What a query filter reads from the context is part of the key.</summary>
public sealed class TenantTests : IDisposable
{
    private readonly TestDatabase<TenantContext> _database = new(static options => new TenantContext(options), TenantContext.Seed);

    [Fact]
    public void A_field() => AssertApart(static db => db.Fields);

    [Fact]
    public void A_property() => AssertApart(static db => db.Properties);

    [Fact]
    public void The_result_of_a_method() => AssertApart(static db => db.Methods);

    [Fact]
    public void A_list() => AssertApart(static db => db.Lists);

    [Fact]
    public void A_text() => AssertApart(static db => db.Texts);

    [Fact]
    public void A_filter_behind_a_navigation_or_in_a_subquery()
    {
        for (var commands = 1; commands >= 0; commands--)
        {
            for (var tenant = 1; tenant <= 3; tenant++)
            {
                var (ids, sent) = Run(tenant, static db => db.Properties.IgnoreQueryFilters(["none"])
                    .Where(p => db.Fields.Any(f => f.Id == p.Id)).Select(p => p.TenantId).Distinct().Remember().ToList());
                Assert.Equal([tenant], ids);
                Assert.Equal(commands, sent);
            }
        }
    }

    [Fact]
    public void A_text_of_null_and_a_list_of_nothing()
    {
        for (var commands = 1; commands >= 0; commands--)
        {
            Assert.Equal((0, commands), Run(static db => db.Owner = null, static db => db.Texts.Remember().ToList().Count));
            Assert.Equal((10, commands), Run(static db => db.Owner = "owner 1", static db => db.Texts.Remember().ToList().Count));
            Assert.Equal((0, commands), Run(static db => db.Allowed = [], static db => db.Lists.Remember().ToList().Count));
            Assert.Equal((20, commands), Run(static db => db.Allowed = [1, 2], static db => db.Lists.Remember().ToList().Count));
            Assert.Equal((10, commands), Run(static db => db.Allowed = [1], static db => db.Lists.Remember().ToList().Count));
        }
    }

    [Fact]
    public void A_list_that_is_changed_in_place_is_read_again()
    {
        using var db = _database.New();
        db.Allowed = [1];

        Assert.Equal(10, db.Lists.Remember().ToList().Count);
        db.Allowed.Add(2);
        Assert.Equal(20, db.Lists.Remember().ToList().Count);
    }

    [Fact]
    public void A_list_that_is_changed_while_the_query_runs_spoils_no_key()
    {
        using (var db = _database.New())
        {
            db.Allowed = [1];
            _database.Sql.BeforeRead = _ => db.Allowed[0] = 2;
            Assert.All(db.Lists.Remember().ToList(), static document => Assert.Equal(1, document.TenantId));
            _database.Sql.BeforeRead = null;
        }

        Assert.Equal(0, Run(1, static db => db.Lists.Remember().ToList().Count(static d => d.TenantId == 1)).Commands);
        Assert.Equal((10, 1), Run(2, static db => db.Lists.Remember().ToList().Count(static d => d.TenantId == 2)));
    }

    [Fact]
    public void A_context_that_changes_its_tenant_sees_the_other_s_rows()
    {
        using var db = _database.New();
        var query = db.Fields.AsNoTracking().Remember();
        for (var run = 0; run < 2; run++)
        {
            for (var tenant = 1; tenant <= TenantContext.Tenants; tenant++)
            {
                db.Tenant = tenant;
                Assert.All(query.ToList(), document => Assert.Equal(tenant, document.TenantId));
            }
        }

        Assert.Equal(TenantContext.Tenants, _database.Cache.Statistics.Hits);
    }

    [Fact]
    public void Without_filters_all_rows_are_seen_and_by_those_who_asked_for_it_only()
    {
        for (var run = 0; run < 2; run++)
        {
            Assert.Equal(10, Run(1, static db => db.Fields.Remember().ToList().Count).Result);
            Assert.Equal(80, Run(1, static db => db.Fields.IgnoreQueryFilters().Remember().ToList().Count).Result);
            Assert.Equal(80, Run(2, static db => db.Fields.Remember().IgnoreQueryFilters().ToList().Count).Result);
            Assert.Equal(10, Run(2, static db => db.Fields.Remember().ToList().Count).Result);
        }

        Assert.Equal(0, Run(3, static db => db.Fields.IgnoreQueryFilters().Remember().ToList().Count).Commands);
    }

    [Fact]
    public void Named_filters_are_left_out_one_by_one()
    {
        for (var commands = 1; commands >= 0; commands--)
        {
            for (var tenant = 1; tenant <= 2; tenant++)
            {
                Assert.Equal((9, commands), Run(tenant, static db => db.Names.Remember().ToList().Count));
                Assert.Equal((10, commands), Run(tenant, static db => db.Names.IgnoreQueryFilters(["deleted"]).Remember().ToList().Count));
                Assert.Equal(72, Run(tenant, static db => db.Names.IgnoreQueryFilters(["tenant"]).Remember().ToList().Count).Result);
                Assert.Equal(80, Run(tenant, static db => db.Names.IgnoreQueryFilters(["tenant", "deleted"]).Remember().ToList().Count).Result);
            }

            Assert.Equal(
                (10, commands),
                Run(static db => (db.Tenant, db.SeesDeleted) = (1, true), static db => db.Names.Remember().ToList().Count));
        }
    }

    [Fact]
    public void One_row_by_its_key_is_found_only_by_its_tenant()
    {
        for (var run = 0; run < 2; run++)
        {
            for (var tenant = 1; tenant <= 3; tenant++)
            {
                foreach (var owner in new[] { 1, 2, 3 })
                {
                    var id = owner * 100 + 1;
                    Assert.Equal(owner == tenant, Run(tenant, db => db.Fields.Remember().SingleOrDefault(d => d.Id == id)).Result is not null);
                    Assert.Equal(owner == tenant, Run(tenant, db => db.Fields.Find(id)).Result is not null);
                    Assert.Equal(owner == tenant, Run(tenant, db => db.Fields.Remember().Any(d => d.Id == id)).Result);
                }
            }
        }
    }

    [Fact]
    public async Task Compiled_queries_read_the_context_that_runs_them()
    {
        var list = EF.CompileQuery((TenantContext db, int from) => db.Fields.Where(d => d.Id > from).Remember());
        var single = EF.CompileAsyncQuery((TenantContext db, int id) => db.Fields.Remember().SingleOrDefault(d => d.Id == id));
        for (var run = 0; run < 2; run++)
        {
            for (var tenant = 1; tenant <= 3; tenant++)
            {
                await using var db = _database.New();
                db.Tenant = tenant;

                Assert.Equal([tenant], list(db, 0).Select(static d => d.TenantId).Distinct());
                Assert.Equal(tenant == 2, await single(db, 201) is not null);
            }
        }
    }

    [Fact]
    public void A_sequence_in_a_filter_is_run_as_often_as_by_EF_Core_alone_and_keyed_by_what_it_gave()
    {
        for (var commands = 1; commands >= 0; commands--)
        {
            for (var tenant = 1; tenant <= 2; tenant++)
            {
                var starts = 0;
                var running = Enumerable.Range(0, 1).Select(_ => tenant + 0 * starts++);
                var (ids, sent) = Run(db => db.Running = running, static db => db.Iterators.Remember().Select(d => d.TenantId).Distinct().ToList());

                Assert.Equal([tenant], ids);
                Assert.Equal((commands, 1), (sent, starts));
            }
        }

        Assert.Empty(_database.Cache.Statistics.Bypasses);
    }

    public void Dispose() => _database.Dispose();

    private static void Become(TenantContext db, int tenant)
    {
        db.Tenant = db.TenantProperty = tenant;
        db.Allowed = [tenant];
        db.Owner = $"owner {tenant}";
    }

    private void AssertApart<T>(Func<TenantContext, IQueryable<T>> query)
        where T : Document
    {
        for (var commands = 1; commands >= 0; commands--)
        {
            for (var tenant = 1; tenant <= TenantContext.Tenants; tenant++)
            {
                var (documents, sent) = Run(tenant, db => query(db).Remember().ToList());
                Assert.Equal(10, documents.Count);
                Assert.All(documents, document => Assert.Equal(tenant, document.TenantId));
                Assert.Equal(commands, sent);
                Assert.Equal((10, commands), Run(tenant, db => query(db).Remember().Count()));
            }
        }

        Assert.Empty(_database.Cache.Statistics.Bypasses);
    }

    private (T Result, int Commands) Run<T>(int tenant, Func<TenantContext, T> run) => Run(db => Become(db, tenant), run);

    private (T Result, int Commands) Run<T>(Action<TenantContext> set, Func<TenantContext, T> run)
        => _database.Count(db =>
        {
            set(db);
            return run(db);
        });
}
