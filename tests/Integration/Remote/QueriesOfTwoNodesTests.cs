using System.Linq.Expressions;
using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using FastOrm.Cache.Tests.Unit.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Remote;

/// <summary>Remembered queries of two nodes that share a tier: the rows of one answer the other, and its writes drop the rows of the other.</summary>
public abstract class QueriesOfTwoNodesTests : IDisposable
{
    private static readonly TimeSpan Ttl = TimeSpan.FromMinutes(10);

    private readonly TwoNodes _nodes;

    protected QueriesOfTwoNodesTests(TwoNodes nodes) => _nodes = nodes;

    [Fact]
    public async Task Rows_that_one_node_has_loaded_answer_the_other_without_SQL_and_stay_in_its_memory()
    {
        var first = await _nodes.On('A', Special);
        var second = await _nodes.On('B', Special);
        var third = await _nodes.On('B', Special);

        Assert.Equal((1, 0, 0), (first.Commands, second.Commands, third.Commands));
        Assert.Equal(first.Result, second.Result);
        Assert.Equal(first.Result, third.Result);
        Assert.Equal((1, 2, 0), (_nodes.B.Statistics.RemoteHits, _nodes.B.Statistics.Hits, _nodes.B.Statistics.Misses));
    }

    [Fact]
    public async Task A_save_on_one_node_drops_the_rows_of_the_other_and_those_of_the_tier()
    {
        await _nodes.On('A', Price);
        await _nodes.On('B', Price);

        await _nodes.On('A', static async db =>
        {
            (await db.Products.SingleAsync(p => p.Id == 7)).Price = 999;
            return await db.SaveChangesAsync();
        });

        Assert.Equal((999m, 1), await _nodes.On('B', Price));
        Assert.Equal((999m, 0), await _nodes.On('A', Price));
    }

    [Fact]
    public async Task A_save_to_another_row_leaves_the_row_of_the_other_node()
    {
        await _nodes.On('A', Price);
        await _nodes.On('B', Price);

        await _nodes.On('A', static async db =>
        {
            (await db.Products.SingleAsync(p => p.Id == 8)).Price = 999;
            return await db.SaveChangesAsync();
        });

        Assert.Equal(0, (await _nodes.On('B', Price)).Commands);
        _nodes.B.Dispose();
        Assert.Equal(0, (await _nodes.On('A', Price)).Commands);
    }

    [Fact]
    public async Task A_list_whose_rows_are_left_alone_stays_in_the_memory_of_the_other_node()
    {
        await _nodes.On('A', Listed);
        await _nodes.On('B', Listed);

        await _nodes.On('A', static async db =>
        {
            (await db.Products.SingleAsync(p => p.Id == 8)).Stock = 77; // Category 4.
            return await db.SaveChangesAsync();
        });

        Assert.Equal(0, (await _nodes.On('B', Listed)).Commands);
    }

    [Fact]
    public async Task A_list_whose_rows_are_left_alone_stays_in_the_tier()
    {
        Task SaveOn(char node, Expression<Func<Product, bool>> which, int stock) => _nodes.On(node, async db =>
        {
            (await db.Products.OrderBy(p => p.Id).FirstAsync(which)).Stock = stock;
            return await db.SaveChangesAsync();
        });

        // The first tells what the table is taken for. When that is known, a list can depend on less.
        await _nodes.On('A', Listed);
        await SaveOn('A', static p => p.CategoryId == 3, 76);
        await _nodes.On('A', Listed);

        await SaveOn('A', static p => p.CategoryId == 4, 77);
        Assert.Equal(0, (await _nodes.On('B', Listed)).Commands);
        Assert.Equal(1, _nodes.B.Statistics.RemoteHits);

        await SaveOn('A', static p => p.CategoryId == 3, 78);
        Assert.Equal(1, (await _nodes.On('B', Listed)).Commands);
    }

    [Fact]
    public async Task A_row_that_enters_a_list_drops_it_from_the_tier()
    {
        await _nodes.On('A', Listed);
        var (before, _) = await _nodes.On('A', Listed);
        await _nodes.On('A', static async db =>
        {
            (await db.Products.SingleAsync(p => p.Id == 8)).CategoryId = 3;
            return await db.SaveChangesAsync();
        });

        Assert.Equal((before + 1, 1), await _nodes.On('B', Listed));
    }

    [Fact]
    public async Task A_list_that_was_stored_for_its_whole_table_hears_of_rows_that_enter()
    {
        await using (var whole = _nodes.NewUnscopedA())
        {
            await Listed(whole);
        }

        await _nodes.Settle();
        var (before, commands) = await _nodes.On('B', Listed);
        Assert.Equal(0, commands);

        await _nodes.On('A', static async db =>
        {
            var product = await db.Products.AsNoTracking().FirstAsync(p => p.CategoryId == 3);
            product.Id = 9_999;
            db.Add(product);
            return await db.SaveChangesAsync();
        });

        Assert.Equal((before + 1, 1), await _nodes.On('B', Listed));
    }

