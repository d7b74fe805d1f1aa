using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace FastOrm.Cache.Tests.Integration.Queries;

/// <summary>Options of EF Core that change how a query is executed.</summary>
public sealed class ExecutionTests : IDisposable
{
    private readonly TestShop _shop = new();

    private readonly Func<ShopContext, int, IEnumerable<Category>> _compiled = EF.CompileQuery(
        (ShopContext db, int first) => db.Categories.AsNoTracking().Where(c => c.Id >= first).OrderBy(c => c.Id).Remember());

    [Fact]
    public void The_result_of_a_compiled_query_may_be_enumerated_again_after_a_write()
    {
        using var db = _shop.New();
        var categories = _compiled(db, 1);
        Assert.Equal(5, categories.Count());
        using (var other = _shop.New())
        {
            other.Add(new Category { Name = "new" });
            other.SaveChanges();
        }

        Assert.Equal(6, categories.Count());
        Assert.Equal(6, categories.Zip(categories).Count(pair => pair.First.Id == pair.Second.Id));
    }

    [Fact]
    public void A_compiled_query_takes_the_time_of_a_captured_variable_when_it_is_compiled()
    {
        var ttl = TimeSpan.FromMinutes(7);
        var compiled = EF.CompileQuery((ShopContext db) => db.Products.Remember(ttl, "a").Count());

        Assert.Equal((100, 1), _shop.Count(compiled));
        Assert.Equal((100, 0), _shop.Count(compiled));
    }

    [Fact]
    public void A_compiled_query_with_a_time_among_its_parameters_gives_right_results()
    {
        var compiled = EF.CompileQuery((ShopContext db, TimeSpan ttl) => db.Products.Remember(ttl).Count());

        Assert.Equal(100, _shop.Count(db => compiled(db, TimeSpan.FromMinutes(1))).Result);
        Assert.Equal(100, _shop.Count(db => compiled(db, TimeSpan.FromMinutes(2))).Result);
    }

    [Fact]
    public void A_compiled_query_with_a_bad_argument_is_refused()
    {
        var zero = EF.CompileQuery((ShopContext db) => db.Products.Remember(TimeSpan.Zero).Count());
        var blank = EF.CompileQuery((ShopContext db) => db.Products.RememberForever(" ").Count());

        // EF Core calls Remember when it compiles the query, and wraps what that throws.
        Assert.IsAssignableFrom<ArgumentException>(Record.Exception(() => _shop.Count(zero))?.GetBaseException());
        Assert.IsAssignableFrom<ArgumentException>(Record.Exception(() => _shop.Count(blank))?.GetBaseException());
    }

    [Fact]
    public async Task A_retrying_execution_strategy_retries_the_load_and_hits_afterwards()
    {
        var options = TestOptions.New()
            .UseSqlite(_shop.ConnectionString, o => o.ExecutionStrategy(d => new Retrying(d)))
            .AddInterceptors(_shop.Sql)
            .UseFastOrmCache(_shop.Cache)
            .Options;
        var before = _shop.Sql.Count;
        var failures = 2;
        _shop.Sql.BeforeRead = _ =>
        {
            if (failures-- > 0)
            {
                throw new TimeoutException();
            }
        };

        foreach (var _ in new[] { 1, 2 })
        {
            await using var db = new ShopContext(options);
            Assert.Equal(20, (await db.Products.Include(p => p.Tags).Where(p => p.CategoryId == 2).Remember().ToListAsync()).Count);
            Assert.Equal(20, db.Products.Where(p => p.CategoryId == 2).Remember().Count());
        }

        Assert.Equal(4, _shop.Sql.Count - before);
        Assert.Equal(2, _shop.Cache.Statistics.Stores);
    }

    [Fact]
    public async Task A_remembered_query_inside_an_execution_strategy_hits()
    {
        var options = TestOptions.New()
            .UseSqlite(_shop.ConnectionString, o => o.ExecutionStrategy(d => new Retrying(d)))
            .AddInterceptors(_shop.Sql)
            .UseFastOrmCache(_shop.Cache)
            .Options;
        var before = _shop.Sql.Count;
        for (var i = 0; i < 2; i++)
        {
            await using var db = new ShopContext(options);
            var count = await db.Database.CreateExecutionStrategy().ExecuteAsync(() => db.Products.Remember().CountAsync());
            Assert.Equal(100, count);
        }

        Assert.Equal(1, _shop.Sql.Count - before);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_null_where_none_may_be_is_the_error_of_EF_Core(bool detailed)
    {
        using (var connection = new SqliteConnection(_shop.ConnectionString))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA writable_schema = 1; UPDATE sqlite_master SET sql = replace(sql, 'NOT NULL', '') WHERE name = 'Categories'";
            command.ExecuteNonQuery();
            command.CommandText = "PRAGMA writable_schema = RESET; UPDATE Categories SET Name = NULL WHERE Id = 2";
            command.ExecuteNonQuery();
        }

        using var plain = new ShopContext(TestOptions.New().UseSqlite(_shop.ConnectionString).EnableDetailedErrors(detailed).Options);
        using var db = new ShopContext(_shop.Configure().EnableDetailedErrors(detailed).Options);

        var expected = Assert.ThrowsAny<InvalidOperationException>(() => plain.Categories.ToList());
        var actual = Assert.ThrowsAny<InvalidOperationException>(() => db.Categories.Remember().ToList());

        Assert.Equal(expected.Message, actual.Message);
        Assert.Equal(0, _shop.Cache.Statistics.Stores);
    }

    [Fact]
    public void A_query_that_EF_Core_cannot_translate_gives_its_error_with_Remember_too()
    {
        using var db = _shop.New();

        var expected = Assert.Throws<InvalidOperationException>(() => db.Products.Where(p => Odd(p.Id)).ToList());
        var actual = Assert.Throws<InvalidOperationException>(() => db.Products.Where(p => Odd(p.Id)).Remember().ToList());

        Assert.Equal(expected.Message, actual.Message);
    }

    [Fact]
    public void A_hit_may_come_between_two_rows_of_another_query()
    {
        _shop.Count(db => db.Categories.Remember().ToList());
        using var db = _shop.New();
        using var reader = db.Products.AsEnumerable().GetEnumerator();

        Assert.True(reader.MoveNext());
        Assert.Equal(5, db.Categories.Remember().ToList().Count);
        Assert.True(reader.MoveNext());
    }

    [Fact]
    public void A_relation_that_a_hit_includes_counts_as_loaded()
    {
        _shop.Count(db => db.Categories.Include(c => c.Products).Remember().ToList());
        using var db = _shop.NewForbidden();

        var category = db.Categories.Include(c => c.Products).Remember().ToList()[0];

        Assert.True(db.Entry(category).Collection(c => c.Products).IsLoaded);
        Assert.False(db.Entry(category.Products[0]).Collection(p => p.Tags).IsLoaded);
        db.Entry(category).Collection(c => c.Products).Load(); // Sends nothing: it is loaded.
    }

    private static bool Odd(int id) => id % 2 == 1;

    private sealed class Retrying(ExecutionStrategyDependencies dependencies)
        : ExecutionStrategy(dependencies, maxRetryCount: 3, maxRetryDelay: TimeSpan.FromMilliseconds(1))
    {
        protected override bool ShouldRetryOn(Exception exception) => exception is TimeoutException;
    }

    public void Dispose() => _shop.Dispose();
}
