using System.Collections;
using System.Net;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace FastOrm.Cache.Tests.Unit.Rows.Codec;

/// <summary>Random rows: of each column a type, how far its values lie apart, how often they are repeated, and how many are null.</summary>
internal static class RandomRows
{
    private static readonly (Type Type, Func<Random, int, object> Make)[] Types =
    [
        (typeof(bool), static (random, _) => random.Next(2) == 0),
        (typeof(byte), static (random, spread) => (byte)Number(random, spread)),
        (typeof(sbyte), static (random, spread) => (sbyte)Number(random, spread)),
        (typeof(short), static (random, spread) => (short)Number(random, spread)),
        (typeof(ushort), static (random, spread) => (ushort)Number(random, spread)),
        (typeof(int), static (random, spread) => (int)Number(random, spread)),
        (typeof(uint), static (random, spread) => (uint)Number(random, spread)),
        (typeof(long), static (random, spread) => Number(random, spread)),
        (typeof(ulong), static (random, spread) => (ulong)Number(random, spread)),
        (typeof(char), static (random, spread) => (char)Number(random, spread)),
        (typeof(float), static (random, _) => BitConverter.Int32BitsToSingle((int)random.NextInt64())),
        (typeof(double), static (random, _) => BitConverter.Int64BitsToDouble(Number(random, 64))),
        (typeof(decimal), static (random, spread) => Decimal(random, spread)),
        (typeof(Guid), static (random, _) => new Guid(Bytes(random, 16))),
        (typeof(DateTime), static (random, spread) => Time(random, spread)),
        (typeof(DateTimeOffset), static (random, spread) => new DateTimeOffset(Ticks(random, spread), TimeSpan.FromMinutes((long)random.Next(-840, 841)))),
        (typeof(DateOnly), static (random, spread) => DateOnly.FromDayNumber((int)(Ticks(random, spread) % DateOnly.MaxValue.DayNumber))),
        (typeof(TimeOnly), static (random, spread) => new TimeOnly(Ticks(random, spread) % TimeSpan.TicksPerDay)),
        (typeof(TimeSpan), static (random, spread) => new TimeSpan(Number(random, spread))),
        (typeof(Small), static (random, _) => (Small)random.Next(256)),
        (typeof(string), static (random, spread) => Text(random, spread)),
        (typeof(byte[]), static (random, spread) => Bytes(random, random.Next(spread))),
        (typeof(int?[]), static (random, spread) => Items(random, spread, r => r.Next(3) == 0 ? (int?)null : (int)Number(r, spread))),
        (typeof(string[]), static (random, spread) => Items(random, 5, r => r.Next(3) == 0 ? null! : Text(r, spread))),
        (typeof(List<DateTime>), static (random, spread) => Items(random, 5, r => Time(r, spread)).ToList()),
        (typeof(Dictionary<string, string?>), static (random, spread) => Items(random, 5, r => Text(r, spread)).Distinct().ToDictionary(static k => k, static k => k is "" ? null : k)),
        (typeof(BitArray), static (random, spread) => new BitArray(Items(random, spread, static r => r.Next(2) == 0))),
        (typeof(IPAddress), static (random, _) => new IPAddress(Bytes(random, random.Next(2) == 0 ? 4 : 16))),
        (typeof(BigInteger), static (random, spread) => new BigInteger(Bytes(random, random.Next(spread)))),
        (typeof(JsonDocument), static (random, spread) => JsonDocument.Parse(JsonSerializer.SerializeToUtf8Bytes(Items(random, 4, r => (int)Number(r, spread))))),
        (typeof(Interval<decimal>), static (random, spread) => new Interval<decimal>(Decimal(random, spread), 0, random.Next(2) == 0)),
        (typeof(Route), static (random, spread) => new Route(random.Next(2) == 0 ? null : Text(random, spread), [.. Items(random, 4, static r => r.NextDouble())])),
        (typeof(Node), static (random, _) => Tree(random, 4)),
    ];

    /// <summary>Up to five columns, of up to so many rows.</summary>
    public static CodecLab Of(Random random, int maxRows)
    {
        var rowCount = random.Next(maxRows + 1);
        var columns = new (Type, object?[])[random.Next(1, 6)];
        for (var i = 0; i < columns.Length; i++)
        {
            var (type, make) = Types[random.Next(Types.Length)];
            var (spread, nulls) = (random.Next(1, 65), random.Next(3) * random.Next(50));
            var repeated = random.Next(3) == 0 ? [.. Enumerable.Range(0, 4).Select(_ => make(random, spread))] : Array.Empty<object>();
            columns[i] = (type, [.. Enumerable.Range(0, rowCount).Select(_ =>
                random.Next(100) < nulls ? null : repeated is [] ? make(random, spread) : repeated[random.Next(4)])]);
        }

        return CodecLab.Of(columns);
    }

    // Of so many bits, from somewhere on.
    private static long Number(Random random, int bits)
        => unchecked((bits * 0x1234_5678_9ABC_DEFL) + (bits >= 64 ? random.NextInt64(long.MinValue, long.MaxValue) : random.NextInt64(1L << Math.Min(62, bits))));

    private static long Ticks(Random random, int spread)
    {
        var unit = (spread % 4) switch { 0 => TimeSpan.TicksPerDay, 1 => TimeSpan.TicksPerSecond, 2 => 10, _ => 1 };
        return (long)((UInt128)(ulong)Number(random, spread) % 3_000_000_000_000_000_000 / (ulong)unit * (ulong)unit) + TimeSpan.TicksPerDay;
    }

    private static DateTime Time(Random random, int spread)
        => Unsafe.BitCast<ulong, DateTime>((ulong)Ticks(random, spread) | (ulong)(spread < 32 ? 1 : random.Next(4)) << 62);

    private static decimal Decimal(Random random, int spread)
        => spread < 32
            ? new decimal((int)random.NextInt64(), random.Next(1 << Math.Min(spread, 30)), 0, random.Next(2) == 0, 2)
            : new decimal((int)random.NextInt64(), random.Next(), random.Next(), random.Next(2) == 0, (byte)random.Next(29));

    private static string Text(Random random, int spread)
        => string.Create(random.Next(spread), (random, spread), static (text, state) =>
        {
            foreach (ref var unit in text)
            {
                unit = state.spread % 8 == 0 ? (char)state.random.Next(char.MaxValue + 1)
                    : state.spread % 2 == 0 ? (char)state.random.Next(0xD000)
                    : (char)state.random.Next(' ', '~');
            }
        });

    private static byte[] Bytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    private static T[] Items<T>(Random random, int max, Func<Random, T> make)
        => [.. Enumerable.Range(0, random.Next(max + 1)).Select(_ => make(random))];

    private static Node Tree(Random random, int depth)
        => depth == 0 || random.Next(2) == 0 ? new Word(Text(random, 7))
            : random.Next(2) == 0 ? new Both(Tree(random, depth - 1), random.Next(2) == 0 ? null : Tree(random, depth - 1))
            : new Some([.. Enumerable.Range(0, random.Next(3)).Select(_ => Tree(random, depth - 1))]);
}
