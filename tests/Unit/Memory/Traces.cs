namespace FastOrm.Cache.Tests.Unit.Memory;

/// <summary>Sequences of keys, the same in every run. Keys from <see cref="Cold"/> on are not part of a hot set.</summary>
internal static class Traces
{
    private const int Cold = 10_000_000;

    /// <summary>Keys by Zipf's law, some replaced by keys that are asked for once.</summary>
    public static IEnumerable<int> Zipf(
        int length, int keys, double exponent, double oneTime, int shiftEvery = int.MaxValue, int shift = 0)
    {
        var random = new Random(1);
        var cumulated = new double[keys];
        var sum = 0.0;
        for (var i = 0; i < keys; i++)
        {
            cumulated[i] = sum += Math.Pow(i + 1, -exponent);
        }

        for (var i = 0; i < length; i++)
        {
            if (random.NextDouble() < oneTime)
            {
                yield return Cold + i;
                continue;
            }

            var rank = Array.BinarySearch(cumulated, random.NextDouble() * sum);
            yield return (rank < 0 ? ~rank : rank) + i / shiftEvery * shift;
        }
    }

    /// <summary>The same keys over and over.</summary>
    public static IEnumerable<int> Loop(int length, int keys) => Enumerable.Range(0, length).Select(i => i % keys);

    /// <summary>A hot set that moves on, and a share of keys from a large cold one.</summary>
    public static IEnumerable<int> ShiftingHotSet(int length, int hot, double share, int shiftEvery, int shift)
    {
        var random = new Random(3);
        for (var i = 0; i < length; i++)
        {
            yield return random.NextDouble() < share
                ? i / shiftEvery * shift + random.Next(hot)
                : Cold + random.Next(20_000);
        }
    }
}
