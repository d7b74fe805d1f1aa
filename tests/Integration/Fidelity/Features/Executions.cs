using FastOrm.Cache.Tests.Integration.Fidelity.Harness;
using FastOrm.Cache.Tests.Integration.Fidelity.Models;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Fidelity.Features;

/// <summary>Ways to execute a query.</summary>
internal static class Executions
{
    public static void Declare(List<CorpusQuery> corpus)
    {
        Texts(new Feature<LibraryContext>("The SQL of a query", corpus));
        Enumerations(new Feature<LibraryContext>("Enumerations", corpus));
        Cancellations(new Feature<LibraryContext>("Cancellation", corpus));
        Strategies(new Feature<LibraryContext>("Execution strategies", corpus));
    }

    private static void Texts(Feature<LibraryContext> f)
    {
        f.Free("ToQueryString", (db, run) => Task.FromResult<object?>(run.Mark(db.Books.Where(b => b.Id == 3)).ToQueryString()));
        f.Free("ToQueryString with a captured value", (db, run) =>
        {
            var (id, ids) = (5, new[] { 1, 2 });
            return Task.FromResult<object?>(run.Mark(db.Books.Where(b => b.Id == id || ids.Contains(b.Id))).ToQueryString());
        });
        f.Free("ToQueryString before and after a hit", async (db, run) =>
        {
            var query = run.Mark(db.Books.Where(b => b.IsLent).OrderBy(b => b.Id));
            return new { Before = query.ToQueryString(), Rows = await run.List(query), After = query.ToQueryString() };
        });
        f.Free("ToQueryString of a split query", (db, run) => Task.FromResult<object?>(
            run.Mark(db.Genres.Include(g => g.Books).AsSplitQuery()).ToQueryString()));
        f.Free("CreateDbCommand", (db, run) =>
        {
            var id = 5;
            using var command = run.Mark(db.Books.Where(b => b.Id == id)).CreateDbCommand();
            return Task.FromResult<object?>(new { command.CommandText, command.Parameters.Count, command.Parameters[0].Value });
        });
        f.Free("CreateDbCommand, executed", (db, run) =>
        {
            db.Database.OpenConnection();
            using var command = run.Mark(db.Books.Select(b => b.Pages)).CreateDbCommand();
            using var reader = command.ExecuteReader();
            var pages = new List<int>();
            while (reader.Read())
            {
                pages.Add(reader.GetInt32(0));
            }

            return Task.FromResult<object?>(pages);
        });
    }

