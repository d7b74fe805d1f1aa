using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Fidelity.Harness;
using FastOrm.Cache.Tests.Integration.Fidelity.Models;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Fidelity.Features;

/// <summary><c>EF.CompileQuery</c> and <c>EF.CompileAsyncQuery</c> with <c>Remember</c> inside.</summary>
internal static class CompiledQueries
{
    private static readonly RememberOptions Named = new() { Key = "compiled", Ttl = Run.Ttl, Tags = ["a", "b"] };

    public static void Declare(List<CorpusQuery> corpus)
    {
        Library(new Feature<LibraryContext>("Compiled queries", corpus));
        Filters(new Feature<FilteredContext>("Compiled queries with query filters", corpus, with: static db => db.Tenant = 2));
        new Feature<PartsContext>("Compiled queries over JSON", corpus)
            .Compiled("owned types", (db, id) => db.People.Where(p => p.Id == id).Remember(Run.Ttl), 3);
        new Feature<InheritanceContext>("Compiled queries over hierarchies", corpus)
            .Compiled("a hierarchy", (db, id) => db.Animals.Where(a => a.Id >= id).OrderBy(a => a.Id).Remember(Run.Ttl), 2);
    }

    private static void Library(Feature<LibraryContext> f)
    {
        f.Compiled("a list", (db, id) => db.Books.Where(b => b.Id == id).Remember(Run.Ttl), 4);
        f.Compiled("without a time", (db, id) => db.Books.Where(b => b.Id == id).Remember(), 4);
        f.Compiled("with a name and tags", (db, id) => db.Books.Where(b => b.Id == id).Remember("a name", Run.Ttl, "one", "two"), 4);
        f.Compiled("with options", (db, id) => db.Books.Where(b => b.Id == id).Remember(Named), 4);
        f.Compiled("for ever", (db, id) => db.Books.Where(b => b.Id == id).RememberForever("tag"), 4);
        f.Compiled("remembered in the middle", (db, id) => db.Books.Remember(Run.Ttl).Where(b => b.Id > id).OrderBy(b => b.Id), 15);
        f.Compiled("an argument that is not used", (db, _) => db.Genres.OrderBy(g => g.Id).Remember(Run.Ttl), 0);
        f.Compiled("a text", (db, start) => db.Books.Where(b => b.Title.StartsWith(start)).Remember(Run.Ttl), "Be");
        f.Compiled("a null", (db, text) => db.Books.Where(b => b.Subtitle == text).Remember(Run.Ttl), (string?)null);
        f.Compiled("a list of values", (db, ids) => db.Books.Where(b => ids.Contains(b.Id)).Remember(Run.Ttl), new[] { 2, 5 });
        f.Compiled("an include", (db, id) => db.Genres.Include(g => g.Books).Where(g => g.Id <= id).OrderBy(g => g.Id).Remember(Run.Ttl), 3);
        f.Compiled("a split query", (db, id) => db.Genres.Include(g => g.Books).Where(g => g.Id <= id).AsSplitQuery().OrderBy(g => g.Id)
            .Remember(Run.Ttl), 3);
        f.Compiled("untracked", (db, id) => db.Books.AsNoTracking().Where(b => b.Id == id).Remember(Run.Ttl), 9);
        f.Compiled("a projection", (db, id) => db.Books.Where(b => b.Id > id).OrderBy(b => b.Id).Select(b => new { b.Title, b.Genre!.Name })
            .Remember(Run.Ttl), 12);
        f.Compiled("a group", (db, pages) => db.Books.Where(b => b.Pages > pages).GroupBy(b => b.GenreId).OrderBy(g => g.Key)
            .Select(g => new { g.Key, N = g.Count() }).Remember(Run.Ttl), 120);
        f.Compiled("a subquery of the context", (db, stars) => db.Books.Where(b => db.Reviews.Any(r => r.BookId == b.Id && r.Stars == stars))
            .Remember(Run.Ttl), 5);
        f.CompiledEnd("First", (db, id) => db.Books.Remember(Run.Ttl).First(b => b.Id == id), 6);
        f.CompiledEnd("Single of nothing", (db, id) => db.Books.Remember(Run.Ttl).Single(b => b.Id == id), -1).Throws();
        f.CompiledEnd("FirstOrDefault of nothing", (db, id) => db.Books.Where(b => b.Id == id).Remember(Run.Ttl).FirstOrDefault(), -1);
        f.CompiledEnd("Count", (db, pages) => db.Books.Where(b => b.Pages > pages).Remember(Run.Ttl).Count(), 130);
        f.CompiledEnd("Sum", (db, id) => db.Books.Where(b => b.Id < id).Remember(Run.Ttl).Sum(b => b.Pages), 5);
        f.CompiledEnd("Any", (db, id) => db.Books.Remember(Run.Ttl).Any(b => b.Id == id), 5);
        f.CompiledEnd("an entity with an include", (db, id) => db.Readers.Include(r => r.Loans).Remember(Run.Ttl).Single(r => r.Id == id), 2);
    }

    private static void Filters(Feature<FilteredContext> f)
    {
        f.Compiled("a property", (db, id) => db.Properties.Where(r => r.Id > id).OrderBy(r => r.Id).Remember(Run.Ttl), 0);
        f.Compiled("a list", (db, id) => db.Lists.Where(r => r.Id > id).OrderBy(r => r.Id).Remember(Run.Ttl), 0);
        f.CompiledEnd("counted", (db, id) => db.Names.Remember(Run.Ttl).Count(r => r.Id > id), 0);
    }
}
