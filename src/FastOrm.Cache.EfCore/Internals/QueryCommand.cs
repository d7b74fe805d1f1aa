using System.Linq.Expressions;
using FastOrm.Cache.EfCore.Explanations;
using FastOrm.Cache.EfCore.Keys;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Query;

namespace FastOrm.Cache.EfCore.Internals;

/// <summary>
/// An order to the cache that travels as a query through the provider, and so reaches us whatever stands between.
/// </summary>
internal abstract class QueryCommand
{
    /// <summary>Carries out the order.</summary>
    /// <param name="session">That of the context whose query it is.</param>
    /// <param name="query">The query, from which EF Core has extracted the captured values.</param>
    /// <param name="parameters">The captured values.</param>
    /// <param name="mark">The mark that the query had, or null.</param>
    public abstract void Execute(RememberSession session, Expression query, Dictionary<string, object?> parameters, QueryMark? mark);

    /// <summary>Drops the entries of every terminal operator of the query.</summary>
    public sealed class Forget : QueryCommand
    {
        public override void Execute(RememberSession session, Expression query, Dictionary<string, object?> parameters, QueryMark? mark)
            => session.Forget(query, parameters);
    }

    /// <summary>Tells who remembers the queries of the context.</summary>
    public sealed class FindSession : QueryCommand
    {
        public RememberSession? Session { get; private set; }

        public override void Execute(RememberSession session, Expression query, Dictionary<string, object?> parameters, QueryMark? mark)
            => Session = session;
    }

    /// <summary>Begins the query, to be told how it would be answered.</summary>
    public sealed class Explain<TResult>(bool async, Explanation explanation) : QueryCommand
    {
        /// <summary>What has to be enumerated or awaited.</summary>
        public TResult? Begun { get; private set; }

        public override void Execute(RememberSession session, Expression query, Dictionary<string, object?> parameters, QueryMark? mark)
            => Begun = session.Explain<TResult>(query, parameters, mark, async, explanation);
    }

    /// <summary>Drops what carries a tag, or without tags what reads a table of the query.</summary>
    public sealed class Flush(string[] tags) : QueryCommand
    {
        public override void Execute(RememberSession session, Expression query, Dictionary<string, object?> parameters, QueryMark? mark)
        {
            if (tags.Length == 0)
            {
                session.FlushTablesOf(query);
            }

            session.Cache.Flush(tags);
        }
    }
}

/// <summary>Sends <see cref="QueryCommand"/>s, and takes them in where EF Core compiles queries.</summary>
internal readonly struct QueryCommands
{
    private readonly IQueryProvider _provider;

    private QueryCommands(IQueryProvider provider) => _provider = provider;

    /// <exception cref="InvalidOperationException">The query is not one of a context that knows us.</exception>
    public static QueryCommands Of(IQueryable source)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (source.Provider is not IAsyncQueryProvider provider)
        {
            throw new InvalidOperationException("Only a query of a DbContext can be forgotten, flushed or explained; this one is of another kind.");
        }

        MissingSetup.ThrowIf(provider);
        return new QueryCommands(source.Provider);
    }

    /// <summary>What EF Core is to run instead of a query that carries an order; null for any other query.</summary>
    public static Func<QueryContext, TResult>? TryCompile<TResult>(Expression query)
    {
        if (RememberNode.FindCall(query) is not { } carrier || !RememberNode.IsCarrier(carrier))
        {
            return null;
        }

        var command = ExtractedArguments.Reader(carrier.Arguments[1]);
        var carried = carrier.Arguments[0] is UnaryExpression { NodeType: ExpressionType.Convert } boxed ? boxed.Operand : carrier.Arguments[0];
        var (target, mark) = (RememberNode.Strip(carried), QueryMark.Of(carried));
        return context =>
        {
            var session = context.Context.GetService<RememberSession>();
            ((QueryCommand)command(context.Parameters)!).Execute(session, target, context.Parameters, mark);
            return (TResult)(object)true;
        };
    }

    public void Forget(Expression query) => Send(query, new QueryCommand.Forget());

    public void Flush(Expression query, string[] tags) => Send(query, new QueryCommand.Flush(tags));

    /// <summary>Begins a query of which it is to be told how it would be answered.</summary>
    /// <returns>What has to be enumerated or awaited; null if there is nothing more to tell.</returns>
    public TResult? Explain<TResult>(Expression query, bool async, Explanation explanation)
    {
        var command = new QueryCommand.Explain<TResult>(async, explanation);
        Send(query, command);
        if (EfInternals.Missing is { } missing)
        {
            explanation.Ends(CacheOutcome.NotCacheable, $"this version of EF Core has no {missing}");
        }

        return command.Begun;
    }

    /// <summary>Who remembers the queries of the context; null if nobody does.</summary>
    public RememberSession? FindSession(Expression query)
    {
        if (MissingSetup.CompilerOf(_provider) is RememberingQueryCompiler compiler)
        {
            return compiler.Session;
        }

        var command = new QueryCommand.FindSession();
        Send(query, command);
        return command.Session;
    }

    private void Send(Expression query, QueryCommand command)
    {
        // With an EF Core that we do not know nobody would take the command out again, and nothing is remembered.
        if (EfInternals.Missing is null)
        {
            _provider.Execute<bool>(RememberNode.Carry(query, command));
        }
    }
}
