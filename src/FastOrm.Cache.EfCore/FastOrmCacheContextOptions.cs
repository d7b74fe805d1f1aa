using System.Runtime.CompilerServices;
using FastOrm.Cache.EfCore.Invalidation;
using FastOrm.Cache.EfCore.Policies;
using FastOrm.Cache.Keys;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace FastOrm.Cache.EfCore;

/// <summary>How one kind of <see cref="DbContext"/> uses its cache. Set in <c>UseFastOrmCache</c>.</summary>
public sealed class FastOrmCacheContextOptions
{
    private readonly List<Func<DbContext, object?>> _varyBy = [];
    private readonly List<string> _readingRoutines = [];
    private string? _databaseName;
    private TimeSpan? _invalidateAgainAfter;

    /// <summary>
    /// The name under which the database is known for invalidation; contexts with one name invalidate each other. Default: what the
    /// connection string says (the full path for SQLite, otherwise the name of the database).
    /// </summary>
    /// <exception cref="ArgumentException">The name is empty or white space.</exception>
    public string? DatabaseName
    {
        get => _databaseName;
        set => _databaseName = value is null ? null : Text.Checked(value, "The database name", nameof(DatabaseName));
    }

    /// <summary>
    /// Whether <c>Remember</c> and policies have any effect on these contexts. Writes invalidate in any case. Default <see langword="true"/>.
    /// </summary>
    public bool IsEnabled { get; set; } = true;

    /// <summary>
    /// Whether a connection that is open before a remembered query runs is taken to be outside of any transaction that EF Core has not
    /// been told of. Default <see langword="false"/>: such queries go past the cache. SQLite and Npgsql are asked, and
    /// need no trust.
    /// </summary>
    public bool TrustOpenConnections { get; set; }

    /// <summary>
    /// How long after a write what it may have changed is dropped once more; at most one day. For databases whose replicas lag: a
    /// replica may give older rows for a while, and what is loaded from it then is not kept longer than this. Default
    /// <see langword="null"/>: only once, when the write is complete.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is not positive, or longer than one day.</exception>
    public TimeSpan? InvalidateAgainAfter
    {
        get => _invalidateAgainAfter;
        set
        {
            if (value is { } delay && (delay <= TimeSpan.Zero || delay > TimeSpan.FromDays(1)))
            {
                throw new ArgumentOutOfRangeException(
                    nameof(InvalidateAgainAfter), value, "InvalidateAgainAfter must be positive and at most one day. Set it to a bit more than the replicas lag.");
            }

            _invalidateAgainAfter = value;
        }
    }

    /// <summary>The names of the routines that the application says only read.</summary>
    internal IReadOnlyCollection<string> ReadingRoutines => _readingRoutines;

    /// <summary>What the SQL of the application writes, by model.</summary>
    internal ConditionalWeakTable<IModel, StatementWrites> Statements { get; } = [];

    /// <summary>
    /// Whether a query that names rows by their key, or lists rows by the values of columns, is dropped only by writes to these rows and
    /// values. Off, each query is dropped by every write to a table that it reads. Default <see langword="true"/>.
    /// </summary>
    public bool UseScopes { get; set; } = true;

    /// <summary>Which queries without a mark are remembered; null for none, except those that the model names.</summary>
    internal QueryRuleSet? QueryRules { get; private set; }

    internal Action<DbContext, RememberOutcome>? Observer { get; private set; }

    internal IReadOnlyList<Func<DbContext, object?>> Variations => _varyBy;

    /// <summary>
    /// Adds a value to the key of every remembered query. For what changes the rows and is not seen in the query: a setting of the
    /// database session, row-level security. Global query filters need no such value.
    /// </summary>
    /// <param name="value">Called for each execution; must give a number, string, <see cref="Guid"/>, date or another simple value.</param>
    /// <returns>The same options, for chaining.</returns>
    public FastOrmCacheContextOptions VaryBy(Func<DbContext, object?> value)
    {
        ArgumentNullException.ThrowIfNull(value);
        _varyBy.Add(value);
        return this;
    }

    /// <summary>
    /// Remembers every query that has no mark of its own, except those that a rule excludes: those that read only entity types of which
    /// is known what they read. Default: only queries with <c>Remember</c>, and those that the model names
    /// (<see cref="CacheableBuilder.AllQueries"/>).
    /// </summary>
    /// <param name="ttl">
    /// How long the results may be served; more than zero, or <see cref="Timeout.InfiniteTimeSpan"/>. A time that an entity type says
    /// (<c>IsCacheable</c>) shortens it, and its tags count too; types with <c>IsCacheable(false)</c> are left alone.
    /// </param>
    /// <param name="rules">Includes and excludes queries; null for all.</param>
    /// <returns>The same options, for chaining. Of several calls the last counts.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time is zero or less.</exception>
    /// <remarks>
    /// Contexts whose rules differ in anything get services of EF Core's that are apart, with compiled queries of their own: do not make
    /// the rules of changing values. After twenty of them EF Core fails with its <c>ManyServiceProvidersCreatedWarning</c>, and its debug event
    /// <c>ServiceProviderDebugInfo</c> names <c>CacheAllQueries</c> as what differs. With <c>UseInternalServiceProvider</c> they share compiled queries, and what was compiled first for a
    /// context with other rules may then not be remembered. Rows that other applications write without telling are seen only after the
    /// time to live: queries that poll for such rows need <c>DontRemember</c>.
    /// </remarks>
    public FastOrmCacheContextOptions CacheAllQueries(TimeSpan ttl, Action<QueryRules>? rules = null)
    {
        if (ttl <= TimeSpan.Zero && ttl != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(
                nameof(ttl), ttl, "The time of CacheAllQueries must be more than zero. To remember no query, do not call CacheAllQueries.");
        }

        var said = new QueryRules();
        rules?.Invoke(said);
        QueryRules = said.For(ttl);
        return this;
    }

    /// <summary>
    /// Says that functions and procedures of the database only read. SQL that the application sends itself and that calls any other
    /// routine drops everything that is remembered of the database. In LINQ, those that the model knows (<c>HasDbFunction</c>) only read.
    /// </summary>
    /// <param name="routines">The names, without regard to case and schema.</param>
    /// <returns>The same options, for chaining. Several calls add up.</returns>
    /// <exception cref="ArgumentException">A name is null, empty or white space.</exception>
    public FastOrmCacheContextOptions RoutinesRead(params string[] routines)
    {
        ArgumentNullException.ThrowIfNull(routines);
        Text.Checked(routines, "The name of a routine", nameof(routines));
        _readingRoutines.AddRange(routines.Select(static routine => routine[(routine.LastIndexOf('.') + 1)..]));
        return this;
    }

    /// <summary>Sets what is called for each command of a remembered query, after it is known how it is answered.</summary>
    /// <param name="observer">Called on the thread of the query; must be quick and must not throw.</param>
    /// <returns>The same options, for chaining.</returns>
    public FastOrmCacheContextOptions OnRead(Action<DbContext, RememberOutcome> observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        Observer += observer;
        return this;
    }
}
