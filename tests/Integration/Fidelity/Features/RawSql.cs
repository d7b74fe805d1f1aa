using FastOrm.Cache.Tests.Integration.Fidelity.Harness;
using FastOrm.Cache.Tests.Integration.Fidelity.Models;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Fidelity.Features;

/// <summary>SQL of the user's: of entities, of other types, composed over; functions of the database.</summary>
internal static class RawSql
{
    public static void Declare(List<CorpusQuery> corpus)
    {
        Entities(new Feature<LibraryContext>("FromSql", corpus));
        OtherTypes(new Feature<LibraryContext>("SqlQuery", corpus));
        Functions(new Feature<MappingContext>("Functions of the database", corpus));
    }

    private static void Entities(Feature<LibraryContext> f)
    {
        f.Query("FromSqlRaw", db => db.Genres.FromSqlRaw("""SELECT * FROM "Genres" ORDER BY "Id" """));
        f.Query("FromSql with a value", db => db.Genres.FromSql($"""SELECT * FROM "Genres" WHERE "Id" > {3} ORDER BY "Id" """));
        f.Query("FromSqlInterpolated", db =>
        {
            var name = "Crime";
            return db.Genres.FromSqlInterpolated($"""SELECT * FROM "Genres" WHERE "Name" = {name}""");
        });
        f.Query("FromSqlRaw with a value", db => db.Genres.FromSqlRaw("""SELECT * FROM "Genres" WHERE "Id" = {0} OR "Id" = {1}""", 2, 4));
        f.Query("a null as a value", db => db.Genres.FromSql($"""SELECT * FROM "Genres" WHERE "ParentId" IS NOT DISTINCT FROM {(int?)null}"""))
            .Only(Provider.PostgreSql, "the SQL is of one provider");
        f.Query("an object of the provider's as a value", db =>
            {
                var id = new Microsoft.Data.Sqlite.SqliteParameter("id", 4);
                return db.Genres.FromSqlRaw("""SELECT * FROM "Genres" WHERE "Id" = @id""", id);
            })
            .Only(Provider.Sqlite, "the parameter is of one provider");
        f.Query("an object of Npgsql's as a value", db =>
            {
                var id = new Npgsql.NpgsqlParameter<int>("id", 4);
                return db.Genres.FromSqlRaw("""SELECT * FROM "Genres" WHERE "Id" = @id""", id);
            })
            .Only(Provider.PostgreSql, "the parameter is of one provider");
        f.Query("columns in another order", db => db.Genres.FromSqlRaw("""SELECT "ParentId", "Name", "Id" FROM "Genres" ORDER BY "Id" """));
        f.Query("columns besides", db => db.Genres.FromSqlRaw("""SELECT 1 AS x, g.*, 'y' AS y FROM "Genres" AS g ORDER BY "Id" """));
        f.Query("columns in another case", db => db.Genres.FromSqlRaw(
            """SELECT "Id" AS "ID", "Name" AS "NAME", "ParentId" AS "parentid" FROM "Genres" ORDER BY "Id" """));
        f.Query("a common table expression", db => db.Genres.FromSqlRaw(
            """WITH low AS (SELECT * FROM "Genres" WHERE "Id" < 4) SELECT * FROM low ORDER BY "Id" DESC"""));
        f.Query("composed", db => db.Genres.FromSqlRaw("""SELECT * FROM "Genres" WHERE "Id" > {0}""", 1).Where(g => g.ParentId != null).OrderBy(g => g.Id));
        f.Query("composed with Include", db => db.Genres.FromSql($"""SELECT * FROM "Genres" WHERE "Id" < {4}""").Include(g => g.Books).OrderBy(g => g.Id));
        f.Query("split", db => db.Genres.FromSql($"""SELECT * FROM "Genres" WHERE "Id" < {4}""").Include(g => g.Books).AsSplitQuery().OrderBy(g => g.Id));
        f.Query("joined", db => db.Genres.FromSqlRaw("""SELECT * FROM "Genres" """).Join(
            db.Books.FromSqlRaw("""SELECT * FROM "Books" """), g => g.Id, b => b.GenreId, (g, b) => new { g.Name, b.Title }).OrderBy(x => x.Title));
        f.Query("untracked", db => db.Genres.FromSqlRaw("""SELECT * FROM "Genres" ORDER BY "Id" """).AsNoTracking());
        f.Query("counted", db => db.Genres.FromSqlRaw("""SELECT * FROM "Genres" WHERE "Id" > {0}""", 2), q => q.Count());
        f.Query("in a subquery", db => db.Books.Where(b => db.Genres.FromSqlRaw("""SELECT * FROM "Genres" WHERE "Id" = 3""").Any(g => g.Id == b.GenreId)));
        f.Query("that is wrong", db => db.Genres.FromSqlRaw("""SELECT * FROM "Nowhere" """)).Throws();
    }

