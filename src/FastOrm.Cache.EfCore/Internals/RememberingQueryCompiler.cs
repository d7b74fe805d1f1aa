#pragma warning disable EF1001, EF9100 // Internal and experimental EF Core types: only this folder names them.
using System.Linq.Expressions;
using FastOrm.Cache.EfCore.Invalidation;
using FastOrm.Cache.EfCore.Keys;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Query;
using Microsoft.EntityFrameworkCore.Query.Internal;
using Microsoft.Extensions.DependencyInjection;

namespace FastOrm.Cache.EfCore.Internals;

/// <summary>
/// The entry of every query: one without a mark goes straight through, at the price of a walk along its spine; one with a mark goes to
/// the <see cref="RememberSession"/> of its context.
/// </summary>
internal sealed class RememberingQueryCompiler(IQueryCompiler inner, IServiceProvider services) : IQueryCompiler
{
    private RememberSession? _session;
    private Func<WriteObserver?>? _writes;

    /// <summary>EF Core's own compiler, or one that another library has put before ours.</summary>
    public IQueryCompiler Inner => inner;

    public RememberSession Session => _session ??= new RememberSession(this, services);

    /// <summary>Whether the context uses the library; with a service provider of the application's own it need not.</summary>
    public bool IsSetUp
        => _session is not null
            || services.GetRequiredService<IDbContextOptions>().FindExtension<FastOrmCacheOptionsExtension>() is not null;

    public TResult Execute<TResult>(Expression query)
        => BulkWrites.Is<TResult>(query) ? Write<TResult>(query) : Read<TResult>(query);

    public TResult ExecuteAsync<TResult>(Expression query, CancellationToken cancellationToken)
        => BulkWrites.Is<TResult>(query)
            ? WriteAsync<TResult>(query, cancellationToken)
            : ReadAsync<TResult>(query, cancellationToken);

    public Func<QueryContext, TResult> CreateCompiledQuery<TResult>(Expression query)
        => CompiledQueries.Create(this, query, static (compiler, query) => compiler.CreateCompiledQuery<TResult>(query), async: false);

    public Func<QueryContext, TResult> CreateCompiledAsyncQuery<TResult>(Expression query)
        => CompiledQueries.Create(this, query, static (compiler, query) => compiler.CreateCompiledAsyncQuery<TResult>(query), async: true);

    public Expression<Func<QueryContext, TResult>> PrecompileQuery<TResult>(Expression query, bool async)
        => inner.PrecompileQuery<TResult>(RememberNode.Strip(query), async);

    private WriteObserver? Writes() => (_writes ??= WriteObserver.Find(services))();

    // Methods of their own: what a lambda captures is allocated where the method begins, also when the lambda is not made.
    private TResult Write<TResult>(Expression query)
    {
        query = RememberNode.Strip(query);
        return Writes() is { } observer ? BulkWrites.Run(observer, () => inner.Execute<TResult>(query)) : inner.Execute<TResult>(query);
    }

    private TResult WriteAsync<TResult>(Expression query, CancellationToken cancellationToken)
    {
        query = RememberNode.Strip(query);
        return Writes() is { } observer
            ? BulkWrites.Run(observer, () => inner.ExecuteAsync<TResult>(query, cancellationToken))
            : inner.ExecuteAsync<TResult>(query, cancellationToken);
    }

    private TResult Read<TResult>(Expression query)
        => RememberNode.Find(query) switch
        {
            null => inner.Execute<TResult>(query),
            RememberOptions options => Session.Execute<TResult>(query, options, async: false, CancellationToken.None),
            var command => (TResult)((QueryCommand)command).Run(Session, query),
        };

    private TResult ReadAsync<TResult>(Expression query, CancellationToken cancellationToken)
        => RememberNode.Find(query) is RememberOptions options
            ? Session.Execute<TResult>(query, options, async: true, cancellationToken)
            : inner.ExecuteAsync<TResult>(query, cancellationToken);
}
