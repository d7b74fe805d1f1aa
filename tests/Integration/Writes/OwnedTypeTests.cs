using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Writes;

/// <summary>Owned types: in their owner's table, in one of their own, in a JSON column.</summary>
public sealed class OwnedTypeTests : IDisposable
{
    private readonly TestDatabase<CustomerContext> _database = new(static options => new CustomerContext(options), static db =>
    {
        db.Add(new Customer
        {
            Id = 1,
            Name = "Ada",
            Home = new Address { Street = "Home 1" },
            Work = new Address { Street = "Work 1" },
            Phones = [new Phone { Number = "1" }, new Phone { Number = "2" }],
            Profile = new Profile { Language = "en", Hobbies = [new Hobby { Name = "chess" }] },
        });
        db.SaveChanges();
    });

    [Fact]
    public void A_change_of_an_owned_value_in_the_table_is_seen()
        => _database.AssertDies(All, db => db.Customers.Single().Home!.Street = "Home 2");

    [Fact]
    public void A_replaced_owned_value_is_seen()
        => _database.AssertDies(All, db => db.Customers.Single().Home = new Address { Street = "Home 3" });

    [Fact]
    public void An_owned_value_that_is_taken_away_is_seen()
        => _database.AssertDies(All, db => db.Customers.Single().Home = null);

    [Fact]
    public void A_change_of_an_owned_value_in_a_table_of_its_own_is_seen()
        => _database.AssertDies(All, db => db.Customers.Single().Work!.Street = "Work 2");

    [Fact]
    public void An_owned_value_in_a_table_of_its_own_that_is_taken_away_is_seen()
        => _database.AssertDies(All, db => db.Customers.Single().Work = null);

    [Fact]
    public void An_owned_element_that_is_added_is_seen()
        => _database.AssertDies(All, db => db.Customers.Single().Phones.Add(new Phone { Number = "3" }));

    [Fact]
    public void An_owned_element_that_is_removed_is_seen()
        => _database.AssertDies(All, db => db.Customers.Single().Phones.RemoveAt(0));

    [Fact]
    public void An_owned_element_that_changes_is_seen_by_a_projection_of_it()
        => _database.AssertDies(
            db => db.Customers.SelectMany(c => c.Phones).Select(p => p.Number).OrderBy(n => n).Remember().ToList().Text(),
            db => db.Customers.Single().Phones[0].Number = "9");

    [Fact]
    public void A_change_in_a_JSON_column_is_seen()
        => _database.AssertDies(All, db => db.Customers.Single().Profile.Language = "de");

    [Fact]
    public void A_change_deep_in_a_JSON_column_is_seen()
        => _database.AssertDies(
            db => db.Customers.Select(c => c.Profile).AsNoTracking().Remember().Single().Hobbies.Select(h => h.Name).Text(),
            db => db.Customers.Single().Profile.Hobbies.Add(new Hobby { Name = "go" }));

    [Fact]
    public void A_delete_of_the_owner_is_seen_by_queries_of_what_it_owned()
        => _database.AssertDies(
            db => db.Customers.SelectMany(c => c.Phones).Remember().Count().ToString(),
            db => db.Remove(db.Customers.Single()));

    [Fact]
    public void A_delete_of_the_owner_without_what_it_owns_is_seen_too()
        => _database.AssertDiesWith(
            db => db.Customers.SelectMany(c => c.Phones).Remember().Count().ToString(),
            db =>
            {
                // The database deletes the rows of the other tables.
                db.Entry(new Customer { Id = 1, Name = "Ada", Phones = null!, Profile = null! }).State = EntityState.Deleted;
                db.SaveChanges();
            });

    [Fact]
    public void A_write_to_a_table_of_its_own_leaves_alone_what_reads_only_the_owner()
        => _database.AssertSurvives(
            db => db.Customers.Select(c => c.Name).Remember().Single(),
            db => db.Customers.Single().Phones[0].Number = "9");

    public void Dispose() => _database.Dispose();

    private static string All(CustomerContext db)
    {
        var customer = db.Customers.Remember().Single();
        return customer.Phones.Select(phone => phone.Number).Order()
            .Concat(customer.Profile.Hobbies.Select(hobby => hobby.Name))
            .Append(customer.Home?.Street)
            .Append(customer.Work?.Street)
            .Append(customer.Profile.Language)
            .Text();
    }
}

public class CustomerContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<Customer> Customers => Set<Customer>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
        => modelBuilder.Entity<Customer>(customer =>
        {
            customer.Property(c => c.Id).ValueGeneratedNever();
            customer.OwnsOne(c => c.Home);
            customer.OwnsOne(c => c.Work, work => work.ToTable("WorkAddresses"));
            customer.OwnsMany(c => c.Phones, phones =>
            {
                phones.ToTable("Phones").Property<int>("Id");
                phones.HasKey("Id");
            });
            customer.OwnsOne(c => c.Profile, profile =>
            {
                profile.ToJson();
                profile.OwnsMany(p => p.Hobbies);
            });
        });
}

public class Customer
{
    public int Id { get; set; }

    public string Name { get; set; } = "";

    public Address? Home { get; set; }

    public Address? Work { get; set; }

    public List<Phone> Phones { get; set; } = [];

    public Profile Profile { get; set; } = new();
}

public class Address
{
    public string Street { get; set; } = "";
}

public class Phone
{
    public string Number { get; set; } = "";
}

public class Profile
{
    public string Language { get; set; } = "";

    public List<Hobby> Hobbies { get; set; } = [];
}

public class Hobby
{
    public string Name { get; set; } = "";
}
