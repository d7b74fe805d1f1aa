using FastOrm.Cache.Tests.Integration.Fidelity.Harness;
using FastOrm.Cache.Tests.Integration.Fidelity.Models;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Fidelity.Features;

/// <summary>Joins, cross products, correlated subqueries.</summary>
internal static class Joins
{
    public static void Declare(List<CorpusQuery> corpus)
    {
        Of(new Feature<LibraryContext>("Joins", corpus));
        Subqueries(new Feature<LibraryContext>("Correlated subqueries", corpus));
    }

    private static void Of(Feature<LibraryContext> f)
    {
        f.Query("inner", db => db.Books.Join(db.Genres, b => b.GenreId, g => g.Id, (b, g) => new { b.Title, g.Name }));
        f.Query("inner, of entities", db => from b in db.Books join g in db.Genres on b.GenreId equals g.Id orderby b.Id select new { b, g });
        f.Query("by a composite key", db => from i in db.Items
                                            join o in db.Items on new { i.LoanId, N = i.Number } equals new { o.LoanId, N = o.Number + 1 }
                                            orderby i.LoanId, i.Number
                                            select new { i.LoanId, i.Number, Before = o.BookId });
        f.Query("by a nullable key", db => from b in db.Books
                                           join p in db.Publishers on b.PublisherId equals p.Id
                                           orderby b.Id
                                           select new { b.Title, p.City });
        f.Query("with a filtered source", db => from b in db.Books
                                                join r in db.Reviews.Where(r => r.Stars > 2) on b.Id equals r.BookId
                                                orderby b.Id, r.Id
                                                select new { b.Title, r.Stars });
        f.Query("a group join with DefaultIfEmpty", db => from b in db.Books
                                                          join r in db.Reviews on b.Id equals r.BookId into reviews
                                                          from r in reviews.DefaultIfEmpty()
                                                          orderby b.Id, r.Id
                                                          select new { b.Title, Stars = (int?)r.Stars, r.Text });
        f.Query("a left join of entities", db => from b in db.Books
                                                 join p in db.Publishers on b.PublisherId equals p.Id into ps
                                                 from p in ps.DefaultIfEmpty()
                                                 orderby b.Id
                                                 select new { b, p });
        f.Query("LeftJoin", db => db.Books.OrderBy(b => b.Id)
            .LeftJoin(db.Publishers, b => b.PublisherId, p => p.Id, (b, p) => new { b.Title, Name = p == null ? null : p.Name }));
        f.Query("RightJoin", db => db.Books.RightJoin(db.Genres, b => b.GenreId, g => g.Id, (b, g) => new { g.Name, T = b == null ? "-" : b.Title })
            .OrderBy(x => x.Name).ThenBy(x => x.T));
        f.Query("a group join with a count", db => from g in db.Genres
                                                   join b in db.Books on g.Id equals b.GenreId into books
                                                   orderby g.Id
                                                   select new { g.Name, Count = books.Count(), Max = books.Max(b => (int?)b.Pages) });
        f.Query("a group join", db => from g in db.Genres
                                      join b in db.Books on g.Id equals b.GenreId into books
                                      select new { g, books = books.ToList() });
        f.Query("GroupJoin called", db => db.Readers.GroupJoin(
            db.Loans, r => r.Id, l => l.ReaderId, (r, loans) => new { r.Name, N = loans.Count(l => l.State == LoanState.Open) })
            .OrderBy(x => x.Name));
        f.Query("SelectMany over a navigation", db => db.Genres.SelectMany(g => g.Books).OrderBy(b => b.Id));
        f.Query("SelectMany with a result", db => db.Genres.SelectMany(g => g.Books, (g, b) => new { g.Name, b.Title }).OrderBy(x => x.Title));
        f.Query("SelectMany, cross", db => from g in db.Genres
                                           from p in db.Publishers
                                           orderby g.Id, p.Id
                                           select new { G = g.Name, P = p.Name });
        f.Query("SelectMany with a condition", db => from r in db.Readers
                                                     from l in db.Loans.Where(l => l.ReaderId == r.Id && l.State != LoanState.Lost)
                                                     orderby r.Id, l.Id
                                                     select new { r.Name, l.Taken });
        f.Query("SelectMany with DefaultIfEmpty", db => from r in db.Readers
                                                        from l in db.Loans.Where(l => l.ReaderId == r.Id).DefaultIfEmpty()
                                                        orderby r.Id, l.Id
                                                        select new { r, l });
        f.Query("SelectMany, lateral", db => from g in db.Genres
                                             from b in g.Books.OrderByDescending(b => b.Pages).ThenBy(b => b.Id).Take(2)
                                             orderby g.Id, b.Id
                                             select new { g.Name, b.Title });
        f.Query("SelectMany three deep", db => db.Readers.SelectMany(r => r.Loans).SelectMany(l => l.Items).Select(i => i.Book!.Title).Order());
        f.Query("a self join", db => from a in db.Clerks
                                     join b in db.Clerks on a.BossId equals b.BossId
                                     where a.Id < b.Id
                                     select new { A = a.Name, B = b.Name });
        f.Query("DefaultIfEmpty of everything", db => db.Books.Where(b => b.Id < 0).DefaultIfEmpty());
        f.Query("joined with a grouping", db => from g in db.Genres
                                                join c in db.Books.GroupBy(b => b.GenreId).Select(x => new { x.Key, N = x.Count() })
                                                    on g.Id equals c.Key
                                                orderby g.Id
                                                select new { g.Name, c.N });
    }