    [Fact]
    public async Task A_bulk_statement_and_raw_SQL_on_one_node_reach_the_other()
    {
        await _nodes.On('B', Price);
        await _nodes.On('A', static db => db.Products.Where(p => p.Id == 7).ExecuteUpdateAsync(s => s.SetProperty(p => p.Price, 5)));
        Assert.Equal(5m, (await _nodes.On('B', Price)).Result);

        await _nodes.On('A', static db => db.Database.ExecuteSqlRawAsync("UPDATE \"Products\" SET \"Price\" = '6' WHERE \"Id\" = 7"
            .Replace("'6'", db.Database.IsSqlite() ? "'6'" : "6", StringComparison.Ordinal)));
        Assert.Equal(6m, (await _nodes.On('B', Price)).Result);
    }

    [Fact]
    public async Task What_is_rolled_back_drops_nothing_and_what_is_committed_drops_it_then()
    {
        await _nodes.On('B', Price);
        await _nodes.On('A', static async db =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync();
            (await db.Products.SingleAsync(p => p.Id == 7)).Price = 5;
            await db.SaveChangesAsync();
            await transaction.RollbackAsync();
            return 0;
        });
        Assert.Equal(0, (await _nodes.On('B', Price)).Commands);

        await _nodes.On('A', static async db =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync();
            (await db.Products.SingleAsync(p => p.Id == 7)).Price = 5;
            await db.SaveChangesAsync();
            await transaction.CommitAsync();
            return 0;
        });
        Assert.Equal((5m, 1), await _nodes.On('B', Price));
    }

    [Fact]
    public async Task Rows_that_were_overtaken_by_a_save_of_another_node_are_served_by_nobody()
    {
        await using (var db = _nodes.NewA())
        {
            var loading = db.Products.Where(p => p.Id == 7).Select(p => p.Price).Remember(Ttl).AsAsyncEnumerable().GetAsyncEnumerator();
            await _nodes.On('B', static db => db.Products.Where(p => p.Id == 7).ExecuteUpdateAsync(s => s.SetProperty(p => p.Price, 5)));
            await loading.MoveNextAsync();
            await loading.DisposeAsync();
            await _nodes.Settle();
        }

        Assert.Equal(5m, (await _nodes.On('A', Price)).Result);
        Assert.Equal(5m, (await _nodes.On('B', Price)).Result);
    }

    [Fact]
    public async Task Forgetting_a_query_a_name_or_a_tag_on_one_node_forgets_it_on_the_other()
    {
        async Task Forgets(Func<ShopContext, Task<decimal>> query, Func<ShopContext, Task> forget)
        {
            await _nodes.On('A', query);
            Assert.Equal(0, (await _nodes.On('B', query)).Commands);
            await _nodes.On('A', async db =>
            {
                await forget(db);
                return 0;
            });
            Assert.Equal(1, (await _nodes.On('B', query)).Commands);
        }

        await Forgets(Price, static db => db.Products.Where(p => p.Id == 7).Select(p => p.Price).ForgetAsync());
        await Forgets(
            static db => db.Products.Where(p => p.Id == 7).Select(p => p.Price).Remember("seven", Ttl).SingleAsync(),
            static db => db.ForgetAsync("seven"));
        await Forgets(
            static db => db.Products.Where(p => p.Id == 7).Select(p => p.Price).Remember(Ttl, "shop:7").SingleAsync(),
            static db => db.FlushAsync("shop"));
        await Forgets(Price, static db => db.FlushAsync<Product>());
    }

    [Fact]
    public async Task A_fresh_load_on_one_node_replaces_the_rows_of_the_other()
    {
        await _nodes.On('A', Price);
        await _nodes.On('B', Price);
        await _nodes.On('A', static async db =>
        {
            // Written by something that nobody sees.
            await using var connection = db.Database.GetDbConnection();
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = "UPDATE \"Products\" SET \"Price\" = " + (db.Database.IsSqlite() ? "'5'" : "5") + " WHERE \"Id\" = 7";
            return await command.ExecuteNonQueryAsync();
        });
        Assert.Equal(8.75m, (await _nodes.On('B', Price)).Result);

        await _nodes.On('A', static db => db.Products.Where(p => p.Id == 7).Select(p => p.Price).RememberFresh(Ttl).SingleAsync());

        Assert.Equal((5m, 0), await _nodes.On('B', Price));
    }

    [Fact]
    public async Task A_split_query_comes_whole_from_the_tier_or_not_at_all()
    {
        static Task<List<Category>> Split(ShopContext db)
            => db.Categories.Include(c => c.Products).ThenInclude(p => p.Tags).AsSplitQuery().OrderBy(c => c.Id).Remember(Ttl).ToListAsync();

        var first = await _nodes.On('A', Split);
        var second = await _nodes.On('B', Split);

        Assert.Equal((3, 0), (first.Commands, second.Commands));
        Assert.Equal(
            first.Result.Select(static c => (c.Id, c.Products.Count, c.Products.Sum(static p => p.Tags.Count))),
            second.Result.Select(static c => (c.Id, c.Products.Count, c.Products.Sum(static p => p.Tags.Count))));
        Assert.Equal(0, (await _nodes.On('B', Split)).Commands);

        // The same rows, and the bytes with which those of the parts came.
        Assert.True(_nodes.B.Statistics.Bytes > _nodes.A.Statistics.Bytes);
    }

    [Fact]
    public async Task A_split_query_that_is_not_read_to_its_end_is_not_stored_and_the_other_node_loads_it_whole()
    {
        static IQueryable<Category> Split(ShopContext db)
            => db.Categories.Include(c => c.Products).AsSplitQuery().OrderBy(c => c.Id).Remember(Ttl);

        await _nodes.On('A', static async db =>
        {
            await foreach (var category in Split(db).AsAsyncEnumerable())
            {
                return category.Id;
            }

            return 0;
        });

        var whole = await _nodes.On('B', static async db => (await Split(db).ToListAsync()).Sum(static c => c.Products.Count));
        var again = await _nodes.On('A', static async db => (await Split(db).ToListAsync()).Sum(static c => c.Products.Count));

        Assert.Equal((100, 2), whole);
        Assert.Equal((100, 0), again);
        Assert.Equal(2, _nodes.A.Statistics.RemoteHits); // The main rows, and the part that came with them.
    }

    [Fact]
    public async Task Tables_that_one_node_flushes_are_loaded_anew_by_the_other()
    {
        await _nodes.On('B', Price);
        await _nodes.On('B', Special);

        await _nodes.On('A', static async db =>
        {
            await db.FlushTablesAsync("Products");
            return 0;
        });

        Assert.Equal((1, 1), ((await _nodes.On('B', Price)).Commands, (await _nodes.On('B', Special)).Commands));
        await _nodes.On('A', static async db =>
        {
            await db.FlushAsync<Order>();
            return 0;
        });
        Assert.Equal(0, (await _nodes.On('B', Price)).Commands);
    }

    [Fact]
    public async Task Rows_are_kept_in_the_tiers_that_the_query_names()
    {
        static Task<decimal> In(ShopContext db, CacheTiers tiers) => db.Products.Where(p => p.Id == 7).Select(p => p.Price)
            .Remember(new RememberOptions { Ttl = Ttl, Tiers = tiers }).SingleAsync();

        await _nodes.On('A', static db => In(db, CacheTiers.Memory));
        Assert.Equal(1, (await _nodes.On('B', static db => In(db, CacheTiers.Remote))).Commands);
        Assert.Equal(0, (await _nodes.On('B', static db => In(db, CacheTiers.Remote))).Commands);
        Assert.Equal((1, 0), (_nodes.B.Statistics.RemoteHits, _nodes.B.Statistics.Entries));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_query_that_is_to_be_certain_waits_for_what_other_nodes_have_changed(bool async)
    {
        await _nodes.On('A', Price);
        await _nodes.On('B', Price);
        _nodes.Store.HoldsMessages = true;
        await _nodes.On('A', static async db =>
        {
            (await db.Products.SingleAsync(p => p.Id == 7)).Price = 999;
            return await db.SaveChangesAsync();
        });
        Assert.NotEqual((999m, 0), await _nodes.On('B', Price)); // So it is with the default.

        var certain = Task.Run(() => _nodes.On('B', db => CertainPrice(db, async)));
        _nodes.Store.Tell();
        _nodes.Store.HoldsMessages = false;
        _nodes.Store.Tell();

        Assert.Equal((999m, 1), await certain);
        Assert.Equal((999m, 0), await _nodes.On('B', db => CertainPrice(db, async)));
    }

    [Fact]
    public async Task A_query_that_cannot_be_certain_is_answered_by_the_database_and_counted()
    {
        await _nodes.On('A', Price);
        _nodes.Store.Failure = new InvalidOperationException("away");

        Assert.Equal(1, (await _nodes.On('A', static db => CertainPrice(db, async: true))).Commands);
        Assert.Equal(0, (await _nodes.On('A', Price)).Commands);
        Assert.Equal(1, _nodes.A.Statistics.Bypasses["remote: what is in memory could not be verified"]);
    }

    [Fact]
    public async Task A_split_query_that_is_to_be_certain_asks_once_and_is_answered_from_memory()
    {
        static Task<List<Category>> Split(ShopContext db)
            => db.Categories.Include(c => c.Products).AsSplitQuery().OrderBy(c => c.Id)
                .Remember(new RememberOptions { Ttl = Ttl, Consistency = CacheConsistency.Verified }).ToListAsync();

        await _nodes.On('A', Split);
        var reads = _nodes.Store.Reads;
        var (categories, commands) = await _nodes.On('A', Split);

        Assert.Equal((0, reads + 1), (commands, _nodes.Store.Reads));
        Assert.All(categories, static category => Assert.NotEmpty(category.Products));
    }

    [Fact]
    public async Task Synchronous_queries_use_the_tier_too()
    {
        await _nodes.On('A', static db => Task.FromResult(db.Products.Where(p => p.Id < 5).Remember(Ttl).ToList().Count));

        Assert.Equal((4, 0), await _nodes.On('B', static db => Task.FromResult(db.Products.Where(p => p.Id < 5).Remember(Ttl).ToList().Count)));
    }

    public void Dispose()
    {
        _nodes.Dispose();
        GC.SuppressFinalize(this);
    }

    private static async Task<string> Special(ShopContext db)
    {
        var products = await db.Products.Include(p => p.Tags).Where(p => p.Kind == ProductKind.Special).OrderBy(p => p.Id).Remember(Ttl).ToListAsync();
        return string.Join(';', products.Select(static p => $"{p.Id} {p.Name} {p.Price} {p.Created:O} {p.Code} {p.Note} {p.Image.Length} {p.Tags.Count}"));
    }

    private static Task<decimal> Price(ShopContext db)
        => db.Products.Where(p => p.Id == 7).Select(p => p.Price).Remember(Ttl).SingleAsync();

    private static Task<decimal> CertainPrice(ShopContext db, bool async)
    {
        var price = db.Products.Where(p => p.Id == 7).Select(p => p.Price)
            .Remember(new RememberOptions { Ttl = Ttl, Consistency = CacheConsistency.Verified });
        return async ? price.SingleAsync() : Task.FromResult(price.Single());
    }

    private static Task<int> Listed(ShopContext db)
        => db.Products.Where(p => p.CategoryId == 3).Remember(Ttl).ToListAsync().ContinueWith(static list => list.Result.Count, TaskScheduler.Default);
}

