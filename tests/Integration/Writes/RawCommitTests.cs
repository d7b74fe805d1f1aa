using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace FastOrm.Cache.Tests.Integration.Writes;

/// <summary>Ends of transactions that EF Core does not see.</summary>
public abstract class RawCommitTests : IDisposable
{
    private readonly TestShop _shop;

    protected RawCommitTests(Provider provider)
    {
        _shop = new TestShop(provider: provider);
        _shop.Warm(Tag);
    }

    protected TestShop Shop => _shop;

    [Fact]
    public void A_transaction_of_EF_Core_that_is_committed_on_its_DbTransaction_counts()
    {
        using (var db = _shop.New())
        {
            using var transaction = db.Database.BeginTransaction();
            Rename(db);
            transaction.GetDbTransaction().Commit();
            Assert.Equal("new", _shop.Count(Tag).Result);
        }

        Assert.Equal("new", _shop.Count(Tag).Result);
    }

    [Fact]
    public void A_transaction_by_SQL_counts_also_when_the_next_has_begun_before_anyone_looked()
    {
        using var db = _shop.New();
        db.Database.OpenConnection();
        db.Database.ExecuteSqlRaw("BEGIN");
        Rename(db);
        db.Database.ExecuteSqlRaw("COMMIT");
        db.Database.ExecuteSqlRaw("BEGIN");

        Assert.Equal("new", _shop.Count(Tag).Result);
        db.Database.ExecuteSqlRaw("COMMIT");
        Assert.Equal("new", _shop.Count(Tag).Result);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_transaction_that_was_committed_on_its_DbTransaction_counts_also_when_the_next_is_rolled_back(bool isNextSeen)
    {
        using var db = _shop.New();
        db.Database.OpenConnection();
        var connection = db.Database.GetDbConnection();
        using (var transaction = db.Database.BeginTransaction())
        {
            Rename(db);
            transaction.GetDbTransaction().Commit();
        }

        using (var next = isNextSeen ? db.Database.BeginTransaction().GetDbTransaction() : connection.BeginTransaction())
        {
            next.Rollback();
        }

        Assert.Equal("new", _shop.Count(Tag).Result);
    }

    [Fact]
    public void A_transaction_of_the_application_counts_also_while_its_next_is_open()
    {
        using var connection = _shop.Connect();
        using var db = _shop.NewOn(connection);
        using (var transaction = connection.BeginTransaction())
        {
            db.Database.UseTransaction(transaction);
            Rename(db);
            db.Database.UseTransaction(null);
            transaction.Commit();
        }

        using (var next = connection.BeginTransaction())
        {
            db.Database.UseTransaction(next);
            Assert.Equal("new", _shop.Count(Tag).Result);
            next.Rollback();
        }

        Assert.Equal("new", _shop.Count(Tag).Result);
    }

    [Fact]
    public void A_statement_that_returns_rows_counts_when_the_transaction_of_the_application_is_committed()
    {
        using var connection = _shop.Connect();
        using var db = _shop.NewOn(connection);
        using var transaction = connection.BeginTransaction();
        db.Database.UseTransaction(transaction);
        Assert.Single(db.Tags.FromSqlRaw(
            """UPDATE "Tags" SET "Name" = 'new' WHERE "Id" = 1 RETURNING *""").AsNoTracking().ToList());
        Assert.Equal("tag 1", _shop.Count(Tag).Result);
        Assert.Equal("tag 1", _shop.Count(Tag).Result); // Remembered until the commit.
        transaction.Commit();

        Assert.Equal("new", _shop.Count(Tag).Result);
    }

    public void Dispose() => _shop.Dispose();

    protected static string Tag(ShopContext db) => db.Tags.Where(t => t.Id == 1).Select(t => t.Name).Remember().Single();

    protected static void Rename(ShopContext db)
    {
        db.Tags.Single(t => t.Id == 1).Name = "new";
        db.SaveChanges();
    }
}

public sealed class RawCommitTestsOnPostgreSql() : RawCommitTests(Provider.PostgreSql);

public sealed class RawCommitTestsOnSqlite() : RawCommitTests(Provider.Sqlite)
{
    [Fact]
    public void A_table_that_another_context_maps_to_a_schema_is_the_same_table()
    {
        using (var db = new SchemaContext(Shop.Options))
        {
            db.Tags.Single(t => t.Id == 1).Name = "new";
            db.SaveChanges();
        }

        Assert.Equal("new", Shop.Count(Tag).Result);
    }

    [Fact]
    public void A_private_database_in_memory_is_another_one_when_its_connection_was_closed()
    {
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection("Data Source=:memory:");
        var options = TestOptions.New().UseSqlite(connection).UseFastOrmCache(Shop.Cache).Options;
        for (var run = 0; run < 2; run++)
        {
            connection.Open();
            using var db = new ShopContext(options);
            db.Database.EnsureCreated();
            Assert.Equal(0, db.Tags.Remember().Count());
            db.Add(new Tag { Id = 1, Name = "a" });
            db.SaveChanges();
            Assert.Equal(1, db.Tags.Remember().Count());
            connection.Close();
        }
    }

    private sealed class SchemaContext(DbContextOptions options) : DbContext(options)
    {
        public DbSet<Tag> Tags => Set<Tag>();

        protected override void OnModelCreating(ModelBuilder modelBuilder)
            => modelBuilder.Entity<Tag>(static tag => tag.Ignore(t => t.Products).ToTable("Tags", "shop"));
    }
}
