using System.Collections;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using FastOrm.Cache.EfCore.Rows.Copies;

namespace FastOrm.Cache.Tests.Unit.Rows.Copies;

/// <summary>What can be changed is copied whole: the copy is equal, and nothing that is done to it shows in the original.</summary>
public sealed class CopiedTypeTests
{
    [Fact]
    public void An_array_is_copied()
    {
        var original = new int?[] { 1, null, 3 };

        var copy = Copy(original);
        copy[0] = 9;

        Assert.Equal([1, null, 3], original);
        Assert.Equal([9, null, 3], copy);
    }

    [Fact]
    public void An_array_of_arrays_is_copied_to_its_depth()
    {
        byte[]?[] original = [[1, 2], null, []];

        var copy = Copy(original);
        Assert.Equal(original, copy);
        copy[0]![1] = 9;

        Assert.Equal([1, 2], original[0]!);
    }

    [Fact]
    public void An_array_of_two_dimensions_is_copied()
    {
        var original = new[,] { { 1, 2, 3 }, { 4, 5, 6 } };

        var copy = Copy(original);
        Assert.Equal(original, copy);
        copy[1, 2] = 9;

        Assert.Equal(6, original[1, 2]);
    }

    [Fact]
    public void The_elements_of_an_array_of_two_dimensions_are_copied_each_in_its_place()
    {
        var original = new List<string>?[2, 3];
        for (var i = 0; i < 6; i++)
        {
            original[i / 3, i % 3] = i == 4 ? null : [$"{i}"];
        }

        var copy = Copy(original);
        for (var i = 0; i < 6; i++)
        {
            Assert.Equal(original[i / 3, i % 3], copy[i / 3, i % 3]);
            copy[i / 3, i % 3]?.Add("more");
        }

        Assert.Equal(["5"], original[1, 2]!);
    }

    [Fact]
    public void An_array_that_does_not_begin_at_zero_keeps_its_bounds()
    {
        var original = (List<int>[,])Array.CreateInstance(typeof(List<int>), [2, 2], [1, -1]);
        for (var i = 0; i < 4; i++)
        {
            original[1 + i / 2, -1 + i % 2] = [i];
        }

        var copy = Copy(original);
        copy[2, 0][0] = 9;

        Assert.Equal((1, -1), (copy.GetLowerBound(0), copy.GetLowerBound(1)));
        Assert.Equal([3], original[2, 0]);
        Assert.Equal([2], copy[2, -1]);
    }

    [Fact]
    public void A_list_is_copied_with_what_it_holds()
    {
        List<int[]?> original = [[1], null];

        var copy = Copy(original);
        Assert.Equal(original, copy);
        copy[0]![0] = 9;
        copy.Add(null);

        Assert.Equal([[1], null], original);
    }

    [Fact]
    public void A_dictionary_keeps_its_order_and_its_comparer()
    {
        var original = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase) { ["b"] = "1", ["a"] = null, ["c"] = "" };
        original.Remove("b");
        original["D"] = "2";

        var copy = Copy(original);
        Assert.Equal(original, copy);
        copy["a"] = "9";

