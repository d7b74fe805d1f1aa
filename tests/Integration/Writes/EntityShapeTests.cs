using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Writes;

/// <summary>Entities without the properties or the classes that one would expect.</summary>
public sealed class EntityShapeTests : IDisposable
{
    private readonly TestDatabase<OddContext> _database = new(static options => new OddContext(options), static db =>
    {
        db.Add(new Branch { Id = 1, Name = "low" });
        db.Add(new Branch { Id = 2, Name = "high" });
        db.Add(new Leaf { Id = 1, Branch = db.Branches.Local.First() });
        db.Add(new Employee { Id = 1, Name = "Ada", Reports = [new Employee { Id = 2, Name = "Bob" }] });
        db.Settings.Add(new Dictionary<string, object> { ["Id"] = 1, ["Value"] = "dark" });
        db.Others.Add(new Dictionary<string, object> { ["Id"] = 1, ["Value"] = "other" });
        db.SaveChanges();
    });

    [Fact]
    public void A_shadow_foreign_key_that_changes_is_seen()
        => _database.AssertDies(
            db => db.Leaves.Select(l => EF.Property<int>(l, "BranchId")).Remember().Single().ToString(),
            db => db.Entry(db.Leaves.Single()).Property("BranchId").CurrentValue = 2);

    [Fact]
    public void A_shadow_foreign_key_that_changes_with_its_navigation_is_seen_through_the_other_end()
        => _database.AssertDies(
            db => db.Leaves.Include(l => l.Branch).Remember().Single().Branch!.Name,
            db => db.Leaves.Single().Branch = db.Branches.Single(b => b.Id == 2));

    [Fact]
    public void An_entity_without_a_class_is_seen_to_change()
    {
        _database.AssertDies(
            db => db.Settings.Remember().Single()["Value"].ToString()!,
            db => db.Settings.Single()["Value"] = "light");
        _database.AssertDies(
            db => db.Settings.Select(s => (string)s["Value"]).Remember().ToList().Text(),
            db => db.Settings.Add(new Dictionary<string, object> { ["Id"] = 2, ["Value"] = "new" }));
    }

    [Fact]
    public void Entities_that_share_a_class_do_not_share_their_writes()
        => _database.AssertSurvives(
            db => db.Others.Remember().Single()["Value"].ToString()!,
            db => db.Settings.Single()["Value"] = "light");

    [Fact]
    public void A_reference_to_the_same_table_is_seen_to_change()
        => _database.AssertDies(
            db => db.Employees.Include(e => e.Reports).Remember().Single(e => e.Id == 1).Reports.Count.ToString(),
            db => db.Add(new Employee { Id = 3, Name = "Cleo", ManagerId = 1 }));

    [Fact]
    public void A_reference_to_the_same_table_that_is_given_up_is_seen()
        => _database.AssertDies(
            db => db.Employees.Where(e => e.Manager!.Name == "Ada").Remember().Count().ToString(),
            db => db.Employees.Include(e => e.Reports).Single(e => e.Id == 1).Reports.Clear());

    [Fact]
    public void A_key_that_the_database_makes_is_seen()
        => _database.AssertDies(
            db => db.Branches.Remember().Max(b => b.Id).ToString(),
            db => db.Add(new Branch { Name = "made" }));

    public void Dispose() => _database.Dispose();
}

public class OddContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<Branch> Branches => Set<Branch>();

    public DbSet<Leaf> Leaves => Set<Leaf>();

    public DbSet<Employee> Employees => Set<Employee>();

    public DbSet<Dictionary<string, object>> Settings => Set<Dictionary<string, object>>("Setting");

    public DbSet<Dictionary<string, object>> Others => Set<Dictionary<string, object>>("Other");

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Leaf>().HasOne(l => l.Branch).WithMany();
        foreach (var name in new[] { "Setting", "Other" })
        {
            modelBuilder.SharedTypeEntity<Dictionary<string, object>>(name, bag =>
            {
                bag.IndexerProperty<int>("Id").ValueGeneratedNever();
                bag.IndexerProperty<string>("Value");
            });
        }
    }
}

public class Branch
{
    public int Id { get; set; }

    public string Name { get; set; } = "";
}

public class Leaf
{
    public int Id { get; set; }

    public Branch? Branch { get; set; }
}

public class Employee
{
    public int Id { get; set; }

    public string Name { get; set; } = "";

    public int? ManagerId { get; set; }

    public Employee? Manager { get; set; }

    public List<Employee> Reports { get; set; } = [];
}
