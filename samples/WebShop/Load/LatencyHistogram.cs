using System.Numerics;

namespace WebShop.Load;

/// <summary>
/// How long requests took, in buckets that are at most 1/16 wider than their value, so that a percentile is right to about six percent
/// however many were counted. Thread-safe.
/// </summary>
public sealed class LatencyHistogram
{
    private const int SubBits = 4;
    private const int Subs = 1 << SubBits;
    private const int Buckets = 40 * Subs;

    private readonly long[] _counts = new long[Buckets];

    public void Add(TimeSpan latency) => Interlocked.Increment(ref _counts[BucketOf((long)latency.TotalMicroseconds)]);

    /// <summary>Takes what was counted since the last call.</summary>
    /// <param name="total">To which it is added.</param>
    public LatencyHistogram Drain(LatencyHistogram total)
    {
        var drained = new LatencyHistogram();
        for (var i = 0; i < Buckets; i++)
        {
            drained._counts[i] = Interlocked.Exchange(ref _counts[i], 0);
            Interlocked.Add(ref total._counts[i], drained._counts[i]);
        }

        return drained;
    }

    public long Count => _counts.Sum();

    /// <summary>The latency that this share of all requests did not exceed, in milliseconds; 0 if there were none.</summary>
    /// <param name="share">From 0 to 1.</param>
    public double Percentile(double share)
    {
        var left = (long)Math.Ceiling(Count * share);
        for (var i = 0; i < Buckets; i++)
        {
            left -= _counts[i];
            if (left <= 0 && _counts[i] > 0)
            {
                return UpperEnd(i) / 1_000d;
            }
        }

        return 0;
    }

    // Below 16 each microsecond has its bucket; above, each power of two has sixteen.
    private static int BucketOf(long microseconds)
    {
        var value = (ulong)Math.Max(0, microseconds);
        var shift = Math.Max(0, BitOperations.Log2(value | 1) - SubBits);
        return (int)Math.Min(Buckets - 1, shift * Subs + (long)(value >> shift));
    }

    private static double UpperEnd(int bucket)
    {
        var shift = Math.Max(0, bucket / Subs - 1);
        return (double)(bucket - shift * Subs + 1) * (1L << shift);
    }
}
