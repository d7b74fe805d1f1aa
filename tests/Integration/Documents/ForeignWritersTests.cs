using System.Data.Common;
using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace FastOrm.Cache.Tests.Integration.Documents;

/// <summary>The code of docs/foreign-writers.md.</summary>
public sealed class ForeignWritersTests
{
    [Fact]
    public async Task Who_writes_past_EF_Core_says_what_was_written()
    {
        using var shop = NewShop();
        await using var db = shop.New();
        await using var connection = shop.Connect();
        await db.Products.Remember().CountAsync();

        // code: tables
        await connection.ExecuteAsync("UPDATE products SET price = price * 1.1");   // Dapper
        await db.FlushTablesAsync("products");                                      // everything that reads the table
        await db.FlushAsync<Product>();                                             // the same, by entity type
        // end

        Assert.Equal(1, (await shop.CountAsync(other => other.Products.Remember().CountAsync())).Commands);
    }

    [Fact]
    public async Task News_flush_a_tag()
    {
        using var shop = NewShop();
        await using var db = shop.New();
        var cache = shop.Cache;

        // code: news
        var prices = await db.Products.Remember(TimeSpan.FromHours(1), "prices").ToListAsync();

        // in the handler of a message, a webhook, PostgreSQL's LISTEN …
        await cache.FlushAsync("prices");
        // end
        var again = await shop.CountAsync(other => other.Products.Remember(TimeSpan.FromHours(1), "prices").ToListAsync());

        Assert.Single(prices);
        Assert.Equal(1, again.Commands);
    }

    [Fact]
    public async Task A_trigger_sends_the_news()
    {
        using var shop = NewShop(Provider.PostgreSql);
        using var stop = new CancellationTokenSource();
        await using var writer = shop.Connect();
        await writer.ExecuteAsync(Sql());
        await shop.CountAsync(db => db.Products.Remember().ToListAsync());
        var flushed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var listening = ListenAsync(shop.ConnectionString, new Contexts(shop, flushed), stop.Token);

        // Only news that is sent after LISTEN arrives, so there is some until it does.
        while (!flushed.Task.IsCompleted && !listening.IsCompleted)
        {
            await writer.ExecuteAsync("UPDATE products SET price = price + 1");
            await Task.WhenAny(flushed.Task, Task.Delay(20));
        }

        await flushed.Task;
        Assert.Equal(1, (await shop.CountAsync(db => db.Products.Remember().ToListAsync())).Commands);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => listening);
    }

    private static async Task ListenAsync(string connectionString, IDbContextFactory<PriceContext> contexts, CancellationToken token)
    {
        // code: listen
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(token);
        connection.Notification += (_, news) =>
        {
            using var db = contexts.CreateDbContext();
            db.FlushTablesAsync(news.Channel).GetAwaiter().GetResult();
        };
        await using (var listen = new NpgsqlCommand("LISTEN products", connection))
        {
            await listen.ExecuteNonQueryAsync(token);
        }

        while (!token.IsCancellationRequested)
        {
            await connection.WaitAsync(token);   // on a broken connection: connect again, then cache.ClearAsync(), since news may be lost
        }
        // end
    }

    // What the document has between its marks of SQL.
    private static string Sql()
    {
        var document = File.ReadAllText(Path.Combine(Repository.Root, "docs", "foreign-writers.md"));
        return document.Split("```sql")[1].Split("```")[0];
    }

    private static TestDatabase<PriceContext> NewShop(Provider provider = Provider.Sqlite)
        => new(static options => new PriceContext(options), PriceContext.Seed, provider: provider);

    private sealed class Contexts(TestDatabase<PriceContext> shop, TaskCompletionSource flushed) : IDbContextFactory<PriceContext>
    {
        public PriceContext CreateDbContext()
        {
            var db = shop.New();
            db.Flushed = flushed;
            return db;
        }
    }

    public sealed class PriceContext(DbContextOptions options) : DbContext(options)
    {
        public DbSet<Product> Products => Set<Product>();

        /// <summary>Completed when the context has been used for what it was made for.</summary>
        public TaskCompletionSource? Flushed { get; set; }

        public static void Seed(PriceContext db)
        {
            db.Add(new Product { Price = 10 });
            db.SaveChanges();
        }

        public override void Dispose()
        {
            base.Dispose();
            Flushed?.TrySetResult();
        }

        protected override void OnModelCreating(ModelBuilder modelBuilder)
            => modelBuilder.Entity<Product>(static product =>
            {
                product.ToTable("products");
                product.Property(static p => p.Id).HasColumnName("id");
                product.Property(static p => p.Price).HasColumnName("price");
            });
    }

    public sealed class Product
    {
        public int Id { get; set; }

        public int Price { get; set; }
    }
}

file static class DapperLike
{
    public static async Task ExecuteAsync(this DbConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }
}
