namespace FastOrm.Cache.EfCore.Invalidation.Sql;

/// <summary>
/// Cuts SQL text into tokens and leaves out white space and comments. It stops being sure, and stops, where the database may see
/// another end of a token than we do: settings of a session decide over backslashes, versions over the comments that MySQL
/// executes.
/// </summary>
internal ref partial struct SqlTokenizer(ReadOnlySpan<char> sql, SqlDialect dialect)
{
    private readonly ReadOnlySpan<char> _sql = sql;
    private readonly SqlDialect _dialect = dialect;
    private int _next;

    public bool IsSure { get; private set; } = true;

    private readonly bool IsUnknown => _dialect == SqlDialect.Unknown;

    public bool TryRead(out SqlToken token)
    {
        while (IsSure && _next < _sql.Length)
        {
            var start = _next;
            if (!SkipBlank())
            {
                var kind = ReadToken();
                token = new SqlToken(kind, start, _next - start);
                return IsSure;
            }
        }

        token = default;
        return false;
    }

    private static bool IsDigit(char sign) => char.IsAsciiDigit(sign);

    private static bool IsDigitOrSeparator(char sign) => IsDigit(sign) || sign == '_';

    private static bool IsWordStart(char sign) => char.IsAsciiLetter(sign) || sign is '_' or >= '\u0080';

    private readonly bool IsWordPart(char sign)
        => IsWordStart(sign) || IsDigit(sign) || sign == '$' || (sign is '#' or '@' && _dialect == SqlDialect.SqlServer);

    private readonly char Peek(int offset = 0) => _next + offset < _sql.Length ? _sql[_next + offset] : '\0';

    private SqlTokenKind GiveUp()
    {
        IsSure = false;
        _next = _sql.Length;
        return SqlTokenKind.Sign;
    }

    private bool SkipBlank()
    {
        switch (Peek())
        {
            case ' ' or (>= '\t' and <= '\r'):
                _next++;
                return true;
            case '-' when Peek(1) == '-':
                if (_dialect is SqlDialect.MySql or SqlDialect.Unknown && Peek(2) > ' ')
                {
                    // In MySQL two signs: 5--1 is 6.
                    if (IsUnknown)
                    {
                        GiveUp();
                    }

                    return IsUnknown;
                }

                SkipLine();
                return true;
            case '#' when _dialect == SqlDialect.MySql:
                SkipLine();
                return true;
            case '/' when Peek(1) == '*':
                SkipComment();
                return true;
            default:
                return false;
        }
    }

    private void SkipLine()
    {
        var rest = _sql[_next..];
        var line = rest.IndexOf('\n') is var end and >= 0 ? rest[..end] : rest;
        if (line.TrimEnd('\r').Contains('\r'))
        {
            GiveUp(); // It ends the comment in PostgreSQL only.
            return;
        }

        _next += line.Length;
    }

    private void SkipComment()
    {
        // MySQL executes /*! … */, and MariaDB /*M! … */, from the version on that stands in it.
        var mark = Peek(2) is 'M' or 'm' ? Peek(3) : Peek(2);
        if (mark == '!' && _dialect is SqlDialect.MySql or SqlDialect.Unknown)
        {
            GiveUp();
            return;
        }

        var depth = 1;
        for (_next += 2; _next + 1 < _sql.Length; _next++)
        {
            if (Peek() == '*' && Peek(1) == '/')
            {
                _next++;
                if (--depth == 0)
                {
                    _next++;
                    return;
                }
            }
            else if (Peek() == '/' && Peek(1) == '*' && _dialect is not (SqlDialect.Sqlite or SqlDialect.MySql))
            {
                if (IsUnknown)
                {
                    break;
                }

                _next++;
                depth++;
            }
        }

        GiveUp();
    }

    private SqlTokenKind ReadToken()
    {
        var sign = Peek();
        switch (sign)
        {
            case '\'':
                return ReadQuoted(sign, SqlTokenKind.String, InString);
            case '"':
                return ReadQuoted(sign, SqlTokenKind.QuotedName, InString);
            case '`' when _dialect is not (SqlDialect.PostgreSql or SqlDialect.SqlServer):
                return ReadQuoted(sign, SqlTokenKind.QuotedName, Backslash.Plain);
            case '[' when _dialect is SqlDialect.SqlServer:
                return ReadQuoted(']', SqlTokenKind.QuotedName, Backslash.Plain);
            case '[' when _dialect is SqlDialect.Sqlite or SqlDialect.Unknown:
                return ReadBrackets();
            case '$' when _dialect != SqlDialect.MySql:
                return ReadDollar();
            case '#' when IsUnknown:
                return GiveUp();
            case ':' when Peek(1) == ':':
                _next += 2; // A cast, not a parameter.
                return SqlTokenKind.Sign;
            case '@' or ':':
                return ReadParameter(Peek(1) == sign ? 2 : 1);
            case '{' when IsDigit(Peek(1)):
                return ReadPlaceholder();
        }

        if (IsDigit(sign))
        {
            return ReadNumber();
        }

        if (IsWordPart(sign))
        {
            return ReadWord();
        }

        _next++;
        return sign == '?' ? SqlTokenKind.Parameter : SqlTokenKind.Sign; // Not surely with its number or name.
    }

    private SqlTokenKind ReadParameter(int signs)
    {
        _next += signs;
        if (IsDigit(Peek()))
        {
            ReadNumber();
        }
        else if (IsWordPart(Peek()))
        {
            SkipWord();
        }
        else
        {
            return SqlTokenKind.Sign; // Of an operator: @>, :=.
        }

        return SqlTokenKind.Parameter;
    }

    private SqlTokenKind ReadPlaceholder()
    {
        var length = 2;
        while (IsDigit(Peek(length)))
        {
            length++;
        }

        if (Peek(length) != '}')
        {
            return GiveUp();
        }

        _next += length + 1;
        return SqlTokenKind.Parameter;
    }

    private SqlTokenKind ReadNumber()
    {
        var start = _next;
        if (Peek() == '0' && Peek(1) is 'x' or 'X')
        {
            _next += 2;
            SkipWhile(char.IsAsciiHexDigit);
        }
        else
        {
            SkipWhile(IsDigitOrSeparator);
            if (Peek() == '.')
            {
                _next++;
                SkipWhile(IsDigitOrSeparator);
            }

            if (Peek() is 'e' or 'E' && (IsDigit(Peek(1)) || (Peek(1) is '+' or '-' && IsDigit(Peek(2)))))
            {
                _next += 2;
                SkipWhile(IsDigit);
            }
        }

        if (!IsWordPart(Peek()))
        {
            return SqlTokenKind.Number;
        }

        // A word of MySQL may begin with digits; elsewhere 1FROM is an error, or two tokens in some versions.
        return _dialect == SqlDialect.MySql && !_sql[start.._next].Contains('.') ? ReadWord() : GiveUp();
    }

    private void SkipWhile(Func<char, bool> condition)
    {
        while (condition(Peek()))
        {
            _next++;
        }
    }

    private void SkipWord()
    {
        for (; IsWordPart(Peek()); _next++)
        {
            if (Peek() == '\uFEFF' || (Peek() >= '\u0080' && char.IsWhiteSpace(Peek())))
            {
                GiveUp(); // White space to some, a letter to others.
                return;
            }
        }
    }

    private SqlTokenKind ReadWord()
    {
        var start = _next;
        SkipWord();
        var word = _sql[start.._next];
        if (Peek() == '\'')
        {
            return ReadPrefixed(word);
        }

        // Unicode escapes in a name, which we do not decode.
        var isEscaped = word is "U" or "u" && Peek() == '&' && Peek(1) == '"';
        return isEscaped && _dialect is SqlDialect.PostgreSql or SqlDialect.Unknown ? GiveUp() : SqlTokenKind.Word;
    }
}
