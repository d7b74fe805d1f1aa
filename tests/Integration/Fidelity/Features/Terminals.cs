using FastOrm.Cache.Tests.Integration.Fidelity.Harness;
using FastOrm.Cache.Tests.Integration.Fidelity.Models;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Fidelity.Features;

/// <summary>Last operators.</summary>
internal static class Terminals
{
    public static void Declare(List<CorpusQuery> corpus)
    {
        Elements(new Feature<LibraryContext>("One element", corpus));
        Aggregates(new Feature<LibraryContext>("Aggregates", corpus));
        Containers(new Feature<LibraryContext>("Containers", corpus));
    }

    private static void Elements(Feature<LibraryContext> f)
    {
        f.Query("First", db => db.Books.OrderBy(b => b.Title), q => q.First());
        f.Query("First with a condition", db => db.Books.OrderBy(b => b.Id), q => q.First(b => b.IsLent));
        f.Query("First of nothing", db => db.Books.Where(b => b.Id < 0), q => q.First()).Throws();
        f.Query("FirstOrDefault of nothing", db => db.Books.Where(b => b.Id < 0), q => q.FirstOrDefault());
        f.Query("FirstOrDefault of a number", db => db.Books.Where(b => b.Id < 0).Select(b => b.Pages), q => q.FirstOrDefault());
        f.Query("Single", db => db.Books.Where(b => b.Id == 5), q => q.Single());
        f.Query("Single of two", db => db.Books.Where(b => b.Id < 3), q => q.Single()).Throws();
        f.Query("Single of nothing", db => db.Books, q => q.Single(b => b.Id == 0)).Throws();
        f.Query("SingleOrDefault of nothing", db => db.Books, q => q.SingleOrDefault(b => b.Id == 0));
        f.Query("SingleOrDefault of two", db => db.Books.Where(b => b.Id < 3), q => q.SingleOrDefault()).Throws();
        f.Query("Last", db => db.Books.OrderBy(b => b.Id), q => q.Last());
        f.Query("Last without an order", db => db.Books, q => q.Last()).Throws();
        f.Query("LastOrDefault with a condition", db => db.Books.OrderBy(b => b.Id), q => q.LastOrDefault(b => b.Pages > 180));
        f.Query("ElementAt", db => db.Books.OrderBy(b => b.Id), q => q.ElementAt(4));
        f.Query("ElementAt beyond the end", db => db.Books.OrderBy(b => b.Id), q => q.ElementAt(99)).Throws();
        f.Query("ElementAtOrDefault", db => db.Books.OrderBy(b => b.Id), q => q.ElementAtOrDefault(99));
        f.Query("First with an Include", db => db.Genres.Include(g => g.Books).OrderBy(g => g.Id), q => q.First(g => g.Id == 2));
        f.Query("First of an anonymous type", db => db.Books.OrderBy(b => b.Id).Select(b => new { b.Title, b.Pages }), q => q.First());
        f.Query("First of a null", db => db.Books.Where(b => b.Id == 5).Select(b => b.Subtitle), q => q.First());
        f.Free("Find", async (db, run) =>
        {
            var id = 6;
            return run.Async ? await run.Mark(db.Books.Where(b => b.Id == id)).SingleOrDefaultAsync()
                : run.Mark(db.Books.Where(b => b.Id == id)).SingleOrDefault();
        });
    }

