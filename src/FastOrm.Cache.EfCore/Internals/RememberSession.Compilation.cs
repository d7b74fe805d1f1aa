#pragma warning disable EF1001 // Internal EF Core types: only this folder names them.
using System.Linq.Expressions;
using FastOrm.Cache.EfCore.Keys;
using FastOrm.Cache.EfCore.Plans;
using Microsoft.EntityFrameworkCore.Query;
using Microsoft.EntityFrameworkCore.Query.Internal;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace FastOrm.Cache.EfCore.Internals;

/// <content>From a query to its key and its plan: what EF Core's extraction and compilation are asked for.</content>
internal sealed partial class RememberSession
{
    // EF Core's key of an arbitrary expression tells apart all that must not share compiled queries, whatever the provider adds.
    public PlanCache Plans => _plans ??= _services.GetRequiredService<PlanStore>().For(Model, InBufferedMode(()
        => _services.GetRequiredService<ICompiledQueryCacheKeyGenerator>().GenerateCacheKey(Expression.Constant(0), async: false)));

    /// <summary>Writes what tells queries apart before their expression: who asks, of which database, in which way.</summary>
    public bool TryWriteHeader<TResult>(QueryKey key, RememberOptions options, bool async)
    {
        WriteShapeHeader<TResult>(key, async);
        return TryWriteValuesHeader(key, options);
    }

    /// <summary>The part that belongs to the shape: the way in which the query is asked.</summary>
    public void WriteShapeHeader<TResult>(QueryKey key, bool async)
    {
        key.Names.Byte(async ? (byte)1 : (byte)0);
        key.Names.Id(StableId.Of(typeof(TResult)));
        key.NamesHeaderLength = key.Names.Length;
        key.Shape.Byte(KeyVersion);
        key.Shape.Byte((byte)Context.ChangeTracker.QueryTrackingBehavior);
        WriteShapeOfContext(key);
    }

    private void WriteShapeOfContext(QueryKey key)
    {
        key.Shape.Byte(_optionBits);
        key.Shape.Id(_contextId);
        key.Shape.Byte((byte)_rewriters.Length);
        foreach (var rewriter in _rewriters)
        {
            key.Shape.Id(StableId.Of(rewriter)); // What it makes of the query is not seen in the key.
        }

        key.ShapeHeaderLength = key.Shape.Length;
    }

    /// <summary>The part that belongs to the values: who asks of which database.</summary>
    public bool TryWriteValuesHeader(QueryKey key, RememberOptions options)
    {
        key.Database = Database;
        key.Values.Id(key.Database.Key);
        key.Values.UInt64(_model);
        key.Values.Int32(options.Digest.Bytes.Length);
        key.Values.Bytes(options.Digest.Bytes);
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

    /// <summary>Lets EF Core extract the captured values, and takes out the marks, also those that come with captured queries.</summary>
    public Expression Extract(Expression query, Dictionary<string, object?> parameters)
    {
        var filter = _services.GetRequiredService<IEvaluatableExpressionFilter>();
        var funcletizer = new ExpressionTreeFuncletizer(Model, filter, Context.GetType(), generateContextAccessors: false, Logger);
        return RememberNode.Strip(
            funcletizer.ExtractParameters(RememberNode.Strip(query), parameters, parameterize: true, clearParameterizedValues: true));
    }

    /// <summary>EF Core's compiled query in buffered mode, from its own cache.</summary>
    public Func<QueryContext, TResult> Compile<TResult>(Expression extracted, bool async)
    {
        extracted = ShadowedNames.Resolve(extracted);
        return InBufferedMode(() => CompileCached<TResult>(extracted, async, forAll: false));
    }

    /// <summary>EF Core's compiled query, in the mode in which we are, whatever policies say.</summary>
    private Func<QueryContext, TResult> CompileNow<TResult>(Expression extracted, bool async)
        => _services.GetRequiredService<IDatabase>().CompileQuery<TResult>(RememberNode.Past(extracted), async);

    /// <summary>Does something in the mode in which EF Core names the columns of its queries.</summary>
    public static TResult InBufferedMode<TResult>(Func<TResult> action)
    {
        using var mode = BufferedMode.Enter();
        return action();
    }

    // EF Core's key leaves out options that change the SQL. Of remembered queries, those who share rows must make the same.
    private Func<QueryContext, TResult> CompileCached<TResult>(Expression extracted, bool async, bool forAll)
    {
        var key = _services.GetRequiredService<ICompiledQueryCacheKeyGenerator>().GenerateCacheKey(extracted, async);
        return _services.GetRequiredService<ICompiledQueryCache>().GetOrAddQuery(
            forAll ? key : (key, _optionBits),
            () => forAll
                ? _services.GetRequiredService<IDatabase>().CompileQuery<TResult>(extracted, async) // What others find there is theirs.
                : CompileNow<TResult>(extracted, async));
    }

    /// <summary>The plan of the query.</summary>
    /// <param name="key">The key of the extracted query.</param>
    /// <param name="extracted">The extracted query.</param>
    /// <param name="async">Whether it is enumerated asynchronously.</param>
    /// <param name="isShared">Whether it is the plan of all queries with this key, and not only of this one.</param>
    private Plan FindOrCompile<TResult>(QueryKey key, Expression extracted, bool async, out bool isShared)
    {
        // Told apart from the keys of raw trees: those name variables, this one EF Core's parameters.
        key.Names.Byte(byte.MaxValue);
        var plan = key.HasOpaqueShape ? null : Plans.Find(key);
        if (plan is null && !key.HasOpaqueShape)
        {
            plan = NewPlan(key, key.HasMutableConstants ? CompileFrozen<TResult>(extracted, async) : Compile<TResult>(extracted, async));
            Plans.Add(key, plan);
        }

        isShared = plan is { Facts.HoldsConstant: false };
        return isShared ? plan! : NewPlan(key, Compile<TResult>(extracted, async));
    }

    private static Plan NewPlan(QueryKey key, Delegate compiled) => new(key, compiled, QueryFacts.Of(compiled) ?? new QueryFacts(), []);

    /// <summary>A compiled query whose constants no one can change, so that it may be shared, unless it hands them out.</summary>
    private Func<QueryContext, TResult> CompileFrozen<TResult>(Expression extracted, bool async)
    {
        var freezer = new ConstantFreezer();
        using var watch = QueryInstrumentation.Watch(freezer);
        return InBufferedMode(() => CompileNow<TResult>(freezer.Visit(extracted), async));
    }
}
