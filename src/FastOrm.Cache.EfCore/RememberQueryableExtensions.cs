using System.Reflection;
using FastOrm.Cache.EfCore.Internals;
using FastOrm.Cache.EfCore.Keys;
using FastOrm.Cache.Keys;
using Microsoft.EntityFrameworkCore.Query;

namespace FastOrm.Cache.EfCore;

/// <summary>Remembers queries, and forgets them again.</summary>
/// <remarks>
/// <c>Remember</c> may stand anywhere in the chain; operators after it are part of the remembered query. Each terminal operator
/// (<c>ToList</c>, <c>First</c>, <c>Count</c> …) has an entry of its own. Over a source that is not an EF Core query the calls
/// return the source unchanged. When several stand in one chain the last one counts, <c>DontRemember</c> among them.
/// </remarks>
public static class RememberQueryableExtensions
{
    /// <summary>Answers the query from the cache, for the cache's default time to live.</summary>
    /// <typeparam name="T">The type of the query's elements.</typeparam>
    /// <param name="source">The query.</param>
    /// <returns>The query, marked as remembered.</returns>
    /// <exception cref="InvalidOperationException">The context was not set up with <c>UseFastOrmCache</c>.</exception>
    public static IQueryable<T> Remember<T>(this IQueryable<T> source) => Remember(source, RememberOptions.Default);

    /// <summary>Answers the query from the cache for the given time.</summary>
    /// <typeparam name="T">The type of the query's elements.</typeparam>
    /// <param name="source">The query.</param>
    /// <param name="ttl">How long a result may be served; more than zero, or <see cref="Timeout.InfiniteTimeSpan"/>.</param>
    /// <param name="tags">Tags by which the result can be flushed. The tables that the query reads need no tag.</param>
    /// <returns>The query, marked as remembered.</returns>
    /// <exception cref="ArgumentException">The time is zero or less, or a tag is null, empty or white space.</exception>
    /// <exception cref="InvalidOperationException">The context was not set up with <c>UseFastOrmCache</c>.</exception>
    public static IQueryable<T> Remember<T>(this IQueryable<T> source, TimeSpan ttl, params string[] tags)
        => Remember(
            source,
            tags is [] ? RememberOptions.For(CheckedTtl(ttl)) : new RememberOptions { Ttl = CheckedTtl(ttl), Tags = tags });

    /// <summary>Answers the query from the cache for the given time, under a name by which it can be forgotten.</summary>
    /// <typeparam name="T">The type of the query's elements.</typeparam>
    /// <param name="source">The query.</param>
    /// <param name="key">The name. It is a tag, not the identity: different queries under one name never share rows.</param>
    /// <param name="ttl">How long a result may be served; more than zero, or <see cref="Timeout.InfiniteTimeSpan"/>.</param>
    /// <param name="tags">Tags by which the result can be flushed. The tables that the query reads need no tag.</param>
    /// <returns>The query, marked as remembered.</returns>
    /// <exception cref="ArgumentException">The time is zero or less, or the name or a tag is null, empty or white space.</exception>
    /// <exception cref="InvalidOperationException">The context was not set up with <c>UseFastOrmCache</c>.</exception>
    public static IQueryable<T> Remember<T>(this IQueryable<T> source, string key, TimeSpan ttl, params string[] tags)
        => Remember(
            source,
            new RememberOptions { Key = Text.Checked(key, "The key of a remembered query"), Ttl = CheckedTtl(ttl), Tags = tags });

    /// <summary>Answers the query from the cache as the options say.</summary>
    /// <typeparam name="T">The type of the query's elements.</typeparam>
    /// <param name="source">The query.</param>
    /// <param name="options">The options. Keep one instance and use it again where the call is hot.</param>
    /// <returns>The query, marked as remembered.</returns>
    /// <exception cref="InvalidOperationException">The context was not set up with <c>UseFastOrmCache</c>.</exception>
    public static IQueryable<T> Remember<T>(this IQueryable<T> source, RememberOptions options)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(options);
        if (source.Provider is not IAsyncQueryProvider provider)
        {
            return source;
        }