    private static void Aggregates(Feature<LibraryContext> f)
    {
        f.Query("Count", db => db.Books, q => q.Count());
        f.Query("LongCount with a condition", db => db.Books, q => q.LongCount(b => b.Edition == null));
        f.Query("Any", db => db.Books.Where(b => b.Id == 3), q => q.Any());
        f.Query("Any of nothing", db => db.Books, q => q.Any(b => b.Id < 0));
        f.Query("All", db => db.Books, q => q.All(b => b.Pages > 50));
        f.Query("Sum", db => db.Books, q => q.Sum(b => b.Pages));
        f.Query("Sum of doubles", db => db.Books.Select(b => b.Weight), q => q.Sum());
        f.Query("Sum of nullable numbers", db => db.Books, q => q.Sum(b => b.Edition));
        f.Query("Sum of nothing", db => db.Books.Where(b => b.Id < 0), q => q.Sum(b => b.Edition));
        f.Query("Sum of decimals", db => db.Books, q => q.Sum(b => b.Price));
        f.Query("Average", db => db.Books, q => q.Average(b => b.Pages));
        f.Query("Average of nothing", db => db.Books.Where(b => b.Id < 0), q => q.Average(b => b.Pages)).Throws();
        f.Query("Average of nothing, nullable", db => db.Books.Where(b => b.Id < 0), q => q.Average(b => b.Edition));
        f.Query("Min", db => db.Books, q => q.Min(b => b.Published));
        f.Query("Max of a text", db => db.Books, q => q.Max(b => b.Subtitle));
        f.Query("Max of nothing", db => db.Books.Where(b => b.Id < 0), q => q.Max(b => b.Pages)).Throws();
        f.Query("Max of an enum", db => db.Books, q => q.Max(b => b.Format));
        f.Query("Max of a Guid", db => db.Books, q => q.Max(b => b.Code)).Throws(Provider.PostgreSql);
        f.Query("MaxBy", db => db.Books, q => q.MaxBy(b => b.Pages)).Throws();
        f.Query("Contains", db => db.Books.Select(b => b.Id), q => q.Contains(4));
        f.Query("Contains an entity", db => db.Books, q => q.Contains(new Book { Id = 4 }));
        f.Query("SequenceEqual", db => db.Books, q => q.SequenceEqual(q)).Throws();
        f.Query("Aggregate", db => db.Books.Select(b => b.Id), q => q.Aggregate((a, b) => a + b)).Throws();
        f.Free("two in a row", async (db, run) => new
        {
            Count = await run.End(run.Mark(db.Books.Where(b => b.IsLent)), q => q.Count()),
            Any = await run.End(run.Mark(db.Books.Where(b => b.IsLent)), q => q.Any()),
            First = await run.End(run.Mark(db.Books.Where(b => b.IsLent).OrderBy(b => b.Id)), q => q.First()),
        });
    }

    private static void Containers(Feature<LibraryContext> f)
    {
        f.Free("ToArray", async (db, run) => run.Async ? await run.Mark(db.Books).ToArrayAsync() : run.Mark(db.Books).ToArray());
        f.Free("ToHashSet", async (db, run) => run.Async
            ? await run.Mark(db.Books.Select(b => b.Title)).ToHashSetAsync() : run.Mark(db.Books.Select(b => b.Title)).ToHashSet());
        f.Free("ToDictionary", async (db, run) => run.Async
            ? await run.Mark(db.Books).ToDictionaryAsync(b => b.Id) : run.Mark(db.Books).ToDictionary(b => b.Id));
        f.Free("ToDictionary of values", async (db, run) => run.Async
            ? await run.Mark(db.Books).ToDictionaryAsync(b => b.Title, b => b.Pages)
            : run.Mark(db.Books).ToDictionary(b => b.Title, b => b.Pages));
        f.Free("ToDictionary of the same key twice", async (db, run) => run.Async
            ? await run.Mark(db.Books).ToDictionaryAsync(b => b.GenreId) : run.Mark(db.Books).ToDictionary(b => b.GenreId)).Throws();
        f.Free("Load", async (db, run) =>
        {
            var books = run.Mark(db.Books.Include(b => b.Genre).Where(b => b.Id < 6));
            if (run.Async)
            {
                await books.LoadAsync();
            }
            else
            {
                books.Load();
            }

            return db.Books.Local.ToList();
        });
        f.Free("foreach", async (db, run) =>
        {
            var titles = new List<string>();
            if (run.Async)
            {
                await foreach (var book in run.Mark(db.Books.OrderBy(b => b.Id)).AsAsyncEnumerable())
                {
                    titles.Add(book.Title);
                }
            }
            else
            {
                foreach (var book in run.Mark(db.Books.OrderBy(b => b.Id)))
                {
                    titles.Add(book.Title);
                }
            }

            return titles;
        });
        f.Free("AsEnumerable and LINQ to objects", (db, run) => Task.FromResult<object?>(
            run.Mark(db.Books.OrderBy(b => b.Id)).AsEnumerable().Where(b => b.Title.Contains('a')).Select(b => b.Title).ToList()));
        f.Free("ToLookup", (db, run) => Task.FromResult<object?>(run.Mark(db.Books.OrderBy(b => b.Id)).ToLookup(b => b.GenreId, b => b.Title)));
        f.Free("ForEachAsync", async (db, run) =>
        {
            var pages = 0;
            await run.Mark(db.Books).ForEachAsync(b => pages += b.Pages);
            return pages;
        });
    }
}
