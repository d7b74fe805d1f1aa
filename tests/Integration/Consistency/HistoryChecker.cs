namespace FastOrm.Cache.Tests.Integration.Consistency;

/// <summary>
/// Says which reads of a history have broken what <c>docs/coherence.md</c> promises, and how stale the others were. It knows nothing of how the
/// history came about.
/// </summary>
internal sealed class HistoryChecker
{
    private readonly History _history;
    private readonly Dictionary<(int Node, int Row), VersionFloor> _own;
    private readonly Dictionary<int, VersionFloor> _acknowledged;
    private readonly Dictionary<int, WriteEvent[]> _committed;
    private readonly Dictionary<int, long[]> _firstEnds;
    private readonly Dictionary<long, WriteEvent> _written;
    private readonly Dictionary<int, VersionFloor> _removed;

    private HistoryChecker(History history)
    {
        _history = history;
        var committed = history.Writes.Where(static write => write.Outcome == Outcome.Committed).ToArray();
        _own = committed.GroupBy(static write => (write.Node, write.Row))
            .ToDictionary(static row => row.Key, static row => new VersionFloor(row.Select(static write => (write.End, write))));
        var acknowledged = history.Acknowledged.ToDictionary(static one => (one.Row, one.Version), static one => one.At);
        _acknowledged = committed.Where(write => acknowledged.ContainsKey((write.Row, write.Version)))
            .GroupBy(static write => write.Row)
            .ToDictionary(
                static row => row.Key,
                row => new VersionFloor(row.Select(write => (acknowledged[(write.Row, write.Version)], write))));
        _committed = committed.GroupBy(static write => write.Row)
            .ToDictionary(static row => row.Key, static row => row.OrderBy(static write => write.Version).ToArray());
        _firstEnds = _committed.ToDictionary(static row => row.Key, static row => FirstEnds(row.Value));
        var possible = history.Writes.Where(static write => write.Outcome != Outcome.RolledBack).ToArray();
        _written = possible.Where(static write => write.Row > 0 && !write.IsRemoval).ToDictionary(static write => write.Version);
        _removed = possible.Where(static write => write is { Row: > 0, IsRemoval: true }).GroupBy(static write => write.Row)
            .ToDictionary(static row => row.Key, static row => new VersionFloor(row.Select(static write => (write.Begin, write))));
    }

    public static CheckedHistory Check(History history)
    {
        var checker = new HistoryChecker(history);
        var violations = new List<Violation>();
        var ages = new List<(long At, long Age)>();
        foreach (var read in history.Reads)
        {
            foreach (var (row, version) in read.Seen)
            {
                if (checker.Judge(read, row, version) is { } violation)
                {
                    violations.Add(violation);
                }

                ages.Add((read.Begin, checker.Age(row, checker.Shown(row, version, read.End), read.Begin)));
            }
        }

        violations.AddRange(history.Sums.Select(checker.Judge).OfType<Violation>());
        return new CheckedHistory(history, violations, ages);
    }

    private Violation? Judge(ReadEvent read, int row, long version)
    {
        if (Floor(read.Node, row, read.Begin, read.IsVerified) is { } floor && Shown(row, version, read.End) < floor.Missed.Version)
        {
            return new Violation(floor.Rule, row, version, read.Node, read.Begin, read.End, read.How, floor.Missed);
        }

        // A version is of one write, so a row that shows one has it from there.
        return version == 0 || (_written.TryGetValue(version, out var write) && write.Row == Math.Abs(row) && write.Begin <= read.End)
            ? null
            : new Violation(BrokenRule.NeverCommitted, row, version, read.Node, read.Begin, read.End, read.How, Missed: null);
    }

    // That a row is not there has no version: it may come of the newest removal that had begun.
    private long Shown(int row, long version, long end)
        => version != 0 ? version : _removed.GetValueOrDefault(Math.Abs(row))?.At(end)?.Version ?? 0;

    // The sum is of one instant, so it has at least what each of the rows had for certain.
    private Violation? Judge(SumEvent sum)
    {
        var (least, newest, rule) = (0L, default(WriteEvent), default(BrokenRule));
        foreach (var row in sum.Rows)
        {
            if (Floor(sum.Node, row, sum.Begin, sum.IsVerified) is { } floor)
            {
                least += Array.IndexOf(_committed[row], floor.Missed) + 1;
                (newest, rule) = newest is null || newest.Version < floor.Missed.Version ? (floor.Missed, floor.Rule) : (newest, rule);
            }
        }

        return sum.Changes >= least
            ? null
            : new Violation(rule, newest!.Row, sum.Changes, sum.Node, sum.Begin, sum.End, $"sum, at least {least}", newest);
    }

    private (WriteEvent Missed, BrokenRule Rule)? Floor(int node, int row, long time, bool isVerified)
    {
        var own = _own.GetValueOrDefault((node, row))?.At(time);
        var any = isVerified ? _acknowledged.GetValueOrDefault(row)?.At(time) : null;
        return own is not null && (any is null || own.Version >= any.Version) ? (own, BrokenRule.OwnWrite)
            : any is not null ? (any, BrokenRule.Acknowledged)
            : null;
    }

    // For how long there had been a newer version.
    private long Age(int row, long version, long time)
    {
        if (!_committed.TryGetValue(row, out var writes))
        {
            return 0;
        }

        var (from, to) = (0, writes.Length);
        while (from < to)
        {
            var middle = (from + to) / 2;
            (from, to) = writes[middle].Version > version ? (from, middle) : (middle + 1, to);
        }

        return from == writes.Length ? 0 : Math.Max(0, time - _firstEnds[row][from]);
    }

    // When the first of a write and all newer ones had ended.
    private static long[] FirstEnds(WriteEvent[] writes)
    {
        var ends = Array.ConvertAll(writes, static write => write.End);
        for (var i = ends.Length - 2; i >= 0; i--)
        {
            ends[i] = Math.Min(ends[i], ends[i + 1]);
        }

        return ends;
    }
}

/// <summary>What is promised.</summary>
internal enum BrokenRule
{
    /// <summary>A node reads nothing that is older than what it has written itself.</summary>
    OwnWrite,

    /// <summary>Who wants to be certain reads nothing that is older than what Redis knew of.</summary>
    Acknowledged,

    /// <summary>Nobody reads what was never committed, or of another row.</summary>
    NeverCommitted,
}

/// <summary>A read that has broken a rule.</summary>
internal sealed record Violation(
    BrokenRule Rule, int Row, long Seen, int Node, long Begin, long End, string How, WriteEvent? Missed);
