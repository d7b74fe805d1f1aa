#pragma warning disable EF1001 // Internal EF Core types: only this folder names them.
using System.Linq.Expressions;
using System.Transactions;
using FastOrm.Cache.EfCore.Invalidation;
using FastOrm.Cache.EfCore.Keys;
using FastOrm.Cache.EfCore.Plans;
using FastOrm.Cache.Engine;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Query;
using Microsoft.EntityFrameworkCore.Query.Internal;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace FastOrm.Cache.EfCore.Internals;

/// <summary>Remembers the queries of one context: from the expression to its plan. Made on the first remembered query.</summary>
internal sealed class RememberSession
{
    // Written at the head of every key; a new layout takes a new number.
    private const byte KeyVersion = 1;

    private readonly RememberingQueryCompiler _compiler;
    private readonly IServiceProvider _services;
    private readonly FastOrmCacheOptionsExtension _extension;
    private readonly QueryContextDependencies? _queryDependencies;
    private readonly RelationalQueryContextDependencies? _relationalDependencies;
    private readonly UInt128 _contextId;
    private readonly byte _optionBits;
    private readonly DatabaseIdentities? _databases;
    private PlanCache? _plans;

    public RememberSession(RememberingQueryCompiler compiler, IServiceProvider services)
    {
        _compiler = compiler;
        _services = services;
        Context = services.GetRequiredService<ICurrentDbContext>().Context;
        Model = services.GetRequiredService<IModel>();
        var options = services.GetRequiredService<IDbContextOptions>();
        _extension = options.FindExtension<FastOrmCacheOptionsExtension>()!;
        Cache = _extension.Cache;
        UnseenEnds = UnseenEnds.Of(Cache);
        _contextId = StableId.Of(Context.GetType());
        Logger = services.GetRequiredService<IDiagnosticsLogger<DbLoggerCategory.Query>>();
        if (!IsSupported())
        {
            return;
        }

        Connection = services.GetRequiredService<IRelationalConnection>();
        _queryDependencies = services.GetRequiredService<QueryContextDependencies>();
        _relationalDependencies = services.GetRequiredService<RelationalQueryContextDependencies>();
        _databases = new DatabaseIdentities(Context, Connection, _extension.Options.DatabaseName);
        var relational = RelationalOptionsExtension.Extract(options);
        _optionBits = (byte)((relational.UseRelationalNulls ? 1 : 0) | ((int?)relational.QuerySplittingBehavior + 1 ?? 0) << 1);
        ReplayConnection = new ReplayConnection(Connection);
    }

    public DbContext Context { get; }

    public IModel Model { get; }

    public CacheEngine Cache { get; }

    /// <summary>Transactions that may have ended without our having been told.</summary>
    public UnseenEnds UnseenEnds { get; }

    public IDiagnosticsLogger<DbLoggerCategory.Query> Logger { get; }

    /// <summary>The context's connection. Null when nothing can be remembered.</summary>
    public IRelationalConnection? Connection { get; }

    /// <summary>What remembered queries take for the connection.</summary>
    public ReplayConnection? ReplayConnection { get; }

    public FastOrmCacheContextOptions Options => _extension.Options;

    /// <summary>The database that the context is connected to now.</summary>
    public DatabaseIdentity Database => _databases!.Current;

    /// <summary>Whether remembered queries of the context are remembered now.</summary>
    public bool CanRemember
        => Connection is not null && Cache.IsEnabled && Options.IsEnabled && !RememberScope.IsSuppressed;

    // EF Core's key of an arbitrary expression tells apart all that must not share compiled queries, whatever the provider adds.
    private PlanCache Plans => _plans ??= _services.GetRequiredService<PlanStore>().For(InBufferedMode(() =>
        _services.GetRequiredService<ICompiledQueryCacheKeyGenerator>().GenerateCacheKey(Expression.Constant(0), async: false)));

    public TResult Execute<TResult>(Expression query, RememberOptions options, bool async, CancellationToken cancellationToken)
    {
        if (!CanRemember)
        {
            return ExecutePlain<TResult>(query, async, cancellationToken);
        }

        var key = QueryKey.Rent();
        try
        {
            if (!TryWriteHeader<TResult>(key, options, async))
            {
                Refuse(key);
                return ExecutePlain<TResult>(query, async, cancellationToken);
            }

            var isWritten = ExpressionKeyWriter.TryWriteRaw(key, Model, query);
            if (isWritten && Plans.Find(key) is { } plan)
            {
                var parameters = new RememberedParameters(this, plan, options, key, plan.ParameterCount);
                plan.Bind(key.Captured, parameters);
                return Run<TResult>(plan, parameters, cancellationToken);
            }

            return ExecuteExtracted<TResult>(query, options, async, isWritten ? key : null, cancellationToken);
        }
        finally
        {
            key.Return();
        }
    }

