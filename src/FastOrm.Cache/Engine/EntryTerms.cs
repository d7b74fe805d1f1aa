using System.Runtime.InteropServices;

namespace FastOrm.Cache.Engine;

/// <summary>For how long an entry is kept, in milliseconds from the beginning of its load; <see cref="Clock.Never"/> for ever.</summary>
/// <param name="FreshFor">Until its time is over.</param>
/// <param name="StaleFor">How much longer it is served while it is loaded anew.</param>
/// <param name="StaleIfError">How much longer it is served if it cannot be loaded anew.</param>
/// <param name="LocalFor">The longest time in the memory of a node; zero if it is not kept there.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct EntryTerms(long FreshFor, long StaleFor, long StaleIfError, long LocalFor)
{
    /// <summary>How much longer than fresh it is kept.</summary>
    public long Longer => Math.Max(StaleFor, StaleIfError);

    public static long Milliseconds(TimeSpan time)
        => time == Timeout.InfiniteTimeSpan || time == TimeSpan.MaxValue ? Clock.Never : (long)time.TotalMilliseconds;
}
