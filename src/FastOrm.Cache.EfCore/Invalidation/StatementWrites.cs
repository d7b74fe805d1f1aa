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

    private static volatile bool s_areInQueries;

    private readonly ConcurrentDictionary<string, Statement> _known = new(StringComparer.Ordinal);
    private readonly Dictionary<TableName, ITable> _tables = [];
    private readonly HashSet<string> _reading = new(StringComparer.OrdinalIgnoreCase);
    private readonly SqlDialect _dialect;

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

        // What the model offers to queries only reads, as in the queries themselves.
        _reading.UnionWith([.. model.GetDbFunctions().Select(static function => function.Name), .. options.ReadingRoutines]);
    }

    /// <summary>Whether a query was compiled in this process with SQL inside that may write. Then queries are looked at as well.</summary>
    public static bool AreInQueries => s_areInQueries;

    /// <summary>Notes that a query is compiled that has this SQL in it.</summary>
    public static void FoundInQuery(string sql)
    {
        if (!s_areInQueries && SqlFacts.Read(sql, SqlDialect.Unknown).MayWrite)
        {
            s_areInQueries = true;
        }
    }

    /// <summary>What the statement with this text writes.</summary>
    public Statement Of(string sql)
    {
        if (_known.TryGetValue(sql, out var statement))
        {
            return statement;
        }

        if (_known.Count >= Capacity)
        {
            _known.Clear();
        }

        return _known.GetOrAdd(sql, Read(sql));
    }

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

        /// <summary>Whether it has not been reported yet that the tables are not known. The next time it has.</summary>
        public bool TakeReport() => !Interlocked.Exchange(ref _isReported, true);
    }
}
