using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query;
using Microsoft.Extensions.DependencyInjection;

namespace FastOrm.Cache.Tests.Integration.Queries;

/// <summary>What stands beside the library: contexts that do not use it, providers of tests, warnings that throw.</summary>
public sealed class NeighbourTests : IDisposable
{
    private readonly TestShop _shop = new();

    [Fact]
    public void A_context_without_the_library_on_a_service_provider_that_has_it_works_and_says_what_is_missing()
    {
        using var services = new ServiceCollection()
            .AddEntityFrameworkSqlite().AddEntityFrameworkFastOrmCache().BuildServiceProvider();
        using var db = new ShopContext(
            TestOptions.New().UseSqlite(_shop.ConnectionString).UseInternalServiceProvider(services).Options);

        Assert.Equal(3, EF.CompileQuery(static (ShopContext context) => context.Tags.Count())(db));
        Assert.Contains(
            "UseFastOrmCache",
            Assert.Throws<InvalidOperationException>(() => db.Tags.Remember().ToList()).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void ExecuteUpdate_with_a_mark_and_values_of_its_own_needs_no_key()
    {
        using var db = new ShopContext(_shop.Configure()
            .ConfigureWarnings(static warnings => warnings.Throw(FastOrmCacheEventId.NotRemembered)).Options);
        var names = new[] { "a", "b" }.Where(static name => name != "b");

        Assert.Equal(0, db.Tags.Remember().Where(t => names.Contains(t.Name)).ExecuteUpdate(set => set.SetProperty(t => t.Name, "x")));
    }

    [Fact]
    public void ExecuteUpdate_with_a_mark_sends_the_SQL_that_it_sends_without()
    {
        using var db = _shop.New();
        var name = "x";
        _shop.Sql.Texts.Clear();

        db.Tags.Where(static t => t.Id < 0).ExecuteUpdate(set => set.SetProperty(static t => t.Name, name));
        db.Tags.Remember(TimeSpan.FromMinutes(1), "tag").Where(static t => t.Id < 0).ExecuteUpdate(set => set.SetProperty(static t => t.Name, name));

        Assert.Equal(2, _shop.Sql.Texts.Count);
        Assert.Single(_shop.Sql.Texts.Distinct(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(Provider.Sqlite, true)]
    [InlineData(Provider.Sqlite, false)]
    [InlineData(Provider.PostgreSql, true)]
    [InlineData(Provider.PostgreSql, false)]
    public async Task A_cancelled_token_throws_the_exception_that_it_throws_without_the_library(Provider provider, bool isOpen)
    {
        using var shop = new TestShop(provider: provider);
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync();
        await using var plain = shop.NewPlain();
        await using var db = shop.New();
        Assert.Equal(3, plain.Tags.ToList().Count); // To open the first connection of a pool is given up with another exception.
        if (isOpen)
        {
            await plain.Database.OpenConnectionAsync(CancellationToken.None);
            await db.Database.OpenConnectionAsync(CancellationToken.None);
        }

        var expected = await Record.ExceptionAsync(() => plain.Tags.ToListAsync(cancellation.Token));

        Assert.IsType(expected!.GetType(), await Record.ExceptionAsync(() => db.Tags.Remember().ToListAsync(cancellation.Token)));
        Assert.Equal(3, db.Tags.Remember().ToList().Count);
        Assert.IsType(expected.GetType(), await Record.ExceptionAsync(() => db.Tags.Remember().ToListAsync(cancellation.Token)));
    }

    [Fact]
    public void Over_a_provider_of_tests_that_runs_LINQ_over_objects_the_mark_does_nothing()
    {
        var source = new TestQueryable<int>(new[] { 1, 2, 3 }.AsQueryable());

        Assert.Equal(5, source.Where(i => i > 1).Remember(TimeSpan.FromMinutes(1), "a").Sum());
        Assert.Equal([2, 3], source.Remember().Where(i => i > 1));
    }

    public void Dispose() => _shop.Dispose();

    private sealed class TestQueryable<T>(IQueryable<T> inner) : IQueryable<T>
    {
        public Type ElementType => inner.ElementType;

        public System.Linq.Expressions.Expression Expression => inner.Expression;

        public IQueryProvider Provider => new TestProvider(inner.Provider);

        public IEnumerator<T> GetEnumerator() => inner.GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }

    private sealed class TestProvider(IQueryProvider inner) : IAsyncQueryProvider
    {
        public IQueryable CreateQuery(System.Linq.Expressions.Expression expression) => inner.CreateQuery(expression);

        public IQueryable<TElement> CreateQuery<TElement>(System.Linq.Expressions.Expression expression)
            => new TestQueryable<TElement>(inner.CreateQuery<TElement>(expression));

        public object? Execute(System.Linq.Expressions.Expression expression) => inner.Execute(expression);

        public TResult Execute<TResult>(System.Linq.Expressions.Expression expression) => inner.Execute<TResult>(expression);

        public TResult ExecuteAsync<TResult>(System.Linq.Expressions.Expression expression, CancellationToken cancellationToken = default)
            => throw new NotSupportedException();
    }
}
