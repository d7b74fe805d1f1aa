using System.Text;

namespace FastOrm.Cache.EfCore.Invalidation.Sql;

/// <summary>SQL for people to look at: what a query may have written into its text are values, and values may be personal data.</summary>
internal static class SqlWithoutValues
{
    private const int MaxLength = 4_096;
    private const StringComparison Ignoring = StringComparison.OrdinalIgnoreCase;

    /// <summary>The text with a question mark for each value and without comments; what cannot be read surely is left out from there on.</summary>
    public static string Of(string sql, SqlDialect dialect)
    {
        var text = new StringBuilder(Math.Min(sql.Length, MaxLength));
        var tokenizer = new SqlTokenizer(sql, dialect);
        var end = 0;
        while (text.Length < MaxLength && tokenizer.TryRead(out var token))
        {
            AppendGap(text, sql.AsSpan(end, token.Start - end));
            end = token.Start + token.Length;
            var part = sql.AsSpan(token.Start, token.Length);
            text.Append(IsValue(token.Kind, part, dialect) ? "?" : part);
        }

        return (tokenizer.IsSure && text.Length < MaxLength ? text : text.Append(" …")).ToString();
    }

    private static bool IsValue(SqlTokenKind kind, ReadOnlySpan<char> part, SqlDialect dialect)
        => kind is SqlTokenKind.String or SqlTokenKind.Number
            || (kind == SqlTokenKind.Word && (part.Equals("TRUE", Ignoring) || part.Equals("FALSE", Ignoring)))
            || (part[0] == '"' && dialect is SqlDialect.MySql or SqlDialect.Unknown);

    private static void AppendGap(StringBuilder text, ReadOnlySpan<char> gap)
    {
        if (gap.IsWhiteSpace())
        {
            text.Append(gap);
        }
        else if (text.Length > 0)
        {
            text.Append('\n'); // A comment.
        }
    }
}
