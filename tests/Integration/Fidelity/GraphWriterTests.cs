using System.Collections;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using FastOrm.Cache.Tests.Integration.Fidelity.Harness;

namespace FastOrm.Cache.Tests.Integration.Fidelity;

/// <summary>The comparer finds every kind of difference.</summary>
public sealed class GraphWriterTests
{
    public static TheoryData<string, object?, object?> Pairs => new()
    {
        { "a null and an empty text", null, "" },
        { "a text and another case", "a", "A" },
        { "the halves of a surrogate pair", "\ud83d", "\ude00" },
        { "a number and another type", 1, 1L },
        { "a number and an enum", 1, DayOfWeek.Monday },
        { "zero and minus zero", 0.0, -0.0 },
        { "doubles that differ in the last bit", 1.0, Math.BitIncrement(1.0) },
        { "floats that differ in the last bit", 1f, MathF.BitIncrement(1f) },
        { "two kinds of NaN", double.NaN, BitConverter.UInt64BitsToDouble(0x7FF8_0000_0000_0001) },
        { "the scale of a decimal", 1.0m, 1.00m },
        { "a time and its kind", new DateTime(1, DateTimeKind.Utc), new DateTime(1, DateTimeKind.Local) },
        { "a time and the next tick", new DateTime(1), new DateTime(2) },
        { "a moment and its offset", new DateTimeOffset(2000, 1, 1, 1, 0, 0, TimeSpan.FromHours(1)), new DateTimeOffset(2000, 1, 1, 0, 0, 0, default) },
        { "one byte", new byte[] { 1, 2 }, new byte[] { 1, 3 } },
        { "an array and a list", new[] { 1 }, new List<int> { 1 } },
        { "an array of another type", new[] { 1 }, new object[] { 1 } },
        { "the rank of an array", new int[2, 2], new int[4] },
        { "the order of a list", new List<int> { 1, 2 }, new List<int> { 2, 1 } },
        { "one element more", new List<int> { 1 }, new List<int> { 1, 1 } },
        { "an empty list and null", new List<int>(), null },
        { "a list and a hash set", new List<int> { 1 }, new HashSet<int> { 1 } },
        { "the comparer of a hash set", new HashSet<string> { "a" }, new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "a" } },
        { "a value of a dictionary", new Dictionary<int, int> { [1] = 1 }, new Dictionary<int, int> { [1] = 2 } },
        { "the key of a group", new[] { 1 }.GroupBy(static x => x).First(), new[] { 1 }.GroupBy(static x => x + 1).First() },
        { "bits", new BitArray([true]), new BitArray([false]) },
        { "the scope of an address", IPAddress.Parse("fe80::1%1"), IPAddress.Parse("fe80::1%2") },
        { "a document of JSON", JsonDocument.Parse("[1]"), JsonDocument.Parse("[1.0]") },
        { "an element of JSON", JsonDocument.Parse("1").RootElement, JsonDocument.Parse("2").RootElement },
        { "a node of JSON", JsonNode.Parse("""{"a":1}"""), JsonNode.Parse("""{"a":2}""") },
        { "a tuple", Tuple.Create(1, "a"), Tuple.Create(1, "b") },
        { "a value tuple", (1, "a"), (1, "b") },
        { "a field of an object", new Node(1), new Node(2) },
        { "a field of its base class", new Special(1), new Special(2) },
        { "an object of a derived class", new Node(1), new Special(1) },
        { "a field of a struct", new Pair(1, null), new Pair(1, "x") },
        { "an anonymous type", new { A = 1 }, new { A = 2 } },
        { "the name of a property", new { A = 1 }, new { B = 1 } },
        { "a nested object", new { A = new { B = 1 } }, new { A = new { B = 2 } } },
        { "one instance and two", Twice(same: true), Twice(same: false) },
        { "one array and two", Arrays(same: true), Arrays(same: false) },
        { "a cycle and a chain", Ring(closed: true), Ring(closed: false) },
    };

    [Theory]
    [MemberData(nameof(Pairs))]
    public void A_difference_is_found(string difference, object? one, object? other)
    {
        Assert.True(GraphWriter.Describe(one) != GraphWriter.Describe(other), difference);
        Assert.Equal(GraphWriter.Describe(one), GraphWriter.Describe(one));
    }

    [Fact]
    public void Equal_graphs_of_different_instances_are_the_same()
        => Assert.Equal(GraphWriter.Describe(new { A = Ring(closed: true), B = Twice(same: true) }),
            GraphWriter.Describe(new { A = Ring(closed: true), B = Twice(same: true) }));

    [Fact]
    public void An_object_that_is_known_is_told_from_another_like_it()
    {
        var own = new Node(1);
        var known = new Dictionary<object, string>(ReferenceEqualityComparer.Instance) { [own] = "own" };

        Assert.NotEqual(Describe(own), Describe(new Node(1)));

        string Describe(Node node)
        {
            var writer = new GraphWriter(known);
            writer.Line("result", node);
            return writer.ToString();
        }
    }

    [Fact]
    public void A_class_of_the_framework_that_nobody_has_thought_of_is_refused()
        => Assert.Throws<NotSupportedException>(static () => GraphWriter.Describe(new System.Text.StringBuilder()));

    [Fact]
    public void The_first_difference_is_shown()
        => Assert.Contains("expected: b\n  actual: x", Differences.Between("a\nb\nc", "a\nx\nc"), StringComparison.Ordinal);

    private static Node[] Twice(bool same)
    {
        var node = new Node(1);
        return [node, same ? node : new Node(1)];
    }

    private static byte[][] Arrays(bool same)
    {
        byte[] bytes = [1];
        return [bytes, same ? bytes : [1]];
    }

    private static Node Ring(bool closed)
    {
        var first = new Node(1) { Next = new Node(1) };
        first.Next.Next = closed ? first : new Node(1) { Next = new Node(1) };
        return first;
    }

    private class Node(int value)
    {
        public int Value { get; } = value;

        public Node? Next { get; set; }
    }

    private sealed class Special(int value) : Node(value);

    private readonly record struct Pair(int One, string? Other);
}
