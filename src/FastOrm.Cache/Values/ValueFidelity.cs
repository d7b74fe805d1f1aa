using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace FastOrm.Cache.Values;

/// <summary>Whether a value that was written and read again is still what it was: field by field, whatever its types say of equality.</summary>
internal sealed class ValueFidelity
{
    private const int MaxDepth = 200;

    private static readonly ConcurrentDictionary<Type, FieldInfo[]> Fields = new();
    private static readonly ConcurrentDictionary<Type, PropertyInfo?> Comparers = new();

    private readonly HashSet<(object, object)> _open = new(PairComparer.Instance);

    public static bool AreSame(object? original, object? restored) => new ValueFidelity().Compare(original, restored, depth: 0);

    private bool Compare(object? a, object? b, int depth)
    {
        if (a is null || b is null || ReferenceEquals(a, b))
        {
            return ReferenceEquals(a, b);
        }

        if (depth > MaxDepth)
        {
            return false;
        }

        return (a, b) switch
        {
            (DateTime one, DateTime other) => one == other && one.Kind == other.Kind,
            (DateTimeOffset one, DateTimeOffset other) => one.EqualsExact(other),
            (string or decimal, _) => a.Equals(b),
            (JsonElement one, JsonElement other) => JsonElement.DeepEquals(one, other),
            (JsonNode one, JsonNode other) => JsonNode.DeepEquals(one, other),
            (JsonDocument one, JsonDocument other) => JsonElement.DeepEquals(one.RootElement, other.RootElement),
            _ when a.GetType().IsPrimitive || a.GetType().IsEnum => a.Equals(b),
            _ => CompareParts(a, b, depth),
        };
    }

    private bool CompareParts(object a, object b, int depth)
    {
        if (!_open.Add((a, b)))
        {
            return true; // A cycle: it is being compared already.
        }

        try
        {
            return (a, b) switch
            {
                (IEnumerable one, IEnumerable other) => HaveSameComparers(a, b) && HaveSameElements(one, other, depth),
                _ when a.GetType() != b.GetType() => false,
                _ when IsOfFramework(a.GetType()) && !a.GetType().IsGenericType => a.Equals(b),
                _ => HaveSameFields(a, b, depth),
            };
        }
        finally
        {
            _open.Remove((a, b));
        }
    }

    private bool HaveSameElements(IEnumerable one, IEnumerable other, int depth)
    {
        // An interface promises the elements, and not the class that holds them; a class that derives from one may hold more.
        if (one.GetType() != other.GetType() && !(IsOfFramework(one.GetType()) && IsOfFramework(other.GetType())))
        {
            return false;
        }

        if (IsUnordered(one))
        {
            return HaveSameUnordered(one, other, depth);
        }

        var (left, right) = (one.GetEnumerator(), other.GetEnumerator());
        while (left.MoveNext())
        {
            if (!right.MoveNext() || !Compare(left.Current, right.Current, depth + 1))
            {
                return false;
            }
        }

        return !right.MoveNext() && (IsOfFramework(one.GetType()) || HaveSameFields(one, other, depth));
    }

    private bool HaveSameUnordered(IEnumerable one, IEnumerable other, int depth)
    {
        var rest = other.Cast<object?>().ToList();
        foreach (var element in one)
        {
            // They come back in the order in which they were written, so this is usually the first.
            var found = rest.FindIndex(candidate => Compare(element, candidate, depth + 1));
            if (found < 0)
            {
                return false;
            }

            rest.RemoveAt(found);
        }

        return rest.Count == 0;
    }

    private bool HaveSameFields(object a, object b, int depth)
    {
        foreach (var field in Fields.GetOrAdd(a.GetType(), AllFields))
        {
            if (!Compare(field.GetValue(a), field.GetValue(b), depth + 1))
            {
                return false;
            }
        }

        return true;
    }

    // A dictionary that took no notice of case must go on doing so.
    private static bool HaveSameComparers(object a, object b)
        => Comparers.GetOrAdd(a.GetType(), static type => type.GetProperty("Comparer")) is not { } property
            || a.GetType() != b.GetType()
            || Equals(Plain(property.GetValue(a)), Plain(property.GetValue(b)));

    // The default comparer of texts compares them so, too.
    private static object? Plain(object? comparer) => comparer is IEqualityComparer<string> texts && IsOrdinal(texts) ? StringComparer.Ordinal : comparer;

    private static bool IsOrdinal(IEqualityComparer<string> comparer)
        => ReferenceEquals(comparer, StringComparer.Ordinal) || comparer.GetType().Name is "GenericEqualityComparer`1" or "StringEqualityComparer";

    private static bool IsUnordered(IEnumerable values)
        => values is IDictionary
            || values.GetType().GetInterfaces().Any(static type => type.IsGenericType
                && (type.GetGenericTypeDefinition() == typeof(ISet<>) || type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>)));

    // The collections that the compiler makes of collection expressions count as such: nobody can ask for them.
    private static bool IsOfFramework(Type type)
        => type.IsArray || type.Name.StartsWith("<>z__", StringComparison.Ordinal) || type.Namespace is "System" || type.Namespace?.StartsWith("System.", StringComparison.Ordinal) == true;

    private static FieldInfo[] AllFields(Type type)
    {
        var fields = new List<FieldInfo>();
        for (var declaring = type; declaring is not null && declaring != typeof(object); declaring = declaring.BaseType)
        {
            fields.AddRange(declaring.GetFields(
                BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly));
        }

        return [.. fields];
    }

    private sealed class PairComparer : IEqualityComparer<(object, object)>
    {
        public static PairComparer Instance { get; } = new();

        public bool Equals((object, object) x, (object, object) y) => ReferenceEquals(x.Item1, y.Item1) && ReferenceEquals(x.Item2, y.Item2);

        public int GetHashCode((object, object) pair)
            => HashCode.Combine(
                System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(pair.Item1),
                System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(pair.Item2));
    }
}
