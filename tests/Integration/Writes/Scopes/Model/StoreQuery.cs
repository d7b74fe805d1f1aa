namespace FastOrm.Cache.Tests.Integration.Writes.Scopes.Model;

/// <summary>A remembered query, and what it gave when it was last read.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Reads">The tables that it reads.</param>
/// <param name="Name">Tells it from others of its kind.</param>
/// <param name="Concerns">Whether a row of its tables, as it is or as it was, can make a difference to it.</param>
/// <param name="Read">Runs it.</param>
internal sealed record StoreQuery(
    string Kind, Tables Reads, string Name, Func<object, bool> Concerns, Func<StoreContext, string> Read)
{
    public const string Point = "point";
    public const string NotFound = "not found";
    public const string List = "list by one column";
    public const string TwoColumns = "list by two columns";

    public string Text { get; set; } = "";

    /// <summary>Whether it was loaded since the last write, by someone who came in between.</summary>
    public bool IsLoaded { get; set; }
}
