using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace FastOrm.Cache.Tests.Integration.Queries;

/// <summary>The ways in which a context comes to its connection to PostgreSQL.</summary>
public sealed class PostgresConnectionTests : IDisposable
{
    private readonly TestShop _shop = new(provider: Provider.PostgreSql);
    private readonly NpgsqlDataSource _source;
    private readonly NpgsqlConnection _connection;
    private readonly Dictionary<string, Action<DbContextOptionsBuilder>> _ways;

    public PostgresConnectionTests()
    {
        _source = NpgsqlDataSource.Create(_shop.ConnectionString + ";Password=secret");
        _connection = (NpgsqlConnection)_shop.Connect();
        _ways = new Dictionary<string, Action<DbContextOptionsBuilder>>(StringComparer.Ordinal)
        {
            ["connection string"] = options => options.UseNpgsql(_shop.ConnectionString),
            ["password and pool size"] = options => options.UseNpgsql(_shop.ConnectionString + ";PWD=secret;MaxPoolSize=7"),
            ["data source"] = options => options.UseNpgsql(_source),
            ["open connection"] = options => options.UseNpgsql(_connection),
            ["other words"] = options => options.UseNpgsql(
                _shop.ConnectionString.Replace("Host=", "Server=", StringComparison.Ordinal)
                    .Replace("Username=", "User Id=", StringComparison.Ordinal) + ";Include Error Detail=true"),
            ["multiplexing"] = options => options.UseNpgsql(_shop.ConnectionString + ";Multiplexing=true"),
            ["no pool"] = options => options.UseNpgsql(_shop.ConnectionString + ";Pooling=false"),
            ["retries"] = options => options.UseNpgsql(_shop.ConnectionString, static npgsql => npgsql.EnableRetryOnFailure()),
        };
    }

    public static TheoryData<string> Ways
        =>
        [
            "connection string", "password and pool size", "data source", "open connection", "other words", "multiplexing", "no pool",
            "retries",
        ];

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_hit_sends_nothing_until_something_is_saved_in_whichever_way(string way)
    {
        Assert.Equal(("tag 1", 1), await TagAsync(way));
        Assert.Equal(("tag 1", 0), await TagAsync(way));

        await RenameTagAsync("connection string", "first");
        Assert.Equal(("first", 1), await TagAsync(way));
        Assert.Equal(("first", 0), await TagAsync(way));

        await RenameTagAsync(way, "second");
        Assert.Equal(("second", 1), await TagAsync(way));
        Assert.Equal(("second", 0), await TagAsync(way));
        Assert.Equal("second", (await TagAsync("connection string")).Name);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Entities_with_their_children_are_answered_in_one_query_or_in_several(string way)
    {
        foreach (var split in new[] { false, true })
        {
            Assert.Equal((split ? 2 : 1, 20), await ProductsAsync(way, split));
            Assert.Equal((0, 20), await ProductsAsync(way, split));
        }
    }

    [Fact]
    public async Task A_password_a_pool_or_other_words_make_no_difference_to_the_key()
    {
        Assert.Equal(1, (await TagAsync("connection string")).Commands);

        Assert.Equal(0, (await TagAsync("password and pool size")).Commands);
        Assert.Equal(0, (await TagAsync("data source")).Commands);
        Assert.Equal(0, (await TagAsync("open connection")).Commands);
        Assert.Equal(0, (await TagAsync("other words")).Commands);
        Assert.Equal(0, (await TagAsync("multiplexing")).Commands);
    }

    [Fact]
    public void Another_search_path_leads_to_other_rows()
    {
        using (var db = _shop.NewPlain())
        {
            db.Database.ExecuteSqlRaw(
                """
                CREATE SCHEMA other;
                CREATE TABLE other."Tags" AS SELECT * FROM public."Tags";
                UPDATE other."Tags" SET "Name" = 'other ' || "Name";
                """);
        }

        _ways["other"] = options => options.UseNpgsql(_shop.ConnectionString + ";Search Path=other");
        for (var run = 0; run < 2; run++)
        {
            using var db = New("connection string");
            using var other = New("other");
            Assert.Equal("tag 1", Tag(db));
            Assert.Equal("other tag 1", Tag(other));
        }

        Assert.Equal(2, _shop.Cache.Statistics.Hits);
    }

    [Fact]
    public async Task In_a_block_that_is_retried_a_transaction_reads_the_database_and_its_writes_count()
    {
        Assert.Equal(("tag 1", 1), await TagAsync("retries"));
        await using (var db = New("retries"))
        {
            await db.Database.CreateExecutionStrategy().ExecuteAsync(async () =>
            {
                await using var transaction = await db.Database.BeginTransactionAsync();
                (await db.Tags.SingleAsync(t => t.Id == 1)).Name = "new";
                await db.SaveChangesAsync();
                Assert.Equal("new", Tag(db));
                await transaction.CommitAsync();
            });
        }

        Assert.Equal(("new", 1), await TagAsync("retries"));
        Assert.Equal(("new", 0), await TagAsync("retries"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_load_that_fails_for_a_moment_is_tried_again_and_stored(bool split)
    {
        _shop.Sql.BeforeRead = _ =>
        {
            _shop.Sql.BeforeRead = null;
            throw new NpgsqlException("for a moment", new IOException());
        };

        Assert.Equal((split ? 3 : 2, 20), await ProductsAsync("retries", split));
        Assert.Equal((0, 20), await ProductsAsync("retries", split));
        Assert.Equal(1, _shop.Cache.Statistics.FailedLoads);
    }

    [Fact]
    public void A_connection_that_is_open_and_in_no_transaction_is_served_from_the_cache()
    {
        using var db = New("connection string");
        db.Database.OpenConnection();
        Assert.Equal("tag 1", Tag(db));
        using var again = New("connection string");

        Assert.Equal("tag 1", Tag(again));
        Assert.Equal((1, 1), (_shop.Cache.Statistics.Hits, _shop.Cache.Statistics.Stores));
    }

    public void Dispose()
    {
        _connection.Dispose();
        _source.Dispose();
        _shop.Dispose();
    }

    private static string Tag(ShopContext db) => db.Tags.Where(t => t.Id == 1).Select(t => t.Name).Remember(Proof.Minute).Single();

    private ShopContext New(string way)
    {
        var options = TestOptions.New();
        _ways[way](options);
        return new ShopContext(options.AddInterceptors(_shop.Sql).UseFastOrmCache(_shop.Cache).Options);
    }

    private async Task<(string Name, int Commands)> TagAsync(string way)
    {
        await using var db = New(way);
        var before = _shop.Sql.Count;
        var name = await db.Tags.Where(t => t.Id == 1).Select(t => t.Name).Remember(Proof.Minute).SingleAsync();
        return (name, _shop.Sql.Count - before);
    }

    private async Task<(int Commands, int Tagged)> ProductsAsync(string way, bool split)
    {
        await using var db = New(way);
        var before = _shop.Sql.Count;
        var query = db.Products.Include(p => p.Tags).Remember(Proof.Minute);
        var products = await (split ? query.AsSplitQuery() : query.AsSingleQuery()).ToListAsync();
        return (_shop.Sql.Count - before, products.Count(static p => p.Tags.Count == 3));
    }

    private async Task RenameTagAsync(string way, string name)
    {
        await using var db = New(way);
        (await db.Tags.SingleAsync(t => t.Id == 1)).Name = name;
        await db.SaveChangesAsync();
    }
}
