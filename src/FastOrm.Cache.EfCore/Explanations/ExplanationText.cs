using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace FastOrm.Cache.EfCore.Explanations;

/// <summary>An explanation for people, and for programs.</summary>
internal static class ExplanationText
{
    private const int Width = 14;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public static string JsonOf(CacheExplanation explanation) => JsonSerializer.Serialize(explanation, Json);

    public static string Of(CacheExplanation it)
    {
        var text = new StringBuilder();
        Line(text, "outcome", it.Reason is null ? $"{it.Outcome}" : $"{it.Outcome}: {it.Reason}");
        Line(text, "detail", it.Detail);
        Line(text, "remembered by", it.RememberedBy);
        Line(text, "key", it.Key);
        Line(text, "name", it.Name);
        Line(text, "ttl", Time(it.Ttl));
        Line(text, "consistency", it.Consistency?.ToString());
        Line(text, "tiers", it.Tiers?.ToString());
        Line(text, "age", Time(it.Age));
        Line(text, "time left", Time(it.TimeLeft));
        Line(text, "stale left", Time(it.StaleLeft));
        Line(text, "rows", it.Rows?.ToString(CultureInfo.InvariantCulture));
        Line(text, "bytes", it.Bytes?.ToString("N0", CultureInfo.InvariantCulture));
        Line(text, "hits", it.Hits?.ToString(CultureInfo.InvariantCulture));
        Lines(text, "depends on", it.Scopes.Select(Stamp));
        Lines(text, "tags", it.Tags.Select(Stamp));
        Lines(text, "and on", it.General.Select(Stamp));
        Line(text, "dropped last", it.LastInvalidation is not { } last ? null
            : string.Create(CultureInfo.InvariantCulture, $"{last.Time:u} {last.Cause} {string.Join(", ", last.Names)}").TrimEnd());
        Lines(text, "sql", (it.Sql ?? "").Split('\n'));
        foreach (var (part, i) in it.Parts.Select(static (part, i) => (part, i)))
        {
            var kept = part.Rows is null ? "not in memory" : string.Create(CultureInfo.InvariantCulture, $"{part.Rows} rows, {part.Bytes:N0} bytes, {part.Hits} hits");
            Lines(text, $"part {i + 1}", [kept, .. part.Sql.Split('\n')]);
        }

        return text.ToString();
    }

    private static string Stamp(ExplainedStamp stamp)
        => stamp switch
        {
            { HasMoved: true, Stored: not null } => $"{stamp.Name} (changed: {stamp.Stored} then, {stamp.Current} now)",
            { HasMoved: true } => $"{stamp.Name} (changed)",
            { Current: { } current } => $"{stamp.Name} ({current})",
            _ => stamp.Name,
        };

    private static string? Time(TimeSpan? time)
        => time is not { } known ? null
            : known == Timeout.InfiniteTimeSpan ? "without end"
            : known.ToString("c", CultureInfo.InvariantCulture);

    private static void Lines(StringBuilder text, string label, IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            Line(text, label, line.TrimEnd());
            label = "";
        }
    }

    private static void Line(StringBuilder text, string label, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            text.Append(label.PadRight(Width)).Append(value).Append('\n');
        }
    }
}