    private static void OtherTypes(Feature<LibraryContext> f)
    {
        f.Query("numbers", db => db.Database.SqlQuery<int>($"""SELECT "Pages" AS "Value" FROM "Books" WHERE "Id" < {5} ORDER BY "Id" """));
        f.Query("numbers of any column name", db => db.Database.SqlQueryRaw<int>("""SELECT "Pages" FROM "Books" ORDER BY "Id" """));
        f.Query("numbers, composed", db => db.Database.SqlQuery<int>($"""SELECT "Pages" AS "Value" FROM "Books" """).Where(p => p > 150).OrderBy(p => p));
        f.Query("texts with nulls", db => db.Database.SqlQuery<string?>($"""SELECT "Subtitle" AS "Value" FROM "Books" ORDER BY "Id" """));
        f.Query("texts", db => db.Database.SqlQuery<string>($"""SELECT "Title" AS "Value" FROM "Books" ORDER BY "Id" """));
        f.Query("decimals", db => db.Database.SqlQuery<decimal>($"""SELECT "Price" AS "Value" FROM "Books" ORDER BY "Id" """));
        f.Query("dates", db => db.Database.SqlQuery<DateOnly>($"""SELECT "Joined" AS "Value" FROM "Readers" ORDER BY "Id" """));
        f.Query("Guids", db => db.Database.SqlQuery<Guid>($"""SELECT "Code" AS "Value" FROM "Books" ORDER BY "Id" """));
        f.Query("bytes", db => db.Database.SqlQuery<byte[]>($"""SELECT "Cover" AS "Value" FROM "Books" ORDER BY "Id" """));
        f.Query("nullable numbers", db => db.Database.SqlQuery<int?>($"""SELECT "Edition" AS "Value" FROM "Books" ORDER BY "Id" """));
        f.Query("enums", db => db.Database.SqlQuery<BookFormat>($"""SELECT "Format" AS "Value" FROM "Books" ORDER BY "Id" """));
        f.Query("objects", db => db.Database.SqlQuery<BookRow>($"""SELECT "Title" AS "Name", "Pages", "Rating" FROM "Books" WHERE "Id" < {6} ORDER BY "Id" """));
        f.Query("objects, composed", db => db.Database.SqlQuery<BookRow>($"""SELECT "Title" AS "Name", "Pages", "Rating" FROM "Books" """)
            .Where(b => b.Rating > 2).OrderBy(b => b.Name).Select(b => new { b.Name, Twice = b.Pages * 2 }));
        f.Query("objects by a constructor", db => db.Database.SqlQuery<BookPoint>($"""SELECT "Id" AS "Width", "Pages" AS "Height" FROM "Books" ORDER BY "Id" """));
        f.Query("one number", db => db.Database.SqlQuery<int>($"""SELECT count(*) AS "Value" FROM "Books" """), q => q.Single());
        f.Query("joined with a set", db => db.Books.Join(
            db.Database.SqlQuery<int>($"""SELECT "Id" AS "Value" FROM "Genres" WHERE "ParentId" IS NULL"""), b => b.GenreId, id => id, (b, id) => b.Title).Order());
    }

    private static void Functions(Feature<MappingContext> f)
    {
        f.Query("a scalar function", db => db.Members.OrderBy(m => m.Id).Select(m => MappingContext.Upper(m.Name)));
        f.Query("a scalar function in a condition", db =>
        {
            var name = "MEMBER 2";
            return db.Members.Where(m => MappingContext.Upper(m.Name) == name);
        });
        f.Query("a table function", db => db.LinesAbove(2).OrderBy(l => l.Number)).Only(Provider.PostgreSql, "SQLite makes no functions");
        f.Query("a table function, joined", db => db.Members.Join(db.LinesAbove(1), m => m.Id, l => l.Number, (m, l) => new { m.Name, l.Half }).OrderBy(x => x.Name))
            .Only(Provider.PostgreSql, "SQLite makes no functions");
        f.Query("a table function of a column", db => db.Members.SelectMany(m => db.LinesAbove(m.Id).Select(l => new { m.Id, l.Number }))
                .OrderBy(x => x.Id).ThenBy(x => x.Number))
            .Only(Provider.PostgreSql, "SQLite makes no functions");
        f.Query("SQLite's own table function", db =>
            {
                var json = """["x", "y", null]""";
                return db.JsonRows(json).OrderBy(r => r.Key);
            })
            .Only(Provider.Sqlite, "a function of SQLite");
    }
}

internal sealed class BookRow
{
    public string Name { get; set; } = "";

    public int Pages { get; set; }

    public double? Rating { get; set; }
}

internal sealed class BookPoint(int width, int height)
{
    public int Width { get; private set; } = width;

    public int Height { get; private set; } = height;
}
