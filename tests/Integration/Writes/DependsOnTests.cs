using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FastOrm.Cache.Tests.Integration.Writes;

/// <summary>Views and queries of one's own whose tables the model names: they depend on those, and on no others.</summary>
public sealed class DependsOnTests : IDisposable
{
    private readonly TestDatabase<ViewContext> _database = new(static options => new ViewContext(options), static db =>
    {
        db.Database.ExecuteSqlRaw("CREATE VIEW Totals AS SELECT SUM(Amount) AS Total FROM Entries");
        db.AddRange(new Entry { Id = 1, Amount = 5 }, new Remark { Id = 1, Text = "one" });
        db.SaveChanges();
    });

    [Fact]
    public void A_view_is_dropped_by_writes_to_its_tables_and_by_no_others()
        => AssertDependsOnEntries(static db => db.Set<Declared>().Remember().Single().Total.ToString());

    [Fact]
    public void So_is_a_query_that_a_type_is_mapped_to()
        => AssertDependsOnEntries(static db => db.Set<Query>().Remember().Single().Total.ToString());

    [Fact]
    public void So_is_a_view_that_is_joined()
        => AssertDependsOnEntries(static db => db.Set<Declared>().SelectMany(_ => db.Set<Query>()).Remember().Single().Total.ToString());

    [Fact]
    public void A_view_of_which_nothing_is_said_depends_on_every_write()
    {
        static string Read(ViewContext db) => db.Set<Undeclared>().Remember().Single().Total.ToString();

        _database.Warm(Read);
        using (var db = _database.New())
        {
            db.Remarks.Single().Text = "two";
            db.SaveChanges();
        }

        Assert.Equal(1, _database.Count(Read).Commands);
    }

    [Fact]
    public void What_is_said_of_a_view_can_be_written_into_migrations()
    {
        using var db = _database.New();
        var annotation = db.Model.FindEntityType(typeof(Declared))!.GetAnnotations().Single(static a => a.Name == "FastOrm.Cache:DependsOn");

        Assert.IsType<string>(annotation.Value);
    }

    [Fact]
    public void Names_are_checked()
    {
        var builder = new ModelBuilder().Entity<Declared>();

        Assert.Contains(nameof(Declared), Assert.Throws<ArgumentException>(() => builder.DependsOn()).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => builder.DependsOn("a", " "));
        Assert.Throws<ArgumentNullException>(() => builder.DependsOn(null!));
        Assert.Throws<ArgumentNullException>(() => ((EntityTypeBuilder<Declared>)null!).DependsOn("a"));
    }

    public void Dispose() => _database.Dispose();

    private void AssertDependsOnEntries(Func<ViewContext, string> read)
    {
        _database.AssertSurvives(read, static db => db.Remarks.Single().Text += "!");
        _database.AssertDies(read, static db => db.Entries.Single().Amount++);
        _database.AssertDiesWith(read, static db => db.Database.ExecuteSqlRaw("UPDATE entries SET Amount = Amount + 1"));
    }

    public sealed class ViewContext(DbContextOptions options) : DbContext(options)
    {
        public DbSet<Entry> Entries => Set<Entry>();

        public DbSet<Remark> Remarks => Set<Remark>();

        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<Declared>().HasNoKey().ToView("Totals").DependsOn("elsewhere").DependsOn("main.ENTRIES");
            modelBuilder.Entity<Undeclared>().HasNoKey().ToSqlQuery("SELECT SUM(Amount) AS Total FROM Entries");
            modelBuilder.Entity<Query>().HasNoKey().ToSqlQuery("SELECT SUM(Amount) AS Total FROM Entries").DependsOn("Entries");
        }
    }

    public sealed class Entry
    {
        public int Id { get; set; }

        public int Amount { get; set; }
    }

    public sealed class Remark
    {
        public int Id { get; set; }

        public string Text { get; set; } = "";
    }

    public sealed class Declared
    {
        public int Total { get; set; }
    }

    public sealed class Undeclared
    {
        public int Total { get; set; }
    }

    public sealed class Query
    {
        public int Total { get; set; }
    }
}