        MissingSetup.ThrowIf(provider);
        return RememberNode.Wrap(source, options);
    }

    /// <summary>Answers the query from the database, whatever policies say: it is EF Core's own, and nothing of it is stored.</summary>
    /// <remarks>
    /// On a part of a query, as in a subquery, it keeps policies away from the whole. <c>Remember</c> on the whole counts all the same.
    /// </remarks>
    /// <typeparam name="T">The type of the query's elements.</typeparam>
    /// <param name="source">The query.</param>
    /// <returns>The query, marked as one that goes past the cache.</returns>
    public static IQueryable<T> DontRemember<T>(this IQueryable<T> source)
    {
        ArgumentNullException.ThrowIfNull(source);

        // With an EF Core that we do not know nothing is remembered.
        return source.Provider is not IAsyncQueryProvider provider || EfInternals.Missing is not null || MissingSetup.Is(provider)
            ? source
            : RememberNode.WrapPast(source);
    }

    /// <summary>Answers the query from the cache until something that it reads is written or flushed.</summary>
    /// <typeparam name="T">The type of the query's elements.</typeparam>
    /// <param name="source">The query.</param>
    /// <param name="tags">Tags by which the result can be flushed. The tables that the query reads need no tag.</param>
    /// <returns>The query, marked as remembered.</returns>
    /// <exception cref="ArgumentException">A tag is null, empty or white space.</exception>
    /// <exception cref="InvalidOperationException">The context was not set up with <c>UseFastOrmCache</c>.</exception>
    public static IQueryable<T> RememberForever<T>(this IQueryable<T> source, params string[] tags)
        => Remember(source, new RememberOptions { Ttl = Timeout.InfiniteTimeSpan, Tags = tags });

    /// <summary>Loads the result now, and replaces what the cache holds for this query.</summary>
    /// <typeparam name="T">The type of the query's elements.</typeparam>
    /// <param name="source">The query.</param>
    /// <returns>The query, marked to be loaded and remembered.</returns>
    /// <exception cref="InvalidOperationException">The context was not set up with <c>UseFastOrmCache</c>.</exception>
    public static IQueryable<T> RememberFresh<T>(this IQueryable<T> source)
        => Remember(source, new RememberOptions { Fresh = true });

    /// <summary>Loads the result now, and replaces what the cache holds for the same query with the same tags.</summary>
    /// <typeparam name="T">The type of the query's elements.</typeparam>
    /// <param name="source">The query.</param>
    /// <param name="ttl">How long the result may be served; more than zero, or <see cref="Timeout.InfiniteTimeSpan"/>.</param>
    /// <param name="tags">Tags by which the result can be flushed.</param>
    /// <returns>The query, marked to be loaded and remembered.</returns>
    /// <exception cref="ArgumentException">The time is zero or less, or a tag is null, empty or white space.</exception>
    /// <exception cref="InvalidOperationException">The context was not set up with <c>UseFastOrmCache</c>.</exception>
    public static IQueryable<T> RememberFresh<T>(this IQueryable<T> source, TimeSpan ttl, params string[] tags)
        => Remember(source, new RememberOptions { Ttl = CheckedTtl(ttl), Tags = tags, Fresh = true });

    /// <summary>Loads the result now, and replaces what the cache holds for the same query under the same name with the same tags.</summary>
    /// <typeparam name="T">The type of the query's elements.</typeparam>
    /// <param name="source">The query.</param>
    /// <param name="key">The name under which the query is remembered.</param>
    /// <param name="ttl">How long the result may be served; more than zero, or <see cref="Timeout.InfiniteTimeSpan"/>.</param>
    /// <param name="tags">Tags by which the result can be flushed.</param>
    /// <returns>The query, marked to be loaded and remembered.</returns>
    /// <exception cref="ArgumentException">The time is zero or less, or the name or a tag is null, empty or white space.</exception>
    /// <exception cref="InvalidOperationException">The context was not set up with <c>UseFastOrmCache</c>.</exception>
    public static IQueryable<T> RememberFresh<T>(this IQueryable<T> source, string key, TimeSpan ttl, params string[] tags)
        => Remember(
            source,
            new RememberOptions
            {
                Key = Text.Checked(key, "The key of a remembered query"), Ttl = CheckedTtl(ttl), Tags = tags, Fresh = true,
            });

    /// <summary>Drops what is remembered of this query: the entries of all its terminal operators, whatever their names and tags.</summary>
    /// <remarks>
    /// The values in the query count, except those that only their provider knows how to compare (lazy sequences, classes behind
    /// converters, parameters of the provider's own): the entries for all of them are dropped.
    /// </remarks>
    /// <typeparam name="T">The type of the query's elements.</typeparam>
    /// <param name="source">The query as it was remembered, with or without <c>Remember</c>. Nothing is sent to the database.</param>
    /// <exception cref="InvalidOperationException">The query is not one of a context that was set up with <c>UseFastOrmCache</c>.</exception>
    public static void Forget<T>(this IQueryable<T> source) => QueryCommands.Of(source).Forget(source.Expression);

    /// <inheritdoc cref="Forget{T}"/>
    /// <returns>A task that is complete when no later read on this node can see the entries.</returns>
    public static Task ForgetAsync<T>(this IQueryable<T> source)
    {
        Forget(source);
        return Task.CompletedTask;
    }

    /// <summary>Drops every entry that carries one of the tags; without tags, every entry that reads a table of this query.</summary>
    /// <typeparam name="T">The type of the query's elements.</typeparam>
    /// <param name="source">The query. Nothing is sent to the database.</param>
    /// <param name="tags">The tags, or none for the tables of the query.</param>
    /// <exception cref="ArgumentException">A tag is null, empty or white space.</exception>
    /// <exception cref="InvalidOperationException">The query is not one of a context that was set up with <c>UseFastOrmCache</c>.</exception>
    public static void Flush<T>(this IQueryable<T> source, params string[] tags)
    {
        ArgumentNullException.ThrowIfNull(tags);
        Text.Checked(tags, "A tag", nameof(tags));
        QueryCommands.Of(source).Flush(source.Expression, tags);
    }

    /// <inheritdoc cref="Flush{T}"/>
    /// <returns>A task that is complete when no later read on this node can see the entries.</returns>
    public static Task FlushAsync<T>(this IQueryable<T> source, params string[] tags)
    {
        Flush(source, tags);
        return Task.CompletedTask;
    }

    /// <summary>The options that a call of one of the methods above stands for; the arguments follow the source.</summary>
    internal static RememberOptions Options(MethodInfo method, object?[] arguments)
    {
        var options = method.Name switch
        {
            nameof(RememberForever) => new RememberOptions { Ttl = Timeout.InfiniteTimeSpan },
            nameof(RememberFresh) => new RememberOptions { Fresh = true },
            _ => new RememberOptions(),
        };
        string? key = null;
        var ttl = options.Ttl;
        IReadOnlyList<string> tags = [];
        foreach (var argument in arguments)
        {
            switch (argument)
            {
                case RememberOptions whole:
                    return whole;
                case TimeSpan time:
                    ttl = CheckedTtl(time);
                    break;
                case string name:
                    key = name;
                    break;
                case string[] names:
                    tags = names;
                    break;
                default:
                    throw new ArgumentException($"An argument of {method.Name} in a compiled query is null.");
            }
        }

        return key is null && tags.Count == 0 && !options.Fresh && ttl is { } only
            ? RememberOptions.For(only)
            : new RememberOptions { Key = key, Ttl = ttl, Tags = tags, Fresh = options.Fresh };
    }

    private static TimeSpan CheckedTtl(TimeSpan ttl)
        => ttl > TimeSpan.Zero || ttl == Timeout.InfiniteTimeSpan
            ? ttl
            : throw new ArgumentOutOfRangeException(
                nameof(ttl), ttl, "A time to live must be more than zero. To leave the query uncached, do not call Remember.");
}
