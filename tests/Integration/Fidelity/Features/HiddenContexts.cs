using System.Linq.Expressions;
using FastOrm.Cache.Tests.Integration.Fidelity.Harness;
using FastOrm.Cache.Tests.Integration.Fidelity.Models;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Fidelity.Features;

/// <summary>Queries that are put together elsewhere, and captured values at every place where a value can be.</summary>
internal static class HiddenContexts
{
    private static readonly int FixedId = 3;

    private static int Changing => FixedId + 1;

    public static void Declare(List<CorpusQuery> corpus)
    {
        Sources(new Feature<LibraryContext>("Queries from elsewhere", corpus));
        Trees(new Feature<LibraryContext>("Expression trees by hand", corpus));
        Closures(new Feature<LibraryContext>("Captured variables", corpus));
    }

    private static void Sources(Feature<LibraryContext> f)
    {
        f.Query("a method", db => LentBooks(db));
        f.Query("a method with an argument", db => BooksOf(db, 3));
        f.Query("a method within a query", db => LentBooks(db).Where(b => b.GenreId < 4).Select(b => b.Title));
        f.Query("a service", db => new Catalogue(db).Long);
        f.Query("a service's query in a condition", db =>
        {
            var catalogue = new Catalogue(db);
            return db.Genres.Where(g => catalogue.Long.Any(b => b.GenreId == g.Id));
        });
        f.Query("a service's method in a condition", db =>
        {
            var catalogue = new Catalogue(db);
            return db.Genres.Where(g => catalogue.Above(160).Any(b => b.GenreId == g.Id));
        });
        f.Query("an extension method", db => db.Books.LongerThan(150).OrderBy(b => b.Id));
        f.Query("a query in a field of a record", db => new Box<IQueryable<Book>>(db.Books.Where(b => b.Id < 4)).Value.OrderBy(b => b.Id));
        f.Query("as IEnumerable and back", db => ((IEnumerable<Book>)db.Books.Where(b => b.Id < 4)).AsQueryable().OrderBy(b => b.Id));
        f.Query("Set called with a type parameter", db => All<Publisher>(db).OrderBy(p => p.Id));
        f.Query("the set of the context in a lambda", db => db.Genres.Where(g => db.Set<Book>().Count(b => b.GenreId == g.Id) > 3));
        f.Query("the current values of a property", db => db.Books.Where(b => b.Id == db.Books.Max(x => x.Id)));
    }

    private static void Trees(Feature<LibraryContext> f)
    {
        f.Query("Where by hand", db =>
        {
            var b = Expression.Parameter(typeof(Book), "x");
            var body = Expression.GreaterThan(Expression.Property(b, nameof(Book.Pages)), Expression.Constant(150));
            return db.Books.Where(Expression.Lambda<Func<Book, bool>>(body, b));
        });
        f.Query("a call by hand", db =>
        {
            var b = Expression.Parameter(typeof(Book));
            var by = Expression.Lambda<Func<Book, string>>(Expression.Property(b, nameof(Book.Title)), b);
            return (IQueryable<Book>)db.Books.AsQueryable().Provider.CreateQuery(Expression.Call(
                typeof(Queryable), nameof(Queryable.OrderBy), [typeof(Book), typeof(string)], db.Books.AsQueryable().Expression, Expression.Quote(by)));
        });
        f.Query("a lambda that is not quoted", db =>
        {
            Expression<Func<Book, bool>> lent = static b => b.IsLent;
            return db.Books.AsQueryable().Provider.CreateQuery<Book>(Expression.Call(
                typeof(Queryable), nameof(Queryable.Where), [typeof(Book)], db.Books.AsQueryable().Expression, lent));
        });
        f.Query("an invoked lambda", db =>
        {
            Expression<Func<Book, bool>> lent = static b => b.IsLent;
            Expression<Func<Book, bool>> old = static b => b.Published.Year < 2010;
            return db.Books.Where(Expression.Lambda<Func<Book, bool>>(
                Expression.AndAlso(lent.Body, Expression.Invoke(old, lent.Parameters)), lent.Parameters));
        });
        f.Query("conditions gathered in a loop", db =>
        {
            Expression<Func<Book, bool>> all = static b => false;
            foreach (var id in new[] { 3, 5, 8 })
            {
                Expression<Func<Book, bool>> one = b => b.Id == id;
                all = Expression.Lambda<Func<Book, bool>>(Expression.OrElse(all.Body, Expression.Invoke(one, all.Parameters)), all.Parameters);
            }

            return db.Books.Where(all);
        });
        f.Query("a predicate in a variable", db =>
        {
            Expression<Func<Book, bool>> lent = static b => b.IsLent;
            return db.Books.Where(lent).OrderBy(b => b.Id);
        });
        f.Query("a predicate in a variable, for a navigation", db =>
        {
            Expression<Func<Book, bool>> lent = static b => b.IsLent;
            return db.Genres.Where(g => g.Books.AsQueryable().Any(lent));
        });
        f.Query("a selector in a variable", db =>
        {
            Expression<Func<Book, string>> title = static b => b.Title + "!";
            return db.Books.Select(title);
        });
        f.Query("a constant that is a list", db =>
        {
            var b = Expression.Parameter(typeof(Book));
            var contains = Expression.Call(
                Expression.Constant(new List<int> { 4, 6 }), nameof(List<>.Contains), null, Expression.Property(b, nameof(Book.Id)));
            return db.Books.Where(Expression.Lambda<Func<Book, bool>>(contains, b));
        });
        f.Query("a typed null", db =>
        {
            var b = Expression.Parameter(typeof(Book));
            var isNull = Expression.Equal(Expression.Property(b, nameof(Book.Edition)), Expression.Constant(null, typeof(int?)));
            return db.Books.Where(Expression.Lambda<Func<Book, bool>>(isNull, b));
        });
        f.Query("a member access by name", db =>
        {
            var b = Expression.Parameter(typeof(Book));
            var name = Expression.PropertyOrField(Expression.PropertyOrField(b, "Genre"), "Name");
            return db.Books.OrderBy(x => x.Id).Select(Expression.Lambda<Func<Book, string>>(name, b));
        });
    }

