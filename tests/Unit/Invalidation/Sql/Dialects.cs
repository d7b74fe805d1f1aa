using FastOrm.Cache.EfCore.Invalidation.Sql;

namespace FastOrm.Cache.Tests.Unit.Invalidation.Sql;

/// <summary>
/// Dialects as letters, so that one example can stand for several: L is SQLite, P PostgreSQL, S SQL Server, M MySQL, U unknown.
/// </summary>
internal static class Dialects
{
    public const string All = "LPSMU";

    public static SqlDialect Of(char letter) => letter switch
    {
        'L' => SqlDialect.Sqlite,
        'P' => SqlDialect.PostgreSql,
        'S' => SqlDialect.SqlServer,
        'M' => SqlDialect.MySql,
        'U' => SqlDialect.Unknown,
        _ => throw new ArgumentOutOfRangeException(nameof(letter)),
    };

    /// <summary>Asserts something of the text in each of the dialects, and names the one in which it does not hold.</summary>
    public static void Each(string letters, string sql, Action<SqlFacts> assert)
        => Assert.All(letters, letter => assert(SqlFacts.Read(sql, Of(letter))));

    public static string List(IEnumerable<string> names) => string.Join(' ', names.Order(StringComparer.OrdinalIgnoreCase));
}
