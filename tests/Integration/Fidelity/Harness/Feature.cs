using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Fidelity.Harness;

/// <summary>An area of EF Core, and the way to declare its queries.</summary>
/// <param name="name">What it is called.</param>
/// <param name="queries">Where the queries are added.</param>
/// <param name="options">What its contexts are set up with besides.</param>
/// <param name="with">What is set on each context before the query.</param>
internal sealed class Feature<TContext>(
    string name, ICollection<CorpusQuery> queries, Action<DbContextOptionsBuilder>? options = null, Action<TContext>? with = null)
    where TContext : CorpusContext
{
    public string Name => name;

    public TContext NewContext(DbContextOptions contextOptions)
    {
        var db = (TContext)Activator.CreateInstance(typeof(TContext), contextOptions)!;
        with?.Invoke(db);
        return db;
    }

    public void Configure(DbContextOptionsBuilder builder) => options?.Invoke(builder);

    /// <summary>Equal for features with the same options.</summary>
    public object SetUp => options ?? (object)"ordinary";

    /// <summary>A query read to a list, remembered at its end.</summary>
    public CorpusQuery Query<T>(string query, Func<TContext, IQueryable<T>> source)
        => Free(query, async (db, run) => await run.List(run.Mark(source(db))));

    /// <summary>A query with a last operator, remembered before that.</summary>
    public CorpusQuery Query<T, TResult>(
        string query, Func<TContext, IQueryable<T>> source, Expression<Func<IQueryable<T>, TResult>> last)
        => Free(query, async (db, run) => await run.End(run.Mark(source(db)), last));

    /// <summary>A query read to a list that says itself where it is remembered, or captures something of the run.</summary>
    public CorpusQuery Marked<T>(string query, Func<TContext, Run, IQueryable<T>> source)
        => Free(query, async (db, run) => await run.List(source(db, run)));

    /// <summary>A query with a last operator that says itself where it is remembered.</summary>
    public CorpusQuery Marked<T, TResult>(
        string query, Func<TContext, Run, IQueryable<T>> source, Expression<Func<IQueryable<T>, TResult>> last)
        => Free(query, async (db, run) => await run.End(source(db, run), last));

    /// <summary>Anything else that one does with queries.</summary>
    public CorpusQuery Free(string query, Func<TContext, Run, Task<object?>> execute)
    {
        var added = new CorpusQuery<TContext>(this, query, execute);
        queries.Add(added);
        return added;
    }
}
