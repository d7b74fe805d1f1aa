using System.Runtime.InteropServices;

namespace FastOrm.Cache.EfCore.Invalidation.Sql;

/// <summary>The tables that are named to be written, directly or by an alias.</summary>
internal sealed partial class SqlReader
{
    /// <summary>Everything between UPDATE and SET that may be a table; MySQL writes to joined ones.</summary>
    private void Updates(int i)
    {
        var targets = new List<Target>();
        var isTable = true;
        while (i < _end && tokens.Keyword(i) != "SET" && !IsStatement(i))
        {
            var place = i;
            if (tokens.IsSign(i, '('))
            {
                isTable &= tokens.Keyword(i + 1) is not ("SELECT" or "WITH" or "VALUES");
                i = isTable ? i + 1 : tokens.After(i);
            }
            else if (isTable && TryTarget(ref i, out var target))
            {
                isTable = false;
                if (target.IsQualified || dialect != SqlDialect.MySql || !IsExpression(place))
                {
                    targets.Add(target);
                }
            }
            else
            {
                isTable = tokens.IsSign(place, ',') || tokens.Keyword(place) is "JOIN" or "STRAIGHT_JOIN";
                i = place + 1;
            }
        }

        _hasUnknownTargets |= targets.Count == 0 || tokens.Keyword(i) != "SET";
        Resolve(targets, i);
    }

    private void Deletes(int i)
    {
        var targets = ReadTargets(ref i);
        Resolve(targets, i);
    }

    /// <summary>
    /// Notes the targets. Those of SQL Server and MySQL may be aliases of what stands after FROM or USING, not before the given
    /// place.
    /// </summary>
    private void Resolve(List<Target> targets, int i)
    {
        var aliases = new Dictionary<string, bool>(StringComparer.OrdinalIgnoreCase);
        foreach (var target in targets)
        {
            if (target.IsQualified || dialect is SqlDialect.Sqlite or SqlDialect.PostgreSql)
            {
                AddTarget(target.Name);
            }
            else
            {
                aliases[target.Name] = false;
            }
        }

        var isFrom = false;
        for (; aliases.Count > 0 && i < _end && !EndsTables(i); i = Math.Max(tokens.After(i), i + 1))
        {
            isFrom |= tokens.Keyword(i) is "FROM" or "USING";
            if (isFrom && IsAlias(i, out var table) && aliases.ContainsKey(tokens.Name(i)))
            {
                aliases[tokens.Name(i)] = true;
                AddAliased(table);
            }
        }

        foreach (var (name, isResolved) in aliases)
        {
            if (!isResolved || dialect == SqlDialect.Unknown)
            {
                AddTarget(name);
            }
        }
    }

    private bool IsStatement(int i) => tokens.Keyword(i) is "SELECT" or "INSERT" or "UPDATE" or "DELETE" or "MERGE";

    private bool EndsTables(int i) => tokens.IsSign(i, ')') || tokens.Keyword(i) == "WHERE" || IsStatement(i);

    /// <summary>Whether the name comes after that of a table, with AS or without it, or after a parenthesis.</summary>
    private bool IsAlias(int i, out int table)
    {
        table = tokens.Keyword(i - 1) == "AS" ? i - 2 : i - 1;
        return tokens.IsName(i)
            && !tokens.IsSign(i + 1, '.')
            && (tokens.IsSign(table, ')') || (IsTable(table) && tokens.Keyword(table).Length == 0));
    }

    // SQL Server writes to the tables below a derived one.
    private void AddAliased(int table)
    {
        if (tokens.IsSign(table, ')'))
        {
            _hasUnknownTargets = true;
        }
        else
        {
            AddTarget(tokens.Name(table));
        }
    }

    private void AddTarget(string name)
    {
        // Nor is an expression of SQL Server itself written; in the other databases it is no target, and the name is the table.
        _hasUnknownTargets |= dialect is SqlDialect.SqlServer or SqlDialect.Unknown && _expressions.Contains(name);
        _isNoted = true;
        _targets.Add(name);
        AddName(name);
    }

    private List<Target> ReadTargets(ref int i)
    {
        var list = new List<Target>();
        for (; TryTarget(ref i, out var target); i++)
        {
            list.Add(target);
            i += tokens.IsSign(i, '*') ? 1 : 0; // In PostgreSQL: with the tables that inherit from it.
            if (!tokens.IsSign(i, ','))
            {
                return list;
            }
        }

        _hasUnknownTargets = true;
        return list;
    }

    /// <summary>Reads a name with what qualifies it, and goes past it.</summary>
    private bool TryTarget(ref int i, out Target target)
    {
        var (first, name) = (i, -1);
        for (; i < _end && (name < 0 || tokens.IsSign(i - 1, '.') || tokens.IsSign(i, '.')); i++)
        {
            if (IsTable(i))
            {
                name = i;
            }
            else if (!tokens.IsSign(i, '.') && !tokens.IsSign(i, '*'))
            {
                break;
            }
        }

        target = name < 0 ? default : new Target(tokens.Name(name), IsQualified: name != first);
        return name >= 0;
    }

    // A variable of SQL Server holds rows, too.
    private bool IsTable(int i)
        => (tokens.IsName(i) && !SqlWords.IsReserved(tokens.Keyword(i)))
            || (tokens.Kind(i) == SqlTokenKind.Parameter && tokens.Raw(i)[0] == '@');

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Target(string Name, bool IsQualified);
}
