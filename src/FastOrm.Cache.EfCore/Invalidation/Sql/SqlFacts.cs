namespace FastOrm.Cache.EfCore.Invalidation.Sql;

/// <summary>
/// What the text of a command tells about the tables that it reads and writes. Immutable. In doubt it tells too much: a name that
/// is no table, a write that is none.
/// </summary>
/// <remarks>
/// What no text tells stays unseen: triggers and cascades, what views, synonyms and operators stand for, and in PostgreSQL a
/// function that is called like a column, <c>row.function</c>.
/// </remarks>
internal sealed record SqlFacts
{
    private static readonly HashSet<string> None = [];

    /// <summary>Of a text that cannot be read surely: it may do anything.</summary>
    public static SqlFacts Unreadable { get; } = new()
    {
        Routines = None,
        HasUnknownTargets = true,
        Names = None,
        Targets = None,
    };

    /// <summary>False when every statement surely only reads, or does nothing to rows.</summary>
    public bool MayWrite => HasUnknownTargets || Targets.Count > 0 || Routines.Count > 0;

    /// <summary>Whether more may be written than <see cref="Targets"/>, besides by routines: then everything of the database.</summary>
    public required bool HasUnknownTargets { get; init; }

    /// <summary>
    /// The procedures and functions that run, without schema and regardless of case, other than the databases' own that change no rows.
    /// What they write no text tells.
    /// </summary>
    public required IReadOnlySet<string> Routines { get; init; }

    /// <summary>
    /// All that may be the name of a table, without schema and regardless of case: columns and aliases, too, but no name where it
    /// surely stands for a common table expression.
    /// </summary>
    public required IReadOnlySet<string> Names { get; init; }

    /// <summary>
    /// The tables that are written, in the same form; all are among <see cref="Names"/>. Views and temporary tables are among
    /// them, and the variables of SQL Server with their sign.
    /// </summary>
    public required IReadOnlySet<string> Targets { get; init; }

    /// <summary>Reads the text, in time linear in its length. Never throws.</summary>
    public static SqlFacts Read(string sql, SqlDialect dialect)
        => SqlTokens.Of(sql, dialect) is { } tokens ? new SqlReader(tokens, dialect).Read() : Unreadable;
}