public sealed class SqliteQueriesOfTwoNodesTests() : QueriesOfTwoNodesTests(new TwoNodes())
{
    [Fact]
    public void A_file_must_have_a_name_where_nodes_share_the_cache()
    {
        using var shop = new TestShop(context: static options => options.DatabaseName = null);
        using var cache = FastCache.Create(static options => options.UseRemoteTier(
            static _ => new InMemoryRemoteTier(new InMemoryRemoteStore(TimeProvider.System))));
        using var db = new ShopContext(shop.ConfigurePlain().UseFastOrmCache(cache).Options);

        var error = Assert.Throws<InvalidOperationException>(() => db.Products.Remember(TimeSpan.FromMinutes(1)).ToList());
        Assert.Contains("DatabaseName", error.Message, StringComparison.Ordinal);
        db.Add(new Category { Id = 99, Name = "new" });
        Assert.Throws<InvalidOperationException>(() => db.SaveChanges());
        Assert.False(db.Categories.Any(c => c.Id == 99));
    }
}

public sealed class LeasedQueriesTests : IDisposable
{
    private readonly TwoNodes _nodes = new(loadLease: TimeSpan.FromMinutes(1));

    [Fact]
    public async Task A_split_query_gives_its_lease_back_when_all_of_it_is_stored()
    {
        static Task<List<Category>> Split(ShopContext db)
            => db.Categories.Include(c => c.Products).AsSplitQuery().Remember(TimeSpan.FromMinutes(1)).ToListAsync();

        var gate = new TaskCompletionSource();
        _nodes.Store.StoreGate = gate.Task;
        await using var a = _nodes.NewA();
        await Split(a);
        Assert.Empty(_nodes.Store.Keys);
        Assert.Single(_nodes.Store.Leased);
        gate.SetResult();

        Assert.Equal(0, (await _nodes.On('B', Split)).Commands);
        Assert.True(SpinWait.SpinUntil(() => _nodes.Store.Leased.Count == 0, TimeSpan.FromSeconds(20)));
    }

    public void Dispose() => _nodes.Dispose();
}

public sealed class PostgresQueriesOfTwoNodesTests() : QueriesOfTwoNodesTests(new TwoNodes(Provider.PostgreSql));
