using System.Data.Common;

namespace FastOrm.Cache.EfCore.Invalidation;

/// <summary>What is known of a write that has been sent.</summary>
internal enum WriteOutcome
{
    /// <summary>It has been carried out.</summary>
    Done,

    /// <summary>The database has refused it.</summary>
    Refused,

    /// <summary>It may have been carried out: nobody has heard the answer.</summary>
    Unknown,
}

/// <summary>What an error tells of a write.</summary>
internal static class WriteOutcomes
{
    /// <summary>Only an error of the database itself is an answer: a server gives it a code. SQLite runs here, and no answer of it is lost.</summary>
    public static WriteOutcome Of(Exception error)
        => error is DbException database && (TellsOutcome(database.SqlState) || database.GetType().FullName == "Microsoft.Data.Sqlite.SqliteException")
            ? WriteOutcome.Refused
            : WriteOutcome.Unknown;

    // A pooler that has lost the server has a code for that, too (08), and so has a server that ends the connection (57P), or does not know (40003).
    private static bool TellsOutcome(string? state)
        => state is not (null or "40003")
            && !state.StartsWith("08", StringComparison.Ordinal)
            && !state.StartsWith("57P", StringComparison.Ordinal);
}
