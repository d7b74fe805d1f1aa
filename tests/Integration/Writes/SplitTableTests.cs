using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Writes;

/// <summary>Several types in one table, and one type in several tables.</summary>
public sealed class SplitTableTests : IDisposable
{
    private readonly TestDatabase<InvoiceContext> _database = new(static options => new InvoiceContext(options), static db =>
    {
        db.Add(new Invoice { Id = 1, Number = "A1", Text = new InvoiceText { Body = "thanks" } });
        db.Add(new Person { Id = 1, Name = "Ada", Secret = "x" });
        db.Add(new Note { Id = 1, Text = "note" });
        db.SaveChanges();
    });

    [Fact]
    public void Types_that_share_a_table_see_the_writes_of_each_other()
    {
        _database.AssertDies(
            db => db.Invoices.Include(i => i.Text).Remember().Single().Text!.Body,
            db => db.Set<InvoiceText>().Single().Body = "many thanks");
        _database.AssertDies(
            db => db.Set<InvoiceText>().Include(t => t.Invoice).Remember().Single().Invoice!.Number,
            db => db.Invoices.Single().Number = "A2");
    }

    [Fact]
    public void The_part_that_is_optional_can_come_and_go()
    {
        _database.AssertDies(HasText, db => db.Remove(db.Set<InvoiceText>().Single()));
        _database.AssertDies(HasText, db => db.Add(new InvoiceText { Id = 1, Body = "again" }));
    }

    [Fact]
    public void A_column_in_the_second_table_of_a_type_is_seen()
        => _database.AssertDies(
            db => db.People.Remember().Single().Secret,
            db => db.People.Single().Secret = "y");

    [Fact]
    public void A_column_in_the_first_table_of_a_type_is_seen()
        => _database.AssertDies(
            db => db.People.Remember().Single().Name,
            db => db.People.Single().Name = "Eve");

    [Fact]
    public void A_type_in_two_tables_comes_and_goes_in_both()
    {
        _database.AssertDies(
            db => db.People.OrderBy(p => p.Id).Select(p => p.Secret).Remember().ToList().Text(),
            db => db.Add(new Person { Id = 2, Name = "Bob", Secret = "z" }));
        _database.AssertDies(
            db => db.People.Remember().Count().ToString(),
            db => db.Remove(db.People.Single(p => p.Id == 2)));
    }

    [Fact]
    public void Other_tables_are_left_alone()
    {
        _database.AssertSurvives(db => db.Set<Note>().Remember().Single().Text, db => db.People.Single().Secret = "y");
        _database.AssertSurvives(db => db.Set<Note>().Remember().Single().Text, db => db.Set<InvoiceText>().Single().Body = "new");
    }

    public void Dispose() => _database.Dispose();

    private static string HasText(InvoiceContext db) => db.Invoices.Select(i => i.Text != null).Remember().Single().ToString();
}

public class InvoiceContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<Invoice> Invoices => Set<Invoice>();

    public DbSet<Person> People => Set<Person>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Invoice>().ToTable("Invoices").HasOne(i => i.Text).WithOne(t => t.Invoice).HasForeignKey<InvoiceText>(t => t.Id);
        modelBuilder.Entity<InvoiceText>().ToTable("Invoices");
        modelBuilder.Entity<Person>(person =>
        {
            person.Property(p => p.Id).ValueGeneratedNever();
            person.ToTable("People").SplitToTable("Secrets", table => table.Property(p => p.Secret));
        });
        modelBuilder.Entity<Note>();
    }
}

public class Invoice
{
    public int Id { get; set; }

    public string Number { get; set; } = "";

    public InvoiceText? Text { get; set; }
}

public class InvoiceText
{
    public int Id { get; set; }

    public string Body { get; set; } = "";

    public Invoice? Invoice { get; set; }
}

public class Person
{
    public int Id { get; set; }

    public string Name { get; set; } = "";

    public string Secret { get; set; } = "";
}

public class Note
{
    public int Id { get; set; }

    public string Text { get; set; } = "";
}
