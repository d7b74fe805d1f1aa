using System.Runtime.InteropServices;

namespace FastOrm.Cache.EfCore.Invalidation.Sql;

/// <summary>The tokens of a text by their places. Places before the first and after the last hold nothing.</summary>
internal sealed class SqlTokens
{
    private readonly string _sql;
    private readonly SqlDialect _dialect;
    private readonly List<Entry> _entries = [];

    private SqlTokens(string sql, SqlDialect dialect)
    {
        _sql = sql;
        _dialect = dialect;
    }

    public int Count => _entries.Count;

    /// <summary>
    /// The tokens, or null when the text cannot be read surely. Their parentheses match, and none holds a semicolon.
    /// </summary>
    public static SqlTokens? Of(string sql, SqlDialect dialect)
    {
        var tokens = new SqlTokens(sql, dialect);
        return tokens.TryCut() ? tokens : null;
    }

    public SqlTokenKind Kind(int i) => IsIn(i) ? _entries[i].Token.Kind : SqlTokenKind.Sign;

    /// <summary>The keyword in capitals, or empty. After a dot no word is one.</summary>
    public string Keyword(int i) => IsIn(i) ? _entries[i].Keyword : "";

    public ReadOnlySpan<char> Raw(int i) => IsIn(i) ? _sql.AsSpan(_entries[i].Token.Start, _entries[i].Token.Length) : [];

    public bool Is(int i, string word) => Raw(i).Equals(word, StringComparison.OrdinalIgnoreCase);

    public bool IsSign(int i, char sign)
        => IsIn(i) && _entries[i].Token.Kind == SqlTokenKind.Sign && _sql[_entries[i].Token.Start] == sign;

    /// <summary>The place of the other parenthesis.</summary>
    public int Partner(int i) => _entries[i].Partner;

    /// <summary>The place after the parenthesis that opens here, or this place.</summary>
    public int After(int i) => IsSign(i, '(') ? Partner(i) + 1 : i;

    /// <summary>Whether the token may be a name. SQLite takes texts for names where no text can stand.</summary>
    public bool IsName(int i) => Kind(i) switch
    {
        SqlTokenKind.Word or SqlTokenKind.QuotedName => true,
        SqlTokenKind.String => _dialect is SqlDialect.Sqlite or SqlDialect.Unknown && Raw(i)[0] == '\'',
        _ => false,
    };

    /// <summary>The name without quotes.</summary>
    public string Name(int i)
    {
        var raw = Raw(i);
        if (Kind(i) is not (SqlTokenKind.QuotedName or SqlTokenKind.String))
        {
            return raw.ToString();
        }

        var quote = raw[^1..].ToString();
        var name = raw[1..^1].ToString().Replace(quote + quote, quote, StringComparison.Ordinal);
        return _dialect == SqlDialect.SqlServer ? name.TrimEnd() : name; // It does not count spaces at the end.
    }

    private bool IsIn(int i) => (uint)i < (uint)_entries.Count;

    private bool TryCut()
    {
        var open = new Stack<int>();
        var tokenizer = new SqlTokenizer(_sql, _dialect);
        while (tokenizer.TryRead(out var token))
        {
            var place = _entries.Count;
            var isKeyword = token.Kind == SqlTokenKind.Word && !IsSign(place - 1, '.');
            var keyword = isKeyword ? SqlWords.Keyword(_sql.AsSpan(token.Start, token.Length)) : "";
            _entries.Add(new Entry(token, keyword, Partner: -1));
            if (IsSign(place, '('))
            {
                open.Push(place);
            }
            else if (IsSign(place, ')'))
            {
                if (!open.TryPop(out var opening))
                {
                    return false;
                }

                _entries[place] = _entries[place] with { Partner = opening };
                _entries[opening] = _entries[opening] with { Partner = place };
            }
            else if (IsSign(place, ';') && open.Count > 0)
            {
                return false;
            }
        }

        return tokenizer.IsSure && open.Count == 0;
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Entry(SqlToken Token, string Keyword, int Partner);
}
