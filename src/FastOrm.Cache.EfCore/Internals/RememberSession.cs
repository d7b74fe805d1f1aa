#pragma warning disable EF1001 // Internal EF Core types: only this folder names them.
using System.Linq.Expressions;
using FastOrm.Cache.Diagnostics;
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
internal sealed partial class RememberSession
{
    // Written at the head of every key; a new layout takes a new number.
    private const byte KeyVersion = 3;

    private readonly IServiceProvider _services;
    private readonly FastOrmCacheOptionsExtension _extension;
    private readonly QueryContextDependencies? _queryDependencies;
    private readonly RelationalQueryContextDependencies? _relationalDependencies;
    private readonly UInt128 _contextId;
    private readonly ulong _model;
    private readonly byte _optionBits;
    private readonly Type[] _rewriters = [];
    private readonly DatabaseIdentities? _databases;
    private readonly MovingConnections? _moving;
    private readonly bool _isWatched;
    private readonly IInterceptor? _changer;
    private PlanCache? _plans;
    private (CacheEngine? Cache, UnseenEnds? Ends) _unseenEnds;

    public RememberSession(IServiceProvider services)
    {
        _services = services;
        Context = services.GetRequiredService<ICurrentDbContext>().Context;
        Model = services.GetRequiredService<IModel>();
        var options = services.GetRequiredService<IDbContextOptions>();
        _extension = options.FindExtension<FastOrmCacheOptionsExtension>() ?? throw MissingSetup.Error();
        _contextId = StableId.Of(Context.GetType());
        Logger = services.GetRequiredService<IDiagnosticsLogger<DbLoggerCategory.Query>>();
        if (!IsSupported())
        {
            return;
        }

        _model = ModelFingerprint.Of(Model);
        Connection = services.GetRequiredService<IRelationalConnection>();
        _queryDependencies = services.GetRequiredService<QueryContextDependencies>();
        _relationalDependencies = services.GetRequiredService<RelationalQueryContextDependencies>();
        _moving = services.GetRequiredService<MovingConnections>();
        if (Options.Variations.Count == 0)
        {
            var watchers = Interceptors.Of<IDbConnectionInterceptor>(Context).ToList<IInterceptor>();
            _isWatched = watchers.Count > 0;
            _changer = watchers.Find(ConnectionChangers.Is);
        }

        _databases = new DatabaseIdentities(Context, Connection, _extension);
        _rewriters = [.. Interceptors.Of<IQueryExpressionInterceptor>(Context).Select(static rewriter => rewriter.GetType())];
        _optionBits = OptionBits(RelationalOptionsExtension.Extract(options));
        ReplayConnection = new ReplayConnection(Connection);
    }

    public DbContext Context { get; }

    public IModel Model { get; }

    /// <summary>The cache of the context: asked for anew by each execution, since the default cache may be replaced.</summary>
    public CacheEngine Cache => _extension.Cache;

    /// <summary>Transactions that may have ended without our having been told.</summary>
    public UnseenEnds UnseenEndsOf(CacheEngine cache)
    {
        if (!ReferenceEquals(cache, _unseenEnds.Cache))
        {
            _unseenEnds = (cache, UnseenEnds.Of(cache));
        }

        return _unseenEnds.Ends!;
    }

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
        => MayRemember && Cache.IsEnabled;

    private bool MayRemember => Connection is not null && Options.IsEnabled && !RememberScope.IsSuppressed;

    /// <summary>The same for a query that is about to be run: if that is because the cache is switched off, it is counted.</summary>
    public bool Remembers()
    {
        if (CanRemember)
        {
            return true;
        }

        if (MayRemember)
        {
            Cache.Counters.Bypass(ValueBypasses.Disabled);
        }

        return false;
    }

    /// <summary>Whether EF Core would compile a query now in the mode in which it reads all rows at once, so that it can retry.</summary>
    public bool IsRetrying => ExecutionStrategy.Current?.RetriesOnFailure ?? _queryDependencies!.ExecutionStrategy.RetriesOnFailure;

    /// <summary>Runs a query as the user has built it. Only while <see cref="CanRemember"/>.</summary>
    public TResult Execute<TResult>(Expression query, RememberOptions options, bool async, CancellationToken cancellationToken)
    {
        var key = QueryKey.Rent();
        try
        {
            if (!TryWriteHeader<TResult>(key, options, async))
            {
                Refuse(key);
                var parameters = new Dictionary<string, object?>(StringComparer.Ordinal);
                return ExecuteUnremembered<TResult>(Extract(query, parameters), parameters, async, cancellationToken);
            }

            var isWritten = ExpressionKeyWriter.TryWriteRaw(key, Model, query);
            if (isWritten && Plans.Find(key) is { } plan)
            {
                var remembered = new RememberedParameters(this, plan, options, key, plan.ParameterCount);
                plan.Bind(key, remembered);
                return Run<TResult>(plan, remembered, cancellationToken);
            }

            return ExecuteExtracted<TResult>(query, options, async, key, isWritten, cancellationToken);
        }
        finally
        {
            key.Return();
        }
    }

