using System.Linq.Expressions;
using FastOrm.Cache.EfCore.Entities;
using FastOrm.Cache.EfCore.Explanations;
using FastOrm.Cache.EfCore.Internals;
using FastOrm.Cache.Engine;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query;

namespace FastOrm.Cache.EfCore;

/// <summary>Explains how a query would be answered now, by the very code that answers it.</summary>
/// <remarks>
/// To explain runs no SQL, opens no connection, begins no load, stores nothing and counts nothing. Where nodes share a tier it asks that, as a
/// read would. Like a context, the methods are not for two threads at once.
/// </remarks>
public static class ExplainCacheExtensions
{
    /// <summary>Explains the query as a list: <c>ToListAsync</c>, and <c>ToList</c>, which shares its rows.</summary>
    /// <typeparam name="T">The type of the query's elements.</typeparam>
    /// <param name="source">The query, with <c>Remember</c> or without: then it is said whether a policy remembers it.</param>
    /// <param name="options">What may be shown; null for no values.</param>
    /// <param name="cancellationToken">Cancels the question to the tier that nodes share.</param>
    /// <exception cref="InvalidOperationException">The query is not one of a context that was set up with <c>UseFastOrmCache</c>, or cannot be translated.</exception>
    public static Task<CacheExplanation> ExplainCacheAsync<T>(
        this IQueryable<T> source, ExplainOptions? options = null, CancellationToken cancellationToken = default)
        => ExplainAsync(QueryCommands.Of(source), source.Expression, options, (commands, query, explanation)
            => explanation.RunAsync(commands.Explain<IAsyncEnumerable<T>>(query, async: true, explanation), cancellationToken)).AsTask();

    /// <inheritdoc cref="ExplainCacheAsync{T}(IQueryable{T}, ExplainOptions, CancellationToken)"/>
    public static Task<CacheExplanation> ExplainCacheAsync<T>(this IQueryable<T> source, CancellationToken cancellationToken)
        => ExplainCacheAsync(source, (ExplainOptions?)null, cancellationToken);

    /// <inheritdoc cref="ExplainCacheAsync{T}(IQueryable{T}, ExplainOptions, CancellationToken)"/>
    public static CacheExplanation ExplainCache<T>(this IQueryable<T> source, ExplainOptions? options = null)
        => CacheEngine.Now(ExplainAsync(QueryCommands.Of(source), source.Expression, options, static (commands, query, explanation) =>
        {
            explanation.Run(commands.Explain<IEnumerable<T>>(query, async: false, explanation));
            return ValueTask.CompletedTask;
        }));

    /// <summary>Explains the query with its last operator, which gives one value: <c>ExplainCacheAsync(q => q.Count())</c> for <c>CountAsync()</c>.</summary>
    /// <typeparam name="T">The type of the query's elements.</typeparam>
    /// <typeparam name="TResult">The type of the value.</typeparam>
    /// <param name="source">The query, with <c>Remember</c> or without.</param>
    /// <param name="last">The last operator, in its synchronous form.</param>
    /// <param name="options">What may be shown; null for no values.</param>
    /// <param name="cancellationToken">Cancels the question to the tier that nodes share.</param>
    /// <exception cref="InvalidOperationException">The query is not one of a context that was set up with <c>UseFastOrmCache</c>, or cannot be translated.</exception>
    public static Task<CacheExplanation> ExplainCacheAsync<T, TResult>(
        this IQueryable<T> source,
        Expression<Func<IQueryable<T>, TResult>> last,
        ExplainOptions? options = null,
        CancellationToken cancellationToken = default)
        => ExplainAsync(QueryCommands.Of(source), WithLast(source, last), options, async (commands, query, explanation) =>
        {
            if (commands.Explain<Task<TResult>>(query, async: true, explanation) is { } begun)
            {
                await begun.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }).AsTask();

    /// <inheritdoc cref="ExplainCacheAsync{T, TResult}(IQueryable{T}, Expression{Func{IQueryable{T}, TResult}}, ExplainOptions, CancellationToken)"/>
    public static CacheExplanation ExplainCache<T, TResult>(
        this IQueryable<T> source, Expression<Func<IQueryable<T>, TResult>> last, ExplainOptions? options = null)
        => CacheEngine.Now(ExplainAsync(QueryCommands.Of(source), WithLast(source, last), options, static (commands, query, explanation) =>
        {
            commands.Explain<TResult>(query, async: false, explanation);
            return ValueTask.CompletedTask;
        }));

    /// <summary>Explains <c>FindOrCacheAsync</c> of an entity by its primary key.</summary>
    /// <typeparam name="TEntity">The type of the entity.</typeparam>
    /// <param name="source">The set of a context.</param>
    /// <param name="key">The value of the primary key; of a composite one a tuple or an array of its values in their order.</param>
    /// <param name="options">What may be shown; null for no values.</param>
    /// <exception cref="ArgumentException">The key does not fit the entity type.</exception>
    /// <exception cref="InvalidOperationException">
    /// The entity type has no primary key, the source is more than a set, or its context was not set up with <c>UseFastOrmCache</c>.
    /// </exception>
    public static Task<CacheExplanation> ExplainCacheAsync<TEntity>(this IQueryable<TEntity> source, object key, ExplainOptions? options = null)
        where TEntity : class
        => ExplainKeyAsync(async: true, source, key, options).AsTask();

    /// <inheritdoc cref="ExplainCacheAsync{TEntity}(IQueryable{TEntity}, object, ExplainOptions)"/>
    public static CacheExplanation ExplainCache<TEntity>(this IQueryable<TEntity> source, object key, ExplainOptions? options = null)
        where TEntity : class
        => CacheEngine.Now(ExplainKeyAsync(async: false, source, key, options));

    private static async ValueTask<CacheExplanation> ExplainKeyAsync<TEntity>(
        bool async, IQueryable<TEntity> source, object key, ExplainOptions? options)
        where TEntity : class
    {
        var set = EntitySource<TEntity>.Of(source);
        var primary = EntityKey.Primary(set.Type);
        var explanation = new Explanation(options ?? ExplainOptions.Default);
        await EntityReader.ExplainAsync(
            async, set, primary, primary.Values(key), EntityTerms.Of(set.Type, RememberOptions.Default), explanation).ConfigureAwait(false);
        return explanation.Result;
    }

    private static Expression WithLast<T, TResult>(IQueryable<T> source, Expression<Func<IQueryable<T>, TResult>> last)
    {
        ArgumentNullException.ThrowIfNull(last);
        return ReplacingExpressionVisitor.Replace(last.Parameters[0], source.Expression, last.Body);
    }

    private static async ValueTask<CacheExplanation> ExplainAsync(
        QueryCommands commands, Expression query, ExplainOptions? options, Func<QueryCommands, Expression, Explanation, ValueTask> run)
    {
        var explanation = new Explanation(options ?? ExplainOptions.Default);
        try
        {
            await run(commands, query, explanation).ConfigureAwait(false);
        }
        catch (InvalidOperationException) when (explanation.IsComplete)
        {
            // There were no rows, and some operators want one.
        }

        return explanation.Result;
    }
}
