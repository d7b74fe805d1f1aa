using System.Collections;
using System.Net;
using System.Text.Json;
using FastOrm.Cache.Tests.Integration.Fidelity.Harness;
using FastOrm.Cache.Tests.Integration.Fidelity.Models;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using NpgsqlTypes;

namespace FastOrm.Cache.Tests.Integration.Fidelity.Features;

/// <summary>Types that only PostgreSQL has.</summary>
internal static class PostgresValues
{
    public static void Declare(List<CorpusQuery> corpus)
    {
        var own = new List<CorpusQuery>();
        Arrays(new Feature<PostgresContext>("PostgreSQL arrays", own));
        Exotics(new Feature<PostgresContext>("PostgreSQL types", own));
        Captured(new Feature<PostgresContext>("PostgreSQL types captured", own));
        corpus.AddRange(own.Select(static query => query.Only(Provider.PostgreSql, "types of PostgreSQL")));
    }

    private static void Arrays(Feature<PostgresContext> f)
    {
        f.Query("whole entities", db => db.Arrays.OrderBy(a => a.Id));
        f.Query("whole entities, untracked", db => db.Arrays.AsNoTracking().OrderBy(a => a.Id));
        f.Query("numbers", db => db.Arrays.OrderBy(a => a.Id).Select(a => a.Numbers));
        f.Query("nullable numbers", db => db.Arrays.OrderBy(a => a.Id).Select(a => a.Maybe));
        f.Query("texts", db => db.Arrays.OrderBy(a => a.Id).Select(a => new { a.Words, a.Gaps }));
        f.Query("bytes", db => db.Arrays.OrderBy(a => a.Id).Select(a => a.Blobs));
        f.Query("times", db => db.Arrays.OrderBy(a => a.Id).Select(a => a.Moments));
        f.Query("doubles and decimals", db => db.Arrays.OrderBy(a => a.Id).Select(a => new { a.Doubles, a.Decimals }));
        f.Query("enums of the database", db => db.Arrays.OrderBy(a => a.Id).Select(a => a.Moods));
        f.Query("two dimensions", db => db.Arrays.OrderBy(a => a.Id).Select(a => a.Table));
        f.Query("Contains", db => db.Arrays.Where(a => a.Words.Contains("b2")));
        f.Query("an element", db => db.Arrays.Where(a => a.Numbers[1] == 3));
        f.Query("aggregated into an array", db => db.Arrays.GroupBy(a => 1).Select(g => EF.Functions.ArrayAgg(g.OrderBy(a => a.Id).Select(a => a.Id))));
    }

