using System.Globalization;

namespace FastOrm.Cache.Diagnostics;

/// <summary>What tells a remembered query apart for people.</summary>
/// <param name="Id">The hash of its shape, in hexadecimal digits.</param>
/// <param name="Label">Its name.</param>
/// <param name="Tags">The texts of its <c>TagWith</c>.</param>
/// <param name="Tables">The tables that it reads.</param>
internal sealed record QueryIdentity(string Id, string Label, string[] Tags, string[] Tables)
{
    /// <summary>What stands for all values under keys.</summary>
    public static QueryIdentity Values { get; } = new("", "values", [], []);

    /// <summary>What stands for the queries beyond the bound.</summary>
    public static QueryIdentity Other { get; } = new("", "other", [], []);

    /// <param name="shape">The hash of its shape.</param>
    /// <param name="tags">The texts of its <c>TagWith</c>.</param>
    /// <param name="tables">The tables that it reads.</param>
    /// <param name="name">What it is called without such a text; null for its tables and the beginning of its id.</param>
    public static QueryIdentity Of(ulong shape, string[] tags, string[] tables, string? name = null)
    {
        var id = shape.ToString("x16", CultureInfo.InvariantCulture);
        name ??= $"{(tables.Length > 0 ? string.Join(", ", tables) : "query")} #{id[..8]}";
        return new QueryIdentity(id, tags.Length > 0 ? string.Join(", ", tags) : name, tags, tables);
    }
}
