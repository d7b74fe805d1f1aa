#pragma warning disable EF9100 // Experimental EF Core members: a database service must have them.
using System.Linq.Expressions;
using FastOrm.Cache.EfCore.Internals;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Query;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore.Update;

namespace FastOrm.Cache.Tests.Integration.Policies;

/// <summary>A query that no policy matches costs nothing: what runs is the very delegate that EF Core has made, made for no buffer.</summary>
public sealed class UnmatchedQueryTests : IDisposable
{
    private readonly TestDatabase<CachedShopContext> _shop = CachedShopContext.New();

    [Fact]
    public void A_query_that_may_not_match_is_compiled_once_and_is_EF_Cores_own()
    {
        var (compiled, made) = Compile(static db => db.Orders.Where(o => o.Id == 1));

        Assert.Same(Assert.Single(made), compiled);
    }

    [Fact]
    public void A_query_that_has_turned_out_not_to_match_is_EF_Cores_own()
    {
        var (compiled, made) = Compile(static db => db.Categories.Where(c => c.Id == 1));

        Assert.Equal(2, made.Count);
        Assert.Same(made[1], compiled);
    }

    [Fact]
    public void Only_a_query_that_matches_is_not()
    {
        var (compiled, made) = Compile(static db => db.Products.Where(p => p.Id == 1));

        Assert.DoesNotContain(compiled, made);
    }

    [Fact]
    public void Neither_is_a_query_that_is_not_to_be_remembered()
    {
        var (compiled, made) = Compile(static db => EfCore.RememberQueryableExtensions.DontRemember(db.Products));

        Assert.Same(Assert.Single(made), compiled);
    }

    public void Dispose() => _shop.Dispose();

    private (Delegate Compiled, List<Delegate> Made) Compile<T>(Func<CachedShopContext, IQueryable<T>> query)
    {
        using var db = _shop.New();
        var services = ((IInfrastructure<IServiceProvider>)db).Instance;
        var recorder = new Recorder((IDatabase)services.GetService(typeof(RelationalDatabase))!);
        return (new ObservingDatabase(recorder, services).CompileQuery<IEnumerable<T>>(query(db).Expression, async: false), recorder.Made);
    }

    // Notes what EF Core makes.
    private sealed class Recorder(IDatabase inner) : IDatabase
    {
        public List<Delegate> Made { get; } = [];

        public Func<QueryContext, TResult> CompileQuery<TResult>(Expression query, bool async)
        {
            var compiled = inner.CompileQuery<TResult>(query, async);
            Made.Add(compiled);
            return compiled;
        }

        public Expression<Func<QueryContext, TResult>> CompileQueryExpression<TResult>(Expression query, bool async)
            => inner.CompileQueryExpression<TResult>(query, async);

        public int SaveChanges(IList<IUpdateEntry> entries) => inner.SaveChanges(entries);

        public Task<int> SaveChangesAsync(IList<IUpdateEntry> entries, CancellationToken cancellationToken = default)
            => inner.SaveChangesAsync(entries, cancellationToken);
    }
}
