using FastOrm.Cache.Tests.Integration.Fidelity.Harness;
using FastOrm.Cache.Tests.Integration.Fidelity.Models;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Fidelity.Features;

/// <summary>Captured and inline collections.</summary>
internal static class Collections
{
    private static readonly int[] Fixed = [2, 4, 6];

    public static void Declare(List<CorpusQuery> corpus)
    {
        var f = new Feature<LibraryContext>("Contains over collections", corpus);
        f.Query("a list", db =>
        {
            var ids = new List<int> { 3, 1, 7 };
            return db.Books.Where(b => ids.Contains(b.Id));
        });
        f.Query("an array", db =>
        {
            var ids = new[] { 3, 1, 7, 3 };
            return db.Books.Where(b => ids.Contains(b.Id));
        });
        f.Query("a static array", db => db.Books.Where(b => Fixed.Contains(b.Id)));
        f.Query("a hash set", db =>
        {
            var ids = new HashSet<int> { 5, 6 };
            return db.Books.Where(b => ids.Contains(b.Id));
        });
        f.Query("a sorted set", db =>
        {
            var ids = new SortedSet<int> { 9, 8 };
            return db.Books.Where(b => ids.Contains(b.Id));
        });
        f.Query("a read-only list", db =>
        {
            IReadOnlyList<int> ids = [11, 12];
            return db.Books.Where(b => ids.Contains(b.Id));
        });
        f.Query("an IEnumerable", db =>
        {
            IEnumerable<int> ids = new List<int> { 13 };
            return db.Books.Where(b => ids.Contains(b.Id));
        });
        f.Query("a lazy sequence", db =>
        {
            var ids = Enumerable.Range(1, 9).Where(i => i % 3 == 0).Select(i => i + 1);
            return db.Books.Where(b => ids.Contains(b.Id));
        });
        f.Query("an immutable array", db =>
        {
            var ids = System.Collections.Immutable.ImmutableArray.Create(1, 2);
            return db.Books.Where(b => ids.Contains(b.Id));
        });
        f.Query("an inline array", db => db.Books.Where(b => new[] { 4, 5 }.Contains(b.Id)));
        f.Query("an inline array with a captured value", db =>
        {
            var id = 6;
            return db.Books.Where(b => new[] { 4, id, b.GenreId }.Contains(b.Id));
        });
        f.Query("an empty list", db =>
        {
            var ids = new List<int>();
            return db.Books.Where(b => ids.Contains(b.Id));
        }).Empty();
        f.Query("not in an empty list", db =>
        {
            var ids = Array.Empty<int>();
            return db.Books.Where(b => !ids.Contains(b.Id));
        });
        f.Query("a list with null", db =>
        {
            var subtitles = new List<string?> { "sub 1", null };
            return db.Books.Where(b => subtitles.Contains(b.Subtitle));
        });
        f.Query("not in a list with null", db =>
        {
            var subtitles = new[] { "sub 1", null };
            return db.Books.Where(b => !subtitles.Contains(b.Subtitle));
        });
        f.Query("a list of only null", db =>
        {
            var editions = new List<int?> { null };
            return db.Books.Where(b => editions.Contains(b.Edition));
        });
        f.Query("nullable numbers over a column that is not", db =>
        {
            var ids = new int?[] { 1, null, 2 };
            return db.Books.Where(b => ids.Contains(b.Id));
        });
        f.Query("strings", db =>
        {
            var cities = new[] { "Oslo", "oslo" };
            return db.Readers.Where(r => cities.Contains(r.City));
        });
        f.Query("enums", db =>
        {
            var formats = new[] { BookFormat.Audio, BookFormat.Screen };
            return db.Books.Where(b => formats.Contains(b.Format));
        });
        f.Query("enums kept as text", db =>
        {
            var states = new List<LoanState> { LoanState.Lost, LoanState.Open };
            return db.Loans.Where(l => states.Contains(l.State));
        });
        f.Query("Guids", db =>
        {
            var codes = Enumerable.Range(4, 3).Select(i => new Guid(i, 7, 7, [8, 8, 8, 8, 8, 8, 8, (byte)i])).ToList();
            return db.Books.Where(b => codes.Contains(b.Code));
        });
        f.Query("dates", db =>
        {
            var days = new[] { new DateOnly(2020, 2, 29), new DateOnly(2020, 3, 31) };
            return db.Readers.Where(r => days.Contains(r.Joined));
        });
        f.Query("doubles", db =>
        {
            var weights = new[] { 0.25, 2.5 };
            return db.Books.Where(b => weights.Contains(b.Weight));
        });
        f.Query("many values", db =>
        {
            var ids = Enumerable.Range(-500, 505).ToArray();
            return db.Books.Where(b => ids.Contains(b.Id));
        });
        f.Query("EF.Constant", db =>
        {
            var ids = new[] { 2, 3 };
            return db.Books.Where(b => EF.Constant(ids).Contains(b.Id));
        });
        f.Query("EF.Parameter", db =>
        {
            var ids = new[] { 3, 4 };
            return db.Books.Where(b => EF.Parameter(ids).Contains(b.Id));
        });
        f.Query("EF.MultipleParameters", db =>
        {
            var ids = new[] { 4, 5 };
            return db.Books.Where(b => EF.MultipleParameters(ids).Contains(b.Id));
        });
        f.Query("Any over a list", db =>
        {
            var starts = new[] { "al", "Be" };
            return db.Books.Where(b => starts.Any(s => b.Title.StartsWith(s)));
        });
        f.Query("All over a list", db =>
        {
            var parts = new List<string> { "a", " " };
            return db.Books.Where(b => parts.All(p => b.Title.Contains(p)));
        });
        f.Query("Count over a list", db =>
        {
            var limits = new[] { 5, 10, 15 };
            return db.Books.Where(b => limits.Count(l => l < b.Id) == 2);
        });
        f.Query("an element of a list", db =>
        {
            var ids = new List<int> { 8, 9 };
            return db.Books.Where(b => b.Id == ids[1] || b.Id == ids.First());
        });
        f.Query("Max of a list below a column", db =>
        {
            var limits = new[] { 5, 10 };
            return db.Books.Where(b => limits.Where(l => l < b.Id).Max() == 10);
        });
        f.Query("the keys of a dictionary", db =>
        {
            var names = new Dictionary<int, string> { [1] = "one", [2] = "two" };
            return db.Books.Where(b => names.Keys.Contains(b.Id));
        });
        f.Query("a dictionary asked for a key", db =>
        {
            var names = new Dictionary<string, int> { ["one"] = 1, ["two"] = 2 };
            return db.Books.Where(b => b.Id == names["two"]);
        });
        f.Query("entities", db =>
        {
            var genres = new[] { new Genre { Id = 1 }, new Genre { Id = 3 } };
            return db.Books.Where(b => genres.Contains(b.Genre));
        });
        f.Query("a subquery", db => db.Books.Where(b => db.Reviews.Where(r => r.Stars > 4).Select(r => r.BookId).Contains(b.Id)));
        f.Query("in a projection", db =>
        {
            var ids = new[] { 2, 3 };
            return db.Books.Select(b => new { b.Id, In = ids.Contains(b.Id) });
        });
        f.Query("joined with a list", db =>
        {
            var ids = new[] { 3, 5 };
            return db.Books.Join(ids, b => b.Id, i => i, (b, i) => new { b.Title, i });
        });
    }
}
