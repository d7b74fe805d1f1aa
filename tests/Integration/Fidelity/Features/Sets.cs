using FastOrm.Cache.Tests.Integration.Fidelity.Harness;
using FastOrm.Cache.Tests.Integration.Fidelity.Models;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Fidelity.Features;

/// <summary>Set operations, distinct rows, and marks at unusual places.</summary>
internal static class Sets
{
    public static void Declare(List<CorpusQuery> corpus)
    {
        Operations(new Feature<LibraryContext>("Set operations", corpus));
        Marks(new Feature<LibraryContext>("Where Remember stands", corpus));
    }

    private static void Operations(Feature<LibraryContext> f)
    {
        f.Query("Union", db => db.Books.Where(b => b.Id < 4).Union(db.Books.Where(b => b.Id > 2 && b.Id < 6)));
        f.Query("Concat", db => db.Books.Where(b => b.Id < 4).Concat(db.Books.Where(b => b.Id < 3)).OrderBy(b => b.Id));
        f.Query("Intersect", db => db.Books.Where(b => b.IsLent).Intersect(db.Books.Where(b => b.Pages > 140)).OrderBy(b => b.Id));
        f.Query("Except", db => db.Books.Except(db.Books.Where(b => b.IsLent)).OrderBy(b => b.Id));
        f.Query("Union of scalars", db => db.Readers.Select(r => r.City).Union(db.Publishers.Select(p => p.City)).OrderBy(c => c));
        f.Query("Concat of anonymous types", db => db.Readers.Select(r => new { r.Name, Kind = "reader" })
            .Concat(db.Authors.Select(a => new { a.Name, Kind = "author" })).OrderBy(x => x.Name));
        f.Query("three", db => db.Books.Where(b => b.Id == 1).Union(db.Books.Where(b => b.Id == 2)).Union(db.Books.Where(b => b.Id == 3)));
        f.Query("paged", db => db.Books.Where(b => b.Id < 9).Union(db.Books.Where(b => b.Id > 15)).OrderBy(b => b.Id).Skip(6).Take(5));
        f.Query("with Include", db => db.Books.Where(b => b.Id < 4).Union(db.Books.Where(b => b.Id > 18)).Include(b => b.Genre).OrderBy(b => b.Id));
        f.Query("projected afterwards", db => db.Books.Where(b => b.Id < 4).Concat(db.Books.Where(b => b.Id > 18))
            .Select(b => new { b.Title, Genre = b.Genre!.Name }).OrderBy(x => x.Title));
        f.Query("Distinct", db => db.Books.Select(b => b.GenreId).Distinct().Order());
        f.Query("Distinct with null", db => db.Books.Select(b => b.Subtitle).Distinct().OrderBy(s => s));
        f.Query("Distinct of anonymous types", db => db.Books.Select(b => new { b.GenreId, b.IsLent }).Distinct()
            .OrderBy(x => x.GenreId).ThenBy(x => x.IsLent));
        f.Query("Distinct of entities", db => db.Reviews.Select(r => r.Book).Distinct().OrderBy(b => b!.Id));
        f.Query("Distinct, then a page", db => db.Books.Select(b => b.Pages / 10).Distinct().Order().Skip(1).Take(3));
        f.Query("DistinctBy", db => db.Books.DistinctBy(b => b.GenreId)).Throws();
        f.Query("DefaultIfEmpty of scalars", db => db.Books.Where(b => b.Id < 0).Select(b => b.Pages).DefaultIfEmpty());
        f.Query("Union of different captured values", db =>
        {
            var (low, high) = (3, 18);
            return db.Books.Where(b => b.Id < low).Union(db.Books.Where(b => b.Id > high)).OrderBy(b => b.Id);
        });
    }