    /// <summary>Counts a remembered query that goes past the cache.</summary>
    public void Bypass(string reason)
    {
        Cache.Counters.Bypass(reason);
        Options.Observer?.Invoke(Context, RememberOutcome.Bypassed);
    }

    /// <summary>Why nothing may be read from or stored in the cache now, or null.</summary>
    public string? BypassReason()
        => Connection!.CurrentTransaction is not null || Transaction.Current is not null
            || (Connection as ITransactionEnlistmentManager)?.EnlistedTransaction is not null
            ? BypassReasons.Transaction
            : IsInHiddenTransaction() ? BypassReasons.OpenConnection : null;

    /// <summary>Whether a load would run beside an open reader of the same connection.</summary>
    public bool HasOpenReader() => OpenConnections.Find(Connection!) is { } open && OpenConnections.HasOpenReader(open);

    public void Forget(Expression query)
    {
        if (Connection is null)
        {
            return;
        }

        var key = QueryKey.Rent();
        try
        {
            var parameters = new Dictionary<string, object?>(StringComparer.Ordinal);
            var extracted = Extract(query, parameters);
            if (ExpressionKeyWriter.TryWriteExtracted(key, Model, extracted, parameters))
            {
                Cache.Change(Cache.Stamps.Tag(key.SourceHash(Database.Tag)));
            }
        }
        finally
        {
            key.Return();
        }
    }

    public void FlushTablesOf(Expression query)
    {
        if (Connection is null)
        {
            return;
        }

        var compiled = Compile<object>(Extract(query, []), async: false);
        var facts = QueryFacts.Of(compiled);
        if (facts is null || facts.ReadsUnknown)
        {
            DatabaseStamps.InvalidateAll(Cache, Database);
        }
        else
        {
            DatabaseStamps.InvalidateTables(Cache, Database, facts.Tables);
        }
    }

    /// <summary>A query context whose commands come to us.</summary>
    public RememberedQueryContext NewContext(RememberedParameters parameters, CancellationToken cancellationToken)
        => new(_queryDependencies!, _relationalDependencies!, ReplayConnection!, parameters) { CancellationToken = cancellationToken };

    /// <summary>Writes what tells queries apart before their expression: who asks, of which database, in which way.</summary>
    public bool TryWriteHeader<TResult>(QueryKey key, RememberOptions options, bool async)
    {
        key.Names.Byte(async ? (byte)1 : (byte)0);
        key.Names.Id(StableId.Of(typeof(TResult)));
        key.Shape.Byte(KeyVersion);
        key.Shape.Byte((byte)Context.ChangeTracker.QueryTrackingBehavior);
        key.Shape.Byte(_optionBits);
        key.Shape.Id(_contextId);
        key.ShapeHeaderLength = key.Shape.Length;
        key.Database = Database;
        key.Values.Id(key.Database.Key);
        key.Values.Id(options.Digest.Id);
        foreach (var variation in Options.Variations)
        {
            if (!ValueWriter.TryWrite(key.Values, ValueWriter.Freeze(variation(Context)), Model))
            {
                key.Refusal = "a VaryBy value of a type that is not simple";
                return false;
            }
        }

        key.ValuesHeaderLength = key.Values.Length;
        return true;
    }

    /// <summary>Lets EF Core extract the captured values, and takes out the marks that came with captured queries.</summary>
    public Expression Extract(
        Expression query, Dictionary<string, object?> parameters, bool compiledQuery = false, bool strip = true)
    {
        var filter = _services.GetRequiredService<IEvaluatableExpressionFilter>();
        var extracted = new ExpressionTreeFuncletizer(Model, filter, Context.GetType(), generateContextAccessors: false, Logger)
            .ExtractParameters(
                strip ? RememberNode.Strip(query) : query, parameters, parameterize: !compiledQuery, clearParameterizedValues: true);
        return strip ? RememberNode.Strip(extracted) : extracted;
    }

    /// <summary>EF Core's compiled query in buffered mode, from its own cache.</summary>
    public Func<QueryContext, TResult> Compile<TResult>(Expression extracted, bool async)
        => InBufferedMode(() => CompileCached<TResult>(extracted, async));

    /// <summary>A compiled query in buffered mode that EF Core's cache does not know.</summary>
    public Func<QueryContext, TResult> CompileAnew<TResult>(Expression extracted, bool async)
        => InBufferedMode(() => _services.GetRequiredService<IDatabase>().CompileQuery<TResult>(extracted, async));

    public void Refuse(QueryKey key)
    {
        var reason = key.Refusal ?? "unknown";
        Bypass(BypassReasons.NotKeyable);
        if (Plans.IsFirstRefusal(key))
        {
            Log.NotRemembered(Logger, reason);
        }
    }

    /// <summary>A query that reads something that must not be remembered; also said once.</summary>
    public void Refuse(Plan plan, QueryKey key)
    {
        Bypass(BypassReasons.NotRememberable);
        if (Plans.IsFirstRefusal(key))
        {
            Log.NotRemembered(Logger, plan.Facts.Refusal ?? "it was compiled without the list of its columns");
        }
    }

