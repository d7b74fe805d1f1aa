using FastOrm.Cache.Tests.Integration.Fidelity.Harness;
using FastOrm.Cache.Tests.Integration.Fidelity.Models;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Fidelity.Features;

/// <summary>Includes of every kind, in one query and split.</summary>
internal static class Includes
{
    public static void Declare(List<CorpusQuery> corpus)
    {
        Single(new Feature<LibraryContext>("Include", corpus));
        Split(new Feature<LibraryContext>("Split queries", corpus));
    }

    private static void Single(Feature<LibraryContext> f)
    {
        f.Query("a reference", db => db.Books.Include(b => b.Genre));
        f.Query("a reference that may be missing", db => db.Books.Include(b => b.Publisher).OrderBy(b => b.Id));
        f.Query("a collection", db => db.Genres.Include(g => g.Books).OrderBy(g => g.Id));
        f.Query("a collection in a hash set", db => db.Publishers.Include(p => p.Books).OrderBy(p => p.Id));
        f.Query("two collections", db => db.Books.Include(b => b.Reviews).Include(b => b.Authors).OrderBy(b => b.Id));
        f.Query("a skip navigation", db => db.Books.Include(b => b.Authors).OrderBy(b => b.Id));
        f.Query("a skip navigation from the other side", db => db.Authors.Include(a => a.Books).OrderBy(a => a.Id));
        f.Query("a skip navigation there and back", db => db.Authors.Include(a => a.Books).ThenInclude(b => b.Authors).OrderBy(a => a.Id));
        f.Query("ThenInclude of a collection", db => db.Readers.Include(r => r.Loans).ThenInclude(l => l.Items).OrderBy(r => r.Id));
        f.Query("ThenInclude four deep", db => db.Readers.Include(r => r.Loans).ThenInclude(l => l.Items).ThenInclude(i => i.Book)
            .ThenInclude(b => b!.Genre).OrderBy(r => r.Id));
        f.Query("ThenInclude of a reference", db => db.Reviews.Include(r => r.Book).ThenInclude(b => b!.Genre).ThenInclude(g => g!.Parent));
        f.Query("one path twice", db => db.Loans.Include(l => l.Items).ThenInclude(i => i.Book).Include(l => l.Items).Include(l => l.Reader));
        f.Query("by a name", db => db.Books.Include("Genre").Include("Reviews.Reader"));
        f.Query("by a captured name", db =>
        {
            var path = nameof(Book.Publisher);
            return db.Books.Include(path);
        });
        f.Query("by a name that is none", db => db.Books.Include("Nothing")).Throws();
        f.Query("filtered", db => db.Genres.Include(g => g.Books.Where(b => b.Pages > 140)).OrderBy(g => g.Id));
        f.Query("filtered by a captured value", db =>
        {
            var pages = 160;
            return db.Genres.Include(g => g.Books.Where(b => b.Pages > pages)).OrderBy(g => g.Id);
        });
        f.Query("ordered and limited", db => db.Genres.Include(g => g.Books.OrderByDescending(b => b.Pages).ThenBy(b => b.Id).Skip(1).Take(2))
            .OrderBy(g => g.Id));
        f.Query("filtered, then deeper", db => db.Readers.Include(r => r.Loans.Where(l => l.State != LoanState.Lost)).ThenInclude(
            l => l.Items.Where(i => i.Number < 3)).OrderBy(r => r.Id));
        f.Query("filtered skip navigation", db => db.Books.Include(b => b.Authors.Where(a => a.Id < 3)).OrderBy(b => b.Id));
        f.Query("a cycle: children and their parent", db => db.Genres.Include(g => g.Children).Include(g => g.Parent).OrderBy(g => g.Id));
        f.Query("a cycle: a team and its boss", db => db.Clerks.Include(c => c.Team).ThenInclude(c => c.Team).OrderBy(c => c.Id));
        f.Query("a cycle there and back", db => db.Genres.Include(g => g.Books).ThenInclude(b => b.Genre).OrderBy(g => g.Id)).Throws();
        f.Query("a cycle there and back, untracked", db => db.Genres.AsNoTracking().Include(g => g.Books).ThenInclude(b => b.Genre)).Throws();
        f.Query("a cycle, identity resolved", db => db.Authors.AsNoTrackingWithIdentityResolution().Include(a => a.Books).ThenInclude(b => b.Authors)
            .OrderBy(a => a.Id));
        f.Query("untracked", db => db.Books.AsNoTracking().Include(b => b.Genre).Include(b => b.Authors).OrderBy(b => b.Id));
        f.Query("identity resolved", db => db.Reviews.AsNoTrackingWithIdentityResolution().Include(r => r.Book).Include(r => r.Reader));
        f.Query("paged", db => db.Genres.Include(g => g.Books).OrderBy(g => g.Name).Skip(1).Take(2));
        f.Query("of one", db => db.Readers.Include(r => r.Loans).ThenInclude(l => l.Items), q => q.Single(r => r.Id == 2));
        f.Query("ignored by a projection", db => db.Books.Include(b => b.Genre).Select(b => b.Title));
        f.Query("of nothing", db => db.Genres.Include(g => g.Books).Where(g => g.Id == 6));
        f.Query("everything", db => db.Books.Include(b => b.Genre!.Parent).Include(b => b.Publisher).Include(b => b.Authors)
            .Include(b => b.Reviews).ThenInclude(r => r.Reader).ThenInclude(r => r!.Loans).OrderBy(b => b.Id));
    }

