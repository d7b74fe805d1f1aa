using FastOrm.Cache.Tests.Integration.Fidelity.Harness;
using FastOrm.Cache.Tests.Integration.Fidelity.Models;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Fidelity.Features;

/// <summary>What is tracked, and loading after a hit.</summary>
internal static class Tracking
{
    public static void Declare(List<CorpusQuery> corpus)
    {
        Default(new Feature<LibraryContext>("Tracking", corpus));
        NoTracking(new Feature<LibraryContext>(
            "A no-tracking default", corpus, options => options.UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking)));
        Identity(new Feature<LibraryContext>(
            "An identity-resolving default", corpus,
            options => options.UseQueryTrackingBehavior(QueryTrackingBehavior.NoTrackingWithIdentityResolution)));
        Loading(new Feature<LibraryContext>("Explicit loading", corpus));
    }

    private static void Default(Feature<LibraryContext> f)
    {
        f.Query("tracked", db => db.Books.OrderBy(b => b.Id));
        f.Query("AsNoTracking", db => db.Books.AsNoTracking().OrderBy(b => b.Id));
        f.Query("AsNoTrackingWithIdentityResolution", db => db.Books.AsNoTrackingWithIdentityResolution().OrderBy(b => b.Id));
        f.Query("AsTracking", db => db.Books.AsTracking().OrderBy(b => b.Id));
        f.Query("AsTracking with a behaviour", db => db.Books.AsTracking(QueryTrackingBehavior.NoTracking).OrderBy(b => b.Id));
        f.Query("the last one counts", db => db.Books.AsNoTracking().AsTracking().OrderBy(b => b.Id));
        f.Query("relatives meet", db => db.Genres.Where(g => g.Id < 3).OrderBy(g => g.Id));
        f.Query("an entity twice, untracked", db => db.Reviews.AsNoTracking().OrderBy(r => r.Id).Select(r => new { r.Book, r.Id }));
        f.Query("an entity twice, identity resolved", db => db.Reviews.AsNoTrackingWithIdentityResolution().OrderBy(r => r.Id)
            .Select(r => new { r.Book, r.Id }));
        f.Free("two queries into one context", async (db, run) => new
        {
            Books = await run.List(run.Mark(db.Books.Where(b => b.GenreId < 3).OrderBy(b => b.Id))),
            Genres = await run.List(run.Mark(db.Genres.OrderBy(g => g.Id))),
        });
        f.Free("the same query twice", async (db, run) => new
        {
            First = await run.List(run.Mark(db.Books.Where(b => b.Id < 4))),
            Second = await run.List(run.Mark(db.Books.Where(b => b.Id < 4))),
        });
        f.Free("changed in between", async (db, run) =>
        {
            var first = await run.List(run.Mark(db.Books.Where(b => b.Id < 6).OrderBy(b => b.Id)));
            first[4].Title = "changed in between";
            db.ChangeTracker.DetectChanges();
            return await run.List(run.Mark(db.Books.Where(b => b.Id < 6).OrderBy(b => b.Id)));
        });
        f.Free("cleared in between", async (db, run) =>
        {
            var first = await run.List(run.Mark(db.Books.Where(b => b.Id == 6)));
            db.ChangeTracker.Clear();
            return new { first, Second = await run.List(run.Mark(db.Books.Where(b => b.Id == 6))) };
        });
        f.Free("a behaviour set on the tracker", async (db, run) =>
        {
            db.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
            var untracked = await run.List(run.Mark(db.Books.Where(b => b.Id == 6)));
            db.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.TrackAll;
            return new { untracked, Tracked = await run.List(run.Mark(db.Books.Where(b => b.Id == 6))) };
        });
    }

    private static void NoTracking(Feature<LibraryContext> f)
    {
        f.Query("obeyed", db => db.Books.OrderBy(b => b.Id));
        f.Query("AsTracking against it", db => db.Books.AsTracking().OrderBy(b => b.Id));
        f.Query("AsTracking with Include", db => db.Genres.Include(g => g.Books).AsTracking().OrderBy(g => g.Id));
        f.Query("Include", db => db.Genres.Include(g => g.Books).OrderBy(g => g.Id));
        f.Query("of one", db => db.Books, q => q.First(b => b.Id == 3));
    }

    private static void Identity(Feature<LibraryContext> f)
    {
        f.Query("obeyed", db => db.Reviews.Include(r => r.Book).OrderBy(r => r.Id));
        f.Query("a cycle", db => db.Authors.Include(a => a.Books).ThenInclude(b => b.Authors).OrderBy(a => a.Id));
        f.Query("AsTracking against it", db => db.Reviews.AsTracking().Include(r => r.Book).OrderBy(r => r.Id));
        f.Query("AsNoTracking against it", db => db.Reviews.AsNoTracking().Include(r => r.Book).OrderBy(r => r.Id));
    }

    private static void Loading(Feature<LibraryContext> f)
    {
        f.Free("a collection after a hit", async (db, run) =>
        {
            var genre = await run.End(run.Mark(db.Genres.Where(g => g.Id == 3)), q => q.Single());
            await db.Entry(genre).Collection(g => g.Books).LoadAsync();
            return genre;
        }).AlsoSends(1);
        f.Free("a reference after a hit", async (db, run) =>
        {
            var book = await run.End(run.Mark(db.Books.Where(b => b.Id == 7)), q => q.Single());
            await db.Entry(book).Reference(b => b.Genre).LoadAsync();
            return book;
        }).AlsoSends(1);
        f.Free("a skip navigation after a hit", async (db, run) =>
        {
            var book = await run.End(run.Mark(db.Books.Where(b => b.Id == 6)), q => q.Single());
            await db.Entry(book).Collection(b => b.Authors).LoadAsync();
            return book;
        }).AlsoSends(1);
        f.Free("what is loaded already", async (db, run) =>
        {
            var genre = await run.End(run.Mark(db.Genres.Include(g => g.Books).Where(g => g.Id == 3)), q => q.Single());
            await db.Entry(genre).Collection(g => g.Books).LoadAsync();
            return genre;
        });
        f.Free("the query of a navigation, remembered", async (db, run) =>
        {
            var genre = await run.End(run.Mark(db.Genres.Where(g => g.Id == 3)), q => q.Single());
            return await run.List(run.Mark(db.Entry(genre).Collection(g => g.Books).Query().Where(b => b.Pages > 110)));
        });
        f.Free("the query of a reference, remembered", async (db, run) =>
        {
            var book = await run.End(run.Mark(db.Books.Where(b => b.Id == 7)), q => q.Single());
            return await run.List(run.Mark(db.Entry(book).Reference(b => b.Genre).Query()));
        });
        f.Free("the query of a skip navigation, remembered", async (db, run) =>
        {
            var author = await run.End(run.Mark(db.Authors.Where(a => a.Id == 2)), q => q.Single());
            return await run.List(run.Mark(db.Entry(author).Collection(a => a.Books).Query()));
        });
        f.Free("reloading after a hit", async (db, run) =>
        {
            var book = await run.End(run.Mark(db.Books.Where(b => b.Id == 7)), q => q.Single());
            book.Title = "changed";
            await db.Entry(book).ReloadAsync();
            return book;
        }).AlsoSends(1);
        f.Free("the database's values after a hit", async (db, run) =>
        {
            var book = await run.End(run.Mark(db.Books.Where(b => b.Id == 7)), q => q.Single());
            return (await db.Entry(book).GetDatabaseValuesAsync())!.ToObject();
        }).AlsoSends(1);
    }
}
