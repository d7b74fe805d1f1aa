using FastOrm.Cache.Tests.Integration.Fidelity.Harness;
using FastOrm.Cache.Tests.Integration.Fidelity.Models;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Fidelity.Features;

/// <summary>What a query may select: scalars, objects of every kind, entities inside of them, what only the client can compute.</summary>
internal static class Projections
{
    private static readonly string[] Names = ["paper", "audio", "screen"];

    public static void Declare(List<CorpusQuery> corpus)
    {
        Scalars(new Feature<LibraryContext>("Projections of values", corpus));
        Objects(new Feature<LibraryContext>("Projections of objects", corpus));
        Nested(new Feature<LibraryContext>("Nested collections", corpus));
        Client(new Feature<LibraryContext>("Client-evaluated projections", corpus));
    }

    private static void Scalars(Feature<LibraryContext> f)
    {
        f.Query("a number", db => db.Books.Select(b => b.Pages));
        f.Query("a nullable number", db => db.Books.Select(b => b.Edition));
        f.Query("a text with nulls", db => db.Books.Select(b => b.Subtitle));
        f.Query("a decimal", db => db.Books.Select(b => b.Price));
        f.Query("a date", db => db.Authors.Select(a => a.Born));
        f.Query("a date and time", db => db.Books.Select(b => b.Published));
        f.Query("bytes", db => db.Books.Select(b => b.Cover));
        f.Query("a Guid as nullable", db => db.Books.Select(b => (Guid?)b.Code));
        f.Query("an enum", db => db.Books.Select(b => b.Format));
        f.Query("an enum kept as text", db => db.Loans.Select(l => l.State));
        f.Query("an enum as a number", db => db.Books.Select(b => (int)b.Format));
        f.Query("a constant", db => db.Books.Where(b => b.Id < 4).Select(b => 1));
        f.Query("a captured value", db =>
        {
            var text = "the same for all";
            return db.Books.Where(b => b.Id < 4).Select(b => text);
        });
        f.Query("a value of a reference", db => db.Books.Select(b => b.Publisher!.City));
        f.Query("a number of a missing reference", db => db.Books.Select(b => (int?)b.Publisher!.Id));
        f.Query("a comparison with null", db => db.Books.Select(b => b.Publisher == null));
        f.Query("as object", db => db.Books.Select(b => (object)b.Pages));
        f.Query("a number of a missing reference as it is", db => db.Books.Select(b => b.Publisher!.Id)).Throws();
    }

    private static void Objects(Feature<LibraryContext> f)
    {
        f.Query("an anonymous type", db => db.Books.Select(b => new { b.Id, b.Title, b.Subtitle, b.Price, b.Rating, b.Code, b.Cover }));
        f.Query("anonymous types in each other", db => db.Books.Select(b => new { b.Id, In = new { b.Title, More = new { b.Pages } } }));
        f.Query("a class by its setters", db => db.Books.Select(b => new BookView { Title = b.Title, Pages = b.Pages }));
        f.Query("a class by its constructor and setters", db => db.Books.Select(b => new BookCard(b.Title) { Genre = b.Genre!.Name }));
        f.Query("a record", db => db.Books.Select(b => new BookRecord(b.Id, b.Title, b.Subtitle)));
        f.Query("a record struct", db => db.Books.Select(b => new BookStruct(b.Id, b.Cover)));
        f.Query("a tuple", db => db.Books.Select(b => Tuple.Create(b.Id, b.Title)));
        f.Query("a value tuple", db => db.Books.Select(b => ValueTuple.Create(b.Id, b.Title, b.Cover))).Throws(Provider.PostgreSql);
        f.Query("a pair", db => db.Books.Select(b => new KeyValuePair<int, string>(b.Id, b.Title)));
        f.Query("an array", db => db.Books.Select(b => new[] { b.Id, b.Pages, b.GenreId }));
        f.Query("an array of objects", db => db.Books.Select(b => new object?[] { b.Id, b.Title, b.Edition, b.Cover })).Throws(Provider.PostgreSql);
        f.Query("a list", db => db.Books.Select(b => new List<string?> { b.Title, b.Subtitle }));
        f.Query("a dictionary", db => db.Books.Select(b => new Dictionary<string, object> { { "id", b.Id }, { "cover", b.Cover } }));
        f.Query("a conditional object", db => db.Books.Select(b => b.IsLent ? new BookView { Title = b.Title } : null));
        f.Query("an entity", db => db.Books.Select(b => b.Genre));
        f.Query("an entity in an anonymous type", db => db.Books.Select(b => new { b.Title, b.Genre, b.Publisher }));
        f.Query("an entity in a class", db => db.Books.Select(b => new BookView { Title = b.Title, Book = b }));
        f.Query("one entity twice", db => db.Books.Select(b => new { One = b, Two = b, b.Genre }));
        f.Query("entities of two sets", db => db.Reviews.Select(r => new { r.Book, r.Reader, r.Stars }));
        f.Query("an entity made anew", db => db.Books.Select(b => new Book { Id = b.Id, Title = b.Title }));
        f.Query("an entity with an Include", db => db.Books.Include(b => b.Reviews).Select(b => new { b.Pages, b }));
        f.Query("several projections in a row", db => db.Books.Select(b => new { b.Id, b.Genre }).Select(x => new { x.Id, x.Genre!.Name })
            .Where(x => x.Name != "Noir").Select(x => x.Name + x.Id));
        f.Query("everything in one row", db => db.Genres.Where(g => g.Id == 1).Select(
            g => new { Books = db.Books.Count(), Reviews = db.Reviews.Count(), Best = db.Reviews.Max(r => r.Stars) })).AlsoSends(2);
    }

