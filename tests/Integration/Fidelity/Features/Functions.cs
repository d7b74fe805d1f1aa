using FastOrm.Cache.Tests.Integration.Fidelity.Harness;
using FastOrm.Cache.Tests.Integration.Fidelity.Models;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Fidelity.Features;

/// <summary>Functions of strings, numbers, dates; conditions.</summary>
internal static class Functions
{
    public static void Declare(List<CorpusQuery> corpus)
    {
        Strings(new Feature<LibraryContext>("String functions", corpus));
        Numbers(new Feature<LibraryContext>("Math and conditional functions", corpus));
        Dates(new Feature<LibraryContext>("Date functions", corpus));
        Special(new Feature<LibraryContext>("EF.Functions", corpus));
    }

    private static void Strings(Feature<LibraryContext> f)
    {
        f.Query("StartsWith", db => db.Books.Where(b => b.Title.StartsWith("al")));
        f.Query("StartsWith a captured text", db =>
        {
            var start = "100%";
            return db.Books.Where(b => b.Title.StartsWith(start));
        });
        f.Query("EndsWith a captured text", db =>
        {
            var end = "_";
            return db.Books.Where(b => b.Title.EndsWith(end) || b.Title.EndsWith("04"));
        });
        f.Query("Contains a captured text", db =>
        {
            var part = "%";
            return db.Books.Where(b => b.Title.Contains(part));
        });
        f.Query("Contains a captured empty text", db =>
        {
            var part = "";
            return db.Books.Where(b => b.Subtitle!.Contains(part));
        });
        f.Query("a text beyond the basic plane", db =>
        {
            var smile = "\ud83d\ude00";
            return db.Books.Where(b => b.Title.Contains(smile));
        });
        f.Query("Length", db => db.Books.Where(b => b.Title.Length > 8).Select(b => new { b.Title, b.Title.Length }));
        f.Query("ToUpper and ToLower", db => db.Books.Select(b => new { Up = b.Title.ToUpper(), Low = b.Title.ToLower(), b.Id }));
        f.Query("Substring", db => db.Books.Select(b => b.Title.Substring(1, 3) + b.Title.Substring(2)));
        f.Query("Trim", db => db.Books.Select(b => new { b.Id, T = (" " + b.Title + " ").Trim(), S = (" " + b.Subtitle).TrimStart() }));
        f.Query("Replace", db => db.Books.Select(b => b.Title.Replace("a", "[a]")));
        f.Query("IndexOf", db => db.Books.Select(b => new { b.Id, At = b.Title.IndexOf("a") }));
        f.Query("concatenation with null", db => db.Books.Select(b => b.Title + b.Subtitle + b.Edition));
        f.Query("string.Concat", db => db.Books.Select(b => string.Concat(b.Title, "-", b.Subtitle)));
        f.Query("IsNullOrEmpty", db => db.Books.Where(b => string.IsNullOrEmpty(b.Subtitle)));
        f.Query("IsNullOrWhiteSpace", db => db.Books.Where(b => !string.IsNullOrWhiteSpace(b.Subtitle)));
        f.Query("string.Compare", db => db.Books.Where(b => string.Compare(b.Title, "b") > 0));
        f.Query("string.Join of a group", db => db.Books.GroupBy(b => b.GenreId).OrderBy(g => g.Key)
            .Select(g => string.Join("|", g.OrderBy(b => b.Id).Select(b => b.Title))));
        f.Query("string.Concat of a group", db => db.Reviews.GroupBy(r => r.Stars).OrderBy(g => g.Key)
            .Select(g => string.Concat(g.OrderBy(r => r.Id).Select(r => r.Text))));
        f.Query("FirstOrDefault of a text", db => db.Books.Select(b => b.Title.FirstOrDefault()));
        f.Query("Equals without case", db => db.Books.Where(b => b.Title.ToUpper() == "ALPHA 01"));
        f.Query("ToString of a number", db => db.Books.Select(b => b.Pages.ToString() + b.Id.ToString()));
    }

