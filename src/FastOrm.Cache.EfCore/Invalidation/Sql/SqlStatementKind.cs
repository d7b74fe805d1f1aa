namespace FastOrm.Cache.EfCore.Invalidation.Sql;

/// <summary>What the first word of a statement says of it.</summary>
internal enum SqlStatementKind
{
    /// <summary>It may do anything: a statement that we do not know, or the bare name of a procedure.</summary>
    Unknown,

    /// <summary>It reads rows, unless a word in it says that it writes.</summary>
    Read,

    /// <summary>It tells about a statement, which does not run.</summary>
    Explain,

    /// <summary>SQLite's settings.</summary>
    Pragma,

    /// <summary>
    /// It neither reads nor writes rows, but others may follow without a semicolon: variables, branches, transactions.
    /// </summary>
    Control,

    /// <summary>It writes; the word that says so also tells what.</summary>
    Write,
}
