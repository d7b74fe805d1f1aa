using System.IO.Hashing;
using System.Numerics;
using Microsoft.EntityFrameworkCore.Metadata;

namespace FastOrm.Cache.EfCore.Keys;

/// <summary>
/// The canonical bytes of one query, written by <see cref="ExpressionKeyWriter"/>: the shape (node types, members, constants), the
/// captured values, and what tells this call site's parameters apart.
/// </summary>
/// <remarks>
/// Shape and values together are the query: equal bytes mean equal queries, in every process. The names serve only to find the
/// plan, because EF Core's delegate knows its parameters by name. An instance belongs to one thread while it is in use.
/// </remarks>
internal sealed class QueryKey
{
    [ThreadStatic]
    private static QueryKey? t_spare;

    private static Func<QueryKey, ulong> s_planHash = HashOfPlan;

    public KeyBuffer Shape { get; } = new();

    public KeyBuffer Values { get; } = new();

    public KeyBuffer Names { get; } = new();

    /// <summary>The captured values, one for each place in the tree: the caller's own objects, which a projection may hand out.</summary>
    public List<object?> Captured { get; } = [];

    /// <summary>The same values as they were keyed and are sent: collections are copies.</summary>
    public List<object?> Sent { get; } = [];

    /// <summary>Whether there are such copies.</summary>
    public bool HasCopies { get; set; }

    /// <summary>The captured values that have no bytes of their own, in their order.</summary>
    public List<object> Opaque { get; } = [];

    /// <summary>
    /// The constants whose bytes are in the shape although others might change them: copies of them are compiled into the plan.
    /// </summary>
    public bool HasMutableConstants { get; set; }

    /// <summary>Whether a part of the query itself has no bytes, so that only EF Core can tell whether it knows the query.</summary>
    public bool HasOpaqueShape { get; set; }

    /// <summary>Whether the key is complete only with the commands that the query leads to.</summary>
    public bool IsOpen => HasOpaqueShape || Opaque.Count > 0;

    /// <summary>For each captured value the first place with the same captured variable.</summary>
    public List<int> Classes { get; } = [];

    /// <summary>
    /// For each captured value the name of EF Core's parameter, or null for a constant of a compiled query; filled from an extracted
    /// tree only.
    /// </summary>
    public List<string?> ParameterNames { get; } = [];

    /// <summary>The database that is asked.</summary>
    public DatabaseIdentity? Database { get; set; }

    /// <summary>Why the query cannot be keyed, or null.</summary>
    public string? Refusal { get; set; }

    /// <summary>How much of the shape and of the values belongs to the source, that is to the query without its terminal operator.</summary>
    public int SourceShapeLength { get; set; }

    public int SourceValuesLength { get; set; }

    /// <summary>How many of the captured values belong to the source.</summary>
    public int SourcePlaces { get; set; }

    /// <summary>The lengths of what stands before the expression.</summary>
    public int ShapeHeaderLength { get; set; }

    public int ValuesHeaderLength { get; set; }

    public int NamesHeaderLength { get; set; }

    /// <summary>A cleared instance; re-entrant, since a second caller on the same thread gets a new one.</summary>
    public static QueryKey Rent()
    {
        var key = t_spare ?? new QueryKey();
        t_spare = null;
        return key;
    }

    /// <summary>Gives the instance back; it keeps no object of the user's alive.</summary>
    public void Return()
    {
        Shape.Clear();
        Values.Clear();
        Names.Clear();
        Captured.Clear();
        Sent.Clear();
        HasCopies = HasMutableConstants = HasOpaqueShape = false;
        Opaque.Clear();
        Classes.Clear();
        ParameterNames.Clear();
        Refusal = null;
        Database = null;
        SourceShapeLength = SourceValuesLength = SourcePlaces = 0;
        ShapeHeaderLength = ValuesHeaderLength = NamesHeaderLength = 0;
        if (Shape.IsModest && Values.IsModest && Names.IsModest)
        {
            t_spare = this;
        }
    }

    /// <summary>Writes a captured value, or that there is one which has no bytes.</summary>
    public void WriteValue(object? value, IModel model)
    {
        var start = Values.Length;
        if (!ValueWriter.TryWrite(Values, value, model))
        {
            Values.Rewind(start);
            Values.Byte(ValueWriter.Opaque);
            Opaque.Add(value!);
        }
    }

    /// <summary>Takes over what another key has before its expression.</summary>
    public void CopyHeader(QueryKey other)
    {
        Shape.Bytes(other.Shape.Span[..other.ShapeHeaderLength]);
        Values.Bytes(other.Values.Span[..other.ValuesHeaderLength]);
        Names.Bytes(other.Names.Span[..other.NamesHeaderLength]);
        ShapeHeaderLength = other.ShapeHeaderLength;
        NamesHeaderLength = other.NamesHeaderLength;
        ValuesHeaderLength = other.ValuesHeaderLength;
        Database = other.Database;
    }

    /// <summary>Whether both are keys of the same query, whatever its variables are called.</summary>
    public bool IsSameQuery(QueryKey other)
        => Shape.Span.SequenceEqual(other.Shape.Span)
            && Values.Span.SequenceEqual(other.Values.Span)
            && Opaque.SequenceEqual(other.Opaque, ReferenceEqualityComparer.Instance);

    /// <summary>The hash by which the query finds its plan.</summary>
    public ulong PlanHash() => s_planHash(this);

    /// <summary>The bytes of the source's shape.</summary>
    public ReadOnlySpan<byte> SourceShape => Shape.Span[ShapeHeaderLength..SourceShapeLength];

    /// <summary>The hash of the source, by which <c>Forget</c> finds the entries of every terminal operator.</summary>
    public ulong SourceHash(ulong database)
        => SourceHash(SourceShapeHash(SourceShape), Values.Span[ValuesHeaderLength..SourceValuesLength], database);

    public static ulong SourceShapeHash(ReadOnlySpan<byte> shape) => XxHash3.HashToUInt64(shape);

    public static ulong SourceHash(ulong shapeHash, ReadOnlySpan<byte> values, ulong database)
        => XxHash3.HashToUInt64(values, unchecked((long)(shapeHash ^ BitOperations.RotateLeft(database, 32))));

    /// <summary>Lets a test make every hash the same; null for the true one again.</summary>
    internal static void ReplacePlanHash(Func<QueryKey, ulong>? hash) => s_planHash = hash ?? HashOfPlan;

    private static ulong HashOfPlan(QueryKey key)
        => XxHash3.HashToUInt64(key.Names.Span, (long)XxHash3.HashToUInt64(key.Shape.Span));
}
