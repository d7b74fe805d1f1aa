namespace FastOrm.Cache.EfCore.Invalidation.Sql;

/// <summary>Common table expressions: where their names hide tables.</summary>
internal sealed partial class SqlReader
{
    private readonly HashSet<string> _expressions = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<int> _definitions = [];

    // By the place from which on a name hides the table, and by name: the place where it ends to.
    private readonly Dictionary<int, (string Name, int End)> _coming = [];
    private readonly Dictionary<string, int> _shadows = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Reads <c>[RECURSIVE] name [(columns)] AS [[NOT] MATERIALIZED] (…), …</c>, and nothing where that does not stand.
    /// </summary>
    private void ReadExpressions(int i)
    {
        var isRecursive = tokens.Keyword(i) == "RECURSIVE" && tokens.IsName(i + 1);
        var end = _closings.TryPeek(out var closing) ? closing : _end;
        for (i = isRecursive ? i + 1 : i; tokens.IsName(i); i++)
        {
            var body = tokens.After(i + 1);
            if (tokens.Keyword(body) != "AS")
            {
                return;
            }

            body += tokens.Keyword(body + 1) == "NOT" ? 2 : 1;
            body += tokens.Keyword(body) == "MATERIALIZED" ? 1 : 0;
            if (!tokens.IsSign(body, '('))
            {
                return;
            }

            _columnLists.Add(i + 1);
            _definitions.Add(i);
            _expressions.Add(tokens.Name(i));
            // Without the keyword its own body may read the table of that name. In SQL Server nothing shows where the statement
            // ends.
            if (dialect is not (SqlDialect.SqlServer or SqlDialect.Unknown))
            {
                _coming[isRecursive ? body : tokens.Partner(body)] = (tokens.Name(i), end);
            }

            i = tokens.After(body);
            if (!tokens.IsSign(i, ','))
            {
                return;
            }
        }
    }

    private void BeginShadow(int i)
    {
        if (_coming.Remove(i, out var shadow))
        {
            _shadows[shadow.Name] = Math.Max(shadow.End, _shadows.GetValueOrDefault(shadow.Name));
        }
    }

    /// <summary>Whether the name is surely that of an expression and not of a table.</summary>
    private bool IsExpression(int i)
        => _definitions.Contains(i)
            || (_shadows.Count > 0
                && tokens.IsName(i)
                && !tokens.IsSign(i - 1, '.')
                && _shadows.TryGetValue(tokens.Name(i), out var end)
                && i < end);
}
