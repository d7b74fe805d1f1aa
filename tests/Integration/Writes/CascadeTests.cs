using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Writes;

/// <summary>What the database deletes or changes along with a row, EF Core knows nothing of.</summary>
public sealed class CascadeTests : IDisposable
{
    private readonly TestDatabase<LibraryContext> _database = new(static options => new LibraryContext(options), static db =>
    {
        db.Add(new Author { Id = 1, Name = "Ada", Books = [new Book { Id = 1, Title = "Notes", Chapters = [new Chapter { Id = 1, Text = "G" }] }] });
        db.Add(new Award { Id = 1, AuthorId = 1, Photos = [new Photo { Id = 1 }] });
        db.Add(new Publisher { Id = 1, Name = "Taylor" });
        db.SaveChanges();
    });

    [Fact]
    public void A_dependent_that_the_database_deletes_is_seen_to_be_gone()
        => _database.AssertDies(db => db.Books.Remember().Count().ToString(), DeleteAuthor);

    [Fact]
    public void A_dependent_of_a_dependent_is_seen_to_be_gone()
        => _database.AssertDies(db => db.Set<Chapter>().Select(c => c.Text).Remember().ToList().Text(), DeleteAuthor);

    [Fact]
    public void A_reference_that_the_database_empties_is_seen_to_be_empty()
        => _database.AssertDies(db => db.Set<Award>().Remember().Single().AuthorId.ToString()!, DeleteAuthor);

    [Fact]
    public void A_cascade_from_the_middle_is_seen_below()
        => _database.AssertDies(db => db.Set<Chapter>().Remember().Count().ToString(), db => db.Remove(new Book { Id = 1 }));

    [Fact]
    public void A_cascade_is_seen_after_the_commit_of_a_transaction()
        => _database.AssertDiesWith(db => db.Set<Chapter>().Remember().Count().ToString(), db =>
        {
            using var transaction = db.Database.BeginTransaction();
            DeleteAuthor(db);
            db.SaveChanges();
            transaction.Commit();
        });

    [Fact]
    public void Loaded_dependents_are_seen_to_be_gone_too()
        => _database.AssertDies(
            db => db.Set<Chapter>().Remember().Count().ToString(),
            db => db.Remove(db.Authors.Include(a => a.Books).ThenInclude(b => b.Chapters).Single()));

    [Fact]
    public void A_dependent_that_is_orphaned_is_seen_to_be_gone()
        => _database.AssertDies(
            db => db.Books.Remember().Count().ToString(),
            db => db.Authors.Include(a => a.Books).Single().Books.Clear());

    [Fact]
    public void A_dependent_that_moves_is_seen_on_both_sides()
    {
        using (var db = _database.New())
        {
            db.Add(new Author { Id = 2, Name = "Bea" });
            db.SaveChanges();
        }

        _database.AssertDies(
            db => db.Authors.OrderBy(a => a.Id).Select(a => a.Books.Count).Remember().ToList().Text(),
            db => db.Books.Single().AuthorId = 2);
    }

    [Fact]
    public void The_children_of_a_row_of_the_same_table_go_with_it()
    {
        using (var db = _database.New())
        {
            db.Add(new Folder { Id = 1, Name = "top", Folders = [new Folder { Id = 2, Name = "middle", Folders = [new Folder { Id = 3, Name = "low" }] }] });
            db.SaveChanges();
        }

        _database.AssertDies(
            db => db.Set<Folder>().OrderBy(f => f.Id).Select(f => f.Name).Remember().ToList().Text(),
            db => db.Remove(new Folder { Id = 2 }));
    }

    [Fact]
    public void A_change_that_deletes_nothing_cascades_to_nothing()
        => _database.AssertSurvives(db => db.Books.Remember().Single().Title, db => db.Authors.Single().Name = "Bea");

    [Fact]
    public void Tables_that_are_not_below_are_left_alone()
        => _database.AssertSurvives(db => db.Set<Publisher>().Remember().Single().Name, DeleteAuthor);

    public void Dispose() => _database.Dispose();

    private static void DeleteAuthor(LibraryContext db) => db.Remove(new Author { Id = 1 });
}

public class LibraryContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<Author> Authors => Set<Author>();

    public DbSet<Book> Books => Set<Book>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Award>().HasOne<Author>().WithMany().HasForeignKey(a => a.AuthorId).OnDelete(DeleteBehavior.SetNull);
        modelBuilder.Entity<Folder>().HasMany(f => f.Folders).WithOne().HasForeignKey(f => f.ParentId).OnDelete(DeleteBehavior.Cascade);
        modelBuilder.Entity<Publisher>();
    }
}

public class Author
{
    public int Id { get; set; }

    public string Name { get; set; } = "";

    public List<Book> Books { get; set; } = [];
}

public class Book
{
    public int Id { get; set; }

    public int AuthorId { get; set; }

    public string Title { get; set; } = "";

    public List<Chapter> Chapters { get; set; } = [];
}

public class Chapter
{
    public int Id { get; set; }

    public int BookId { get; set; }

    public string Text { get; set; } = "";
}

public class Award
{
    public int Id { get; set; }

    public int? AuthorId { get; set; }

    public List<Photo> Photos { get; set; } = [];
}

public class Photo
{
    public int Id { get; set; }

    public int AwardId { get; set; }
}

public class Publisher
{
    public int Id { get; set; }

    public string Name { get; set; } = "";
}

public class Folder
{
    public int Id { get; set; }

    public int? ParentId { get; set; }

    public string Name { get; set; } = "";

    public List<Folder> Folders { get; set; } = [];
}