    private static void Closures(Feature<LibraryContext> f)
    {
        f.Query("a variable of a loop", db =>
        {
            IQueryable<Book>? last = null;
            for (var i = 1; i < 4; i++)
            {
                var id = i;
                last = db.Books.Where(b => b.Id == id);
            }

            return last!;
        });
        f.Query("a static field", db => db.Books.Where(b => b.Id == FixedId));
        f.Query("a static property", db => db.Books.Where(b => b.Id == Changing));
        f.Query("a field of this", db => new Finder(db, 7).ById());
        f.Query("a property of this", db => new Finder(db, 7).ByProperty());
        f.Query("a method of this", db => new Finder(db, 7).ByMethod());
        f.Query("a field of a field", db =>
        {
            var outer = new Box<Box<int>>(new Box<int>(8));
            return db.Books.Where(b => b.Id == outer.Value.Value);
        });
        f.Query("an element of an array", db =>
        {
            int[] ids = [7, 8, 9];
            var i = 1;
            return db.Books.Where(b => b.Id == ids[i]);
        });
        f.Query("an element of a list", db =>
        {
            var ids = new List<int> { 7, 8 };
            return db.Books.Where(b => b.Id == ids[0]);
        });
        f.Query("an element of a dictionary", db =>
        {
            var ids = new Dictionary<string, int> { ["x"] = 9 };
            return db.Books.Where(b => b.Id == ids["x"]);
        });
        f.Query("an argument of a method", db => BooksOf(db, 2));
        f.Query("a parameter of a constructor", db => new Catalogue(db, 11).ByParameter());
        f.Query("a nullable variable's value", db =>
        {
            int? id = 12;
            return db.Books.Where(b => b.Id == id.Value);
        });
        f.Query("a variable that is computed with", db =>
        {
            var id = 5;
            return db.Books.Where(b => b.Id == (id * 2) + 1);
        });
        f.Query("a text that is put together", db =>
        {
            var (word, number) = ("alpha", 1);
            return db.Books.Where(b => b.Title == $"{word} {number:00}");
        });
        f.Query("a property of an anonymous object", db =>
        {
            var filter = new { Id = 6, Lent = true };
            return db.Books.Where(b => b.Id == filter.Id && b.IsLent == filter.Lent);
        });
        f.Query("a tuple", db =>
        {
            var range = (From: 3, To: 5);
            return db.Books.Where(b => b.Id >= range.From && b.Id <= range.To);
        });
        f.Query("a record made by with", db =>
        {
            var range = new IdRange(1, 9) with { To = 4 };
            return db.Books.Where(b => b.Id >= range.From && b.Id <= range.To);
        });
        f.Query("two closures, one in the other", db =>
        {
            var from = 3;
            return new Func<IQueryable<Book>>(() =>
            {
                var to = 5;
                return db.Books.Where(b => b.Id >= from && b.Id <= to);
            })();
        });
        f.Query("the value of an entity that is tracked", db =>
        {
            var genre = new Genre { Id = 2, Name = "Crime" };
            return db.Books.Where(b => b.GenreId == genre.Id && b.Genre!.Name == genre.Name);
        });
        f.Free("a variable that changes between two hits", async (db, run) =>
        {
            var id = 3;
            var query = run.Mark(db.Books.Where(b => b.Id == id));
            var first = await run.List(query);
            id = 4;
            return new { first, Second = await run.List(query) };
        });
        f.Free("a list that changes between two hits", async (db, run) =>
        {
            var ids = new List<int> { 3 };
            var query = run.Mark(db.Books.Where(b => ids.Contains(b.Id)));
            var first = await run.List(query);
            ids[0] = 5;
            return new { first, Second = await run.List(query) };
        });
        f.Query("in an async method's state", db => AfterAwait(db).GetAwaiter().GetResult());
    }

    private static async Task<IQueryable<Book>> AfterAwait(LibraryContext db)
    {
        var id = 13;
        await Task.CompletedTask;
        return db.Books.Where(b => b.Id == id);
    }

    private static IQueryable<Book> LentBooks(LibraryContext db) => db.Books.Where(b => b.IsLent);

    private static IQueryable<Book> BooksOf(LibraryContext db, int genre) => db.Books.Where(b => b.GenreId == genre);

    private static IQueryable<T> All<T>(DbContext db)
        where T : class
        => db.Set<T>();

    private static IQueryable<Book> LongerThan(this IQueryable<Book> books, int pages) => books.Where(b => b.Pages > pages);

    private sealed class Catalogue(LibraryContext db, int id = 0)
    {
        public IQueryable<Book> ByParameter() => db.Books.Where(b => b.Id == id);

        public IQueryable<Book> Long => db.Books.Where(b => b.Pages > 150);

        public IQueryable<Book> Above(int pages) => db.Books.Where(b => b.Pages > pages);
    }

    private sealed record Box<T>(T Value);

    private sealed record IdRange(int From, int To);

    private sealed class Finder(LibraryContext db, int id)
    {
        private readonly int _id = id;

        private int Id => _id + 1;

        public IQueryable<Book> ById() => db.Books.Where(b => b.Id == _id);

        public IQueryable<Book> ByProperty() => db.Books.Where(b => b.Id == Id);

        public IQueryable<Book> ByMethod() => db.Books.Where(b => b.Id == Next());

        private int Next() => _id + 2;
    }
}
