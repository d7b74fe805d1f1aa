using System.Collections.Frozen;
using Words = System.Collections.Frozen.FrozenSet<string>.AlternateLookup<System.ReadOnlySpan<char>>;

namespace FastOrm.Cache.EfCore.Invalidation.Sql;

/// <summary>The words by which statements are told apart.</summary>
internal static class SqlWords
{
    // A word that is missing here is taken for a name, one that is too much for a keyword, which as a table to write makes the
    // tables unknown: too much is invalidated either way.
    private static readonly string[] ReservedWords = Split(
        """
        ALL ALTER AND ANY AS ASC BETWEEN BY CASE COLLATE CREATE CROSS DEFAULT DELETE DESC DISTINCT DROP ELSE END ESCAPE EXCEPT
        EXISTS FETCH FOR FROM FULL GROUP HAVING IN INNER INSERT INTERSECT INTO IS JOIN LATERAL LEFT LIKE LIMIT NATURAL NOT
        NULL OFFSET ON OR ORDER OUTER OVER PRIMARY REFERENCES RETURNING RIGHT SELECT SET SOME TABLE THEN TO UNION UNIQUE
        UPDATE USING VALUES WHEN WHERE WINDOW WITH
        """);

    // Keywords in some places, names in others.
    private static readonly string[] OtherWords = Split(
        """
        ABORT ANALYSE ANALYZE APPLY BEGIN BULK CALL CASCADE COMMIT CONCURRENTLY CONFLICT COPY DBCC DECLARE DELAYED DESCRIBE DO
        DUPLICATE EXEC EXECUTE EXPLAIN GLOBAL HIGH_PRIORITY IF IGNORE INDEX KEY LOAD LOCAL LOW_PRIORITY MATERIALIZED MERGE NO
        ONLY PERCENT PRAGMA PREPARED PRINT QUICK RECURSIVE RELEASE REPLACE RESET RESTORE RESTRICT ROLLBACK SAVE SAVEPOINT SHOW
        START STATEMENT STRAIGHT_JOIN TEMP TEMPORARY TOP TRAN TRANSACTION TRIGGER TRUNCATE UNLOGGED UPDATETEXT VIEW WHILE
        WRITETEXT
        """);

    private static readonly FrozenSet<string> Reserved = ReservedWords.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly Words Known = Set([.. ReservedWords, .. OtherWords]);

    private static readonly Words Pragmas = Set(Split(
        """
        COLLATION_LIST COMPILE_OPTIONS DATA_VERSION DATABASE_LIST ENCODING FOREIGN_KEY_CHECK FOREIGN_KEY_LIST FOREIGN_KEYS
        FREELIST_COUNT FUNCTION_LIST INDEX_INFO INDEX_LIST INDEX_XINFO INTEGRITY_CHECK JOURNAL_MODE PAGE_COUNT PAGE_SIZE
        QUICK_CHECK SCHEMA_VERSION TABLE_INFO TABLE_LIST TABLE_XINFO USER_VERSION
        """));

    /// <summary>The keyword in capitals, or nothing for any other word.</summary>
    public static string Keyword(ReadOnlySpan<char> word) => Known.TryGetValue(word, out var keyword) ? keyword : "";

    /// <summary>Whether no name is spelled like this without quotes, or hardly one.</summary>
    public static bool IsReserved(string keyword) => Reserved.Contains(keyword);

    /// <summary>Whether SQLite's PRAGMA of this name tells something when it is given no value.</summary>
    public static bool IsPragmaQuery(ReadOnlySpan<char> name) => Pragmas.Contains(name);

    public static SqlStatementKind KindOf(string firstKeyword, SqlDialect dialect) => firstKeyword switch
    {
        "SELECT" or "VALUES" or "WITH" => SqlStatementKind.Read,
        "TABLE" when dialect is SqlDialect.PostgreSql or SqlDialect.MySql => SqlStatementKind.Read,
        "SHOW" when dialect is SqlDialect.PostgreSql or SqlDialect.MySql => SqlStatementKind.Explain,
        "EXPLAIN" when dialect is SqlDialect.Sqlite or SqlDialect.PostgreSql or SqlDialect.MySql => SqlStatementKind.Explain,
        "DESC" or "DESCRIBE" when dialect == SqlDialect.MySql => SqlStatementKind.Explain,
        "PRAGMA" when dialect == SqlDialect.Sqlite => SqlStatementKind.Pragma,
        "BEGIN" or "COMMIT" or "END" or "ROLLBACK" or "SET" when dialect != SqlDialect.Unknown => SqlStatementKind.Control,
        "START" or "SAVEPOINT" or "RELEASE" or "ABORT" or "RESET" when dialect is not (SqlDialect.Unknown or SqlDialect.SqlServer)
            => SqlStatementKind.Control,
        "SAVE" or "DECLARE" or "IF" or "ELSE" or "WHILE" or "PRINT" when dialect == SqlDialect.SqlServer
            => SqlStatementKind.Control,
        "INSERT" or "REPLACE" or "UPDATE" or "DELETE" or "MERGE" or "TRUNCATE" or "CREATE" or "ALTER" or "DROP" or "COPY"
            or "BULK" or "LOAD" or "CALL" or "EXEC" or "EXECUTE" => SqlStatementKind.Write,
        _ => SqlStatementKind.Unknown,
    };

    public static Words Set(IEnumerable<string> words)
        => words.ToFrozenSet(StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();

    public static string[] Split(string words) => words.Split([' ', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries);
}
