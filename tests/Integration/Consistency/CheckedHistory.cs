using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace FastOrm.Cache.Tests.Integration.Consistency;

/// <summary>What was found in a history.</summary>
/// <param name="History">The history.</param>
/// <param name="Violations">What must not be.</param>
/// <param name="Ages">For each row that was read when, and for how long there had been a newer version of it by then.</param>
internal sealed record CheckedHistory(History History, List<Violation> Violations, List<(long At, long Age)> Ages)
{
    private const int MostLines = 80;

    /// <summary>How stale the rows were that were read in a time.</summary>
    public Staleness StalenessOf(Func<long, bool> isInTime) => new([.. Ages.Where(one => isInTime(one.At)).Select(static one => one.Age)]);

    /// <summary>
    /// The history that shows a violation: all that was done with its row about that time, and to Redis. Times in ms from the read.
    /// </summary>
    public string Show(Violation violation)
    {
        var row = violation.Row;
        var (first, last) = (violation.Begin - (Stopwatch.Frequency / 2), violation.End + (Stopwatch.Frequency / 20));
        first = Math.Min(first, violation.Missed?.Begin - (Stopwatch.Frequency / 100) ?? first);
        List<(long At, string What)> lines =
        [
            (violation.Begin, $"*** node {violation.Node} reads {violation.Seen} until {Ms(violation.End)} ({violation.How})"),
        ];
        lines.AddRange(History.Faults.Where(fault => fault.Begin <= last && fault.End >= first - (3 * Stopwatch.Frequency))
            .Select(fault => (fault.Begin, $"fault until {Ms(fault.End)}: {fault.What}")));
        lines.AddRange(History.Writes.Where(write => write.Row == row && write.Begin <= last && write.End >= first)
            .Select(write => (write.Begin, $"node {write.Node} writes {write.Version} until {Ms(write.End)}: {write.Outcome}, {write.How}")));
        lines.AddRange(History.Acknowledged.Where(one => one.Row == row && one.At >= first && one.At <= last)
            .Select(one => (one.At, $"Redis knows of {one.Version} of node {one.Node}")));
        lines.AddRange(
            from read in History.Reads
            where read.End >= first && read.Begin <= last
            from seen in read.Seen
            where seen.Row == row && (read.Begin, read.Node) != (violation.Begin, violation.Node)
            select (read.Begin, $"node {read.Node} reads {seen.Version} until {Ms(read.End)} ({read.How}{(read.IsVerified ? ", verified" : "")})"));
        var missed = violation.Missed is { } write ? $", and {write.Version} of node {write.Node} was there" : "";
        var text = new StringBuilder($"{violation.Rule}: node {violation.Node} reads {violation.Seen} of row {row}{missed}.\n");
        var shown = lines.OrderBy(static line => line.At).ToList();
        foreach (var (at, what) in shown.Count <= MostLines ? shown : [.. shown[..(MostLines / 4)], (0, "…"), .. shown[^(3 * MostLines / 4)..]])
        {
            text.Append(CultureInfo.InvariantCulture, $"  {(at == 0 ? "" : Ms(at)),10}  {what}\n");
        }

        return text.ToString();

        string Ms(long time) => (1000.0 * (time - violation.Begin) / Stopwatch.Frequency).ToString("F2", CultureInfo.InvariantCulture);
    }
}

/// <summary>For how long there had been something newer when rows were read.</summary>
internal sealed class Staleness
{
    private readonly long[] _stale;

    public Staleness(IReadOnlyCollection<long> ages)
    {
        Rows = ages.Count;
        _stale = [.. ages.Where(static age => age > 0).Order()];
    }

    public int Rows { get; }

    public TimeSpan Max => At(1);

    /// <summary>The age that a share of those rows has at most of which there was something newer.</summary>
    public TimeSpan At(double share)
        => _stale.Length == 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(0, _stale[(int)Math.Ceiling(share * _stale.Length) - 1]);

    public override string ToString()
        => string.Create(
            CultureInfo.InvariantCulture,
            $"{Rows} rows read, {100.0 * _stale.Length / Math.Max(1, Rows):F2} % stale; of these p50 {At(0.5).TotalMilliseconds:F1} ms, "
                + $"p99 {At(0.99).TotalMilliseconds:F1} ms, maximum {Max.TotalMilliseconds:F1} ms");
}
