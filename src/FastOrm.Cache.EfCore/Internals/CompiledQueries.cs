#pragma warning disable EF1001 // Internal EF Core types: only this folder names them.
using System.Linq.Expressions;
using FastOrm.Cache.EfCore.Keys;
using FastOrm.Cache.EfCore.Plans;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Query;
using Microsoft.EntityFrameworkCore.Query.Internal;

namespace FastOrm.Cache.EfCore.Internals;

/// <summary><c>EF.CompileQuery</c> with <c>Remember</c> inside.</summary>
/// <remarks>Its delegate outlives the context that compiled it: everything is taken from the context of each execution.</remarks>
internal static class CompiledQueries
{
    public static Func<QueryContext, TResult> Create<TResult>(
        RememberingQueryCompiler compiler,
        Expression query,
        Func<IQueryCompiler, Expression, Func<QueryContext, TResult>> createPlain,
        bool async)
    {
        if (!compiler.IsSetUp || compiler.Session is not { Connection: not null } session)
        {
            return createPlain(compiler.Inner, RememberNode.Strip(query));
        }

        // A quoted Remember gets its arguments only by the extraction, which evaluates them.
        var extracted = session.Extract(query, [], compiledQuery: true, strip: false);
        if (RememberNode.FindQuoted(extracted) is not { } options)
        {
            return createPlain(compiler.Inner, RememberNode.Strip(query));
        }

        extracted = RememberNode.Strip(extracted);
        var compiled = session.CompileAnew<TResult>(extracted, async);
        return QueryFacts.Of(compiled) is { IsReplayable: true, Refusal: null } facts
            && Plan<TResult>(session, extracted, options, async, compiled, facts) is { } plan
                ? context => Execute(context, plan, options, compiled, async)
                : compiled;
    }

    private static Plan? Plan<TResult>(
        RememberSession session, Expression extracted, RememberOptions options, bool async, Delegate compiled, QueryFacts facts)
    {
        var key = QueryKey.Rent();
        try
        {
            if (session.TryWriteHeader<TResult>(key, options, async)
                && ExpressionKeyWriter.TryWriteExtracted(key, session.Model, extracted, new Dictionary<string, object?>(StringComparer.Ordinal)))
            {
                return new Plan(key, compiled, facts, []);
            }

            session.Refuse(key);
            return null;
        }
        finally
        {
            key.Return();
        }
    }

    private static TResult Execute<TResult>(
        QueryContext context, Plan plan, RememberOptions options, Func<QueryContext, TResult> compiled, bool async)
    {
        if (context.Context.GetService<IQueryCompiler>() is not RememberingQueryCompiler { IsSetUp: true, Session: { CanRemember: true } session })
        {
            return compiled(context);
        }

        var key = QueryKey.Rent();
        try
        {
            if (!session.TryWriteHeader<TResult>(key, options, async))
            {
                session.Refuse(key);
                return compiled(context);
            }

            // Forget knows a query by its expression, and here there is none: names, tags and tables still reach it.
            key.SourceValuesLength = key.ValuesHeaderLength;
            foreach (var (name, value) in context.Parameters)
            {
                var sent = ValueWriter.Freeze(value);
                key.Sent.Add(sent);
                key.Values.Text(name);
                if (!ValueWriter.TryWrite(key.Values, sent, session.Model))
                {
                    key.Refusal = $"a parameter of type {value!.GetType().Name}";
                    session.Refuse(key);
                    return compiled(context);
                }
            }

            var parameters = new RememberedParameters(session, plan, options, key, context.Parameters.Count);
            foreach (var (name, value) in context.Parameters)
            {
                parameters.Send(name, value, key.Sent[parameters.Count]);
                parameters.Add(name, value);
            }

            return compiled(session.NewContext(parameters, context.CancellationToken));
        }
        finally
        {
            key.Return();
        }
    }
}
