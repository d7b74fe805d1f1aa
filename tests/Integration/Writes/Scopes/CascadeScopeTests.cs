using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Writes.Scopes;

/// <summary>Rows that the database deletes or changes along with another are in nobody's change tracker.</summary>
public abstract class CascadeScopeTests : IDisposable
{
    private readonly TestDatabase<LibraryContext> _database;

    protected CascadeScopeTests(Provider provider)
        => _database = new TestDatabase<LibraryContext>(static options => new LibraryContext(options), static db =>
        {
            for (var i = 1; i <= 2; i++)
            {
                db.Add(new Author { Id = i, Name = $"author {i}", Books = [new Book { Id = i, Title = $"book {i}", Chapters = [new Chapter { Id = i, Text = $"{i}" }] }] });
                db.Add(new Award { Id = i, AuthorId = i, Photos = [new Photo { Id = i }] });
                db.Add(new Publisher { Id = i, Name = $"publisher {i}" });
            }

            db.Add(new Folder { Id = 1, Name = "top", Folders = [new Folder { Id = 2, Name = "middle", Folders = [new Folder { Id = 3, Name = "low" }] }] });
            db.SaveChanges();
        }, provider: provider);

    /// <summary>All change when author 1 is deleted.</summary>
    public static TheoryData<string, Func<LibraryContext, string>> Below { get; } = new()
    {
        { "a point", db => db.Books.Where(b => b.Id == 1).Remember().Any().ToString() },
        { "a list", db => db.Books.Where(b => b.AuthorId == 1).Remember().ToList().Select(b => b.Title).Sorted() },
        { "a point two levels below", db => db.Set<Chapter>().Where(c => c.Id == 1).Remember().ToList().Select(c => c.Text).Sorted() },
        { "a list two levels below", db => db.Set<Chapter>().Where(c => c.BookId == 1).Remember().ToList().Select(c => c.Text).Sorted() },
        { "a point that is set to null", db => db.Set<Award>().Where(a => a.Id == 1).Remember().Single().AuthorId.ToString()! + "." },
        { "a list that is set to null", db => db.Set<Award>().Where(a => a.AuthorId == 1).Remember().ToList().Select(a => a.Id).Sorted() },
    };

    [Theory]
    [MemberData(nameof(Below))]
    public void What_is_below_is_seen_to_be_gone(string kind, Func<LibraryContext, string> read)
    {
        Assert.NotEmpty(kind);
        _database.AssertDies(read, db => db.Remove(new Author { Id = 1 }));
    }

    [Theory]
    [MemberData(nameof(Below))]
    public void What_is_below_is_seen_to_be_gone_after_ExecuteDelete(string kind, Func<LibraryContext, string> read)
    {
        Assert.NotEmpty(kind);
        _database.AssertDiesWith(read, db => db.Authors.Where(a => a.Id == 1).ExecuteDelete());
    }

    [Fact]
    public void What_is_below_in_the_same_table_is_seen_to_be_gone()
    {
        static string Low(LibraryContext db) => db.Set<Folder>().Where(f => f.Id == 3).Remember().Any().ToString();
        static string Middle(LibraryContext db) => db.Set<Folder>().Where(f => f.ParentId == 2).Remember().ToList().Select(f => f.Name).Sorted();

        var middle = _database.Warm(Middle);
        _database.AssertDies(Low, db => db.Remove(new Folder { Id = 1 }));
        _database.AssertFresh(Middle, middle);
    }

    [Fact]
    public void What_is_not_below_is_left_alone()
    {
        static string Publisher(LibraryContext db) => db.Set<Publisher>().Where(p => p.Id == 1).Remember().Single().Name;
        static string Author(LibraryContext db) => db.Authors.Where(a => a.Id == 2).Remember().Single().Name;

        _database.AssertSurvives(Publisher, db => db.Remove(new Author { Id = 1 }));
        _database.AssertSurvives(Author, db => db.Remove(new Book { Id = 2 }));
        _database.AssertSurvivesWith(Author, db => db.Books.ExecuteDelete());
        _database.AssertSurvives(Author, db => db.Add(new Author { Id = 3 }));
        _database.AssertSurvives(Author, db => db.Remove(new Author { Id = 3 }));
    }

    public void Dispose() => _database.Dispose();
}

public sealed class SqliteCascadeScopeTests() : CascadeScopeTests(Provider.Sqlite);

public sealed class PostgresCascadeScopeTests() : CascadeScopeTests(Provider.PostgreSql);
