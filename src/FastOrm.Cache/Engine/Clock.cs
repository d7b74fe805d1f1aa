using System.Runtime.CompilerServices;

namespace FastOrm.Cache.Engine;

/// <summary>Milliseconds since an arbitrary start, from a <see cref="TimeProvider"/>. Never goes back.</summary>
/// <remarks>
/// The system's provider is read through the tick counter, which costs a tenth of a high-resolution timestamp: a hit reads
/// the clock once, and no time to live needs more than milliseconds.
/// </remarks>
internal sealed class Clock(TimeProvider provider)
{
    /// <summary>A point in time that never comes.</summary>
    public const long Never = long.MaxValue;

    private readonly TimeProvider? _provider = ReferenceEquals(provider, TimeProvider.System) ? null : provider;
    private readonly long _start = provider.GetTimestamp();

    public TimeProvider Provider => provider;

    public long Now
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
#pragma warning disable RS0030 // The one place that may: see the remarks.
            return _provider is null ? Environment.TickCount64 : Elapsed(_provider);
#pragma warning restore RS0030
        }
    }

    /// <summary>The point in time that lies <paramref name="span"/> after <paramref name="now"/>.</summary>
    public static long After(long now, TimeSpan span)
    {
        var milliseconds = span.TotalMilliseconds;
        return milliseconds >= Never - now ? Never : now + Math.Max(1, (long)milliseconds);
    }

    /// <summary>The sum of two times, neither of them negative; <see cref="Never"/> where that is one or the sum is beyond it.</summary>
    public static long Sum(long one, long other) => one >= Never - other ? Never : one + other;

    private long Elapsed(TimeProvider fake) => (long)fake.GetElapsedTime(_start).TotalMilliseconds;
}