    private static void Exotics(Feature<PostgresContext> f)
    {
        f.Query("whole entities", db => db.Exotics.OrderBy(e => e.Id));
        f.Query("whole entities, untracked", db => db.Exotics.AsNoTracking().OrderBy(e => e.Id));
        f.Query("enums of the database", db => db.Exotics.OrderBy(e => e.Id).Select(e => new { e.Mood, e.MoodOrNull }));
        f.Query("ranges", db => db.Exotics.OrderBy(e => e.Id).Select(e => new { e.Range, e.Days }));
        f.Query("multiranges", db => db.Exotics.OrderBy(e => e.Id).Select(e => e.Ranges));
        f.Query("JSON documents", db => db.Exotics.OrderBy(e => e.Id).Select(e => e.Json));
        f.Query("JSON as text", db => db.Exotics.OrderBy(e => e.Id).Select(e => e.JsonText));
        f.Query("JSON elements", db => db.Exotics.OrderBy(e => e.Id).Select(e => e.PlainJson));
        f.Query("into a JSON document", db => db.Exotics.Where(e => e.Json!.RootElement.GetProperty("name").GetString() == "n2"));
        f.Query("hstore", db => db.Exotics.OrderBy(e => e.Id).Select(e => e.Map));
        f.Query("network addresses", db => db.Exotics.OrderBy(e => e.Id).Select(e => new { e.Address, e.Mac }));
        f.Query("bits", db => db.Exotics.OrderBy(e => e.Id).Select(e => new { e.Bits, e.Flags }));
        f.Query("big numbers", db => db.Exotics.OrderBy(e => e.Id).Select(e => e.Huge));
        f.Query("money", db => db.Exotics.OrderBy(e => e.Id).Select(e => e.Money));
        f.Query("text without case", db => db.Exotics.Where(e => e.Label == "LABEL 2"));
        f.Query("paths", db => db.Exotics.OrderBy(e => e.Id).Select(e => e.Path));
        f.Query("a time with a zone", db => db.Exotics.OrderBy(e => e.Id).Select(e => e.Zoned));
        f.Query("text search", db => db.Articles.OrderBy(a => a.Id).Select(a => new { a.Search, a.Words }));
        f.Query("a search", db => db.Articles.Where(a => a.Search!.Matches("rat")).OrderBy(a => a.Id).Select(a => a.Id));
        f.Query("the row version", db => db.Exotics.OrderBy(e => e.Id).Select(e => e.Version));
        f.Query("geometry", db => db.Shapes.OrderBy(s => s.Id));
        f.Query("a point", db => db.Shapes.OrderBy(s => s.Id).Select(s => s.Point));
        f.Query("points of a path", db => db.Shapes.OrderBy(s => s.Id).Select(s => new { s.Path, s.Polygon }));
    }

    private static void Captured(Feature<PostgresContext> f)
    {
        f.Query("an enum of the database", db =>
        {
            var mood = Mood.Happy;
            return db.Exotics.Where(e => e.Mood == mood).OrderBy(e => e.Id).Select(e => e.Id);
        });
        f.Query("an array", db =>
        {
            var numbers = new[] { 2, 3, 4 };
            return db.Arrays.Where(a => a.Numbers == numbers).Select(a => a.Id);
        });
        f.Query("a list of texts", db =>
        {
            var labels = new List<string> { "label 1", "Label 3" };
            return db.Exotics.Where(e => labels.Contains(e.Label)).OrderBy(e => e.Id).Select(e => e.Id);
        });
        f.Query("a range", db =>
        {
            var range = new NpgsqlRange<int>(15, 18);
            return db.Exotics.Where(e => e.Range.Overlaps(range)).OrderBy(e => e.Id).Select(e => e.Id);
        });
        f.Query("a value in a range", db =>
        {
            var day = new DateOnly(2026, 1, 2);
            return db.Exotics.Where(e => e.Days.Contains(day)).OrderBy(e => e.Id).Select(e => e.Id);
        });
        f.Query("a JSON document", db =>
        {
            var part = JsonDocument.Parse("""{"name": "n3"}""");
            return db.Exotics.Where(e => EF.Functions.JsonContains(e.Json!, part)).Select(e => e.Id);
        });
        f.Query("an address", db =>
        {
            var address = IPAddress.Parse("10.0.0.2");
            return db.Exotics.Where(e => e.Address.Equals(address)).Select(e => e.Id);
        });
        f.Query("bits", db =>
        {
            var bits = new BitArray([true, false, true]);
            return db.Exotics.Where(e => e.Bits == bits).Select(e => e.Id);
        });
        f.Query("a dictionary", db =>
        {
            var map = new Dictionary<string, string?> { ["k"] = "v", ["none"] = null };
            return db.Exotics.Where(e => e.Map == map).OrderBy(e => e.Id).Select(e => e.Id);
        });
        f.Query("a big number", db =>
        {
            var huge = System.Numerics.BigInteger.Pow(10, 32);
            return db.Exotics.Where(e => e.Huge == huge).Select(e => e.Id);
        });
        f.Query("a point", db =>
        {
            var point = new NpgsqlPoint(1, -1);
            return db.Shapes.Where(s => s.Point == point).Select(s => s.Id);
        }).Throws();
    }
}