        Assert.Null(original["a"]);
        Assert.Equal("2", copy["d"]);
    }

    [Fact]
    public void The_values_of_a_dictionary_are_copied()
    {
        var original = new Dictionary<int, List<int>> { [1] = [1] };

        Copy(original)[1].Add(2);

        Assert.Equal([1], original[1]);
    }

    [Fact]
    public void Bits_are_copied()
    {
        var original = new BitArray([true, false, true]);

        Copy(original)[1] = true;

        Assert.Equal([true, false, true], original.Cast<bool>());
    }

    [Fact]
    public void An_address_is_copied_with_its_scope()
    {
        var original = new IPAddress(IPAddress.Parse("fe80::1").GetAddressBytes(), 7);

        var copy = Copy(original);
        Assert.Equal((original, 7), (copy, copy.ScopeId));
        copy.ScopeId = 8;

        Assert.Equal(7, original.ScopeId);
        Assert.Equal(IPAddress.Loopback, Copy(IPAddress.Loopback));
        Assert.NotSame(IPAddress.Loopback, Copy(IPAddress.Loopback));
    }

    [Fact]
    public void A_document_outlives_the_one_that_it_was_copied_from()
    {
        const string Text = """{ "b" : 1.0, "a": [ null ], "b": "\ud83d\ude00" }""";
        JsonDocument copy;
        using (var original = JsonDocument.Parse(Text))
        {
            copy = Copy(original);
        }

        using (copy)
        {
            Assert.Equal(Text, copy.RootElement.GetRawText());
        }
    }

    [Fact]
    public void An_element_outlives_its_document()
    {
        JsonElement copy;
        using (var document = JsonDocument.Parse("""[{"a":1}]"""))
        {
            copy = Copy(document.RootElement[0]);
        }

        Assert.Equal("""{"a":1}""", copy.GetRawText());
        Assert.Equal(JsonValueKind.Undefined, Copy(default(JsonElement)).ValueKind);
    }

    [Fact]
    public void A_node_is_copied()
    {
        var original = JsonNode.Parse("""{"a":[1]}""")!.AsObject();

        Copy(original)["a"]!.AsArray().Add(2);

        Assert.Equal("""{"a":[1]}""", original.ToJsonString());
    }

    [Fact]
    public void A_struct_is_copied_with_the_list_that_it_hides()
    {
        var original = new Path(open: true, 1, 2);

        var copy = Copy(original);
        Assert.Equal((true, "1 2"), (copy.Open, copy.ToString()));
        copy.Add(3);

        Assert.Equal("1 2", original.ToString());
        Assert.Null(Copy(default(Path)).Points);
    }

    [Fact]
    public void A_sealed_class_that_is_a_value_is_copied_with_its_bases()
    {
        var original = new Vector("name", ["a", "b"]);

        var copy = Copy(original);
        Assert.Equal(("name", "a b"), (copy.Name, copy.ToString()));
        Assert.NotSame(original, copy);
        copy.Add("c");

        Assert.Equal("a b", original.ToString());
    }

    [Fact]
    public void A_tree_of_values_is_copied_each_node_as_its_class_allows()
    {
        Node original = new And(new Word("a"), new And(new Word("b"), new Word("c")));

        var copy = (And)ValueCopier.For(typeof(Node))!.Copy(original)!;
        Assert.Equal("(a (b c))", copy.ToString());
        ((And)copy.Right).Left = new Word("x");

        Assert.Equal("(a (b c))", original.ToString());
        Assert.InRange(ValueCopier.For(typeof(Node))!.Size(original), 100, 1000);
    }

    [Fact]
    public void A_tree_with_a_node_of_an_unknown_kind_or_without_end_is_not_copied()
    {
        var endless = new And(new Word("a"), new Word("b"));
        endless.Right = endless;

        Assert.Null(ValueCopier.For(typeof(Node))!.Copy(new And(new Word("a"), new Unknown())));
        Assert.Null(ValueCopier.For(typeof(Node))!.Copy(endless));
    }

    [Fact]
    public void What_holds_a_derived_type_is_not_copied()
    {
        Assert.Null(ValueCopier.For(typeof(List<int>))!.Copy(new DerivedList()));
        Assert.Null(ValueCopier.For(typeof(List<int>[]))!.Copy(new[] { new DerivedList() }));
        Assert.Null(ValueCopier.For(typeof(List<int>[]))!.Copy(new List<int>[] { [1], new DerivedList() }));
        Assert.Null(ValueCopier.For(typeof(List<List<int>>))!.Copy(new List<List<int>> { new DerivedList() }));
        Assert.Null(ValueCopier.For(typeof(Dictionary<int, List<int>>))!.Copy(new Dictionary<int, List<int>> { [1] = new DerivedList() }));
        Assert.Null(ValueCopier.For(typeof(Holder))!.Copy(new Holder(new DerivedList())));
    }

    [Fact]
    public void The_size_counts_what_is_held()
    {
        Assert.InRange(Size(new int[1000]), 4000, 4100);
        Assert.InRange(Size(Enumerable.Repeat(new string('a', 100), 10).ToArray()), 2000, 3000);
        Assert.InRange(Size(new List<byte[]> { new byte[500], new byte[500] }), 1000, 1300);
        Assert.InRange(Size(new Dictionary<string, string> { ["a"] = new('b', 500) }), 1000, 1500);
        Assert.InRange(Size(new Path(true, [.. Enumerable.Range(0, 100)])), 800, 1300);
        Assert.InRange(Size(new BitArray(8000)), 1000, 1100);
    }

    private static T Copy<T>(T value)
        where T : notnull
    {
        var copier = ValueCopier.For(typeof(T));
        Assert.NotNull(copier);
        Assert.False(copier.IsShared);
        return Assert.IsType<T>(copier.Copy(value));
    }

    private static long Size<T>(T value)
        where T : notnull
        => ValueCopier.For(typeof(T))!.Size(value);

    private struct Path(bool open, params int[] points)
    {
        public bool Open { get; set; } = open;

        public List<double>? Points { get; private set; } = [.. points];

        public readonly void Add(int point) => Points!.Add(point);

        public override readonly string ToString() => string.Join(' ', Points!);
    }

    private readonly record struct Holder(List<int> List);

    private class Named(string name)
    {
        public string Name { get; } = name;
    }

    private sealed class Vector(string name, List<string> lexemes) : Named(name), IEquatable<Vector>
    {
        public void Add(string lexeme) => lexemes.Add(lexeme);

        public bool Equals(Vector? other) => other?.ToString() == ToString();

        public override bool Equals(object? obj) => Equals(obj as Vector);

        public override int GetHashCode() => lexemes.Count;

        public override string ToString() => string.Join(' ', lexemes);
    }

    private sealed class DerivedList : List<int>;

    private abstract class Node : IEquatable<Node>
    {
        public bool Equals(Node? other) => other?.ToString() == ToString();

        public override bool Equals(object? obj) => Equals(obj as Node);

        public override int GetHashCode() => 0;
    }

    private sealed class Word(string text) : Node
    {
        public override string ToString() => text;
    }

    private sealed class And(Node left, Node right) : Node
    {
        public Node Left { get; set; } = left;

        public Node Right { get; set; } = right;

        public override string ToString() => $"({Left} {Right})";
    }

    private sealed class Unknown : Node
    {
        public object? State { get; set; }
    }
}
