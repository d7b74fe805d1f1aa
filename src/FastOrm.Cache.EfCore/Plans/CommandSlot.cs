using FastOrm.Cache.EfCore.Internals;
using FastOrm.Cache.EfCore.Rows;
using Microsoft.EntityFrameworkCore.Storage;

namespace FastOrm.Cache.EfCore.Plans;

/// <summary>One command of a compiled query: the place where EF Core asks for its SQL, and where a hit needs none.</summary>
internal sealed class CommandSlot(int index, Func<Dictionary<string, object?>, IRelationalCommandTemplate> makeCommand)
{
    private static long s_count;
    private Numbered? _numbered;

    /// <summary>Unique in the process: the same slot makes the same SQL of the same values.</summary>
    public long Id { get; } = Interlocked.Increment(ref s_count);

    /// <summary>The position in the query: 0 for the main command, more for those of a split query.</summary>
    public int Index => index;

    /// <summary>EF Core's way from the parameter values to the SQL.</summary>
    public Func<Dictionary<string, object?>, IRelationalCommandTemplate> MakeCommand => makeCommand;

    /// <summary>How the columns are recorded; known after the first execution.</summary>
    public ColumnCodec?[]? Codecs { get; set; }

    /// <summary>The names by which the columns are found, or null; set before the codecs.</summary>
    public string?[]? ColumnNames { get; set; }

    /// <summary>The type of a column that cannot be recorded, or null.</summary>
    public Type? UnsupportedColumn { get; set; }

    /// <summary>The SQL of one of its commands with numbered parameters. EF Core makes most commands once and keeps them.</summary>
    public string NumberedSqlOf(IRelationalCommandTemplate command)
    {
        if (_numbered is { } last && ReferenceEquals(last.Command, command))
        {
            return last.Sql;
        }

        var sql = NumberedSql.Of(command);
        if (CommandParameters.AreOfQuery(command.Parameters))
        {
            _numbered = new Numbered(command, sql);
        }

        return sql;
    }

    /// <summary>What the compiled query calls instead.</summary>
    public IRelationalCommandTemplate Resolve(Dictionary<string, object?> parameters)
        => parameters is RememberedParameters remembered ? remembered.Resolve(this) : MakeCommand(parameters);

    private sealed record Numbered(IRelationalCommandTemplate Command, string Sql);
}
