using System.Runtime.InteropServices;

namespace FastOrm.Cache.Tests.Unit.Rows.Codec;

internal enum Small : byte
{
    None,
    Last = 255,
}

internal enum Wide : long
{
    Least = long.MinValue,
    None = 0,
}

/// <summary>A struct such as providers have for ranges.</summary>
internal readonly record struct Interval<T>(T Lower, T Upper, bool IsOpen)
    where T : struct;

/// <summary>A struct that holds an object.</summary>
internal struct Route(string? name, params List<double> points)
{
    public string? Name { get; } = name;

    public List<double>? Points { get; } = points;
}

internal readonly record struct Flag(bool IsSet);

internal struct Nothing;

[StructLayout(LayoutKind.Sequential, Size = 16)]
internal record struct Padded(int Number);

[StructLayout(LayoutKind.Explicit)]
internal struct Overlaid(int number)
{
    [FieldOffset(0)]
    public int Number = number;

    [FieldOffset(0)]
    public uint Unsigned;
}

/// <summary>A sealed class that is a value, with a field in its base.</summary>
internal sealed class Vector(string name, int?[] lengths) : Named(name), IEquatable<Vector>
{
    public int?[] Lengths { get; } = lengths;

    public bool Equals(Vector? other) => other is not null && other.Name == Name && other.Lengths.SequenceEqual(Lengths);

    public override bool Equals(object? obj) => Equals(obj as Vector);

    public override int GetHashCode() => Lengths.Length;
}

internal class Named(string name)
{
    public string Name { get; } = name;
}

/// <summary>The nodes of an expression.</summary>
internal abstract class Node : IEquatable<Node>
{
    public bool Equals(Node? other) => ReferenceEquals(this, other);

    public override bool Equals(object? obj) => Equals(obj as Node);

    public override int GetHashCode() => 0;
}

internal sealed class Word(string text) : Node
{
    public string Text { get; } = text;
}

internal sealed class Both(Node left, Node? right) : Node
{
    public Node Left { get; } = left;

    public Node? Right { get; } = right;
}

internal sealed class Some(params Node[] nodes) : Node
{
    public Node[] Nodes { get; } = nodes;
}
