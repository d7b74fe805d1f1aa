using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using static FastOrm.Cache.Tests.Integration.Support.ForeignCompilers;

namespace FastOrm.Cache.Tests.Integration.Queries;

/// <summary>What must not be mixed up stays apart also behind the query compiler of another library.</summary>
public sealed class ForeignCompilerKeyTests
{
    public static TheoryData<string> Places => Names;

    [Theory]
    [MemberData(nameof(Places))]
    public void Each_tenant_gets_its_own_rows(string place)
    {
        using var database = new TestDatabase<TenantContext>(static options => new TenantContext(options), TenantContext.Seed);
        var options = Options(place, database);
        var one = EF.CompileQuery((TenantContext db) => db.Fields.Remember());
        for (var commands = 1; commands >= 0; commands--)
        {
            for (var tenant = 1; tenant <= 3; tenant++)
            {
                using var db = new TenantContext(options) { Tenant = tenant, Allowed = [tenant] };
                var before = database.Sql.Count;

                Assert.All(one(db), document => Assert.Equal(tenant, document.TenantId));
                Assert.All(db.Fields.Remember().OrderBy(static d => d.Id).ToList(), document => Assert.Equal(tenant, document.TenantId));
                Assert.All(db.Lists.Remember().ToList(), document => Assert.Equal(tenant, document.TenantId));
                Assert.Equal(3 * commands, database.Sql.Count - before);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void Two_databases_and_two_caches_each_have_their_own_rows(string place)
    {
        using var first = new TestShop();
        using var second = new TestShop();
        using (var db = second.New())
        {
            db.Products.Where(static p => p.Id > 50).ExecuteDelete();
        }

        foreach (var hits in new[] { 0, 1 })
        {
            foreach (var (shop, count) in new[] { (first, 100), (second, 50) })
            {
                using var db = new ShopContext(Options(place, shop));

                Assert.Equal(count, db.Products.Remember().Count());
                Assert.Equal(hits, shop.Cache.Statistics.Hits);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void Times_names_and_tags_make_no_further_compiled_queries(string place)
    {
        using var shop = new TestShop();
        var compilations = new CompilationCounter();
        var options = Options(place, shop, compilations);
        for (var i = 1; i <= 20; i++)
        {
            using var db = new ShopContext(options);
            Assert.Equal(i, db.Products.Where(p => p.Id <= i).Remember($"name {i}", TimeSpan.FromSeconds(i), $"tag {i}").Count());
        }

        Assert.Equal(1, compilations.Count);
    }

    [Theory]
    [MemberData(nameof(Places))]
    public async Task A_caller_never_gets_rows_without_the_tag_that_it_asks_for(string place)
    {
        using var shop = new TestShop();
        var options = Options(place, shop);
        foreach (var (tags, commands) in new (string[], int)[]
        {
            ([], 1), (["a"], 1), ([], 0), (["a"], 0), (["a", "b"], 1), (["b", "a"], 0),
        })
        {
            await using var db = new ShopContext(options);
            var before = shop.Sql.Count;
            Assert.Equal(5, await db.Categories.Remember(Proof.Minute, tags).CountAsync());
            Assert.Equal(commands, shop.Sql.Count - before);
        }
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void Two_models_of_one_context_type_stay_apart(string place)
    {
        using var shop = new TestShop();
        var options = Builder(place, shop).ReplaceService<IModelCacheKeyFactory, ByFilter>().Options;
        foreach (var commands in new[] { 1, 0 })
        {
            foreach (var isFiltered in new[] { false, true })
            {
                using var db = new FilteredContext(options, isFiltered);
                var before = shop.Sql.Count;
                Assert.Equal(isFiltered ? 4 : 5, db.Categories.Remember().ToList().Count);
                Assert.Equal(commands, shop.Sql.Count - before);
            }
        }
    }

    private sealed class FilteredContext(DbContextOptions options, bool isFiltered) : ShopContext(options)
    {
        public bool IsFiltered => isFiltered;

        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            base.OnModelCreating(modelBuilder);
            if (isFiltered)
            {
                modelBuilder.Entity<Category>().HasQueryFilter(static c => c.Id != 5);
            }
        }
    }

    private sealed class ByFilter : IModelCacheKeyFactory
    {
        public object Create(DbContext context, bool designTime)
            => (context.GetType(), (context as FilteredContext)?.IsFiltered, designTime);
    }
}
