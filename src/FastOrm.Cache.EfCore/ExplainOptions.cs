namespace FastOrm.Cache.EfCore;

/// <summary>What an explanation may show.</summary>
public sealed record ExplainOptions
{
    /// <summary>
    /// Whether values are shown: literals and comments in the SQL, and the key values of the rows on which a query depends. They may be personal
    /// data. Default <see langword="false"/>: the SQL has the names of its parameters, and <c>?</c> for every literal.
    /// </summary>
    public bool IncludeValues { get; init; }

    internal static ExplainOptions Default { get; } = new();
}
