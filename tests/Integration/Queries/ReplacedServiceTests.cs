#pragma warning disable EF1001, EF9100 // A library that replaces EF Core's services uses what is internal to it.
using System.Linq.Expressions;
using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query;
using Microsoft.EntityFrameworkCore.Query.Internal;
using Microsoft.EntityFrameworkCore.Storage;

namespace FastOrm.Cache.Tests.Integration.Queries;

/// <summary>Libraries that replace what remembering stands on: queries are right, run each time, and it is said once.</summary>
public sealed class ReplacedServiceTests : IDisposable
{
    private readonly TestShop _shop = new();
    private readonly LogCapture _log = new();

    private readonly Func<ShopContext, int, IEnumerable<Product>> _compiled = EF.CompileQuery(
        (ShopContext db, int category) => db.Products.Where(p => p.CategoryId == category).Remember());

    [Fact]
    public void Another_factory_of_query_contexts_switches_remembering_off_with_one_warning()
    {
        using var db = New(static builder => builder.ReplaceService<IQueryContextFactory, OtherContexts>());

        AssertUncached(db);
        db.Products.Forget();
        db.Products.Flush();
        Assert.Contains(nameof(IQueryContextFactory), Assert.Single(_log.OfFastOrm), StringComparison.Ordinal);
    }

    [Fact]
    public void Another_IDatabase_switches_remembering_off_with_warnings_and_Forget_says_so()
    {
        using var db = New(static builder => builder.ReplaceService<IDatabase, OtherDatabase>());

        AssertUncached(db);
        Assert.Contains(_log.OfFastOrm, static text => text.Contains(nameof(IDatabase), StringComparison.Ordinal));
        var error = Assert.Throws<InvalidOperationException>(() => db.Products.Forget());
        Assert.Contains(nameof(IDatabase), error.Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _shop.Dispose();
        _log.Dispose();
    }

    private void AssertUncached(ShopContext db)
    {
        var before = _shop.Sql.Count;
        for (var run = 0; run < 2; run++)
        {
            Assert.Equal(20, db.Products.Where(static p => p.CategoryId == 2).Remember().ToList().Count);
            Assert.Equal(20, _compiled(db, 2).Count());
        }

        Assert.Equal(4, _shop.Sql.Count - before);
        Assert.Equal(0, _shop.Cache.Statistics.Stores);
    }

    // Without EF Core's cache of service providers, so that no other test has had the warning.
    private ShopContext New(Action<DbContextOptionsBuilder> replace)
    {
        var builder = _shop.Configure().UseLoggerFactory(_log).EnableServiceProviderCaching(false);
        replace(builder);
        return new ShopContext(builder.Options);
    }

    private sealed class OtherContexts(QueryContextDependencies dependencies, RelationalQueryContextDependencies relational)
        : RelationalQueryContextFactory(dependencies, relational);

    private sealed class OtherDatabase(DatabaseDependencies dependencies, RelationalDatabaseDependencies relational)
        : RelationalDatabase(dependencies, relational)
    {
        public override Func<QueryContext, TResult> CompileQuery<TResult>(Expression query, bool async)
            => base.CompileQuery<TResult>(query, async);
    }
}
