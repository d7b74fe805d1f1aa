namespace FastOrm.Cache.EfCore.Rows;

/// <summary>Reads SQL text as far as telling words from literals, quoted names and comments.</summary>
internal static class SqlText
{
    private static readonly HashSet<string> Writing = new(StringComparer.OrdinalIgnoreCase)
    {
        "INSERT", "UPDATE", "DELETE", "MERGE", "UPSERT", "TRUNCATE", "INTO", "CALL", "EXEC", "EXECUTE", "CREATE", "ALTER",
        "DROP", "GRANT", "REVOKE", "BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "ATTACH", "DETACH", "PRAGMA", "VACUUM",
        "LOCK", "SHARE", "SET", "COPY", "DO", "NEXTVAL", "SETVAL", "UPDLOCK", "XLOCK", "HOLDLOCK", "TABLOCK", "TABLOCKX",
    };

    /// <summary>
    /// Whether the text is one statement that begins with SELECT, WITH or VALUES and holds no word by which it could write or lock.
    /// Too strict is harmless: the query is then not remembered.
    /// </summary>
    public static bool IsPlainSelect(string sql)
    {
        var first = true;
        var ended = false;
        for (var i = 0; i < sql.Length;)
        {
            var end = EndOfToken(sql, i);
            var token = sql.AsSpan(i, end - i);
            if (token[0] == '[' && !IsName(token))
            {
                // Brackets quote names in one database and hold expressions in another: look inside.
                end = i + 1;
                token = token[..1];
            }

            i = end;
            if (IsAmbiguousQuote(token) || (token[0] == '$' && i < sql.Length && sql[i] == '$'))
            {
                return false;
            }

            if (char.IsWhiteSpace(token[0]) || IsComment(token))
            {
                continue;
            }

            if (ended)
            {
                return false; // A second statement.
            }

            ended = token is ";";
            if (IsWordStart(token[0]))
            {
                if (first && !IsOneOf(token, "SELECT", "WITH", "VALUES"))
                {
                    return false;
                }

                first = false;
                if (Writing.GetAlternateLookup<ReadOnlySpan<char>>().Contains(token))
                {
                    return false;
                }
            }
            else if (first && token is not "(")
            {
                return false;
            }
        }

        return !first;
    }

    /// <summary>Where the token that begins at the given place ends: a word, a literal, a quoted name, a comment, white space or one sign.</summary>
    public static int EndOfToken(string sql, int start)
    {
        var sign = sql[start];
        if (sign is '\'' or '"' or '`')
        {
            return EndOfQuoted(sql, start + 1, sign);
        }

        if (sign == '[')
        {
            var close = sql.IndexOf(']', start);
            return close < 0 ? sql.Length : close + 1;
        }

        if (StartsWith(sql, start, "--"))
        {
            var line = sql.IndexOf('\n', start);
            return line < 0 ? sql.Length : line + 1;
        }

        if (StartsWith(sql, start, "/*"))
        {
            var close = sql.IndexOf("*/", start + 2, StringComparison.Ordinal);
            return close < 0 ? sql.Length : close + 2;
        }

        var end = start + 1;
        if (char.IsWhiteSpace(sign))
        {
            while (end < sql.Length && char.IsWhiteSpace(sql[end]))
            {
                end++;
            }
        }
        else if (IsWordStart(sign) || sign is '@' or ':' or '$')
        {
            while (end < sql.Length && (IsWordStart(sql[end]) || char.IsDigit(sql[end])))
            {
                end++;
            }
        }

        return end;
    }

    private static int EndOfQuoted(string sql, int i, char quote)
    {
        for (; i < sql.Length; i++)
        {
            if (sql[i] != quote)
            {
                continue;
            }

            if (i + 1 < sql.Length && sql[i + 1] == quote)
            {
                i++; // A doubled quote is one inside.
                continue;
            }

            return i + 1;
        }

        return sql.Length;
    }

    // PostgreSQL ends quotes in ways that others do not: not at a quote after a backslash, and at $$ or $tag$.
    private static bool IsAmbiguousQuote(ReadOnlySpan<char> token) => token[0] is '\'' or '"' && token.Contains('\\');

    private static bool IsName(ReadOnlySpan<char> brackets)
    {
        if (brackets.Length < 3 || brackets[^1] != ']')
        {
            return false;
        }

        foreach (var sign in brackets[1..^1])
        {
            if (!IsWordStart(sign) && !char.IsDigit(sign) && sign is not (' ' or '.'))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsComment(ReadOnlySpan<char> token)
        => token.StartsWith("--", StringComparison.Ordinal) || token.StartsWith("/*", StringComparison.Ordinal);

    private static bool IsWordStart(char sign) => char.IsLetter(sign) || sign == '_';

    private static bool StartsWith(string sql, int start, string prefix)
        => sql.AsSpan(start).StartsWith(prefix, StringComparison.Ordinal);

    private static bool IsOneOf(ReadOnlySpan<char> word, params ReadOnlySpan<string> candidates)
    {
        foreach (var candidate in candidates)
        {
            if (word.Equals(candidate, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
