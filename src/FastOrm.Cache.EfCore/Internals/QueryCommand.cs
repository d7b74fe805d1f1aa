using System.Linq.Expressions;
using FastOrm.Cache.EfCore.Keys;
using FastOrm.Cache.Keys;
using Microsoft.EntityFrameworkCore.Query;

namespace FastOrm.Cache.EfCore.Internals;

/// <summary>
/// An order to the cache that travels as a query through the provider, and so reaches our compiler whatever stands between.
/// </summary>
internal abstract class QueryCommand
{
    /// <summary>Carries out the order.</summary>
    /// <returns>A boxed <see langword="true"/>: what the provider is asked for.</returns>
    public object Run(RememberSession session, Expression carrier)
    {
        Run(session, ((MethodCallExpression)carrier).Arguments[0]);
        return true;

        void Run(RememberSession session, Expression query) => Execute(session, RememberNode.Strip(query));
    }

    protected abstract void Execute(RememberSession session, Expression query);

    /// <summary>Drops the entries of every terminal operator of the query.</summary>
    public sealed class Forget : QueryCommand
    {
        protected override void Execute(RememberSession session, Expression query) => session.Forget(query);
    }

    /// <summary>Drops what carries a tag, or without tags what reads a table of the query.</summary>
    public sealed class Flush(string[] tags) : QueryCommand
    {
        protected override void Execute(RememberSession session, Expression query)
        {
            if (tags.Length == 0)
            {
                session.FlushTablesOf(query);
            }

            foreach (var tag in tags)
            {
                session.Cache.Change(session.Cache.Stamps.Tag(TagHash.OfTag(tag)));
            }
        }
    }
}

/// <summary>Sends <see cref="QueryCommand"/>s.</summary>
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
            throw new InvalidOperationException("Only a query of a DbContext can be forgotten or flushed; this one is of another kind.");
        }

        MissingSetup.ThrowIf(provider);
        return new QueryCommands(source.Provider);
    }

    public void Forget(Expression query) => Send(query, new QueryCommand.Forget());

    public void Flush(Expression query, string[] tags) => Send(query, new QueryCommand.Flush(tags));

    private void Send(Expression query, QueryCommand command)
    {
        // With an EF Core that we do not know nobody would take the command out again, and nothing is remembered.
        if (EfInternals.Missing is null)
        {
            _provider.Execute<bool>(RememberNode.Carry(query, command));
        }
    }
}
