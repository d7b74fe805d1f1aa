#pragma warning disable EF1001, EF9100 // Internal and experimental EF Core types: only this folder names them.
using System.Linq.Expressions;
using FastOrm.Cache.EfCore.Keys;
using Microsoft.EntityFrameworkCore.Query;
using Microsoft.EntityFrameworkCore.Query.Internal;
using Microsoft.Extensions.DependencyInjection;

namespace FastOrm.Cache.EfCore.Internals;

/// <summary>
/// The entry of every query: one without a mark goes straight through, at the price of a walk along its spine; one with a mark goes to
/// the <see cref="RememberSession"/> of its context.
/// </summary>
/// <remarks>
/// This is the short way. Where it is closed (compiled queries, a compiler of another library around which ours stands) the mark goes on
/// with the query and is found when EF Core compiles it: <see cref="MarkedQueries"/>.
/// </remarks>
internal sealed class RememberingQueryCompiler(IQueryCompiler inner, IServiceProvider services) : IQueryCompiler
{
    // What another compiler makes of a query is known only when EF Core compiles it.
    private readonly bool _isForeign = inner.GetType() != typeof(QueryCompiler);
    private RememberSession? _session;

    public TResult Execute<TResult>(Expression query)
        => RememberNode.Find(query) is not { } options ? inner.Execute<TResult>(query)
            : BulkWrites.Is<TResult>(query) || Session is not { } session || !session.Remembers() ? inner.Execute<TResult>(RememberNode.Strip(query))
            : _isForeign ? inner.Execute<TResult>(query)
            : session.Execute<TResult>(query, options, async: false, CancellationToken.None);

    public TResult ExecuteAsync<TResult>(Expression query, CancellationToken cancellationToken)
        => RememberNode.Find(query) is not { } options ? inner.ExecuteAsync<TResult>(query, cancellationToken)
            : BulkWrites.Is<TResult>(query) || Session is not { } session || !session.Remembers()
                ? inner.ExecuteAsync<TResult>(RememberNode.Strip(query), cancellationToken)
            : _isForeign ? inner.ExecuteAsync<TResult>(query, cancellationToken)
            : session.Execute<TResult>(query, options, async: true, cancellationToken);

    public Func<QueryContext, TResult> CreateCompiledQuery<TResult>(Expression query) => inner.CreateCompiledQuery<TResult>(query);

    public Func<QueryContext, TResult> CreateCompiledAsyncQuery<TResult>(Expression query)
        => inner.CreateCompiledAsyncQuery<TResult>(query);

    public Expression<Func<QueryContext, TResult>> PrecompileQuery<TResult>(Expression query, bool async)
        => inner.PrecompileQuery<TResult>(RememberNode.Strip(query), async);

    /// <summary>Who remembers the queries of the context; null once that is disposed of.</summary>
    public RememberSession? Session => _session ??= FindSession();

    private RememberSession? FindSession()
    {
        try
        {
            return services.GetRequiredService<RememberSession>();
        }
        catch (ObjectDisposedException)
        {
            return null; // With its context: EF Core says which.
        }
    }
}
