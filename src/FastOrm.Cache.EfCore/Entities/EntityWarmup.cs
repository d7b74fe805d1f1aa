using System.Linq.Expressions;
using FastOrm.Cache.EfCore.Internals;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query;

namespace FastOrm.Cache.EfCore.Entities;

/// <summary>Fills the cache with the entities of a query: their keys by one command, and what is missing of them in batches.</summary>
internal static class EntityWarmup
{
    public static async Task<int> RunAsync<TEntity>(IQueryable<TEntity> query, EntityWarmupOptions options, CancellationToken cancellationToken)
        where TEntity : class
    {
        ArgumentNullException.ThrowIfNull(query);
        if (Root(query.Expression) is not { } root)
        {
            throw new InvalidOperationException(
                $"The query of {typeof(TEntity).Name} that is to be warmed up begins with no DbSet. Give one such as db.Products.Where(…).");
        }

        var ignoresFilters = HasIgnoredFilters(query.Expression);
        var session = QueryCommands.Of(query).FindSession(query.Expression);
        if (session is not { CanRemember: true } || session.BypassReason() is not null)
        {
            return 0;
        }

        var type = session.Model.FindEntityType(typeof(TEntity)) ?? root.EntityType;
        var key = EntityKey.Primary(type);
        var asked = query.AsNoTracking().IgnoreAutoIncludes().DontRemember().Select(KeyOf<TEntity>(key));
        var keys = await (options.Limit is { } limit ? asked.Take(limit) : asked).ToListAsync(cancellationToken).ConfigureAwait(false);
        keys = [.. keys.Distinct(ValuesComparer.Instance)];

        IQueryable<TEntity> all = type.HasSharedClrType ? session.Context.Set<TEntity>(type.Name) : session.Context.Set<TEntity>();
        var set = EntitySource<TEntity>.Of(ignoresFilters ? all.AsNoTracking().IgnoreQueryFilters() : all.AsNoTracking());
        var terms = EntityTerms.Of(type, options.Options ?? RememberOptions.Default);
        var done = 0;
        foreach (var some in keys.Chunk(options.BatchSize))
        {
            await BatchReader.FindAsync(async: true, set, key, [.. some], terms, cancellationToken).ConfigureAwait(false);
            done += some.Length;
            options.OnProgress?.Invoke(new EntityWarmupProgress(keys.Count, done));
        }

        return done;
    }

    private static Expression<Func<TEntity, object[]>> KeyOf<TEntity>(EntityKey key)
    {
        var entity = Expression.Parameter(typeof(TEntity), "entity");
        return Expression.Lambda<Func<TEntity, object[]>>(EntityQuery.ValuesOf(entity, key), entity);
    }

    private static EntityQueryRootExpression? Root(Expression query)
    {
        while (query is MethodCallExpression { Arguments: [var source, ..] })
        {
            query = source;
        }

        return query as EntityQueryRootExpression;
    }

    private static bool HasIgnoredFilters(Expression query)
        => query is MethodCallExpression { Arguments: [var source, ..] } call
            && (call.Method.Name == nameof(EntityFrameworkQueryableExtensions.IgnoreQueryFilters) ? AreAll(call) : HasIgnoredFilters(source));

    private static bool AreAll(MethodCallExpression ignored)
        => ignored.Arguments.Count == 1 ? true : throw EntityQuery.SomeFilters(ignored.Type.GenericTypeArguments[0].Name);
}
