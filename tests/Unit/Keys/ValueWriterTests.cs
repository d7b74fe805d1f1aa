using System.Collections;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Collections.ObjectModel;
using System.Net;
using System.Net.NetworkInformation;
using System.Numerics;
using System.Text;
using System.Text.Json;
using FastOrm.Cache.Tests.Unit.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Unit.Keys;

public sealed class ValueWriterTests : IDisposable
{
    private static readonly DateTime Noon = new(2026, 3, 29, 12, 0, 0);

    // Each is made anew when it is called: what counts is the value, not the instance.
    private static readonly Func<object?>[] Values =
    [
        () => null,
        () => 0, () => 1, () => -1, () => int.MinValue, () => int.MaxValue,
        () => 0L, () => 1L, () => -1L, () => (long)int.MaxValue + 1, () => long.MinValue,
        () => (byte)0, () => (byte)1, () => (sbyte)0, () => (sbyte)-1, () => (short)0, () => (short)-1, () => (ushort)0, () => ushort.MaxValue,
        () => 0u, () => uint.MaxValue, () => 0ul, () => ulong.MaxValue,
        () => 0f, () => -0f, () => float.NaN, () => float.PositiveInfinity, () => float.Epsilon,
        () => 0d, () => -0d, () => double.NaN, () => double.NegativeInfinity, () => double.Epsilon,
        () => (Half)0, () => Int128.One, () => UInt128.One,
        () => 0m, () => new decimal(0, 0, 0, isNegative: true, scale: 0), () => 1m, () => 1.0m, () => 1.00m, () => -1m, () => decimal.MaxValue,
        () => true, () => false, () => '\0', () => '0', () => 'a', () => new Rune('a'),
        () => "", () => " ", () => "a", () => "A", () => "a\0", () => "\0a", () => "0", () => "\u00e9", () => "e\u0301", () => "ab",
        () => Guid.Empty, () => new Guid(1, 0, 0, new byte[8]), () => new Guid(0, 1, 0, new byte[8]),
        () => default(DateTime), () => Noon, () => DateTime.SpecifyKind(Noon, DateTimeKind.Utc), () => DateTime.SpecifyKind(Noon, DateTimeKind.Local),
        () => Noon.AddTicks(1),
        () => new DateTimeOffset(Noon, TimeSpan.Zero), () => new DateTimeOffset(Noon, TimeSpan.FromHours(1)),
        () => new DateTimeOffset(Noon.AddHours(1), TimeSpan.FromHours(1)), () => new DateTimeOffset(Noon, TimeSpan.FromHours(-1)),
        () => default(DateOnly), () => DateOnly.FromDateTime(Noon), () => default(TimeOnly), () => TimeOnly.FromDateTime(Noon),
        () => TimeSpan.Zero, () => TimeSpan.FromHours(12), () => TimeSpan.FromTicks(1),
        () => KeyKind.Plain, () => KeyKind.Special, () => (KeyKind)7, () => ByteKind.Plain, () => ByteKind.Special,
        () => ULongKind.Plain, () => ULongKind.Special, () => DayOfWeek.Sunday,
        () => typeof(int), () => typeof(string), () => typeof(List<int>),
        () => new ProductId(1), () => new ProductId(2), () => new OrderId(1), () => new CodeId("a"), () => new CodeId(null!), () => new CodeId(""),
        () => (1, 2), () => (2, 1), () => (1, 2L), () => (1, "2"), () => (1, (string?)null), () => ((1, 2), 3), () => (1, (2, 3)), () => (1, 2, 3),
        () => (1, (int?)null), () => (1, (int?)0), () => new KeyValuePair<int, int>(1, 2),
        () => new KeyProduct { Id = 1 }, () => new KeyProduct { Id = 2 }, () => new KeyCategory { Id = 1 },
        () => new KeyPair { Left = 1, Right = "a" }, () => new KeyPair { Left = 1, Right = "b" },
        () => EF.Functions, () => DBNull.Value,
        () => IPAddress.Loopback, () => IPAddress.IPv6Loopback, () => IPAddress.Parse("127.0.0.2"), () => IPAddress.Parse("fe80::1"),
        () => IPAddress.Parse("fe80::1%2"), () => PhysicalAddress.Parse("00-00-00-00-00-01"), () => PhysicalAddress.Parse("00-01"),
        () => BigInteger.Zero, () => BigInteger.One, () => BigInteger.Pow(2, 100), () => BigInteger.MinusOne,
        () => new Version(1, 0), () => new Version(1, 0, 0), () => new Version(2, 0),
        () => new Uri("https://a/"), () => new Uri("https://A/"), () => new Uri("https://a"), () => new Uri("a", UriKind.Relative),
        () => new Uri("https://a/%7E"), () => new Uri("https://a/%7E", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }),
        () => Json("1"), () => Json("1.0"), () => Json("[1]"), () => Json("{\"a\":1}"), () => Json("1").RootElement, () => default(JsonElement),
        () => (Half)1, () => (Int128)2, () => new Index(1), () => new Index(1, fromEnd: true), () => 1..2, () => 2..3,
        () => Tuple.Create(1), () => Tuple.Create(1, 2), () => Tuple.Create(1, "2"), () => Tuple.Create((object)1), () => (1, new byte[] { 1 }),
        () => (1, new byte[] { 2 }), () => (1, new List<int> { 1 }), () => new BytesId([1]), () => new BytesId([1, 2]), () => new BytesId(null!),
        () => new { A = 1 }, () => new { A = 2 }, () => new { B = 1 }, () => new { A = 1L }, () => new { A = 1, B = 2 }, () => new { B = 1, A = 2 },
        () => new { A = new { A = 1 } }, () => new { A = new[] { 1 } },
    ];

    private static readonly Func<object?>[] Collections =
    [
        () => Array.Empty<int>(), () => Array.Empty<uint>(), () => Array.Empty<long>(), () => Array.Empty<ulong>(), () => Array.Empty<KeyKind>(),
        () => Array.Empty<byte>(), () => Array.Empty<sbyte>(), () => Array.Empty<bool>(), () => Array.Empty<string>(), () => Array.Empty<object>(),
        () => Array.Empty<int?>(), () => Array.Empty<Guid>(), () => Array.Empty<int[]>(),
        () => new List<int>(), () => new List<int?>(), () => new HashSet<int>(), () => ImmutableArray<int>.Empty, () => ImmutableList<int>.Empty,
        () => ImmutableHashSet<int>.Empty, () => ImmutableSortedSet<int>.Empty,
        () => new[] { 0 }, () => new[] { 1 }, () => new[] { 0, 0 }, () => new[] { 1, 2 }, () => new[] { 2, 1 },
        () => new uint[] { 1 }, () => new[] { KeyKind.Special }, () => new[] { ByteKind.Special }, () => new[] { DayOfWeek.Monday },
        () => new object[] { 1 }, () => new object[] { 1L }, () => new object[] { "1" }, () => new long[] { 1 }, () => new ulong[] { 1 },
        () => new byte[] { 0 }, () => new byte[] { 1 }, () => new byte[] { 0, 0 }, () => new sbyte[] { 1 }, () => new short[] { 1 }, () => new[] { true },
        () => new int?[] { null }, () => new int?[] { 0 }, () => new int?[] { null, null }, () => new int?[] { null, 1 }, () => new int?[] { 1, null },
        () => new List<int> { 1 }, () => new List<int> { 1, 2 }, () => new List<int?> { 1 }, () => new List<int?> { null },
        () => new HashSet<int> { 1 }, () => ImmutableArray.Create(1), () => ImmutableList.Create(1), () => new List<long> { 1 }, () => new List<uint> { 1 },
        () => new string?[] { null }, () => new[] { "" }, () => new string?[] { null, null }, () => new[] { "a", "b" }, () => new[] { "ab" },
        () => new[] { "a", null }, () => new[] { null, "a" }, () => new List<string> { "a", "b" }, () => new[] { "a", "b", "" },
        () => new[] { Guid.Empty }, () => new List<Guid> { Guid.Empty }, () => new[] { 1m }, () => new[] { 1.0m }, () => new[] { 0d }, () => new[] { -0d },
        () => new[] { Noon }, () => new[] { DateTime.SpecifyKind(Noon, DateTimeKind.Utc) },
        () => new int[][] { [1], [2] }, () => new int[][] { [1, 2] }, () => new int[][] { [], [1, 2] }, () => new int[][] { [1, 2], [] },
        () => new List<int[]> { new[] { 1 }, new[] { 2 } }, () => new List<List<int>> { new() { 1 }, new() { 2 } }, () => new List<List<int>> { new() },
        () => new[] { new ProductId(1) }, () => new[] { new OrderId(1) }, () => new[] { (1, 2) },
        () => new Queue<int>([1]), () => new Stack<int>([1]), () => new LinkedList<int>([1]), () => new SortedSet<int> { 1 },
        () => ImmutableQueue.Create(1), () => ImmutableStack.Create(1), () => new[] { 1 }.ToFrozenSet(), () => new[] { "a" }.ToFrozenSet(),
        () => new ArraySegment<int>([0, 1, 2], 1, 1), () => new ArraySegment<int>([0, 1, 2], 1, 2),
        () => new ReadOnlyCollection<int>([1]), () => new ReadOnlyCollection<int>(new List<int> { 1, 2 }),
        () => new Dictionary<string, string> { ["a"] = "b" }, () => new Dictionary<string, string> { ["a"] = "c" }, () => new Dictionary<string, string>(),
        () => ImmutableDictionary<string, string>.Empty, () => new Dictionary<string, string> { ["a"] = "b" }.ToFrozenDictionary(),
        () => new int[1, 2], () => new int[2, 1], () => new int[,] { { 1, 2 } }, () => new int[1, 2, 1], () => Array.CreateInstance(typeof(int), [1], [1]),
        () => Array.CreateInstance(typeof(string), [1], [1]), () => Array.CreateInstance(typeof(string), [1], [2]),
        () => new BitArray([true]), () => new BitArray([false]), () => new BitArray([true, false]), () => new BitArray(8, true), () => new BitArray(9, true),
        () => new[] { 1, 2 }.AsMemory(), () => new[] { 1, 3 }.AsMemory(), () => new[] { 1, 2 }.AsMemory(1), () => Expression(1), () => Expression(2),
        () => Expression(1, 2), () => new long[] { 2 }, () => new List<long> { 2 }, () => new List<Guid>(), () => new List<byte>(),
        () => new Tree(1), () => new Tree(1, new Tree(2)), () => new Tree(1, new Tree(2), new Tree(3)), () => new[] { new Tree(1) },
        () => new[] { Tuple.Create(1) }, () => new[] { new { A = 1 } }, () => new[] { IPAddress.Loopback }, () => new[] { new BytesId([1]) },
        () => new[] { new KeyProduct { Id = 1 } }, () => new List<KeyProduct> { new() { Id = 1 } }, () => new KeyProduct?[] { null },
    ];

    private readonly KeyLab _lab = new();

    [Fact]
    public void Values_that_differ_have_different_bytes()
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        Func<object?>[] all = [.. Values, .. Collections];
        for (var i = 0; i < all.Length; i++)
        {
            var bytes = _lab.Bytes(all[i]());

            Assert.True(bytes is not null, $"value {i} was refused: {all[i]()}");
            Assert.True(seen.TryAdd(Convert.ToHexString(bytes), i), $"values {i} and {seen.GetValueOrDefault(Convert.ToHexString(bytes))} are written alike");
        }
    }

    [Fact]
    public void Equal_values_have_equal_bytes_whatever_the_instance()
        => Assert.All(Values.Concat(Collections), make => Assert.Equal(_lab.Bytes(make()), _lab.Bytes(make())));

    [Fact]
    public void No_value_is_the_beginning_of_another()
    {
        // Otherwise two values in a row could be read as two others.
        var all = Values.Concat(Collections).Select(make => Convert.ToHexString(_lab.Bytes(make())!)).Order(StringComparer.Ordinal).ToArray();

        for (var i = 1; i < all.Length; i++)
        {
            Assert.False(all[i].StartsWith(all[i - 1], StringComparison.Ordinal), $"{all[i - 1]} begins {all[i]}");
        }
    }

    [Fact]
    public void A_nullable_is_written_as_its_value_or_as_null()
    {
        Assert.Equal(_lab.Bytes(5), _lab.Bytes((int?)5));
        Assert.Equal(_lab.Bytes(null), _lab.Bytes((int?)null));
    }

    [Fact]
    public void Of_an_entity_only_the_type_and_the_key_count()
    {
        Assert.Equal(_lab.Bytes(new KeyProduct { Id = 1, Name = "a" }), _lab.Bytes(new KeyProduct { Id = 1, Name = "b" }));
        Assert.NotEqual(_lab.Bytes(new KeyProduct { Id = 1 }), _lab.Bytes(1));
    }

    [Fact]
    public void An_array_is_written_by_its_own_type_and_not_by_what_it_may_be_cast_to()
        => Assert.Equal(
            4,
            new object[] { new[] { 1 }, new uint[] { 1 }, (int[])(object)new uint[] { 1 }, new[] { KeyKind.Special }, new[] { DayOfWeek.Monday } }
                .Select(value => Convert.ToHexString(_lab.Bytes(value)!)).Distinct(StringComparer.Ordinal).Count());

    [Fact]
    public void A_type_that_holds_itself_in_a_collection_that_cannot_be_copied_is_refused()
    {
        Assert.Null(_lab.Bytes(new Forest([])));
        Assert.Null(_lab.Bytes(ImmutableArray.Create(new Forest([]))));
    }

    [Fact]
    public void The_bytes_of_common_values_are_fixed()
    {
        Assert.Equal("00", Convert.ToHexString(_lab.Bytes(null)!));
        Assert.Equal("0105000000", Convert.ToHexString(_lab.Bytes(5)!));
        Assert.Equal("020200000061006200", Convert.ToHexString(_lab.Bytes("ab")!));
        Assert.Equal("0501000000", Convert.ToHexString(_lab.Bytes(true)!));
        Assert.Equal("25020000000100000002000000", Convert.ToHexString(_lab.Bytes(new[] { 1, 2 })!));
    }

    public void Dispose() => _lab.Dispose();

    private static JsonDocument Json(string text) => JsonDocument.Parse(text);

    // What the compiler makes of it depends on the number of items.
    private static IEnumerable<int> Expression(params IEnumerable<int> items) => [.. items];

    private readonly record struct Tree(int Value, params Tree[] Branches);

    private readonly record struct Forest(ImmutableArray<Forest> Parts);

    private readonly record struct BytesId(byte[] Value);

    private readonly record struct ProductId(int Value);

    private readonly record struct OrderId(int Value);

    private readonly record struct CodeId(string Value);
}
