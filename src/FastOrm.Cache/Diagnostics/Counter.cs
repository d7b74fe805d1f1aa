using System.Numerics;

namespace FastOrm.Cache.Diagnostics;

/// <summary>A count of what is rare beside a round trip to a database.</summary>
internal sealed class Counter
{
    private long _value;

    public long Value => Volatile.Read(ref _value);

    public void Increment() => Interlocked.Increment(ref _value);

    public void Add(long count) => Interlocked.Add(ref _value, count);

    public void Set(long value) => Volatile.Write(ref _value, value);

    /// <summary>Sets it to a value, if that is greater.</summary>
    /// <returns>What it is then.</returns>
    public long RaiseTo(long value)
    {
        for (var now = Value; ;)
        {
            if (now >= value)
            {
                return now;
            }

            var before = Interlocked.CompareExchange(ref _value, value, now);
            if (before == now)
            {
                return value;
            }

            now = before;
        }
    }
}

/// <summary>A count of what many threads do at once, as hits: each processor has a place of its own.</summary>
internal readonly struct StripedCounter
{
    private const int Stride = 16; // longs: two cache lines, so that neighbours never share one.

    private static readonly int s_stripes = (int)Math.Min(16, BitOperations.RoundUpToPowerOf2((uint)Environment.ProcessorCount));

    private readonly long[] _places;

    public StripedCounter() => _places = new long[(s_stripes + 1) * Stride]; // The first is left to the length of the array.

    public long Value
    {
        get
        {
            var sum = 0L;
            for (var stripe = 1; stripe <= s_stripes; stripe++)
            {
                sum += Volatile.Read(ref _places[stripe * Stride]);
            }

            return sum;
        }
    }

    public void Add(int count)
        => Interlocked.Add(ref _places[((Thread.GetCurrentProcessorId() & (s_stripes - 1)) + 1) * Stride], count);
}