    private static void Split(Feature<LibraryContext> f)
    {
        f.Query("a collection", db => db.Genres.Include(g => g.Books).AsSplitQuery().OrderBy(g => g.Id));
        f.Query("two collections", db => db.Books.Include(b => b.Reviews).Include(b => b.Authors).AsSplitQuery().OrderBy(b => b.Id));
        f.Query("three deep", db => db.Readers.Include(r => r.Loans).ThenInclude(l => l.Items).ThenInclude(i => i.Book!.Authors)
            .AsSplitQuery().OrderBy(r => r.Id));
        f.Query("filtered", db => db.Genres.Include(g => g.Books.Where(b => b.IsLent).OrderBy(b => b.Title)).AsSplitQuery().OrderBy(g => g.Id));
        f.Query("limited", db => db.Genres.Include(g => g.Books.OrderBy(b => b.Id).Take(1)).AsSplitQuery().OrderBy(g => g.Id));
        f.Query("paged", db => db.Genres.Include(g => g.Books).OrderBy(g => g.Id).Skip(1).Take(3).AsSplitQuery());
        f.Query("untracked", db => db.Genres.Include(g => g.Books).AsSplitQuery().AsNoTracking().OrderBy(g => g.Id));
        f.Query("identity resolved", db => db.Books.Include(b => b.Authors).ThenInclude(a => a.Books).AsSplitQuery()
            .AsNoTrackingWithIdentityResolution().OrderBy(b => b.Id));
        f.Query("of one", db => db.Genres.Include(g => g.Books).AsSplitQuery().OrderBy(g => g.Id), q => q.First());
        f.Query("of nothing", db => db.Genres.Include(g => g.Books).AsSplitQuery().Where(g => g.Id < 0)).Empty();
        f.Query("a hash set", db => db.Publishers.Include(p => p.Books).AsSplitQuery().OrderBy(p => p.Id));
        f.Query("a cycle", db => db.Clerks.Include(c => c.Team).ThenInclude(c => c.Team).AsSplitQuery().OrderBy(c => c.Id));
        f.Query("by a captured value", db =>
        {
            var (low, pages) = (2, 120);
            return db.Genres.Where(g => g.Id > low).Include(g => g.Books.Where(b => b.Pages > pages)).AsSplitQuery().OrderBy(g => g.Id);
        });
        f.Query("back to a single query", db => db.Genres.Include(g => g.Books).AsSplitQuery().AsSingleQuery().OrderBy(g => g.Id));
    }
}
