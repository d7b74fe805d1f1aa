namespace FastOrm.Cache;

/// <summary>How far a warm-up is. An immutable snapshot.</summary>
/// <param name="Name">The name of the warm-up.</param>
/// <param name="Total">How many items it has; zero until they are known, and if they could not be found.</param>
/// <param name="Done">How many items are warm.</param>
/// <param name="Failed">How many have failed; one if the items could not be found.</param>
/// <param name="Elapsed">The time since it began.</param>
/// <param name="HasEnded">Whether this is the last report.</param>
/// <param name="Error">What was thrown last; null if nothing was.</param>
public sealed record CacheWarmupProgress(
    string Name, int Total, int Done, int Failed, TimeSpan Elapsed, bool HasEnded, Exception? Error);
