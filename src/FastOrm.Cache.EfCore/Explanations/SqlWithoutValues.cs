using System.Text;
using FastOrm.Cache.EfCore.Invalidation.Sql;

namespace FastOrm.Cache.EfCore.Explanations;

/// <summary>SQL without what may be a value: EF Core writes some captured values into the text, and raw SQL and comments may hold any.</summary>
/// <remarks>A literal that the application has written in its code cannot be told from such a value, so all of them go.</remarks>
internal static class SqlWithoutValues
{
    /// <summary>What stands for a text of which it is not known where its literals end.</summary>
    public const string Unreadable = "(not shown: it is not certain where its literals end. ExplainOptions.IncludeValues shows it as it is)";

    public static string Of(string sql, string? providerName)
    {
        var dialect = SqlDialects.Of(providerName);
        var tokens = new SqlTokenizer(sql, dialect);
        var text = new StringBuilder(sql.Length);
        var end = 0;
        while (tokens.TryRead(out var token))
        {
            Blank(text, sql.AsSpan(end, token.Start - end));
            var part = sql.AsSpan(token.Start, token.Length);
            if (IsValue(token.Kind, part, dialect))
            {
                text.Append('?');
            }
            else
            {
                text.Append(part);
            }

            end = token.Start + token.Length;
        }

        return tokens.IsSure ? text.ToString() : Unreadable;
    }

    private static bool IsValue(SqlTokenKind kind, ReadOnlySpan<char> part, SqlDialect dialect)
        => kind is SqlTokenKind.String or SqlTokenKind.Number
            || (kind == SqlTokenKind.QuotedName && part[0] == '"' && dialect == SqlDialect.MySql)
            || (kind == SqlTokenKind.Word
                && (part.Equals("TRUE", StringComparison.OrdinalIgnoreCase) || part.Equals("FALSE", StringComparison.OrdinalIgnoreCase)));

    // Comments stand between the tokens too: TagWith writes them.
    private static void Blank(StringBuilder text, ReadOnlySpan<char> between)
    {
        if (between.IsEmpty)
        {
            return;
        }

        if (between.IsWhiteSpace())
        {
            text.Append(between);
        }
        else if (text.Length > 0)
        {
            text.Append(between.Contains('\n') ? '\n' : ' ');
        }
    }
}