    private static void Nested(Feature<LibraryContext> f)
    {
        f.Query("a list of entities", db => db.Genres.Select(g => new { g.Name, Books = g.Books.OrderBy(b => b.Id).ToList() }));
        f.Query("an array of values", db => db.Genres.Select(g => new { g.Name, Titles = g.Books.OrderBy(b => b.Id).Select(b => b.Title).ToArray() }));
        f.Query("a hash set", db => db.Genres.Select(g => new { g.Name, Formats = g.Books.Select(b => b.Format).ToHashSet() }));
        f.Query("a sequence", db => db.Genres.Select(g => g.Books.OrderBy(b => b.Id).Select(b => b.Title)));
        f.Query("the navigation itself", db => db.Genres.Select(g => g.Books));
        f.Query("of anonymous types", db => db.Readers.Select(
            r => new { r.Name, Loans = r.Loans.OrderBy(l => l.Id).Select(l => new { l.Taken, l.State }).ToList() }));
        f.Query("three deep", db => db.Readers.OrderBy(r => r.Id).Select(r => new
        {
            r.Name,
            Loans = r.Loans.OrderBy(l => l.Id).Select(
                l => new { l.Id, Items = l.Items.OrderBy(i => i.Number).Select(i => new { i.Book!.Title, i.Days }).ToList() }).ToList(),
        }));
        f.Query("filtered and limited", db => db.Genres.OrderBy(g => g.Id).Select(
            g => new { g.Id, Long = g.Books.Where(b => b.Pages > 130).OrderByDescending(b => b.Pages).Take(2).ToList() }));
        f.Query("of another set", db => db.Publishers.OrderBy(p => p.Id).Select(
            p => new { p.Name, Readers = db.Readers.Where(r => r.City == p.City).OrderBy(r => r.Id).Select(r => r.Name).ToList() }));
        f.Query("many to many", db => db.Authors.OrderBy(a => a.Id).Select(
            a => new { a.Name, Books = a.Books.OrderBy(b => b.Id).Select(b => new { b.Title, b.Genre!.Name }).ToList() }));
        f.Query("two beside each other", db => db.Books.OrderBy(b => b.Id).Select(
            b => new { b.Id, Stars = b.Reviews.Select(r => r.Stars).ToList(), Authors = b.Authors.Select(a => a.Name).ToList() }));
        f.Query("untracked", db => db.Genres.AsNoTracking().OrderBy(g => g.Id).Select(g => new { g, Books = g.Books.ToList() }));
        f.Query("split", db => db.Genres.OrderBy(g => g.Id).Select(
            g => new { g.Name, Books = g.Books.OrderBy(b => b.Id).Select(b => b.Title).ToList() }).AsSplitQuery());
        f.Query("split, three deep", db => db.Readers.OrderBy(r => r.Id).AsSplitQuery().Select(r => new
        {
            r.Name, Loans = r.Loans.OrderBy(l => l.Id).Select(l => new { l.Id, Items = l.Items.OrderBy(i => i.Number).ToList() }).ToList(),
        }));
        f.Query("the first, with a list", db => db.Genres.OrderBy(g => g.Id).Select(g => new { g.Name, Ids = g.Books.Select(b => b.Id).ToList() }), q => q.First());
    }