    /// <summary>A query context whose commands come to us.</summary>
    public RememberedQueryContext NewContext(RememberedParameters parameters, CancellationToken cancellationToken)
        => new(_queryDependencies!, _relationalDependencies!, ReplayConnection!, parameters) { CancellationToken = cancellationToken };

    /// <summary>The way of a query that is met for the first time, or whose values only EF Core can read.</summary>
    /// <remarks>The raw key is that of the tree as the user built it, of which perhaps only the header could be written.</remarks>
    private TResult ExecuteExtracted<TResult>(
        Expression query, RememberOptions options, bool async, QueryKey raw, bool isRawWritten, CancellationToken cancellationToken)
    {
        var parameters = new Dictionary<string, object?>(StringComparer.Ordinal);
        var extracted = Extract(query, parameters);
        return ExecuteExtracted<TResult>(extracted, parameters, options, async, raw, isRawWritten, cancellationToken);
    }

    private TResult ExecuteExtracted<TResult>(
        Expression extracted,
        Dictionary<string, object?> parameters,
        RememberOptions options,
        bool async,
        QueryKey raw,
        bool isRawWritten,
        CancellationToken cancellationToken)
    {
        var sent = parameters.ToDictionary(static pair => pair.Key, static pair => ValueWriter.Freeze(pair.Value), StringComparer.Ordinal);

        var key = QueryKey.Rent();
        try
        {
            key.CopyHeader(raw);
            if (!ExpressionKeyWriter.TryWriteExtracted(key, Model, extracted, sent))
            {
                // The user's values have been read once; they are not read again for a plain execution.
                Refuse(key);
                return ExecuteUnremembered<TResult>(extracted, parameters, async, cancellationToken);
            }

            var plan = FindOrCompile<TResult>(key, extracted, async, out var isShared);
            if (!plan.Facts.IsReplayable || plan.Facts.Refusal is not null)
            {
                Refuse(plan, key);
                return ExecuteUnremembered<TResult>(extracted, parameters, async, cancellationToken);
            }

            if (isShared && isRawWritten && raw.IsSameQuery(key) && Plan.Bindings(raw, key) is { } bindings)
            {
                // Both walks agree: from now on this shape needs no extraction.
                Plans.Add(raw, new Plan(raw, plan.Compiled, plan.Facts, bindings));
            }

            var remembered = new RememberedParameters(this, plan, options, key, parameters.Count);
            foreach (var (name, value) in parameters)
            {
                remembered.Add(name, value);
                remembered.Send(name, value, sent[name]);
            }

            return Run<TResult>(plan, remembered, cancellationToken);
        }
        finally
        {
            key.Return();
        }
    }

    private TResult ExecuteUnremembered<TResult>(
        Expression extracted, Dictionary<string, object?> parameters, bool async, CancellationToken cancellationToken)
        => Explaining is not null ? default! : CompileCached<TResult>(extracted, async, forAll: true)(NewPlainContext(parameters, cancellationToken));

    private QueryContext NewPlainContext(Dictionary<string, object?> parameters, CancellationToken cancellationToken)
    {
        var context = _services.GetRequiredService<IQueryContextFactory>().Create();
        context.CancellationToken = cancellationToken;
        foreach (var (name, value) in parameters)
        {
            context.Parameters.Add(name, value);
        }

        return context;
    }

    private TResult Run<TResult>(Plan plan, RememberedParameters parameters, CancellationToken cancellationToken)
        => ((Func<QueryContext, TResult>)plan.Compiled)(NewContext(parameters, cancellationToken));

    // The options of which one query makes other SQL.
    private static byte OptionBits(RelationalOptionsExtension options)
        => (byte)((options.UseRelationalNulls ? 1 : 0)
            | ((int?)options.QuerySplittingBehavior + 1 ?? 0) << 1
            | (int)options.ParameterizedCollectionMode << 3);

    private bool IsSupported()
    {
        var store = _services.GetRequiredService<PlanStore>();
        if (_services.GetService<IRelationalConnection>() is null)
        {
            if (store.IsFirstWarning())
            {
                Log.NotRelational(Logger, Context.Database.ProviderName);
            }

            return false;
        }

        if (_services.GetRequiredService<IQueryContextFactory>().GetType() != typeof(RelationalQueryContextFactory))
        {
            if (store.IsFirstWarning())
            {
                Log.ForeignService(Logger, nameof(IQueryContextFactory));
            }

            return false;
        }

        return true;
    }
}
