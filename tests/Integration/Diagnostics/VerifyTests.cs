using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using FastOrm.Cache.Tests.Unit.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Diagnostics;

/// <summary>Hits that are compared with the database: what was written past EF Core is found, and nothing else is taken for it.</summary>
public abstract class VerifyTests : IDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private readonly ManualTimeProvider _time = new();
    private readonly LogCapture _log = new();
    private readonly TestShop _shop;

    protected VerifyTests(Provider provider) => _shop = New(provider, 1);

    public sealed class OnSqlite() : VerifyTests(Provider.Sqlite);

    public sealed class OnPostgres() : VerifyTests(Provider.PostgreSql)
    {
        [Fact]
        public void Rows_in_another_order_are_right_where_nothing_settles_their_order()
        {
            var query = static (ShopContext db) => db.Products.Remember().Select(p => p.Id).ToList();
            var before = Shop.Count(query).Result;
            WritePast("UPDATE \"Products\" SET \"Name\" = \"Name\" WHERE \"Id\" = 1"); // PostgreSQL puts the row at the end.
            using (var plain = Shop.NewPlain())
            {
                Assert.NotEqual(before, plain.Products.Select(p => p.Id).ToList());
            }

            Assert.Equal(before, Shop.Count(query).Result);
            AssertVerified(1, mismatches: 0);
        }
    }

    internal TestShop Shop => _shop;

    /// <summary>Queries that read the name of the product 7, each in another way.</summary>
    public static TheoryData<string> Ways => [.. Reads.Keys];

    private static readonly Dictionary<string, Func<ShopContext, Task<string>>> Reads = new()
    {
        ["a list"] = static db => Task.FromResult(db.Products.Remember().ToList().Single(p => p.Id == 7).Name),
        ["a list, async"] = static async db => (await db.Products.AsNoTracking().Remember().ToListAsync()).Single(p => p.Id == 7).Name,
        ["a stream"] = static async db =>
        {
            await foreach (var product in db.Products.OrderBy(p => p.Id).Remember().AsAsyncEnumerable())
            {
                if (product.Id == 7)
                {
                    return product.Name;
                }
            }

            return "";
        },
        ["one row"] = static db => db.Products.Where(p => p.Id == 7).Select(p => p.Name).Remember().FirstAsync(),
        ["a scalar"] = static db => db.Products.Where(p => p.Id == 7).Select(p => p.Name).Remember().MaxAsync()!,
        ["an include"] = static async db => (await db.Categories.Include(c => c.Products).Remember().ToListAsync())
            .SelectMany(c => c.Products).Single(p => p.Id == 7).Name,
        ["a split query"] = static async db => (await db.Categories.Include(c => c.Products).AsSplitQuery().Remember().ToListAsync())
            .SelectMany(c => c.Products).Single(p => p.Id == 7).Name,
        ["the main rows of a split query"] = static db => Task.FromResult(
            db.Products.Include(p => p.Tags).AsSplitQuery().Remember().ToList().Single(p => p.Id == 7).Name),
        ["raw SQL"] = static async db => (await db.Products.FromSqlRaw("SELECT * FROM \"Products\" WHERE \"Id\" = 7").Remember().ToListAsync())[0].Name,
        ["an entity by key"] = static async db => (await db.Products.FindOrCacheAsync(7))!.Name,
        ["an entity by key, sync"] = static db => Task.FromResult(db.Products.AsNoTracking().FindOrCache(7)!.Name),
        ["several entities by key"] = static async db => (await db.Products.FindManyOrCacheAsync([6, 7, 8]))[1].Name,
        ["several entities by key, sync"] = static db => Task.FromResult(db.Products.FindManyOrCache([6, 7, 8])[1].Name),
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task What_was_written_past_EF_Core_is_found_counted_logged_and_dropped(string way)
    {
        var read = Reads[way];
        Assert.Equal("product 007", (await _shop.CountAsync(read)).Result);
        WritePast("UPDATE \"Products\" SET \"Name\" = 'another' WHERE \"Id\" = 7");

        Assert.Equal("another", (await _shop.CountAsync(read)).Result);

        await _time.AdvanceUntil(() => _shop.Cache.Statistics.VerifyMismatches == 1);
        var message = Assert.Single(_log.Of(FastOrmCacheEventId.WrongHit));
        Assert.Contains(way == "raw SQL" ? "only the database knows" : "PRODUCTS", message, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("another", message, StringComparison.Ordinal);
        var misses = _shop.Cache.Statistics.Misses;
        Assert.Equal("another", (await _shop.CountAsync(read)).Result);
        Assert.True(_shop.Cache.Statistics.Misses > misses);
        Assert.Equal(1, _shop.Cache.Statistics.VerifyMismatches);
        Assert.Equal(0, _shop.Cache.Statistics.VerifyDiscards + _shop.Cache.Statistics.VerifyFailures);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_hit_that_is_right_is_served_and_counted(string way)
    {
        await _shop.CountAsync(Reads[way]);

        Assert.Equal("product 007", (await _shop.CountAsync(Reads[way])).Result);
        var counted = _shop.Cache.Statistics;
        Assert.Equal((counted.Hits, 0, 0, 0), (counted.Verified, counted.VerifyMismatches, counted.VerifyDiscards, counted.VerifyFailures));
        Assert.True(counted.Hits > 0);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_write_through_EF_Core_meanwhile_is_no_mismatch(string way)
    {
        await _shop.CountAsync(Reads[way]);
        _shop.Sql.BeforeRead = _ =>
        {
            _shop.Sql.BeforeRead = null;
            using var other = _shop.New();
            other.Products.Find(7)!.Name = "another";
            other.SaveChanges();
        };

        Assert.Contains((await _shop.CountAsync(Reads[way])).Result, (string[])["product 007", "another"]);

        _time.Advance(Grace);
        Assert.Equal(0, _shop.Cache.Statistics.VerifyMismatches);
        Assert.InRange(_shop.Cache.Statistics.VerifyDiscards, 1, 2);
        Assert.Empty(_log.Of(FastOrmCacheEventId.WrongHit));
    }

    [Fact]
    public async Task A_write_whose_news_come_after_the_comparison_is_no_mismatch()
    {
        await _shop.CountAsync(Reads["a list"]);
        WritePast("UPDATE \"Products\" SET \"Name\" = 'another' WHERE \"Id\" = 7");
        Assert.Equal("another", (await _shop.CountAsync(Reads["a list"])).Result);
        using (var db = _shop.New())
        {
            await db.FlushTablesAsync("Products");
        }

        await _time.AdvanceUntil(() => _shop.Cache.Statistics.VerifyDiscards == 1);
        Assert.Equal(0, _shop.Cache.Statistics.VerifyMismatches);
        Assert.Empty(_log.Of(FastOrmCacheEventId.WrongHit));
    }

    [Fact]
    public async Task What_was_found_wrong_is_said_although_the_cache_is_disposed_of_at_once()
    {
        await _shop.CountAsync(Reads["a list"]);
        WritePast("UPDATE \"Products\" SET \"Name\" = 'another' WHERE \"Id\" = 7");
        Assert.Equal("another", (await _shop.CountAsync(Reads["a list"])).Result);
        Assert.Empty(_log.Of(FastOrmCacheEventId.WrongHit));

        _shop.Cache.Dispose();

        Assert.Contains("disposed of before news", Assert.Single(_log.Of(FastOrmCacheEventId.WrongHit)), StringComparison.Ordinal);
        Assert.Equal(1, _shop.Cache.Statistics.VerifyMismatches);
    }

    [Fact]
    public void What_a_tracked_entity_has_unsaved_is_no_mismatch_and_stays()
    {
        _shop.Count(static db => db.Products.Remember().ToList().Count);
        using var db = _shop.New();
        db.Products.Find(7)!.Name = "unsaved";

        Assert.Equal("unsaved", db.Products.Remember().ToList().Single(p => p.Id == 7).Name);
        AssertVerified(1, mismatches: 0);
    }

    [Fact]
    public void Past_the_cache_nothing_is_compared()
    {
        _shop.Count(static db => db.Products.Remember().ToList().Count);
        using var db = _shop.New();
        using var transaction = db.Database.BeginTransaction();

        Assert.Equal(100, db.Products.Remember().ToList().Count);
        AssertVerified(0, mismatches: 0);
    }

    [Fact]
    public void An_order_that_is_settled_by_a_key_counts()
    {
        var query = static (ShopContext db) => db.Products.OrderBy(p => p.Stock).ThenBy(p => p.Id).Select(p => p.Name).Remember().ToList();
        Assert.Equal("product 007", _shop.Count(query).Result[0]);
        WritePast("UPDATE \"Products\" SET \"Stock\" = -1 WHERE \"Id\" = 9");

        Assert.Equal("product 009", _shop.Count(query).Result[0]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_comparison_that_fails_is_counted_and_the_hit_is_served(bool async)
    {
        var way = async ? "a list, async" : "several entities by key, sync";
        await _shop.CountAsync(Reads[way]);
        _shop.Sql.BeforeRead = static _ => throw new TimeoutException("the database is away");

        Assert.Equal("product 007", (await _shop.CountAsync(Reads[way])).Result);
        Assert.Equal(async ? 1 : 3, _shop.Cache.Statistics.VerifyFailures);
        Assert.Equal(0, _shop.Cache.Statistics.Verified);
    }

    [Fact]
    public async Task A_comparison_is_cancelled_with_its_caller()
    {
        await _shop.CountAsync(Reads["a list, async"]);
        using var source = new CancellationTokenSource();
        _shop.Sql.BeforeRead = _ => source.Cancel();
        await using var db = _shop.New();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => db.Products.AsNoTracking().Remember().ToListAsync(source.Token));
    }

    [Fact]
    public void Nothing_is_compared_for_those_who_do_not_want_the_database_to_be_asked()
    {
        _shop.Count(static db => db.Products.FindOrCache(7));

        Assert.Equal(0, _shop.Commands(static db => db.Products.FindCached(7)));
    }

    [Fact]
    public void Without_a_share_a_hit_costs_no_command_and_with_a_part_some()
    {
        using var none = New(_shop.Provider, 0);
        using var half = New(_shop.Provider, 0.5);
        Assert.Equal(1, CommandsOf(none));
        Assert.InRange(CommandsOf(half), 20, 180); // One in 10^15 runs is outside.

        static int CommandsOf(TestShop shop) => Enumerable.Range(0, 201).Sum(_ => shop.Commands(static db => db.Products.Remember().Count()));
    }

    /// <summary>Changes the database as another program would.</summary>
    internal void WritePast(string sql)
    {
        using var connection = _shop.Connect();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    internal void AssertVerified(long verified, long mismatches)
    {
        _time.Advance(Grace);
        Assert.Equal((verified, mismatches), (_shop.Cache.Statistics.Verified, _shop.Cache.Statistics.VerifyMismatches));
    }

    private TestShop New(Provider provider, double fraction)
        => new(
            options => (options.VerifyFraction, options.TimeProvider) = (fraction, _time),
            provider: provider,
            configure: options => options.UseLoggerFactory(_log));

    public void Dispose()
    {
        _shop.Dispose();
        GC.SuppressFinalize(this);
    }
}