    private static void Client(Feature<LibraryContext> f)
    {
        f.Query("a static method", db => db.Books.Select(b => Shout(b.Title)));
        f.Query("a static method over an entity", db => db.Books.Select(b => new { b.Id, Label = Label(b) }));
        f.Query("a method over a missing reference", db => db.Books.Select(b => City(b.Publisher)));
        f.Query("a static field", db => db.Books.Select(b => new { b.Id, Names }));
        f.Query("a captured delegate", db =>
        {
            Func<string, int> length = static text => text.Length;
            return db.Books.Select(b => length(b.Title));
        });
        f.Query("an interpolated string", db => db.Books.Select(b => $"{b.Id} {b.Title} ({b.Edition})"));
        f.Query("string.Format", db => db.Books.Select(b => string.Format("{0:000}-{1}", b.Id, b.Format)));
        f.Query("a constructor that computes", db => db.Books.Select(b => new Uri("https://example.com/" + b.Id)));
        f.Query("an order before the method", db => db.Books.OrderByDescending(b => b.Id).Take(3).Select(b => Shout(b.Title)));
        f.Query("a nested collection of them", db => db.Genres.OrderBy(g => g.Id).Select(
            g => new { g.Id, Titles = g.Books.OrderBy(b => b.Id).Select(b => Shout(b.Title)).ToList() }));
        f.Query("over a group's count", db => db.Books.GroupBy(b => b.GenreId).OrderBy(g => g.Key).Select(g => Shout(g.Count().ToString())));
        f.Marked("a captured service", (db, run) =>
        {
            var greeter = run.Greeter;
            return run.Mark(db.Readers.OrderBy(r => r.Id).Select(r => greeter.Greet(r.Name)));
        });
        f.Marked("a service of the run", (db, run) => run.Mark(db.Readers.OrderBy(r => r.Id).Select(r => run.Greeter.Greet(r.Name))));
        f.Marked("a captured service in an anonymous type", (db, run) =>
        {
            var greeter = run.Greeter;
            return run.Mark(db.Readers.OrderBy(r => r.Id).Select(r => new { r, Text = greeter.Greet(r.Name) }));
        });
        f.Marked("a captured object handed out", (db, run) =>
        {
            var greeter = run.Greeter;
            return run.Mark(db.Readers.OrderBy(r => r.Id).Select(r => new { r.Id, greeter }));
        });
        f.Query("the context", db => db.Readers.OrderBy(r => r.Id).Select(r => new { r.Id, db }));
        f.Query("a method of the context's", db => db.Readers.OrderBy(r => r.Id).Select(r => Tracked(db, r)));
        f.Marked("a captured service with its argument captured", (db, run) =>
        {
            var (greeter, name) = (run.Greeter, "you");
            return run.Mark(db.Readers.Where(r => r.Id < 3).Select(r => greeter.Greet(name)));
        });
    }

    private static string Shout(string text) => text + "!";

    private static string? City(Publisher? publisher) => publisher?.City;

    private static string Tracked(LibraryContext db, Reader reader) => db.Entry(reader).State.ToString();

    private static string Label(Book book) => $"{book.Id}: {Names[(int)book.Format]}";
}

internal sealed class BookView
{
    public string? Title { get; set; }

    public int Pages { get; set; }

    public Book? Book { get; set; }
}

internal sealed class BookCard(string title)
{
    public string Title { get; } = title;

    public string? Genre { get; set; }
}

internal sealed record BookRecord(int Id, string Title, string? Subtitle);

internal readonly record struct BookStruct(int Id, byte[] Cover);
