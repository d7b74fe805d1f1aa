using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Writes.Scopes;

/// <summary>Query filters by tenant and by a mark of deletion are conditions like any other.</summary>
public abstract class FilterTests : IDisposable
{
    private readonly TestDatabase<FilterContext> _database;

    protected FilterTests(Provider provider)
        => _database = new TestDatabase<FilterContext>(static options => new FilterContext(options), FilterContext.Seed, provider: provider);

    [Fact]
    public void The_list_of_a_tenant_is_a_list_by_the_value_of_its_filter()
    {
        _database.AssertDies(All(1), Change(1, d => d.Text = "new"));
        _database.AssertDies(All(1), db => db.Add(new TenantDocument { TenantId = 1 }));
        _database.AssertSurvives(All(1), Change(5, d => d.Text = "new"));
        _database.AssertSurvives(All(1), db => db.Remove(db.Documents.IgnoreQueryFilters().Single(d => d.Id == 6)));
        _database.AssertSurvives(All(1), db => db.Add(new TenantDocument { TenantId = 2 }));
    }

    [Fact]
    public void A_row_that_goes_to_another_tenant_is_seen_by_both()
    {
        _database.AssertDies(All(1), Change(1, d => d.TenantId = 2));
        _database.AssertDies(All(2), Change(2, d => d.TenantId = 2));
    }

    [Fact]
    public void A_row_that_is_marked_as_deleted_is_seen_to_be_gone_and_to_come_back()
    {
        _database.AssertDies(All(1), db => db.Attach(new TenantDocument { Id = 1 }).Entity.IsDeleted = true);
        _database.AssertDies(All(1), Change(1, d => d.IsDeleted = false));
    }

    [Fact]
    public void A_point_of_a_tenant_depends_on_its_row_alone()
    {
        _database.AssertSurvives(Point(1, 1), Change(2, d => d.Text = "new"));
        _database.AssertDies(Point(1, 1), Change(1, d => d.Text = "new"));
        _database.AssertDies(Point(1, 1), Change(1, d => d.IsDeleted = true));
        _database.AssertDies(Point(1, 1), Change(1, d => d.IsDeleted = false));
        _database.AssertDies(Point(2, 1), Change(1, d => d.TenantId = 2));
    }

    [Fact]
    public void A_folder_of_a_tenant_is_a_list_by_three_columns()
    {
        _database.AssertDies(Folder(1, 1), Change(1, d => d.FolderId = 0));
        _database.AssertDies(Folder(1, 1), Change(1, d => d.FolderId = 1));
        _database.AssertSurvives(Folder(1, 1), Change(5, d => d.Text = "new"));
        _database.AssertSurvives(Folder(1, 1), Change(5, d => d.FolderId = 9));
        _database.AssertSurvives(Folder(1, 1), db => db.Add(new TenantDocument { TenantId = 2, FolderId = 9 }));
    }

    [Fact]
    public void Without_the_filters_the_list_holds_the_rows_of_all()
    {
        static string Read(FilterContext db)
            => db.Documents.IgnoreQueryFilters().Where(d => d.FolderId == 1).Remember().ToList().Select(d => $"{d.Id} {d.Text}").Sorted();

        _database.AssertDies(Read, Change(1, d => d.Text = "new"));
        _database.AssertDies(Read, Change(5, d => d.FolderId = 1));
        _database.AssertDies(Read, Change(5, d => d.Text = "newer"));
    }

    public void Dispose() => _database.Dispose();

    private static Func<FilterContext, string> All(int tenant) => db =>
    {
        db.Tenant = tenant;
        return db.Documents.Remember().ToList().Select(d => $"{d.Id} {d.Text}").Sorted();
    };

    private static Func<FilterContext, string> Folder(int tenant, int folder) => db =>
    {
        db.Tenant = tenant;
        return db.Documents.Where(d => d.FolderId == folder).Remember().ToList().Select(d => $"{d.Id} {d.Text}").Sorted();
    };

    private static Func<FilterContext, string> Point(int tenant, int id) => db =>
    {
        db.Tenant = tenant;
        return db.Documents.Remember().SingleOrDefault(d => d.Id == id)?.Text ?? "none";
    };

    private static Action<FilterContext> Change(int id, Action<TenantDocument> change)
        => db => change(db.Documents.IgnoreQueryFilters().Single(d => d.Id == id));
}

public sealed class SqliteFilterTests() : FilterTests(Provider.Sqlite);

public sealed class PostgresFilterTests() : FilterTests(Provider.PostgreSql);

/// <summary>Documents 1 to 4 are the first tenant's, 5 to 8 the second's.</summary>
public class FilterContext(DbContextOptions options) : DbContext(options)
{
    public int Tenant { get; set; }

    public DbSet<TenantDocument> Documents => Set<TenantDocument>();

    public static void Seed(FilterContext db)
    {
        db.AddRange(Enumerable.Range(1, 8).Select(i => new TenantDocument { Id = i, TenantId = i <= 4 ? 1 : 2, FolderId = i <= 4 ? i % 2 : 2, Text = $"text {i}" }));
        db.SaveChanges();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
        => modelBuilder.Entity<TenantDocument>(document =>
        {
            document.HasQueryFilter(d => d.TenantId == Tenant && !d.IsDeleted);
            document.Property(d => d.IsDeleted).HasDefaultValue(false);
        });
}

public class TenantDocument
{
    public int Id { get; set; }

    public int TenantId { get; set; }

    public int FolderId { get; set; }

    public bool IsDeleted { get; set; }

    public string Text { get; set; } = "";
}
