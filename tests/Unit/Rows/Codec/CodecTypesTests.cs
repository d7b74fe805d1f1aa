using System.Collections;
using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace FastOrm.Cache.Tests.Unit.Rows.Codec;

/// <summary>Values of every type are read as they were written, to the last bit.</summary>
public sealed class CodecTypesTests
{
    private static readonly DateTime Noon = new DateTime(2026, 3, 29, 12, 0, 0, 123, 456, DateTimeKind.Utc).AddTicks(7);

    private static readonly Dictionary<string, (Type Type, object?[] Values)> Cases = new(StringComparer.Ordinal)
    {
        ["bool"] = Of(true, false, true, true, true, true, true, true, false, true),
        ["byte"] = Of(byte.MinValue, byte.MaxValue),
        ["sbyte"] = Of(sbyte.MinValue, sbyte.MaxValue),
        ["short"] = Of(short.MinValue, short.MaxValue),
        ["ushort"] = Of(ushort.MinValue, ushort.MaxValue),
        ["int"] = Of(int.MinValue, int.MaxValue, -1, 0),
        ["int, narrow"] = Of(-1, 254, 0),
        ["int, narrow around the least"] = Of(int.MinValue, int.MinValue + 65_535),
        ["uint"] = Of(uint.MinValue, uint.MaxValue),
        ["long"] = Of(long.MinValue, long.MaxValue, 0),
        ["long, narrow around the most"] = Of(long.MaxValue, long.MaxValue - uint.MaxValue),
        ["ulong"] = Of(ulong.MinValue, ulong.MaxValue),
        ["ulong, narrow"] = Of(ulong.MaxValue, ulong.MaxValue - 1),
        ["char"] = Of('\0', '\ud800', char.MaxValue),
        ["float"] = Of(-0f, float.Epsilon, BitConverter.UInt32BitsToSingle(0xFF80_0001), BitConverter.UInt32BitsToSingle(0x7FC0_1234)),
        ["double"] = Of(-0d, double.Epsilon, BitConverter.UInt64BitsToDouble(0xFFF0_0000_0000_0001), double.NaN, double.MaxValue),
        ["decimal, of one scale"] = Of(1.00m, -12.34m, 0.00m, 92233720368547758.07m),
        ["decimal, of several scales"] = Of(1.0m, 1.00m, decimal.MaxValue, decimal.MinValue, 1e-28m),
        ["decimal, larger than 63 bits"] = Of(92233720368547758.08m, -92233720368547758.08m),
        ["decimal, minus zero"] = Of(new decimal(0, 0, 0, isNegative: true, 2), 0.00m),
        ["Guid"] = Of(Guid.Empty, Guid.AllBitsSet, new Guid("00112233-4455-6677-8899-aabbccddeeff")),
        ["DateTime, of one kind"] = Of(Noon, DateTime.SpecifyKind(DateTime.MinValue, DateTimeKind.Utc), DateTime.SpecifyKind(DateTime.MaxValue, DateTimeKind.Utc)),
        ["DateTime, of all kinds"] = Of(Noon, DateTime.SpecifyKind(Noon, DateTimeKind.Local), DateTime.SpecifyKind(Noon, DateTimeKind.Unspecified), Ambiguous),
        ["DateTime, whole seconds"] = Of(new DateTime(2026, 1, 1), new DateTime(2026, 1, 1, 0, 0, 1), new DateTime(2025, 1, 1)),
        ["DateTimeOffset"] = Of(new DateTimeOffset(Noon), new DateTimeOffset(Noon.Ticks, TimeSpan.FromHours(-14)), DateTimeOffset.MinValue, DateTimeOffset.MaxValue),
        ["DateTimeOffset, at the bounds"] = Of(new DateTimeOffset(DateTime.MinValue.AddHours(14), TimeSpan.FromHours(14)), new DateTimeOffset(DateTime.MaxValue.AddHours(-14), TimeSpan.FromHours(-14))),
        ["DateOnly"] = Of(DateOnly.MinValue, DateOnly.MaxValue),
        ["TimeOnly"] = Of(TimeOnly.MinValue, TimeOnly.MaxValue, TimeOnly.FromDateTime(Noon)),
        ["TimeSpan"] = Of(TimeSpan.MinValue, TimeSpan.MaxValue, TimeSpan.Zero, TimeSpan.FromTicks(-1)),
        ["enum"] = Of(Small.None, Small.Last, (Small)77),
        ["enum, wide"] = Of(Wide.Least, Wide.None, (Wide)long.MaxValue),
        ["string"] = Of("", "text", "a\0b", "ünï", "\ud83d\ude00"),
        ["string, lone surrogates"] = Of("a", "\ud83d", "\ude00b", "ü"),
        ["string, a pair over two values"] = Of("a\ud83d", "\ude00b"),
        ["string, repeated"] = (typeof(string), [.. Enumerable.Range(0, 100).Select(static i => i % 7 == 0 ? null : (object)$"ü{i % 3}")]),
        ["string, repeated at first"] = (typeof(string), [.. Enumerable.Range(0, 300).Select(static i => (object)$"{(i < 40 ? 0 : i)}")]),
        ["byte[]"] = Of<byte[]>([], [0, 255], [.. Enumerable.Range(0, 1000).Select(static i => (byte)i)]),
        ["int[]"] = Of<int[]>([], [1, 2, 3], [int.MaxValue]),
        ["int?[]"] = Of<int?[]>([], [1, null, 3], [null]),
        ["string[]"] = Of<string?[]>([], ["", null, "\ud800"]),
        ["byte[][]"] = Of<byte[]?[]>([], [[], [1, 2], null]),
        ["Guid[]"] = Of<Guid[]>([], [Guid.AllBitsSet]),
        ["bool[]"] = Of<bool[]>([], [true, false, true]),
        ["enum[]"] = Of<Small[]>([Small.Last], []),
        ["DateTime?[]"] = Of<DateTime?[]>([Noon, null, Ambiguous]),
        ["int[,]"] = Of(new[,] { { 1, 2, 3 }, { 4, 5, 6 } }, new int[0, 5], new int[3, 0]),
        ["string[,,]"] = Of(new string?[,,] { { { "a" }, { null } } }),
        ["int[,] with other bounds"] = Of((int[,])Array.CreateInstance(typeof(int), [2, 2], [1, -5])),
        ["List<int>"] = Of<List<int>>([], [1, 2]),
        ["List<int?>"] = Of<List<int?>>([null, 2]),
        ["List<string>"] = Of<List<string?>>(["", null]),
        ["List<List<int>>"] = Of<List<List<int>?>>([[], null, [1]], []),
        ["ImmutableArray"] = Of<ImmutableArray<int>>([], [1, 2]),
        ["ImmutableList"] = Of<ImmutableList<string?>>([], ["a", null]),
        ["Dictionary"] = Of<Dictionary<string, string?>>([], new() { ["b"] = "", ["a"] = null }),
        ["Dictionary of lists"] = Of<Dictionary<int, List<int>>>(new() { [2] = [1], [1] = [] }, []),
        ["ImmutableDictionary"] = Of(ImmutableDictionary<string, string?>.Empty, ImmutableDictionary<string, string?>.Empty.Add("a", null).Add("b", "1")),
        ["BitArray"] = Of(new BitArray(0), new BitArray([true, false, true]), new BitArray(100, true), new BitArray(16, true)),
        ["IPAddress"] = Of(IPAddress.Loopback, IPAddress.IPv6Any, new IPAddress(IPAddress.Parse("fe80::1").GetAddressBytes(), 7), IPAddress.Parse("255.0.0.1")),
        ["IPNetwork"] = Of(IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("2001:db8::/32")),
        ["PhysicalAddress"] = Of(PhysicalAddress.None, new PhysicalAddress([1, 2, 3, 4, 5, 6])),
        ["BigInteger"] = Of(BigInteger.Zero, BigInteger.MinusOne, BigInteger.Pow(-10, 51), new BigInteger(255)),
        ["Int128"] = Of(Int128.MinValue, Int128.MaxValue),
        ["JsonDocument"] = Of(JsonDocument.Parse("""{ "b":1.0,  "a":[null], "b":2 }"""), JsonDocument.Parse("null")),
        ["JsonElement"] = Of(JsonDocument.Parse("""[1.50, "\ud83d\ude00"]""").RootElement, default),
        ["a struct"] = Of(new Interval<int>(1, 5, true), default),
        ["a struct of times"] = Of(new Interval<DateTime>(Noon, Ambiguous, false), default),
        ["a struct of decimals"] = Of(new Interval<decimal>(1.50m, 2.0m, false)),
        ["a struct that holds a list"] = Of(new Route("a", [-0d, double.NaN]), default, new Route(null, [])),
        ["structs in an array"] = Of<Interval<DateOnly>[]>([], [new(new(2026, 1, 1), DateOnly.MaxValue, true)]),
        ["a class that is a value"] = Of(new Vector("a", [1, null]), new Vector("b", [])),
        ["a tree"] = Of<Node>(new Word("a"), new Both(new Word("b"), null), new Some(new Both(new Word("c"), new Some()), new Word("d"))),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    // The second of two local times that are one when the clock is set back. No property shows it.
    private static DateTime Ambiguous => Unsafe.BitCast<ulong, DateTime>((ulong)Noon.Ticks | 3UL << 62);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_value_is_read_as_it_was_written(string name) => CodecLab.Of(Cases[name]).RoundTrip();

    [Theory]
    [MemberData(nameof(Names))]
    public void A_value_is_read_as_it_was_written_among_nulls(string name)
    {
        var (type, values) = Cases[name];
        CodecLab.Of((type, [null, .. values, null, null, .. values])).RoundTrip();
        CodecLab.Of((type, [null, null, null])).RoundTrip();
        CodecLab.Of((type, [])).RoundTrip();
    }

    [Fact]
    public void A_nullable_value_in_a_box_is_read_as_it_was_written()
        => CodecLab.Of((typeof(Interval<int>?), [null, new Interval<int>(1, 2, true)])).RoundTrip();

    [Fact]
    public void Every_code_unit_survives_alone_and_beside_any_other()
    {
        var units = Enumerable.Range(0, char.MaxValue + 1).Select(static unit => (object)((char)unit).ToString()).ToArray();

        CodecLab.Of((typeof(string), units)).RoundTrip();
        CodecLab.Of((typeof(string), [string.Concat(units)])).RoundTrip();
    }

    private static (Type Type, object?[] Values) Of<T>(params T[] values) => (typeof(T), [.. values.Select(static value => (object?)value)]);
}
