namespace FastOrm.Cache.Tests.Integration.Consistency;

/// <summary>
/// What nodes have done, each event once, and what was done to them meanwhile. Times are ticks of the clock that all processes share.
/// </summary>
internal sealed record History(
    IReadOnlyList<WriteEvent> Writes,
    IReadOnlyList<AcknowledgedEvent> Acknowledged,
    IReadOnlyList<ReadEvent> Reads,
    IReadOnlyList<SumEvent> Sums,
    IReadOnlyList<FaultEvent> Faults)
{
    /// <summary>The history of several nodes together.</summary>
    public static History Of(IEnumerable<object> events)
    {
        var all = events.ToLookup(static one => one.GetType());
        return new(Of<WriteEvent>(all), Of<AcknowledgedEvent>(all), Of<ReadEvent>(all), Of<SumEvent>(all), Of<FaultEvent>(all));
    }

    private static T[] Of<T>(ILookup<Type, object> all) => [.. all[typeof(T)].Cast<T>()];
}

/// <summary>How a write ended, as its writer knows.</summary>
internal enum Outcome
{
    Committed,
    RolledBack,

    /// <summary>It failed in a way that does not tell.</summary>
    Unknown,
}

/// <summary>
/// A node has given a row a version that no other write gives, and that is greater than all that the row had before: from before anything was
/// sent until the call that commits has returned.
/// </summary>
/// <param name="Node">The node.</param>
/// <param name="Row">The row. The remembered value of a row is minus its number: its write ends when its tag was flushed.</param>
/// <param name="Version">The version.</param>
/// <param name="Begin">Before the first command.</param>
/// <param name="End">After the last.</param>
/// <param name="Outcome">Whether it counts.</param>
/// <param name="How">In what way it was written.</param>
/// <param name="IsRemoval">Whether the row is not there after it: then nobody reads its version, but only that there is none.</param>
internal sealed record WriteEvent(int Node, int Row, long Version, long Begin, long End, Outcome Outcome, string How, bool IsRemoval = false);

/// <summary>Redis has carried out the changes of all that a node had written until then, among it this version.</summary>
internal sealed record AcknowledgedEvent(int Node, int Row, long Version, long At);

/// <summary>A node has read rows.</summary>
/// <param name="Node">The node.</param>
/// <param name="Begin">Before the call.</param>
/// <param name="End">After it.</param>
/// <param name="IsVerified">Whether the caller wanted to be certain.</param>
/// <param name="How">What was read.</param>
/// <param name="Seen">The rows, and their versions; zero for those that nobody has written, or that are not there.</param>
internal sealed record ReadEvent(int Node, long Begin, long End, bool IsVerified, string How, (int Row, long Version)[] Seen);

/// <summary>A node has read how many writes rows have had together.</summary>
internal sealed record SumEvent(int Node, long Begin, long End, bool IsVerified, int[] Rows, long Changes);

/// <summary>Something was done to Redis, or to the way there.</summary>
internal sealed record FaultEvent(string What, long Begin, long End);
