using System.Globalization;

namespace FastOrm.Cache.Tests.Integration.Consistency;

/// <summary>Events as lines: what a node appends to its file while it works.</summary>
internal static class HistoryText
{
    public static string Write(object one) => one switch
    {
        WriteEvent w => Line($"W {w.Node} {w.Row} {w.Version} {w.Begin} {w.End} {(int)w.Outcome} {w.How} {(w.IsRemoval ? 1 : 0)}"),
        AcknowledgedEvent a => Line($"A {a.Node} {a.Row} {a.Version} {a.At}"),
        ReadEvent r => Line($"R {r.Node} {r.Begin} {r.End} {(r.IsVerified ? 1 : 0)} {r.How} {WriteSeen(r.Seen)}"),
        SumEvent s => Line($"S {s.Node} {s.Begin} {s.End} {(s.IsVerified ? 1 : 0)} {string.Join(',', s.Rows)} {s.Changes}"),
        _ => throw new ArgumentException("Nodes do not write this.", nameof(one)),
    };

    public static object Read(string line)
    {
        var parts = line.Split(' ');
        return parts[0] switch
        {
            "W" => new WriteEvent(
                Int(parts[1]), Int(parts[2]), Long(parts[3]), Long(parts[4]), Long(parts[5]), (Outcome)Int(parts[6]), parts[7], parts[8] == "1"),
            "A" => new AcknowledgedEvent(Int(parts[1]), Int(parts[2]), Long(parts[3]), Long(parts[4])),
            "R" => new ReadEvent(Int(parts[1]), Long(parts[2]), Long(parts[3]), parts[4] == "1", parts[5], ReadSeen(parts[6])),
            "S" => new SumEvent(Int(parts[1]), Long(parts[2]), Long(parts[3]), parts[4] == "1", [.. parts[5].Split(',').Select(Int)], Long(parts[6])),
            _ => throw new FormatException($"'{line}' is no event."),
        };
    }

    /// <summary>Rows with their versions.</summary>
    public static string WriteSeen(IEnumerable<(int Row, long Version)> seen) => string.Join(',', seen.Select(Seen));

    public static (int Row, long Version)[] ReadSeen(string text)
        => [.. text.Split(',').Select(static one => one.Split(':')).Select(static one => (Int(one[0]), Long(one[1])))];

    private static string Seen((int Row, long Version) one) => Line($"{one.Row}:{one.Version}");

    private static string Line(FormattableString line) => FormattableString.Invariant(line);

    private static int Int(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static long Long(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