    private static void Numbers(Feature<LibraryContext> f)
    {
        f.Query("Abs, Sign", db => db.Books.Select(b => new { b.Id, A = Math.Abs(b.Pages - 150), S = Math.Sign(b.Pages - 150) }));
        f.Query("Max, Min", db => db.Books.Select(b => new { b.Id, A = Math.Max(b.Pages, 140), I = Math.Min(b.Weight, 1.0) }));
        f.Query("Floor, Ceiling, Round", db => db.Books.Select(
            b => new { b.Id, F = Math.Floor(b.Weight), C = Math.Ceiling(b.Weight), R = Math.Round(b.Weight) }));
        f.Query("Pow, Sqrt, Exp", db => db.Books.Select(
            b => new { b.Id, P = Math.Pow(b.Id, 3), S = Math.Sqrt(b.Weight), E = Math.Exp(b.Weight) }));
        f.Query("Sin, Log", db => db.Books.Select(b => new { b.Id, S = Math.Sin(b.Weight), L = Math.Log(b.Weight) }));
        f.Query("arithmetic of decimals", db => db.Books.Select(b => b.Price * 3m + 1.50m - b.Price / 3m));
        f.Query("casts", db => db.Books.Select(b => new { b.Id, I = (int)b.Weight, L = (long)b.Pages, D = (double)b.Id / 3 }));
        f.Query("whole division", db => db.Books.Select(b => b.Pages / 7));
        f.Query("a conditional in a projection", db => db.Books.Select(b => b.Pages > 150 ? "long" : b.IsLent ? "lent" : null));
        f.Query("null coalescing", db => db.Books.Select(b => b.Subtitle ?? b.Publisher!.City ?? b.Title));
        f.Query("HasValue and GetValueOrDefault", db => db.Books.Where(b => b.Edition.HasValue || b.Rating.GetValueOrDefault() == 0));
        f.Query("Convert", db => db.Books.Select(b => new { T = Convert.ToString(b.Pages), N = Convert.ToInt64(b.Pages) }));
        f.Query("parsing", db => db.Books.Where(b => int.Parse(b.Pages.ToString()) > 150)).Throws();
        f.Query("infinite results", db => db.Books.Select(b => b.Weight > 1 ? b.Weight : double.PositiveInfinity)).Throws(Provider.Sqlite);
        f.Query("a boolean computed", db => db.Books.Select(b => b.Pages > 150 && b.Edition != 1));
    }

    private static void Dates(Feature<LibraryContext> f)
    {
        f.Query("parts", db => db.Books.Select(b => new
        {
            b.Published.Year, b.Published.Month, b.Published.Day, b.Published.Hour, b.Published.Minute, b.Published.Second,
            b.Published.DayOfYear, b.Published.DayOfWeek,
        }));
        f.Query("Date", db => db.Books.Where(b => b.Published.Date > new DateTime(2010, 1, 1, 0, 0, 0, DateTimeKind.Utc))
            .Select(b => b.Published.Date));
        f.Query("AddDays, AddMonths", db => db.Books.Select(b => new { A = b.Published.AddDays(1.5), M = b.Published.AddMonths(-1) }));
        f.Query("AddHours, AddYears", db => db.Books.Where(b => b.Published.AddHours(3).AddYears(1).Day == 5));
        f.Query("parts of a DateOnly", db => db.Readers.Select(r => new { r.Joined.Year, r.Joined.Month, r.Joined.DayOfWeek }));
        f.Query("AddDays of a DateOnly", db => db.Readers.Select(r => r.Joined.AddDays(20)));
        f.Query("a new DateTime of columns", db => db.Readers.Select(r => new DateTime(r.Joined.Year, 1, 2)));
        f.Query("TimeOfDay", db => db.Books.Select(b => b.Published.TimeOfDay));
        f.Query("a difference", db => db.Books.Select(b => b.Published - new DateTime(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc)));
        f.Query("DateOnly of a DateTime", db => db.Books.Select(b => DateOnly.FromDateTime(b.Published)));
        f.Query("comparison of columns", db => db.Loans.Where(l => l.Taken > l.Items.Min(i => i.Book!.Published)));
    }

    private static void Special(Feature<LibraryContext> f)
    {
        f.Query("Like", db => db.Books.Where(b => EF.Functions.Like(b.Title, "%a%")));
        f.Query("Like with an escape", db => db.Books.Where(b => EF.Functions.Like(b.Title, "%!_%", "!")));
        f.Query("Like a captured pattern", db =>
        {
            var pattern = "%ta r%";
            return db.Books.Where(b => EF.Functions.Like(b.Title, pattern));
        });
        f.Query("Glob", db => db.Books.Where(b => EF.Functions.Glob(b.Title, "*a*"))).Only(Provider.Sqlite, "a function of SQLite");
        f.Query("Hex", db => db.Books.Select(b => EF.Functions.Hex(b.Cover))).Only(Provider.Sqlite, "a function of SQLite");
        f.Query("ILike", db => db.Books.Where(b => EF.Functions.ILike(b.Title, "%TA%")))
            .Only(Provider.PostgreSql, "a function of PostgreSQL");
        f.Query("Collate", db => db.Books.Where(b => EF.Functions.Collate(b.Title, "NOCASE") == "ALPHA 01"))
            .Only(Provider.Sqlite, "collations are the provider's own");
        f.Query("Collate in an order", db => db.Books.OrderBy(b => EF.Functions.Collate(b.Title, "C")))
            .Only(Provider.PostgreSql, "collations are the provider's own");
        f.Query("regular expressions", db => db.Books.Where(
            b => System.Text.RegularExpressions.Regex.IsMatch(b.Title, "^[a-z]+ [0-9]+$")));
        f.Query("Least and Greatest", db => db.Books.Select(b => new { L = EF.Functions.Least(b.Id, 5), G = EF.Functions.Greatest(b.Id, 9) }));
    }
}
