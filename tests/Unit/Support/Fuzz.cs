using System.Globalization;

namespace FastOrm.Cache.Tests.Unit.Support;

/// <summary>
/// Many inputs, each made by a seed of its own: 50,000, or 1,000,000 in the slow run. A failure names the seed and shows the input;
/// <c>FASTORM_SEED</c> begins with another one.
/// </summary>
internal static class Fuzz
{
    public static int Inputs { get; } = Environment.GetEnvironmentVariable("FASTORM_SLOW") == "1" ? 1_000_000 : 50_000;

    /// <param name="inputs">How many there are.</param>
    /// <param name="make">Makes an input and what reads it.</param>
    public static void Each(int inputs, Func<Random, (byte[] Input, Action Read)> make)
    {
        var first = int.TryParse(Environment.GetEnvironmentVariable("FASTORM_SEED"), CultureInfo.InvariantCulture, out var given) ? given : 1;
        for (var seed = first; seed < first + inputs; seed++)
        {
            var (input, read) = make(new Random(seed));
            try
            {
                read();
            }
            catch (Exception error)
            {
                throw new InvalidOperationException($"FASTORM_SEED={seed}, {input.Length} bytes: {Convert.ToHexStringLower(input)}", error);
            }
        }
    }

    /// <summary>Runs something, and sees that it allocates no more than so many bytes on this thread.</summary>
    public static T Within<T>(long most, Func<T> run)
    {
        var result = Measured(run, out var allocated);
        if (allocated > most)
        {
            result = Measured(run, out allocated); // What the runtime makes for itself, once, is not the doing of what is read.
        }

        Assert.True(allocated <= most, $"{allocated} bytes were allocated, and {most} may be.");
        return result;
    }

    private static T Measured<T>(Func<T> run, out long allocated)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var result = run();
        allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        return result;
    }

    /// <summary>What may become of bytes that somebody else keeps; rarely nothing.</summary>
    /// <param name="random">Decides.</param>
    /// <param name="bytes">The bytes.</param>
    /// <param name="other">Other such bytes, which may take their place, or that of a part of them.</param>
    /// <param name="from">Where the damage begins, if it does not replace all.</param>
    public static byte[] Damage(Random random, byte[] bytes, byte[] other, int from = 0)
    {
        if (bytes.Length == 0)
        {
            return other.ToArray(); // Of nothing there is no part.
        }

        var damaged = bytes.ToArray();
        int Place() => random.Next(Math.Min(from, damaged.Length - 1), damaged.Length);
        switch (random.Next(8))
        {
            case 0:
                return damaged[..random.Next(damaged.Length)];
            case 1:
                for (var flips = random.Next(1, 4); flips > 0; flips--)
                {
                    damaged[Place()] ^= (byte)(1 << random.Next(8));
                }

                return damaged;
            case 2:
                return [.. damaged.AsSpan(0, random.Next(damaged.Length)), .. other.AsSpan(random.Next(other.Length + 1))];
            case 3:
                var start = Place();
                random.NextBytes(damaged.AsSpan(start, random.Next(Math.Min(12, damaged.Length - start) + 1)));
                return damaged;
            case 4:
                damaged[Place()] = (byte)random.Next(256);
                return damaged;
            case 5:
                return [.. damaged, .. other.AsSpan(0, random.Next(Math.Min(9, other.Length)))];
            case 6:
                return other.ToArray();
            default:
                var claim = Claims[random.Next(Claims.Length)];
                var place = Place();
                return [.. damaged.AsSpan(0, place), .. claim, .. damaged.AsSpan(Math.Min(damaged.Length, place + random.Next(claim.Length + 1)))];
        }
    }

    // Lengths of 5 GB, of 2 GB, and of less than nothing, in the forms in which lengths are written: as varints and in two, four and eight bytes.
    private static readonly byte[][] Claims =
    [
        [0x80, 0xE4, 0x97, 0xD0, 0x12],
        [0xFF, 0xFF, 0xFF, 0xFF, 0x07],
        [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01],
        [0x00, 0xF2, 0x05, 0x2A, 0x01, 0, 0, 0],
        [0xFF, 0xFF, 0xFF, 0x7F],
        [0xFF, 0xFF, 0xFF, 0xFF],
        [0xFF, 0xFF],
        [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F],
        [0, 0, 0, 0, 0, 0, 0, 0x80],
    ];
}
