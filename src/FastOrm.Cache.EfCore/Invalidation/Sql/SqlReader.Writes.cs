namespace FastOrm.Cache.EfCore.Invalidation.Sql;

/// <summary>The words that write.</summary>
internal sealed partial class SqlReader
{
    // Whether the statement has a MERGE, whose actions name no table.
    private bool _merges;

    /// <summary>Whether the word begins a write, whose targets are then noted, or is a part of one.</summary>
    private bool Writes(int i)
    {
        switch (tokens.Keyword(i))
        {
            case "INSERT" or "UPDATE" or "DELETE" when IsPart(i):
            case "INSERT" or "TRUNCATE" when dialect == SqlDialect.MySql && tokens.IsSign(i + 1, '('):
            case "REPLACE" when tokens.Keyword(i - 1) == "OR" || tokens.IsSign(i + 1, '('):
                return true;
            case "INTO":
                WritesTable(i + 1);
                return true;
            case "COPY" when i > 0 && !tokens.IsSign(i - 1, ';'):
                return false;
            case "INSERT" or "REPLACE" or "MERGE" or "COPY":
                _merges |= tokens.Keyword(i) == "MERGE";
                WritesInto(i);
                return true;
            case "UPDATE":
                Updates(SkipModifiers(i + 1));
                return true;
            case "DELETE":
                i = SkipModifiers(i + 1);
                Deletes(tokens.Keyword(i) == "FROM" ? SkipModifiers(i + 1) : i);
                return true;
            case "TRUNCATE":
                WritesTables(i + 1);
                return true;
            case "CREATE" or "ALTER" or "DROP":
                ChangesSchema(i);
                return true;
            case "DBCC" or "RESTORE" or "WRITETEXT" or "UPDATETEXT" when dialect is SqlDialect.SqlServer or SqlDialect.Unknown:
                _hasUnknownTargets = true;
                return true;
            default:
                return false;
        }
    }

    /// <summary>Whether the word is an action or a clause of a statement that has told its table.</summary>
    private bool IsPart(int i) => tokens.Keyword(i - 1) switch
    {
        "THEN" => _merges,
        "FOR" => tokens.Keyword(i) == "UPDATE",
        "DO" => tokens.Keyword(i + 1) == "SET",
        "KEY" => tokens.Keyword(i - 2) is "DUPLICATE" or "NO", // ON DUPLICATE KEY UPDATE, FOR NO KEY UPDATE
        "ON" => tokens.Keyword(i + 1) is "CASCADE" or "NO" or "RESTRICT" or "SET", // Of a foreign key.
        _ => false,
    };

    private void WritesInto(int i)
    {
        i = SkipModifiers(i + 1);
        if (tokens.Keyword(i) != "INTO")
        {
            WritesTable(i); // Otherwise INTO does it.
        }
    }

    /// <summary>Notes the name of one table, with or without its columns.</summary>
    private void WritesTable(int i)
    {
        i = SkipModifiers(i);
        if (!TryTarget(ref i, out var target))
        {
            _hasUnknownTargets = true;
            return;
        }

        _columnLists.Add(i);
        AddTarget(target.Name);
    }

    private void WritesTables(int i)
    {
        i = SkipModifiers(i);
        foreach (var target in ReadTargets(ref i))
        {
            AddTarget(target.Name);
        }

        // To the tables that refer to it, whatever their foreign keys say: TRUNCATE … [RESTART IDENTITY] CASCADE.
        _hasUnknownTargets |= tokens.Keyword(i) == "CASCADE" || tokens.Keyword(i + 2) == "CASCADE";
    }

    /// <summary>Notes tables and views that are made or dropped; of an index or a trigger the table.</summary>
    private void ChangesSchema(int i)
    {
        const int Longest = 16; // Words before the name; a limit keeps the time linear.
        _hasUnknownTargets |= tokens.Keyword(i) == "ALTER"; // It may rename, or switch the rows of another table in.
        var mark = i + 1;
        while (mark - i < Longest && tokens.Keyword(mark) is not ("TABLE" or "VIEW" or "INDEX" or "TRIGGER"))
        {
            mark++;
        }

        var isOn = tokens.Keyword(mark) is "INDEX" or "TRIGGER";
        while (isOn && mark - i < Longest && tokens.Keyword(mark) != "ON")
        {
            mark++;
        }

        if (mark >= _end || tokens.Keyword(mark) is not ("TABLE" or "VIEW" or "ON"))
        {
            _hasUnknownTargets = true;
        }
        else if (tokens.Keyword(i) == "DROP")
        {
            WritesTables(mark + 1);
        }
        else
        {
            WritesTable(mark + 1);
        }
    }

    private int SkipModifiers(int i)
    {
        for (; i < _end; i++)
        {
            switch (tokens.Keyword(i))
            {
                case "OR": // INSERT OR REPLACE
                    i++;
                    break;
                case "TOP":
                    i = tokens.IsSign(i + 1, '(') ? tokens.Partner(i + 1) : i + 1;
                    break;
                case "TABLE" or "ONLY" or "IF" or "NOT" or "EXISTS" or "CONCURRENTLY" or "PERCENT" or "IGNORE" or "QUICK"
                    or "TEMP" or "TEMPORARY" or "UNLOGGED" or "LOCAL" or "GLOBAL" or "LOW_PRIORITY" or "HIGH_PRIORITY"
                    or "DELAYED":
                    break;
                default:
                    return tokens.IsSign(i, '(') && tokens.Keyword(i - 1) == "ONLY" ? i + 1 : i;
            }
        }

        return i;
    }
}