    private static void Marks(Feature<LibraryContext> f)
    {
        f.Marked("on the root", (db, r) => r.Mark(db.Books).Where(b => b.Id < 4).OrderBy(b => b.Id));
        f.Marked("before Include", (db, r) => r.Mark(db.Books.Where(b => b.Id < 4)).Include(b => b.Genre).Include(b => b.Authors));
        f.Marked("between Include and ThenInclude's end", (db, r) => r.Mark(db.Genres.Include(g => g.Books).ThenInclude(b => b.Reviews))
            .Where(g => g.Id < 3));
        f.Marked("before AsNoTracking", (db, r) => r.Mark(db.Books.OrderBy(b => b.Id)).AsNoTracking().Take(2));
        f.Marked("after AsNoTracking", (db, r) => r.Mark(db.Books.AsNoTracking().OrderBy(b => b.Id)).Take(2));
        f.Marked("before Select", (db, r) => r.Mark(db.Books).Select(b => b.Title).Order());
        f.Marked("before GroupBy", (db, r) => r.Mark(db.Books).GroupBy(b => b.GenreId).Select(g => new { g.Key, N = g.Count() }).OrderBy(x => x.Key));
        f.Marked("before OfType", (db, r) => r.Mark(db.Books).OfType<Book>().Where(b => b.Id < 3));
        f.Marked("before Cast", (db, r) => r.Mark(db.Books).Cast<object>());
        f.Marked("several times", (db, r) => r.Mark(r.Mark(r.Mark(db.Books).Where(b => b.Id < 5)).OrderBy(b => b.Title)).Take(2));
        f.Marked("in both halves of a union and outside", (db, r) =>
            r.Mark(r.Mark(db.Books.Where(b => b.Id < 4)).Union(r.Mark(db.Books.Where(b => b.Id > 18)))).OrderBy(b => b.Id));
        f.Marked("in the first half of a union", (db, r) => r.Mark(db.Books.Where(b => b.Id < 4)).Union(db.Books.Where(b => b.Id > 18)));
        f.Marked("in the second half of Concat, and outside", (db, r) =>
            r.Mark(db.Books.Where(b => b.Id < 4).Concat(r.Mark(db.Books.Where(b => b.Id > 18)))).OrderBy(b => b.Id));
        f.Marked("in a subquery and outside", (db, r) =>
        {
            var good = r.Mark(db.Reviews.Where(x => x.Stars > 3));
            return r.Mark(db.Books.Where(b => good.Any(x => x.BookId == b.Id)));
        });
        f.Marked("in a join and outside", (db, r) =>
            r.Mark(db.Books.Join(r.Mark(db.Genres), b => b.GenreId, g => g.Id, (b, g) => new { b.Title, g.Name }).OrderBy(x => x.Title)));
        f.Marked("in a SelectMany and outside", (db, r) =>
        {
            var publishers = r.Mark(db.Publishers);
            return r.Mark(from g in db.Genres from p in publishers where p.Id == g.Id select new { g.Name, p.City });
        });
        f.Marked("in a projection and outside", (db, r) =>
        {
            var reviews = r.Mark(db.Reviews);
            return r.Mark(db.Books.OrderBy(b => b.Id).Select(b => new { b.Id, N = reviews.Count(x => x.BookId == b.Id) }));
        });
        f.Marked("before Count", (db, r) => r.Mark(db.Books), q => q.Count(b => b.IsLent));
        f.Marked("before TagWith", (db, r) => r.Mark(db.Books.Where(b => b.Id == 3)).TagWith("a tag"));
        f.Marked("after TagWith and TagWithCallSite", (db, r) => r.Mark(db.Books.Where(b => b.Id == 3).TagWith("a tag").TagWithCallSite()));
        f.Marked("before AsSplitQuery", (db, r) => r.Mark(db.Genres.Include(g => g.Books).OrderBy(g => g.Id)).AsSplitQuery());
        f.Marked("before DefaultIfEmpty", (db, r) => r.Mark(db.Books.Where(b => b.Id < 0)).DefaultIfEmpty());
        f.Marked("before Reverse", (db, r) => r.Mark(db.Books.OrderBy(b => b.Id)).Reverse());
        f.Marked("before IgnoreQueryFilters", (db, r) => r.Mark(db.Books).IgnoreQueryFilters().IgnoreAutoIncludes().Where(b => b.Id < 3));
    }
}
