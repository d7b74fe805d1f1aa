namespace FastOrm.Cache.Tests.Unit.Keys.Generated;

/// <summary>Operators of generated queries: in each list one may stand in place of another, and means something else.</summary>
internal static class Ops
{
    public static readonly string[] Equality = ["==", "!="];

    public static readonly string[] Order = ["==", "!=", "<", "<=", ">", ">="];

    public static readonly string[] Logic = ["&&", "||"];

    public static readonly string[] Arithmetic = ["+", "-", "*"];

    public static readonly string[] Signs = ["-x", "~x"];

    public static readonly string[] Texts = ["StartsWith", "EndsWith", "Contains", "Like"];

    public static readonly string[] Directions = ["OrderBy", "OrderByDescending"];

    public static readonly string[] Paging = ["Skip", "Take"];

    public static readonly string[] Sets = ["Concat", "Union", "Intersect", "Except"];

    // Inside of a nested query they are two things.
    public static readonly string[] Columns = ["column", "outer"];

    public static readonly string[] Nested = ["any", "exists"];

    public static readonly string[] Pairs = ["Rows", "Anonymous", "Init"];

    public static readonly string[] Switches =
    [
        "AsNoTracking", "AsNoTrackingWithIdentityResolution", "AsTracking", "AsSplitQuery", "AsSingleQuery", "IgnoreQueryFilters",
        "IgnoreAutoIncludes", "Distinct",
    ];

    public static readonly string[] Terminals = ["Count", "LongCount", "Any", "First", "FirstOrDefault"];

    private static readonly string[][] Groups
        = [Logic, Arithmetic, Signs, Texts, Directions, Paging, Sets, Columns, Nested, Pairs, Switches, Terminals];

    private static readonly HashSet<Type> Ordered =
    [
        typeof(int), typeof(int?), typeof(long), typeof(double), typeof(float), typeof(short), typeof(ushort), typeof(uint),
        typeof(DateTime), typeof(DateOnly), typeof(TimeOnly),
    ];

    /// <summary>Whether values of the type are less or greater, for the database too.</summary>
    public static bool IsOrdered(Type type) => Ordered.Contains(type);

    /// <summary>What may stand in place of the operator.</summary>
    public static IEnumerable<string> Others(Term term)
    {
        var group = Order.Contains(term.Op)
            ? IsOrdered(term.Parts[0].Type) ? Order : Equality
            : Array.Find(Groups, group => group.Contains(term.Op)) ?? [];
        return group.Where(op => op != term.Op);
    }
}
