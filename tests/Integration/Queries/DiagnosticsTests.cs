using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FastOrm.Cache.Tests.Integration.Queries;

/// <summary>What EF Core says of queries: logs, commands, the exceptions of bad data, with and without details.</summary>
public sealed class DiagnosticsTests : IDisposable
{
    private readonly TestShop _shop = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_value_of_the_wrong_type_is_the_error_of_EF_Core_and_is_not_stored(bool isDetailed)
    {
        Execute("UPDATE Products SET Created = 'no date' WHERE Id = 7");
        await using var plain = new ShopContext(
            TestOptions.New().UseSqlite(_shop.ConnectionString).EnableDetailedErrors(isDetailed).Options);
        await using var db = new ShopContext(_shop.Configure().EnableDetailedErrors(isDetailed).Options);
        var expected = await Record.ExceptionAsync(() => plain.Products.ToListAsync());
        for (var run = 0; run < 2; run++)
        {
            foreach (var actual in new[]
            {
                await Record.ExceptionAsync(() => db.Products.Remember().ToListAsync()),
                Record.Exception(() => db.Products.Remember().ToList()),
            })
            {
                Assert.Equal((expected!.GetType(), expected.Message), (actual!.GetType(), actual.Message));
            }
        }

        Assert.Equal(0, _shop.Cache.Statistics.Stores);
        Execute("UPDATE Products SET Created = '2026-01-08 00:00:00' WHERE Id = 7");
        Assert.Equal(100, (await db.Products.Remember().ToListAsync()).Count);
    }

    [Fact]
    public void A_hit_logs_no_command_and_its_values_only_where_EF_Core_would()
    {
        var lines = new List<string>();
        var secret = "product 007";
        foreach (var isSensitive in new[] { false, true })
        {
            var options = _shop.Configure().LogTo(lines.Add, LogLevel.Debug).EnableSensitiveDataLogging(isSensitive).Options;
            foreach (var isHit in new[] { isSensitive, true })
            {
                lines.Clear();
                using var db = new ShopContext(options);
                Assert.Equal(7, db.Products.Where(p => p.Name == secret).Remember("x", Proof.Minute).Single().Id);

                Assert.Equal(
                    !isHit,
                    lines.Exists(static line => line.Contains(nameof(RelationalEventId.CommandExecuted), StringComparison.Ordinal)));
                Assert.True(isSensitive || !lines.Exists(line => line.Contains(secret, StringComparison.Ordinal)));
                Assert.DoesNotContain(lines, static line => line.Contains("RememberNode", StringComparison.Ordinal));
            }
        }
    }

    [Fact]
    public void CreateDbCommand_gives_the_command_of_a_remembered_query()
    {
        var category = 2;
        for (var run = 0; run < 2; run++)
        {
            using var db = _shop.New();
            using var command = db.Products.Where(p => p.CategoryId == category).Select(static p => p.Id).Remember().CreateDbCommand();
            db.Database.OpenConnection();
            using var reader = command.ExecuteReader();
            var count = 0;
            while (reader.Read())
            {
                count++;
            }

            Assert.Equal(20, count);
            Assert.Equal(2, command.Parameters[0].Value);
            reader.Close();
            db.Database.CloseConnection();
            Assert.Equal(20, db.Products.Where(p => p.CategoryId == category).Select(static p => p.Id).Remember().ToList().Count);
        }

        Assert.Equal((1, 1), (_shop.Cache.Statistics.Stores, _shop.Cache.Statistics.Hits));
    }

    [Fact]
    public void Every_way_to_collect_a_query_has_the_rows_of_the_list()
    {
        static IQueryable<Product> Query(ShopContext db) => db.Products.Where(static p => p.CategoryId == 2).Remember();
        Func<ShopContext, int>[] ways =
        [
            static db => Query(db).ToList().Count,
            static db => Query(db).ToArray().Length,
            static db => Query(db).ToDictionary(static p => p.Id).Count,
            static db => Query(db).ToHashSet().Count,
            static db => Query(db).ToLookup(static p => p.Stock).Sum(static group => group.Count()),
            static db => Query(db).AsEnumerable().Count(static p => p.Name.Length > 0),
            static db =>
            {
                Query(db).Load();
                return db.Products.Local.Count;
            },
        ];

        Assert.Equal(Enumerable.Range(0, ways.Length).Select(static i => (20, i == 0 ? 1 : 0)), ways.Select(way => _shop.Count(way)));
    }

    [Fact]
    public async Task Every_asynchronous_way_to_collect_a_query_has_the_rows_of_the_list()
    {
        static IQueryable<Product> Query(ShopContext db) => db.Products.Where(static p => p.CategoryId == 2).Remember();
        Func<ShopContext, Task<int>>[] ways =
        [
            static async db => (await Query(db).ToListAsync()).Count,
            static async db => (await Query(db).ToArrayAsync()).Length,
            static async db => (await Query(db).ToDictionaryAsync(static p => p.Id)).Count,
            static async db => (await Query(db).ToHashSetAsync()).Count,
            static async db => await Query(db).AsAsyncEnumerable().CountAsync(),
            static async db =>
            {
                await Query(db).LoadAsync();
                return db.Products.Local.Count;
            },
            static async db =>
            {
                var count = 0;
                await Query(db).ForEachAsync(_ => count++);
                return count;
            },
        ];
        var commands = 1;
        foreach (var way in ways)
        {
            Assert.Equal((20, commands), await _shop.CountAsync(way));
            commands = 0;
        }
    }

    [Fact]
    public async Task Contexts_of_a_factory_and_of_a_pool_hit()
    {
        await using var services = new ServiceCollection()
            .AddDbContextFactory<ShopContext>(Configure)
            .AddPooledDbContextFactory<PooledShop>(Configure)
            .BuildServiceProvider();
        void Configure(DbContextOptionsBuilder options)
            => options.AllowManySetups().UseSqlite(_shop.ConnectionString).AddInterceptors(_shop.Sql).UseFastOrmCache(_shop.Cache);

        foreach (var commands in new[] { 1, 0, 0 })
        {
            await using var made = await services.GetRequiredService<IDbContextFactory<ShopContext>>().CreateDbContextAsync();
            await using var rented = await services.GetRequiredService<IDbContextFactory<PooledShop>>().CreateDbContextAsync();
            var before = _shop.Sql.Count;
            Assert.Equal(20, (await made.Products.Where(static p => p.CategoryId == 2).Remember().ToListAsync()).Count);
            Assert.Equal(commands, _shop.Sql.Count - before);
            Assert.Equal(20, (await rented.Products.Where(static p => p.CategoryId == 2).Remember().ToListAsync()).Count);
            Assert.Equal(2 * commands, _shop.Sql.Count - before);
            Assert.Equal(20, rented.ChangeTracker.Entries().Count());
        }
    }

    public void Dispose() => _shop.Dispose();

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection(_shop.ConnectionString);
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // A text of the test's own.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    public sealed class PooledShop(DbContextOptions<PooledShop> options) : ShopContext(options);
}
