using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace FastOrm.Cache.Tests.Integration.Queries;

/// <summary>Execution strategies that retry: the context's own, and the application's around its queries.</summary>
public sealed class RetryTests : IDisposable
{
    private static readonly Func<ShopContext, int, IEnumerable<Product>> Compiled = EF.CompileQuery(
        (ShopContext db, int category) => db.Products.Where(p => p.CategoryId == category).Remember());

    private readonly TestShop _shop = new();
    private readonly DbContextOptions _options;
    private int _failures;

    public RetryTests()
    {
        _options = TestOptions.New()
            .UseSqlite(_shop.ConnectionString, static o => o.ExecutionStrategy(static d => new Retrying(d)))
            .AddInterceptors(_shop.Sql)
            .UseFastOrmCache(_shop.Cache)
            .Options;
        _shop.Sql.BeforeRead = _ =>
        {
            if (_failures-- > 0)
            {
                throw new TimeoutException();
            }
        };
    }

    private static Dictionary<string, Func<ShopContext, Task<int>>> Queries { get; } = new(StringComparer.Ordinal)
    {
        ["a list"] = static db => Task.FromResult(db.Products.Where(static p => p.CategoryId == 2).Remember().ToList().Count),
        ["an async list"] = static async db => (await db.Products.Where(static p => p.CategoryId == 2).Remember().ToListAsync()).Count,
        ["a count"] = static db => Task.FromResult(db.Products.Remember().Count(static p => p.CategoryId == 2)),
        ["a split query"] = SplitAsync,
        ["a compiled query"] = static db => Task.FromResult(Compiled(db, 2).Count()),
        ["inside the application's strategy"] = static db => db.Database.CreateExecutionStrategy().ExecuteAsync(
            () => db.Products.Where(static p => p.CategoryId == 2).Remember().CountAsync()),
    };

    public static TheoryData<string> Names => [.. Queries.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_failed_load_is_retried_and_remembered(string name)
    {
        var size = name == "a split query" ? 2 : 1;
        foreach (var failures in new[] { 2, 0 })
        {
            _failures = failures;
            var before = _shop.Sql.Count;
            await using var db = new ShopContext(_options);
            Assert.Equal(20, await Queries[name](db));
            Assert.Equal(failures == 0 ? 0 : failures + size, _shop.Sql.Count - before);
        }

        Assert.Equal(size, _shop.Cache.Statistics.Stores);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_load_that_fails_too_often_throws_and_stores_nothing(string name)
    {
        _failures = int.MaxValue;
        await using (var db = new ShopContext(_options))
        {
            await Assert.ThrowsAsync<RetryLimitExceededException>(() => Queries[name](db));
        }

        Assert.Equal(0, _shop.Cache.Statistics.Stores);
        _failures = 0;
        await using var next = new ShopContext(_options);
        Assert.Equal(20, await Queries[name](next));
    }

    [Fact]
    public async Task A_transaction_inside_the_application_s_strategy_is_read_past_the_cache_and_retried_whole()
    {
        Assert.Equal(5, await Count());
        var attempts = 0;
        await using var db = new ShopContext(_options);
        await db.Database.CreateExecutionStrategy().ExecuteAsync(async () =>
        {
            attempts++;
            db.ChangeTracker.Clear();
            await using var transaction = await db.Database.BeginTransactionAsync();
            db.Add(new Category { Name = "new" });
            await db.SaveChangesAsync();
            Assert.Equal(6, await db.Categories.Remember().CountAsync());
            if (attempts == 1)
            {
                throw new TimeoutException();
            }

            await transaction.CommitAsync();
        });

        Assert.Equal(2, attempts);
        Assert.Equal(6, await Count());

        async Task<int> Count()
        {
            await using var other = new ShopContext(_options);
            return await other.Categories.Remember().CountAsync();
        }
    }

    [Fact]
    public void A_context_with_a_strategy_and_one_without_share_their_rows()
    {
        Assert.Equal(100, _shop.Count(static db => db.Products.Remember().ToList().Count).Result);
        var before = _shop.Sql.Count;
        using var db = new ShopContext(_options);

        Assert.Equal(100, db.Products.Remember().ToList().Count);
        Assert.Equal(before, _shop.Sql.Count);
    }

    public void Dispose() => _shop.Dispose();

    private static async Task<int> SplitAsync(ShopContext db)
    {
        var category = await db.Categories.Include(static c => c.Products).AsSplitQuery()
            .Where(static c => c.Id == 2).Remember().SingleAsync();
        return category.Products.Count;
    }

    private sealed class Retrying(ExecutionStrategyDependencies dependencies)
        : ExecutionStrategy(dependencies, maxRetryCount: 3, maxRetryDelay: TimeSpan.FromMilliseconds(1))
    {
        protected override bool ShouldRetryOn(Exception exception) => exception is TimeoutException;
    }
}