    private static void Enumerations(Feature<LibraryContext> f)
    {
        f.Free("the same query object twice", async (db, run) =>
        {
            var query = run.Mark(db.Books.OrderBy(b => b.Id));
            return new { First = await run.List(query), Second = await run.List(query) };
        });
        f.Free("the same query object with other last operators", async (db, run) =>
        {
            var query = run.Mark(db.Books.OrderBy(b => b.Id));
            return new { List = await run.List(query), Count = await run.End(query, q => q.Count()), First = await run.End(query, q => q.First()) };
        });
        f.Free("two interleaved", (db, run) =>
        {
            using var books = run.Mark(db.Books.OrderBy(b => b.Id)).AsEnumerable().GetEnumerator();
            using var genres = run.Mark(db.Genres.OrderBy(g => g.Id)).AsEnumerable().GetEnumerator();
            var seen = new List<object>();
            while (books.MoveNext() && genres.MoveNext())
            {
                seen.Add(books.Current);
                seen.Add(genres.Current);
            }

            return Task.FromResult<object?>(seen);
        }).Only(Provider.Sqlite, "Npgsql runs one command at a time");
        f.Free("two of the same, interleaved", (db, run) =>
        {
            var query = run.Mark(db.Books.AsNoTracking().OrderBy(b => b.Id).Select(b => b.Title));
            return Task.FromResult<object?>(query.AsEnumerable().Zip(query).ToList());
        }).Only(Provider.Sqlite, "Npgsql runs one command at a time");
        f.Free("two interleaved, asynchronous", async (db, run) =>
        {
            await using var books = run.Mark(db.Books.OrderBy(b => b.Id)).AsAsyncEnumerable().GetAsyncEnumerator();
            await using var genres = run.Mark(db.Genres.OrderBy(g => g.Id)).AsAsyncEnumerable().GetAsyncEnumerator();
            var seen = new List<object>();
            while (await books.MoveNextAsync() && await genres.MoveNextAsync())
            {
                seen.Add(books.Current);
                seen.Add(genres.Current);
            }

            return seen;
        }).Only(Provider.Sqlite, "Npgsql runs one command at a time");
        f.Free("a query within an enumeration", async (db, run) =>
        {
            var seen = new List<object>();
            foreach (var genre in run.Mark(db.Genres.OrderBy(g => g.Id)))
            {
                seen.Add(await run.End(run.Mark(db.Books.Where(b => b.GenreId == genre.Id)), q => q.Count()));
            }

            return seen;
        }).Only(Provider.Sqlite, "Npgsql runs one command at a time");
        f.Free("abandoned", async (db, run) =>
        {
            var seen = run.Mark(db.Books.OrderBy(b => b.Id)).AsEnumerable().Take(3).ToList();
            return new { seen, Then = await run.List(run.Mark(db.Books.OrderBy(b => b.Id).Take(2))) };
        });
        f.Free("abandoned and begun again", (db, run) =>
        {
            var query = run.Mark(db.Books.AsNoTracking().OrderBy(b => b.Id));
            return Task.FromResult<object?>(new { Few = query.AsEnumerable().Take(2).ToList(), All = query.ToList() });
        });
        f.Free("abandoned, asynchronous", async (db, run) =>
        {
            var seen = new List<Book>();
            await foreach (var book in run.Mark(db.Books.OrderBy(b => b.Id)).AsAsyncEnumerable())
            {
                seen.Add(book);
                if (seen.Count == 3)
                {
                    break;
                }
            }

            return seen;
        });
        f.Free("groups, abandoned", (db, run) => Task.FromResult<object?>(
            run.Mark(db.Books.OrderBy(b => b.Id).GroupBy(b => b.GenreId)).AsEnumerable().First()));
        f.Free("a split query, abandoned", (db, run) => Task.FromResult<object?>(
            run.Mark(db.Genres.Include(g => g.Books).AsSplitQuery().OrderBy(g => g.Id)).AsEnumerable().Take(2).ToList()));
    }

    private static void Cancellations(Feature<LibraryContext> f)
    {
        f.Free("before a list", async (db, run) => await run.Mark(db.Books).ToListAsync(new CancellationToken(canceled: true))).Throws();
        f.Free("before a count", async (db, run) => await run.Mark(db.Books).CountAsync(new CancellationToken(canceled: true))).Throws();
        f.Free("before a list that was remembered", async (db, run) =>
        {
            var books = await run.List(run.Mark(db.Books));
            return new { books, Again = await run.Mark(db.Books).ToListAsync(new CancellationToken(canceled: true)) };
        }).Throws();
        f.Free("during an enumeration", async (db, run) =>
        {
            using var source = new CancellationTokenSource();
            var seen = new List<int>();
            await foreach (var book in run.Mark(db.Books.OrderBy(b => b.Id)).AsAsyncEnumerable().WithCancellation(source.Token))
            {
                seen.Add(book.Id);
                await source.CancelAsync();
            }

            return seen;
        }).Throws().Only(Provider.Sqlite, "Npgsql asks for the token only where it waits");
        f.Free("not cancelled", async (db, run) =>
        {
            using var source = new CancellationTokenSource();
            return await run.Mark(db.Books.OrderBy(b => b.Id)).ToListAsync(source.Token);
        });
    }

    private static void Strategies(Feature<LibraryContext> f)
    {
        f.Free("the user's, around a query", async (db, run) => await db.Database.CreateExecutionStrategy().ExecuteAsync(
            async () => await run.List(run.Mark(db.Books.OrderBy(b => b.Id)))));
        f.Free("the user's, around two", async (db, run) => await db.Database.CreateExecutionStrategy().ExecuteAsync(async () => new
        {
            Books = await run.List(run.Mark(db.Books.OrderBy(b => b.Id))),
            Genres = await run.List(run.Mark(db.Genres.OrderBy(g => g.Id))),
        }));
        f.Free("the user's, synchronous", (db, run) => Task.FromResult<object?>(
            db.Database.CreateExecutionStrategy().Execute(() => run.Mark(db.Books.OrderBy(b => b.Id)).ToList())));
    }
}