    private static void Subqueries(Feature<LibraryContext> f)
    {
        f.Query("Any over a navigation", db => db.Books.Where(b => b.Reviews.Any(r => r.Stars == 5)));
        f.Query("Any without a condition", db => db.Genres.Where(g => !g.Books.Any()));
        f.Query("All over a navigation", db => db.Readers.Where(r => r.Loans.All(l => l.State != LoanState.Open)));
        f.Query("Any of Any", db => db.Readers.Where(r => r.Loans.Any(l => l.Items.Any(i => i.Book!.GenreId == 1))));
        f.Query("Any over another set", db => db.Publishers.Where(p => db.Readers.Any(r => r.City == p.City)));
        f.Query("Count compared", db => db.Books.Where(b => b.Authors.Count > 1));
        f.Query("Sum compared", db => db.Loans.Where(l => l.Items.Sum(i => i.Days) > 20));
        f.Query("Average and Max", db => db.Books.Select(
            b => new { b.Id, A = b.Reviews.Average(r => (double?)r.Stars), M = b.Reviews.Max(r => (int?)r.Stars) }));
        f.Query("Sum of nothing", db => db.Genres.Select(g => new { g.Id, P = g.Books.Sum(b => b.Pages) }));
        f.Query("First of a navigation", db => db.Genres.Select(
            g => new { g.Name, First = g.Books.OrderBy(b => b.Pages).ThenBy(b => b.Id).Select(b => b.Title).FirstOrDefault() }));
        f.Query("First of a navigation as an entity", db => db.Genres.Select(g => g.Books.OrderBy(b => b.Id).FirstOrDefault()));
        f.Query("First of a number", db => db.Genres.Select(g => g.Books.OrderBy(b => b.Id).Select(b => b.Pages).FirstOrDefault()));
        f.Query("Contains over a navigation", db => db.Authors.Where(a => a.Books.Select(b => b.GenreId).Contains(3)));
        f.Query("an entity in a navigation", db => db.Genres.Where(g => g.Books.Contains(db.Books.First(b => b.Id == 8))));
        f.Query("compared with an aggregate", db => db.Books.Where(b => b.Pages > db.Books.Average(x => x.Pages)));
        f.Query("correlated by order", db => db.Books.Where(b => !db.Books.Any(x => x.GenreId == b.GenreId && x.Pages > b.Pages)));
        f.Query("a query kept in a variable", db =>
        {
            var good = db.Reviews.Where(r => r.Stars > 3);
            return db.Books.Where(b => good.Any(r => r.BookId == b.Id));
        });
        f.Query("a count in a projection", db => db.Readers.Select(r => new { r.Name, Loans = r.Loans.Count, Reviews = r.Reviews.Count() }));
        f.Query("an element of a navigation", db => db.Genres.Select(g => g.Books.OrderBy(b => b.Id).ElementAtOrDefault(1)!.Title));
        f.Query("Distinct counted", db => db.Readers.Select(r => r.Reviews.Select(v => v.Stars).Distinct().Count()));
        f.Query("a string of many", db => db.Genres.Select(g => string.Join(",", g.Books.OrderBy(b => b.Id).Select(b => b.Title))));
    }
}
