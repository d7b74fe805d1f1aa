using System.Collections.Concurrent;
using FastOrm.Cache.EfCore.Invalidation.Sql;
using FastOrm.Cache.EfCore.Plans;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace FastOrm.Cache.EfCore.Invalidation;

/// <summary>What the SQL of an application writes, from its text and the model; found out once for each text.</summary>
/// <remarks>
/// Every table of the model that the text names counts as written, and those to which the database cascades. Where the text may write
/// more than that, everything of the database counts.
/// </remarks>
internal sealed class StatementWrites
{
    // A program that writes values into its SQL must not fill memory with it.
    private const int Capacity = 1_000;
    private const int MaxLength = 4_096;
    private const int MaxReports = 100;

    private readonly ConcurrentDictionary<string, Statement> _known = new(StringComparer.Ordinal);
    private readonly Dictionary<TableName, ITable> _tables = [];
    private readonly HashSet<string> _reading = new(StringComparer.OrdinalIgnoreCase);
    private readonly SqlDialect _dialect;
    private int _reports;

    /// <param name="model">The model.</param>
    /// <param name="provider">The name of the provider, which says whose SQL it is.</param>
    /// <param name="options">What the application says of its routines.</param>
    public StatementWrites(IModel model, string? provider, FastOrmCacheContextOptions options)
    {
        _dialect = SqlDialects.Of(provider);
        foreach (var table in model.GetRelationalModel().Tables)
        {
            _tables.TryAdd(new TableName(table.Name), table);
        }

        _reading.UnionWith(options.ReadingRoutines);
    }

    /// <summary>The texts that are kept with what they write.</summary>
    public int Count => _known.Count;

    /// <summary>What the statement with this text writes.</summary>
    public Statement Of(string sql)
    {
        if (_known.TryGetValue(sql, out var statement))
        {
            return statement;
        }

        if (sql.Length > MaxLength)
        {
            return Read(sql);
        }

        if (_known.Count >= Capacity)
        {
            _known.Clear();
        }

        return _known.GetOrAdd(sql, Read(sql));
    }

    /// <summary>Whether to report that the tables of the statement are not known: once for each, and not without end.</summary>
    public bool TakeReport(Statement statement) => statement.TakeReport() && Interlocked.Increment(ref _reports) <= MaxReports;

    private Statement Read(string sql)
    {
        var facts = SqlFacts.Read(sql, _dialect);
        if (facts.HasUnknownTargets)
        {
            return Statement.Unknown("its text does not say surely what it writes");
        }

        if (!facts.Routines.All(_reading.Contains))
        {
            return Statement.Unknown("it calls a routine");
        }

        if (facts.Targets.Count == 0)
        {
            return Statement.Nothing;
        }

        if (facts.Targets.Any(target => !_tables.ContainsKey(new TableName(target))))
        {
            return Statement.Unknown("it writes to something that is no table of the model");
        }

        var tables = facts.Names.Select(static name => new TableName(name)).Where(_tables.ContainsKey).Select(name => _tables[name]).ToList();
        return WrittenTables.OfStatement(tables, deletes: true) is { } written
            ? new Statement(written, null)
            : Statement.Unknown("a table that it names has triggers");
    }

    /// <summary>What one statement writes.</summary>
    /// <param name="tables">The tables; null if they are not known.</param>
    /// <param name="reason">Why they are not.</param>
    internal sealed class Statement(IReadOnlyCollection<TableName>? tables, string? reason)
    {
        private bool _isReported;

        public static Statement Nothing { get; } = new([], null);

        public IReadOnlyCollection<TableName>? Tables => tables;

        public string? Reason => reason;

        public static Statement Unknown(string reason) => new(null, reason);

        /// <summary>Whether this was never asked before.</summary>
        public bool TakeReport() => !Interlocked.Exchange(ref _isReported, true);
    }
}
