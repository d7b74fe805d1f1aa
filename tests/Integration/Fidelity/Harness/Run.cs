using System.Collections;
using System.Linq.Expressions;
using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query;

namespace FastOrm.Cache.Tests.Integration.Fidelity.Harness;

/// <summary>One execution of a query of the corpus: on which provider, in which way, remembered or not.</summary>
internal sealed class Run(Provider provider, bool async, bool remembers, bool byPolicy = false)
{
    /// <summary>Long enough for the slowest machine.</summary>
    public static readonly TimeSpan Ttl = TimeSpan.FromHours(1);

    public Provider Provider => provider;

    public bool Async => async;

    public bool Remembers => remembers;

    /// <summary>Whether the context remembers queries without a mark.</summary>
    public bool ByPolicy => byPolicy;

    /// <summary>An object of the caller, another one in each run: what a projection must call or return, never that of an earlier run.</summary>
    public Greeter Greeter { get; } = new();

    /// <summary>Counts the commands of a run in which queries are explained and not read; null for every other.</summary>
    public SqlCounter? Explains { get; init; }

    /// <summary>What was explained, and the commands that it took.</summary>
    public List<(CacheExplanation Explanation, int Commands)> Explained { get; } = [];

    /// <summary>Marks a query as remembered, or gives it back as it is.</summary>
    public IQueryable<T> Mark<T>(IQueryable<T> query) => remembers ? query.Remember(Ttl) : query;

    /// <summary>The rows of the list that was read last, also if an exception has ended it.</summary>
    public ICollection Rows { get; private set; } = Array.Empty<object>();

    /// <summary>Runs a query to a list.</summary>
    public Task<List<T>> List<T>(IQueryable<T> query)
        => Explains is not null ? ExplainAsync<List<T>>(() => async ? query.ExplainCacheAsync() : Task.FromResult(query.ExplainCache()), [])
            : async ? ListAsync(query.AsAsyncEnumerable()) : Task.FromResult(List((IEnumerable<T>)query));

    /// <summary>Reads rows to a list.</summary>
    public List<T> List<T>(IEnumerable<T> source)
    {
        var rows = new List<T>();
        Rows = rows;
        foreach (var row in source)
        {
            rows.Add(row);
        }

        return rows;
    }

    /// <inheritdoc cref="List{T}(IEnumerable{T})"/>
    public async Task<List<T>> ListAsync<T>(IAsyncEnumerable<T> source)
    {
        var rows = new List<T>();
        Rows = rows;
        await foreach (var row in source)
        {
            rows.Add(row);
        }

        return rows;
    }

    /// <summary>Runs a query to its last operator.</summary>
    public async Task<TResult> End<T, TResult>(IQueryable<T> query, Expression<Func<IQueryable<T>, TResult>> last)
    {
        if (Explains is not null)
        {
            return await ExplainAsync<TResult>(
                () => async ? query.ExplainCacheAsync(last) : Task.FromResult(query.ExplainCache(last)), default!);
        }

        var queries = (IAsyncQueryProvider)query.Provider;
        var expression = ReplacingExpressionVisitor.Replace(last.Parameters[0], query.Expression, last.Body);
        return async
            ? await queries.ExecuteAsync<Task<TResult>>(expression, CancellationToken.None)
            : queries.Execute<TResult>(expression);
    }

    private async Task<TResult> ExplainAsync<TResult>(Func<Task<CacheExplanation>> explain, TResult result)
    {
        var before = Explains!.Count;
        Explained.Add((await explain(), Explains.Count - before));
        return result;
    }
}

/// <summary>Something of the caller's that a projection captures.</summary>
internal sealed class Greeter
{
    private int _calls;

    /// <summary>How often it was called.</summary>
    public int Calls => _calls;

    public string Greet(string name)
    {
        _calls++;
        return $"hello {name}";
    }
}
