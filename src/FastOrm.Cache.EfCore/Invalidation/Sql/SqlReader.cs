using System.Text;

namespace FastOrm.Cache.EfCore.Invalidation.Sql;

/// <summary>
/// Finds the facts in one pass over the tokens. It does not parse: it looks for the words by which a statement can write,
/// wherever they stand, because SQL Server needs no semicolon between statements and PostgreSQL writes inside of common table
/// expressions.
/// </summary>
internal sealed partial class SqlReader(SqlTokens tokens, SqlDialect dialect)
{
    private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _targets = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _routines = new(StringComparer.OrdinalIgnoreCase);

    // The parentheses that hold columns of the table or expression that is named before them.
    private readonly HashSet<int> _columnLists = [];

    // The ends of the parentheses around the token that is read.
    private readonly Stack<int> _closings = [];

    private int _end;
    private bool _isExplained;
    private bool _isNoted;
    private bool _hasUnknownTargets;

    public SqlFacts Read()
    {
        for (var start = 0; start < tokens.Count; start = _end + 1)
        {
            _end = start;
            while (_end < tokens.Count && !tokens.IsSign(_end, ';'))
            {
                _end++;
            }

            ReadStatement(start);
        }

        return new SqlFacts
        {
            Routines = _routines,
            HasUnknownTargets = _hasUnknownTargets,
            Names = _names,
            Targets = _targets,
        };
    }

    private void ReadStatement(int start)
    {
        if (start == _end)
        {
            return;
        }

        var first = start;
        while (tokens.IsSign(first, '('))
        {
            first++;
        }

        var keyword = tokens.Keyword(first);
        var kind = SqlWords.KindOf(keyword, dialect);
        if (kind == SqlStatementKind.Pragma && IsPragmaQuery(first))
        {
            for (var i = first; i < _end; i++)
            {
                AddName(i);
            }

            return;
        }

        _isExplained = kind == SqlStatementKind.Explain && !RunsExplained(first);
        _hasUnknownTargets |= kind is SqlStatementKind.Unknown or SqlStatementKind.Pragma;
        // MariaDB's SET STATEMENT … FOR … runs a statement; PostgreSQL's COMMIT PREPARED commits what another connection wrote.
        _hasUnknownTargets |= keyword is "SET" or "COMMIT" && tokens.Keyword(first + 1) is "STATEMENT" or "PREPARED";
        if (keyword is "EXPLAIN" or "COPY")
        {
            _columnLists.Add(first + 1); // Or options, or a query.
        }

        _isNoted = false;
        ReadTokens(start);
        _hasUnknownTargets |= kind == SqlStatementKind.Write && !_isNoted;
    }

    private bool IsPragmaQuery(int first)
    {
        var name = tokens.IsSign(first + 2, '.') ? first + 3 : first + 1;
        return SqlWords.IsPragmaQuery(tokens.Raw(name)) && !tokens.IsSign(name + 1, '=');
    }

    private bool RunsExplained(int first)
    {
        var i = first + 1;
        while (i < _end && tokens.Keyword(i) is not ("ANALYZE" or "ANALYSE"))
        {
            i++;
        }

        return i < _end && dialect != SqlDialect.Sqlite;
    }

    private void ReadTokens(int start)
    {
        _shadows.Clear();
        _merges = false;
        for (var i = start; i < _end; i++)
        {
            BeginShadow(i);
            if (tokens.IsSign(i, '('))
            {
                _closings.Push(tokens.Partner(i));
                if (IsRoutine(i))
                {
                    AddRoutine(i - 1);
                }
            }
            else if (tokens.IsSign(i, ')'))
            {
                _closings.Pop();
            }
            else if (!Acts(i) && !IsExpression(i))
            {
                AddName(i);
            }
        }
    }

    /// <summary>Does what the word asks for; false for a word that may be a name.</summary>
    private bool Acts(int i)
    {
        switch (tokens.Keyword(i))
        {
            case "WITH":
                ReadExpressions(i + 1);
                return true;
            case "CALL" or "EXEC" or "EXECUTE":
                AddRoutine(i + 1);
                return true;
            default:
                return !_isExplained && Writes(i);
        }
    }

    private void AddRoutine(int i)
    {
        while (tokens.IsSign(i + 1, '.'))
        {
            i += 2;
        }

        if (tokens.IsName(i))
        {
            _routines.Add(tokens.Name(i));
        }
        else
        {
            _hasUnknownTargets = true; // A text that is made while it runs.
        }
    }

    private void AddName(int i)
    {
        if (!tokens.IsName(i) || (tokens.IsSign(i + 1, '.') && !tokens.IsSign(i + 2, '*')))
        {
            return;
        }

        // What is reserved in most databases is a name only where it must be one.
        if (!SqlWords.IsReserved(tokens.Keyword(i))
            || tokens.Keyword(i - 1) is "FROM" or "JOIN" or "INTO" or "UPDATE" or "TABLE" or "ONLY" or "USING")
        {
            AddName(tokens.Name(i));
        }
    }

    private void AddName(string name)
    {
        const int Longest = 63;
        // PostgreSQL cuts a longer one, so the table has another name.
        _hasUnknownTargets |= dialect == SqlDialect.PostgreSql && Encoding.UTF8.GetByteCount(name) > Longest;
        _names.Add(name);
    }

    /// <summary>Whether the parenthesis holds the arguments of a routine.</summary>
    private bool IsRoutine(int opening)
    {
        var name = opening - 1;
        switch (tokens.Kind(name))
        {
            case SqlTokenKind.Parameter:
                // The signs are operators, too: a[1:f(x)], @f(x).
                return dialect != SqlDialect.SqlServer && tokens.Raw(name)[0] is ':' or '@';
            case SqlTokenKind.Word or SqlTokenKind.QuotedName:
                break;
            default:
                return false;
        }

        if (_columnLists.Contains(opening)
            || tokens.Keyword(name - 1) is "AS" or "REFERENCES"
            || (dialect == SqlDialect.SqlServer && tokens.Is(opening + 1, "NOLOCK")))
        {
            return false;
        }

        var isBuiltIn = SqlFunctions.IsHarmless(tokens.Raw(name), dialect);
        return tokens.IsSign(name - 1, '.')
            ? !isBuiltIn || !(tokens.Is(name - 2, "pg_catalog") || tokens.Is(name - 2, "sys"))
            : !isBuiltIn && !IsAliasOfRows(name);
    }

    /// <summary>Whether it is the name in <c>(SELECT …) name (columns)</c> or <c>function(…) name (columns)</c>.</summary>
    private bool IsAliasOfRows(int name)
    {
        if (!tokens.IsSign(name - 1, ')'))
        {
            return false;
        }

        var opening = tokens.Partner(name - 1);
        return tokens.Keyword(opening + 1) is "SELECT" or "VALUES"
            || (tokens.Kind(opening - 1) == SqlTokenKind.Word && tokens.Keyword(opening - 1).Length == 0);
    }
}
