using System.Linq.Expressions;
using FastOrm.Cache.EfCore.Explanations;
using FastOrm.Cache.EfCore.Keys;
using Microsoft.EntityFrameworkCore.Query;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace FastOrm.Cache.EfCore.Internals;

/// <content>Queries that are explained: they go the way of every other, and are not answered.</content>
internal sealed partial class RememberSession
{
    /// <summary>What is told how the query would be answered that is begun now; null for every query that is read.</summary>
    public Explanation? Explaining { get; private set; }

    /// <summary>Begins a query that is to be explained.</summary>
    /// <param name="query">The query without marks, from which EF Core has extracted the captured values.</param>
    /// <param name="parameters">The captured values.</param>
    /// <param name="mark">Its mark; null if it has none.</param>
    /// <param name="async">Whether it would be enumerated asynchronously.</param>
    /// <param name="explanation">What is told.</param>
    /// <returns>What has to be enumerated or awaited until the explanation is complete; null if it is so already.</returns>
    public TResult? Explain<TResult>(
        Expression query, Dictionary<string, object?> parameters, QueryMark? mark, bool async, Explanation explanation)
        => MayAnswer(explanation)
            ? Explain(explanation, () => mark is null ? ExplainUnmarked<TResult>(query, parameters, async, explanation)
                : mark.IsPast ? Ended<TResult>(explanation, "DontRemember")
                : ExplainMarked<TResult>(query, parameters, mark.Options(parameters), async, explanation))
            : default;

    /// <summary>Has what is begun within told how it would be answered.</summary>
    public TResult Explain<TResult>(Explanation explanation, Func<TResult> begin)
    {
        var before = Explaining;
        Explaining = explanation;
        try
        {
            return begin();
        }
        finally
        {
            Explaining = before;
        }
    }

    /// <summary>Whether anything may be answered from the cache; if not, the explanation says why.</summary>
    public bool MayAnswer(Explanation explanation)
    {
        if (Connection is null)
        {
            explanation.Ends(CacheOutcome.NotCacheable, "the provider is not relational, or another library replaces a service of EF Core's");
            return false;
        }

        if (!CanRemember)
        {
            explanation.Ends(
                CacheOutcome.Disabled,
                !Cache.IsEnabled ? "the cache is switched off"
                    : !Options.IsEnabled ? "UseFastOrmCache has switched it off for the context"
                    : "within RememberScope.Suppress");
            return false;
        }

        return true;
    }

    private TResult? ExplainMarked<TResult>(
        Expression query, Dictionary<string, object?> parameters, RememberOptions options, bool async, Explanation explanation)
    {
        explanation.Result = explanation.Result with { RememberedBy = options.Fresh ? "RememberFresh" : "Remember" };
        var header = QueryKey.Rent();
        try
        {
            if (!TryWriteHeader<TResult>(header, options, async))
            {
                Refuse(header);
                return default;
            }

            return ExecuteExtracted<TResult>(query, parameters, options, async, header, isRawWritten: false, CancellationToken.None);
        }
        finally
        {
            header.Return();
        }
    }

    // Whether a policy matches is decided where it is for every query: when it is compiled. What no policy matches is not run.
    private TResult? ExplainUnmarked<TResult>(
        Expression query, Dictionary<string, object?> parameters, bool async, Explanation explanation)
    {
        var compiled = _services.GetRequiredService<IDatabase>().CompileQuery<TResult>(query, async);
        if (explanation.Policy is { IsMatched: true, Refusal: null })
        {
            return compiled(NewPlainContext(parameters, CancellationToken.None));
        }

        return explanation.Policy.IsMatched
            ? Ended<TResult>(explanation, "a policy matches, but the query cannot be remembered", explanation.Policy.Refusal)
            : Ended<TResult>(explanation, "no Remember, no policy");
    }

    private static TResult? Ended<TResult>(Explanation explanation, string reason, string? detail = null)
    {
        explanation.Ends(CacheOutcome.NotCacheable, reason, detail);
        return default;
    }
}

/// <summary>A mark of a query, found in a tree from which EF Core has extracted the captured values.</summary>
/// <param name="IsPast">Whether it is that of <c>DontRemember</c>.</param>
/// <param name="Options">The options of any other, for given parameters.</param>
internal sealed record QueryMark(bool IsPast, Func<Dictionary<string, object?>, RememberOptions> Options)
{
    /// <summary>The outermost mark of a query, or null.</summary>
    public static QueryMark? Of(Expression query)
        => RememberNode.FindCall(query) is not { } call ? null
            : RememberNode.IsPast(call) ? new QueryMark(IsPast: true, static _ => RememberOptions.Default)
            : new QueryMark(IsPast: false, ExtractedArguments.Options(call));
}
