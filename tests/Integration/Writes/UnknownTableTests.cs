#pragma warning disable EF1001 // The validator of SQLite refuses stored procedures, which only the mapping is needed of here.
using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Sqlite.Infrastructure.Internal;

namespace FastOrm.Cache.Tests.Integration.Writes;

/// <summary>What reads or writes tables that the model does not tell: it depends on every write, and it invalidates everything.</summary>
public sealed class UnknownTableTests : IDisposable
{
    private readonly TestDatabase<LedgerContext> _database = new(static options => new LedgerContext(options), static db =>
    {
        db.Database.ExecuteSqlRaw("CREATE VIEW Summary AS SELECT (SELECT SUM(Amount) FROM Entries) AS Total, (SELECT COUNT(*) FROM Remarks) AS Count");
        db.Database.ExecuteSqlRaw("CREATE TRIGGER Audited AFTER INSERT ON Audits BEGIN UPDATE Entries SET Amount = Amount + 1; END");
        db.Add(new Entry { Id = 1, Amount = 5 });
        db.Add(new Remark { Id = 1, Text = "one" });
        db.SaveChanges();
    });

    [Fact]
    public void A_view_depends_on_every_write()
    {
        static string View(LedgerContext db) => db.Set<Summary>().Remember().AsEnumerable().Select(s => $"{s.Total} {s.Count}").Text();

        _database.AssertDies(View, db => db.Entries.Single().Amount = 6);
        _database.AssertDies(View, db => db.Add(new Remark { Text = "two" }));
    }

    [Fact]
    public void A_query_that_a_type_is_mapped_to_depends_on_every_write()
        => _database.AssertDies(
            db => db.Set<Total>().Remember().Single().Amount.ToString(),
            db => db.Entries.Single().Amount = 6);

    [Fact]
    public void Raw_SQL_depends_on_every_write()
    {
        _database.AssertDies(
            db => db.Remarks.FromSqlRaw("SELECT r.* FROM Remarks AS r WHERE (SELECT SUM(Amount) FROM Entries) < 6").Remember().Count().ToString(),
            db => db.Entries.Single().Amount = 6);
        _database.AssertDies(
            db => db.Entries.FromSql($"SELECT * FROM Entries").Where(e => e.Amount > 0).Remember().Single().Amount.ToString(),
            db => db.Entries.Single().Amount = 7);
        _database.AssertDies(
            db => db.Database.SqlQuery<int>($"SELECT COUNT(*) AS Value FROM Remarks").Remember().Single().ToString(),
            db => db.Add(new Remark { Text = "two" }));
    }

    [Fact]
    public void What_reads_known_tables_only_does_not_depend_on_every_write()
        => _database.AssertSurvives(
            db => db.Remarks.Remember().Single().Text,
            db => db.Entries.Single().Amount = 6);

    [Fact]
    public void A_write_to_a_table_with_a_trigger_invalidates_everything()
        => _database.AssertDies(
            db => db.Entries.Remember().Single().Amount.ToString(),
            db => db.Add(new Audit { Text = "audited" }));

    [Fact]
    public void A_transaction_with_a_write_to_a_table_with_a_trigger_invalidates_everything_when_it_is_committed()
        => _database.AssertDiesWith(
            db => db.Entries.Remember().Single().Amount.ToString(),
            db =>
            {
                using var transaction = db.Database.BeginTransaction();
                db.Add(new Audit { Text = "audited" });
                db.SaveChanges();
                transaction.Commit();
            });

    [Fact]
    public void A_delete_that_cascades_to_a_table_with_a_trigger_invalidates_everything()
    {
        using (var db = _database.New())
        {
            db.Database.ExecuteSqlRaw("CREATE TRIGGER Gone AFTER DELETE ON Audits BEGIN UPDATE Entries SET Amount = Amount + 1; END");
            db.Add(new Audit { Id = 1, RemarkId = 1 });
            db.SaveChanges();
        }

        _database.AssertDies(
            db => db.Entries.Remember().Single().Amount.ToString(),
            db => db.Remove(new Remark { Id = 1 }));
    }

    [Fact]
    public void Another_database_is_not_everything()
    {
        using var shop = new TestShop();
        var options = shop.Configure().UseFastOrmCache(_database.Cache).Options;
        string Tags() => new ShopContext(options).Tags.Remember().Count().ToString();

        Tags();
        using (var db = _database.New())
        {
            db.Add(new Audit { Text = "audited" });
            db.SaveChanges();
        }

        var before = shop.Sql.Count;
        Tags();
        Assert.Equal(before, shop.Sql.Count);
    }

    [Fact]
    public void A_write_by_a_stored_procedure_invalidates_everything()
    {
        _database.Warm(db => db.Entries.Remember().Single().Amount.ToString());
        var options = TestOptions.New().UseSqlite(_database.ConnectionString).UseFastOrmCache(_database.Cache)
            .ReplaceService<IModelValidator, LenientValidator>().Options;
        using (var db = new ProcedureContext(options))
        {
            db.Add(new Remark { Id = 9, Text = "by procedure" });
            Assert.ThrowsAny<Exception>(() => db.SaveChanges()); // SQLite has none, but it may have run for all that we know.
        }

        Assert.Equal(1, _database.Count(db => db.Entries.Remember().Single().Amount.ToString()).Commands);
    }

    public void Dispose() => _database.Dispose();

    private sealed class ProcedureContext(DbContextOptions options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<Remark>().Property(r => r.Id).ValueGeneratedNever();
            modelBuilder.Entity<Remark>().ToTable("Remarks").InsertUsingStoredProcedure(
                "AddRemark", procedure => procedure.HasParameter(r => r.Id).HasParameter(r => r.Text));
        }
    }

    private sealed class LenientValidator(ModelValidatorDependencies dependencies, RelationalModelValidatorDependencies relational)
        : SqliteModelValidator(dependencies, relational)
    {
        protected override void ValidateNoStoredProcedures(IModel model, IDiagnosticsLogger<DbLoggerCategory.Model.Validation> logger)
        {
        }
    }
}

public class LedgerContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<Entry> Entries => Set<Entry>();

    public DbSet<Remark> Remarks => Set<Remark>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Summary>().HasNoKey().ToView("Summary");
        modelBuilder.Entity<Total>().HasNoKey().ToSqlQuery("SELECT SUM(Amount) AS Amount FROM Entries");
        modelBuilder.Entity<Audit>().ToTable("Audits", table => table.HasTrigger("Audited"));
        modelBuilder.Entity<Audit>().HasOne<Remark>().WithMany().HasForeignKey(a => a.RemarkId).OnDelete(DeleteBehavior.Cascade);
    }
}

public class Entry
{
    public int Id { get; set; }

    public int Amount { get; set; }
}

public class Remark
{
    public int Id { get; set; }

    public string Text { get; set; } = "";
}

public class Audit
{
    public int Id { get; set; }

    public int? RemarkId { get; set; }

    public string Text { get; set; } = "";
}

public class Summary
{
    public int? Total { get; set; }

    public int Count { get; set; }
}

public class Total
{
    public int Amount { get; set; }
}
