using FastOrm.Cache.Tests.Integration.Fidelity.Harness;
using FastOrm.Cache.Tests.Integration.Fidelity.Models;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Fidelity.Features;

/// <summary>Groups, with and without aggregates.</summary>
internal static class Grouping
{
    public static void Declare(List<CorpusQuery> corpus)
    {
        var f = new Feature<LibraryContext>("Grouping", corpus);
        f.Query("Count", db => db.Books.GroupBy(b => b.GenreId).Select(g => new { g.Key, N = g.Count() }).OrderBy(x => x.Key));
        f.Query("every aggregate", db => db.Books.GroupBy(b => b.Format).OrderBy(g => g.Key).Select(g => new
        {
            g.Key, N = g.Count(), L = g.LongCount(), S = g.Sum(b => b.Pages), A = g.Average(b => b.Pages), Min = g.Min(b => b.Title),
            Max = g.Max(b => b.Published), W = g.Sum(b => b.Weight), R = g.Average(b => b.Rating),
        }));
        f.Query("aggregates of decimals", db => db.Books.GroupBy(b => b.GenreId).OrderBy(g => g.Key).Select(
            g => new { S = g.Sum(b => b.Price), A = g.Average(b => b.Price), M = g.Max(b => b.Price) }));
        f.Query("by two columns", db => db.Books.GroupBy(b => new { b.GenreId, b.IsLent }).Select(g => new { g.Key.GenreId, g.Key.IsLent, N = g.Count() })
            .OrderBy(x => x.GenreId).ThenBy(x => x.IsLent));
        f.Query("by a nullable column", db => db.Books.GroupBy(b => b.Subtitle).Select(g => new { g.Key, N = g.Count() }).OrderBy(x => x.Key));
        f.Query("by a reference", db => db.Books.GroupBy(b => b.Genre!.Name).Select(g => new { g.Key, P = g.Sum(b => b.Pages) }).OrderBy(x => x.Key));
        f.Query("by an expression", db => db.Books.GroupBy(b => b.Pages / 30).Select(g => new { g.Key, N = g.Count() }).OrderBy(x => x.Key));
        f.Query("by a constant", db => db.Books.GroupBy(b => 1).Select(g => new { N = g.Count(), P = g.Sum(b => b.Pages) }));
        f.Query("by a captured value", db =>
        {
            var size = 25;
            return db.Books.GroupBy(b => b.Pages / size).Select(g => new { g.Key, N = g.Count() }).OrderBy(x => x.Key);
        });
        f.Query("by a part of a date", db => db.Loans.GroupBy(l => new { l.Taken.Year, l.Taken.Month }).Select(g => new { g.Key, N = g.Count() })
            .OrderBy(x => x.Key.Year).ThenBy(x => x.Key.Month));
        f.Query("an element selector", db => db.Books.GroupBy(b => b.GenreId, b => b.Pages).Select(g => new { g.Key, M = g.Max() }).OrderBy(x => x.Key));
        f.Query("a result selector", db => db.Books.GroupBy(b => b.GenreId, (key, books) => new { key, N = books.Count() }).OrderBy(x => x.key));
        f.Query("a condition on groups", db => db.Books.GroupBy(b => b.GenreId).Where(g => g.Count() > 3 && g.Key < 5).Select(g => g.Key).Order());
        f.Query("a conditional count", db => db.Books.GroupBy(b => b.GenreId).OrderBy(g => g.Key)
            .Select(g => new { g.Key, Lent = g.Count(b => b.IsLent), Long = g.Where(b => b.Pages > 150).Sum(b => b.Pages) }));
        f.Query("a distinct count", db => db.Reviews.GroupBy(r => r.Stars).OrderBy(g => g.Key)
            .Select(g => new { g.Key, N = g.Select(r => r.ReaderId).Distinct().Count() }));
        f.Query("ordered by an aggregate", db => db.Books.GroupBy(b => b.GenreId).OrderByDescending(g => g.Sum(b => b.Pages)).Select(g => g.Key));
        f.Query("groups themselves", db => db.Books.OrderBy(b => b.Id).GroupBy(b => b.GenreId));
        f.Query("groups by two columns", db => db.Books.OrderBy(b => b.Id).GroupBy(b => new { b.IsLent, b.Format }));
        f.Query("groups, untracked", db => db.Reviews.AsNoTracking().OrderBy(r => r.Id).GroupBy(r => r.Stars));
        f.Query("groups by a nullable column", db => db.Reviews.OrderBy(r => r.Id).GroupBy(r => r.ReaderId)).Throws();
        f.Query("groups with an element selector", db => db.Books.OrderBy(b => b.Id).GroupBy(b => b.Format, b => new { b.Id, b.Title }));
        f.Query("groups of a join", db => db.Reviews.OrderBy(r => r.Id).GroupBy(r => r.Book!.GenreId));
        f.Query("the first of each group", db => db.Books.GroupBy(b => b.GenreId).OrderBy(g => g.Key)
            .Select(g => g.OrderByDescending(b => b.Pages).ThenBy(b => b.Id).First()));
        f.Query("the title of the first", db => db.Books.GroupBy(b => b.GenreId).OrderBy(g => g.Key)
            .Select(g => new { g.Key, T = g.OrderBy(b => b.Id).Select(b => b.Title).FirstOrDefault() }));
        f.Query("the rows of each group", db => db.Books.GroupBy(b => b.GenreId).OrderBy(g => g.Key)
            .Select(g => new { g.Key, Books = g.OrderBy(b => b.Id).ToList() }));
        f.Query("the titles of each group", db => db.Books.GroupBy(b => b.GenreId).OrderBy(g => g.Key)
            .Select(g => new { g.Key, Titles = g.OrderBy(b => b.Id).Select(b => b.Title).ToArray() }));
        f.Query("SelectMany over groups", db => db.Books.GroupBy(b => b.GenreId).SelectMany(g => g.Select(b => b.Title)).Order()).Throws();
        f.Query("groups of groups", db => db.Books.GroupBy(b => b.GenreId).Select(g => new { g.Key, N = g.Count() })
            .GroupBy(x => x.N).Select(g => new { N = g.Key, Genres = g.Count() }).OrderBy(x => x.N));
        f.Query("a decimal maximum", db => db.Books.GroupBy(b => b.IsLent).OrderBy(g => g.Key).Select(g => g.Max(b => b.Price)));
        f.Query("Count of groups", db => db.Books.GroupBy(b => b.GenreId), q => q.Count());
        f.Query("CountBy", db => db.Books.CountBy(b => b.GenreId)).Throws();
    }
}
