using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Documents;

/// <summary>The code of docs/invalidation.md.</summary>
public sealed class InvalidationTests
{
    [Fact]
    public async Task Who_knows_what_a_statement_writes_says_it()
    {
        using var archive = NewArchive();
        await archive.CountAsync(db => db.Orders.Remember().CountAsync());
        await archive.CountAsync(db => db.Customers.Remember().CountAsync());
        await using (var db = archive.New())
        {
            const int year = 2020;

            // code: writing
            using (RememberScope.Writing("orders", "order_lines"))
            {
                await db.Database.ExecuteSqlAsync($"CALL archive_orders({year})");
            }
            // end
        }

        Assert.Equal(1, (await archive.CountAsync(db => db.Orders.Remember().CountAsync())).Commands);
        Assert.Equal(0, (await archive.CountAsync(db => db.Customers.Remember().CountAsync())).Commands);
    }

    [Fact]
    public void Routines_that_read_and_replicas_that_lag_are_options()
    {
        using var cache = FastCache.Create();
        var options = new DbContextOptionsBuilder().UseSqlite("Data Source=:memory:");

        // code: routines
        options.UseFastOrmCache(cache, o => o.RoutinesRead("search_products"));   // a function that writes nothing
        // end

        // code: lag
        options.UseFastOrmCache(cache, o => o.InvalidateAgainAfter = TimeSpan.FromSeconds(2));
        // end
        using var db = new ArchiveContext(options.AllowManySetups().Options);

        Assert.NotNull(db.Model);
    }

    [Fact]
    public async Task A_view_depends_on_what_the_model_says()
    {
        using var archive = NewArchive();
        await archive.CountAsync(db => db.Set<SalesSummary>().Remember().ToListAsync());
        await using (var db = archive.New())
        {
            db.Add(new Customer());
            await db.SaveChangesAsync();
        }

        Assert.Equal(0, (await archive.CountAsync(db => db.Set<SalesSummary>().Remember().ToListAsync())).Commands);
    }

    private static TestDatabase<ArchiveContext> NewArchive()
        => new(static options => new ArchiveContext(options), ArchiveContext.Seed, provider: Provider.PostgreSql);

    private sealed class ArchiveContext(DbContextOptions options) : DbContext(options)
    {
        public DbSet<Order> Orders => Set<Order>();

        public DbSet<Customer> Customers => Set<Customer>();

        public static void Seed(ArchiveContext db)
            => db.Database.ExecuteSqlRaw(
                """
                CREATE VIEW sales_summary AS SELECT year, count(*)::int AS orders FROM orders GROUP BY year;
                CREATE PROCEDURE archive_orders(before int) LANGUAGE sql AS 'DELETE FROM orders WHERE year < before';
                """);

        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<Order>().ToTable("orders").Property(static o => o.Year).HasColumnName("year");
            modelBuilder.Entity<OrderLine>().ToTable("order_lines");
            modelBuilder.Entity<Customer>().ToTable("customers");
            modelBuilder.Entity<SalesSummary>().HasKey(static s => s.Year);
            modelBuilder.Entity<SalesSummary>().Property(static s => s.Year).HasColumnName("year");
            modelBuilder.Entity<SalesSummary>().Property(static s => s.Orders).HasColumnName("orders");

            // code: view
            modelBuilder.Entity<SalesSummary>().ToView("sales_summary").DependsOn("orders", "order_lines");
            // end
        }
    }

    private sealed class Order
    {
        public int Id { get; set; }

        public int Year { get; set; }
    }

    private sealed class OrderLine
    {
        public int Id { get; set; }
    }

    private sealed class Customer
    {
        public int Id { get; set; }
    }

    private sealed class SalesSummary
    {
        public int Year { get; set; }

        public int Orders { get; set; }
    }
}