    private bool IsInHiddenTransaction()
        => OpenConnections.Find(Connection!) is { } open && (OpenConnections.InTransaction(open) ?? !Options.TrustOpenConnections);

    private static TResult InBufferedMode<TResult>(Func<TResult> action)
    {
        using var mode = BufferedMode.Enter();
        return action();
    }

    private Func<QueryContext, TResult> CompileCached<TResult>(Expression extracted, bool async)
        => _services.GetRequiredService<ICompiledQueryCache>().GetOrAddQuery(
            _services.GetRequiredService<ICompiledQueryCacheKeyGenerator>().GenerateCacheKey(extracted, async),
            () => _services.GetRequiredService<IDatabase>().CompileQuery<TResult>(extracted, async));

    private TResult ExecutePlain<TResult>(Expression query, bool async, CancellationToken cancellationToken)
    {
        query = RememberNode.Strip(query);
        return async
            ? _compiler.Inner.ExecuteAsync<TResult>(query, cancellationToken)
            : _compiler.Inner.Execute<TResult>(query);
    }

    /// <summary>The way of a query that is met for the first time, or whose values only EF Core can read.</summary>
    /// <remarks>The raw key is that of the tree as the user built it; null when it could not be written.</remarks>
    private TResult ExecuteExtracted<TResult>(
        Expression query, RememberOptions options, bool async, QueryKey? raw, CancellationToken cancellationToken)
    {
        var parameters = new Dictionary<string, object?>(StringComparer.Ordinal);
        var extracted = Extract(query, parameters);
        foreach (var name in parameters.Keys)
        {
            parameters[name] = ValueWriter.Freeze(parameters[name]);
        }

        var key = QueryKey.Rent();
        try
        {
            if (!TryWriteHeader<TResult>(key, options, async)
                || !ExpressionKeyWriter.TryWriteExtracted(key, Model, extracted, parameters))
            {
                // The user's values have been read once; they are not read again for a plain execution.
                Refuse(key);
                return ExecuteUnremembered<TResult>(extracted, parameters, async, cancellationToken);
            }

            var plan = FindOrCompile<TResult>(key, extracted, async);
            if (!plan.Facts.IsReplayable || plan.Facts.Refusal is not null)
            {
                Refuse(plan, key);
                return ExecuteUnremembered<TResult>(extracted, parameters, async, cancellationToken);
            }

            if (raw is not null && raw.IsSameQuery(key) && Plan.Bindings(raw, key) is { } bindings)
            {
                // Both walks agree: from now on this shape needs no extraction.
                Plans.Add(raw, new Plan(raw, plan.Compiled, plan.Facts, bindings));
            }

            var remembered = new RememberedParameters(this, plan, options, key, parameters.Count);
            foreach (var (name, value) in parameters)
            {
                remembered.Add(name, value);
            }

            return Run<TResult>(plan, remembered, cancellationToken);
        }
        finally
        {
            key.Return();
        }
    }

    private Plan FindOrCompile<TResult>(QueryKey key, Expression extracted, bool async)
    {
        // Told apart from the keys of raw trees: those name variables, this one EF Core's parameters.
        key.Names.Byte(byte.MaxValue);
        if (Plans.Find(key) is { } known)
        {
            return known;
        }

        var compiled = Compile<TResult>(extracted, async);
        var plan = new Plan(key, compiled, QueryFacts.Of(compiled) ?? new QueryFacts(), []);
        Plans.Add(key, plan);
        return plan;
    }

    private TResult ExecuteUnremembered<TResult>(
        Expression extracted, Dictionary<string, object?> parameters, bool async, CancellationToken cancellationToken)
    {
        var context = _services.GetRequiredService<IQueryContextFactory>().Create();
        context.CancellationToken = cancellationToken;
        foreach (var (name, value) in parameters)
        {
            context.Parameters.Add(name, value);
        }

        return CompileCached<TResult>(extracted, async)(context);
    }

    private TResult Run<TResult>(Plan plan, RememberedParameters parameters, CancellationToken cancellationToken)
        => ((Func<QueryContext, TResult>)plan.Compiled)(NewContext(parameters, cancellationToken));

    private bool IsSupported()
    {
        var store = _services.GetRequiredService<PlanStore>();
        if (_services.GetService<IRelationalConnection>() is null
            || _services.GetRequiredService<IQueryContextFactory>().GetType() != typeof(RelationalQueryContextFactory))
        {
            if (store.IsFirstWarning())
            {
                Log.NotRelational(Logger, Context.Database.ProviderName);
            }

            return false;
        }

        if (_compiler.Inner.GetType() != typeof(QueryCompiler))
        {
            if (store.IsFirstWarning())
            {
                Log.ForeignCompiler(Logger, _compiler.Inner.GetType().Name);
            }

            return false;
        }

        return true;
    }
}
