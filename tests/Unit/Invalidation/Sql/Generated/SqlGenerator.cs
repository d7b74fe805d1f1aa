namespace FastOrm.Cache.Tests.Unit.Invalidation.Sql.Generated;

/// <summary>Composes random statements that all are valid in their dialect, or nearly, and call no routine.</summary>
internal sealed class SqlGenerator(Random random, char dialect)
{
    private static readonly string[] Tables =
        ["Products", "Orders", "OrderLines", "Order Details", "select", "update", "Größen", "a.b"];

    private static readonly string[] Literals =
        ["1", "2.5", "'a'", "''", "'it''s'", "'-- DELETE FROM t'", "'/* ; '", "N'\"[`'", "NULL", "@p0", "{0}"];

    private readonly List<string> _tokens = [];
    private readonly HashSet<string> _tables = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _targets = new(StringComparer.OrdinalIgnoreCase);
    private int _aliases;

    public RandomSql Batch(int size)
    {
        var count = random.Next(1, 4);
        for (var i = 0; i < count; i++)
        {
            Statement(size);
            if (i < count - 1 || Half())
            {
                Add(";");
            }
        }

        return new RandomSql(dialect, _tokens, _tables, _targets);
    }

    private bool Half() => random.Next(2) == 0;

    private void Add(string tokens) => _tokens.AddRange(tokens.Split(' '));

    // It may hold a space.
    private void Token(string token) => _tokens.Add(token);

    private void Statement(int size)
    {
        switch (random.Next(10))
        {
            case < 3:
                With(size);
                Query(size);
                break;
            case < 5:
                With(size);
                Insert(size);
                break;
            case < 7:
                With(size);
                Update(size);
                break;
            case < 9:
                With(size);
                Delete(size);
                break;
            default:
                Other();
                break;
        }
    }

    private void With(int size)
    {
        if (random.Next(3) > 0)
        {
            return;
        }

        var recursive = dialect is not ('S' or 'U') && Half();
        Add(recursive ? "WITH RECURSIVE" : "WITH");
        Add("x (n) AS (");
        if (dialect == 'P' && Half())
        {
            Delete(size / 2);
            Add("RETURNING 1");
        }
        else
        {
            Query(size / 2);
        }

        Add(")");
    }

    private void Query(int size)
    {
        if (random.Next(8) == 0)
        {
            Add("VALUES (");
            Expression(size - 1);
            Add(") , ( 1 )");
            return;
        }

        Add("SELECT");
        Expression(size);
        Add("AS c1 , * FROM");
        Source(size);
        while (random.Next(3) == 0)
        {
            Add(Half() ? "INNER JOIN" : "LEFT JOIN");
            Source(size - 1);
            Add("ON");
            Expression(size - 1);
        }

        Where(size);
        if (random.Next(4) == 0)
        {
            Add("GROUP BY c1 HAVING ( COUNT ( * ) > 1 )");
        }
    }

    private void Where(int size)
    {
        if (Half())
        {
            Add("WHERE");
            Expression(size);
        }
    }

    private void Source(int size)
    {
        if (size > 0 && random.Next(4) == 0)
        {
            Add("(");
            Query(size - 1);
            Add(")");
        }
        else
        {
            Table();
        }

        Add("AS " + Alias());
    }

    private string Alias() => $"t{_aliases++}";

    private void Expression(int size)
    {
        switch (random.Next(size > 0 ? 8 : 3))
        {
            case 0:
                Token(Literals[random.Next(Literals.Length)]);
                break;
            case 1:
                Add("c1");
                break;
            case 2:
                Add("t0 . update");
                break;
            case 3:
                Add("COALESCE (");
                Expression(size - 1);
                Add(", 1 )");
                break;
            case 4:
                Expression(size - 1);
                Add(Half() ? "=" : "AND");
                Expression(size - 1);
                break;
            case 5:
                Add("EXISTS (");
                Query(size - 1);
                Add(")");
                break;
            case 6:
                Add("CASE WHEN c1 IN ( 1 , 2 ) THEN");
                Expression(size - 1);
                Add("ELSE ( 0 ) END");
                break;
            default:
                Add("CAST ( c1 AS decimal ( 18 , 2 ) )");
                break;
        }
    }

    private void Insert(int size)
    {
        Add("INSERT INTO");
        Target();
        if (Half())
        {
            Add("( c1 , c2 )");
        }

        Query(size);
        if (dialect is 'L' or 'P' && Half())
        {
            Add("ON CONFLICT ( c1 ) DO UPDATE SET c1 = 1 RETURNING c1");
        }
        else if (dialect == 'M' && Half())
        {
            Add("ON DUPLICATE KEY UPDATE c1 = 1");
        }
    }

    private void Update(int size)
    {
        Add("UPDATE");
        var alias = dialect == 'S' && Half() ? Alias() : null;
        if (alias is null)
        {
            Target();
        }
        else
        {
            Add(alias);
        }

        if (dialect == 'M' && Half())
        {
            Add("t0 LEFT JOIN");
            Target();
            Add("AS t1 ON ( t0 . c1 = t1 . c1 )");
        }

        Add("SET c1 =");
        Expression(size);
        if (alias is not null)
        {
            Add("FROM");
            Source(size);
            Add("INNER JOIN");
            Target();
            Add($"AS {alias} ON c1 = c1");
        }
        else if (dialect is 'L' or 'P' && Half())
        {
            Add("FROM");
            Source(size);
        }

        Where(size);
    }

    private void Delete(int size)
    {
        Add(dialect == 'S' && Half() ? "DELETE" : "DELETE FROM");
        if (dialect is 'S' or 'M' && Half())
        {
            var alias = Alias();
            Add($"{alias} {(dialect == 'M' && _tokens[^1] == "FROM" ? "USING" : "FROM")}");
            Target();
            Add("AS " + alias);
        }
        else
        {
            Target();
            if (dialect == 'P' && Half())
            {
                Add("USING");
                Source(size);
            }
        }

        Where(size);
    }

    private void Other()
    {
        switch (random.Next(4))
        {
            case 0:
                Add("TRUNCATE TABLE");
                Target();
                break;
            case 1:
                Add("CREATE TABLE");
                Target();
                Add("( c1 int PRIMARY KEY , c2 varchar ( 10 ) )");
                break;
            case 2:
                Add("DROP TABLE IF EXISTS");
                Target();
                break;
            default:
                Add("MERGE INTO");
                Target();
                Add("AS m USING");
                Table();
                Add("AS s ON 1 = 1 WHEN MATCHED THEN UPDATE SET c1 = 1 WHEN NOT MATCHED THEN INSERT ( c1 ) VALUES ( 1 )");
                break;
        }
    }

    private void Target() => _targets.Add(Table());

    private string Table()
    {
        var table = Tables[random.Next(Tables.Length)];
        _tables.Add(table);
        if (random.Next(3) == 0)
        {
            Add($"{(Half() ? "shop" : Quoted("shop"))} .");
        }

        Token(Array.IndexOf(Tables, table) < 3 && Half() ? table : Quoted(table));
        return table;
    }

    private string Quoted(string name) => dialect switch
    {
        'S' when Half() => $"[{name}]",
        'L' when Half() => $"`{name}`",
        'M' => $"`{name}`",
        _ => $"\"{name}\"",
    };
}
