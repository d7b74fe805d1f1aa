namespace FastOrm.Cache.EfCore.Invalidation.Sql;

/// <summary>Texts and names in quotes.</summary>
internal ref partial struct SqlTokenizer
{
    private enum Backslash
    {
        Plain,
        Escape,

        /// <summary>One or the other: no matter, unless a quote comes after it.</summary>
        Unsure,
    }

    // What a session of MySQL makes of a backslash depends on NO_BACKSLASH_ESCAPES.
    private readonly Backslash InString
        => _dialect is SqlDialect.MySql or SqlDialect.Unknown ? Backslash.Unsure : Backslash.Plain;

    private SqlTokenKind ReadQuoted(char quote, SqlTokenKind kind, Backslash backslash)
    {
        for (_next++; _next < _sql.Length; _next++)
        {
            if (Peek() == '\\' && backslash != Backslash.Plain)
            {
                if (Peek(1) == quote && backslash == Backslash.Unsure)
                {
                    break;
                }

                _next++;
            }
            else if (Peek() == quote)
            {
                _next++;
                if (Peek() != quote)
                {
                    return kind;
                }
            }
        }

        return GiveUp();
    }

    private SqlTokenKind ReadBrackets()
    {
        var length = _sql[_next..].IndexOf(']') + 1;
        var after = Peek(length);
        if (length == 0 || (IsUnknown && (after == ']' || !IsSimple(_sql.Slice(_next + 1, length - 2)))))
        {
            return GiveUp(); // In PostgreSQL they hold an expression.
        }

        _next += length;
        return SqlTokenKind.QuotedName;
    }

    private readonly bool IsSimple(ReadOnlySpan<char> name)
    {
        foreach (var sign in name)
        {
            if (!IsWordPart(sign) && sign is not (' ' or '.'))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary><c>$1</c>, <c>$name</c>, or the quotes of PostgreSQL: <c>$$ … $$</c>, <c>$tag$ … $tag$</c>.</summary>
    private SqlTokenKind ReadDollar()
    {
        var length = 1;
        while (IsWordStart(Peek(length)) || IsDigit(Peek(length)))
        {
            length++;
        }

        if (Peek(length) == '$' && !IsDigit(Peek(1)) && _dialect is SqlDialect.PostgreSql or SqlDialect.Unknown)
        {
            var tag = _sql.Slice(_next, length + 1);
            var text = _sql[(_next + tag.Length)..].IndexOf(tag);
            if (text < 0 || IsUnknown)
            {
                return GiveUp();
            }

            _next += text + (2 * tag.Length);
            return SqlTokenKind.String;
        }

        return ReadParameter(1);
    }

    /// <summary>A word with a text right after it: <c>N'…'</c>, <c>X'…'</c>, <c>B'…'</c>, <c>E'…'</c>, or two tokens.</summary>
    private SqlTokenKind ReadPrefixed(ReadOnlySpan<char> word)
    {
        switch (word)
        {
            case "N" or "n" or "X" or "x" or "B" or "b":
                return ReadQuoted('\'', SqlTokenKind.String, InString);
            case "E" or "e" when _dialect == SqlDialect.PostgreSql:
                ReadQuoted('\'', SqlTokenKind.String, Backslash.Escape);
                // Its next line may go on with the same escapes.
                return _sql[_next..].TrimStart() is ['\'', ..] or ['-', '-', ..] ? GiveUp() : SqlTokenKind.String;
            default:
                return IsUnknown ? GiveUp() : SqlTokenKind.Word;
        }
    }
}
