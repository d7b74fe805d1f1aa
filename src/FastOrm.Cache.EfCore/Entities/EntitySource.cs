using System.Linq.Expressions;
using System.Runtime.InteropServices;
using FastOrm.Cache.EfCore.Internals;
using FastOrm.Cache.EfCore.Plans;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Query;
using Microsoft.Extensions.DependencyInjection;

namespace FastOrm.Cache.EfCore.Entities;

/// <summary>Where entities are looked for: a set of a context, tracked or not, with its query filters or without.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct EntitySource<TEntity>
    where TEntity : class
{
    private readonly QueryTrackingBehavior? _tracking;

    private EntitySource(
        IQueryable<TEntity> query, IEntityType type, RememberSession? session, QueryTrackingBehavior? tracking, bool ignoresFilters)
    {
        (Query, Type, Session) = (query, type, session);
        (_tracking, IgnoresFilters) = (tracking, ignoresFilters);
    }

    /// <summary>The query as it was given.</summary>
    public IQueryable<TEntity> Query { get; }

    public IEntityType Type { get; }

    /// <summary>Null where nothing can be remembered.</summary>
    public RememberSession? Session { get; }

    public bool IgnoresFilters { get; }

    /// <summary>How what is found is tracked: as the query says, else as the context does. Only with a session.</summary>
    public QueryTrackingBehavior Tracking => _tracking ?? Session!.Context.ChangeTracker.QueryTrackingBehavior;

    /// <summary>The entity that is tracked under a key, in whatever state. As with <c>Find</c>, also in a context that does not track.</summary>
    public TEntity? FindTracked(EntityKey key, object[] values)
        => _tracking is not (null or QueryTrackingBehavior.TrackAll) ? null
            : Session is { } session ? session.FindTracked(key, values) as TEntity
            : Query is DbSet<TEntity> set && key.Key?.IsPrimaryKey() == true ? set.Local.FindEntryUntyped(values)?.Entity
            : null;

    /// <exception cref="InvalidOperationException">It is no set of a context that was set up with <c>UseFastOrmCache</c>, or more than that.</exception>
    public static EntitySource<TEntity> Of(IQueryable<TEntity> source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return source is DbSet<TEntity> set
            ? new EntitySource<TEntity>(set, set.EntityType, SessionOf(((IInfrastructure<IServiceProvider>)set).Instance), null, ignoresFilters: false)
            : OfQuery(source);
    }

    private static RememberSession? SessionOf(IServiceProvider services)
        => services.GetService<RememberSession>() ?? (services.GetService<PlanStore>() is null ? throw MissingSetup.Error("FindOrCache") : null);

    private static EntitySource<TEntity> OfQuery(IQueryable<TEntity> source)
    {
        QueryTrackingBehavior? tracking = null;
        var ignoresFilters = false;
        var query = source.Expression;
        for (; query is MethodCallExpression { Arguments: [var inner, ..] } call; query = inner)
        {
            switch (call.Method.Name)
            {
                case nameof(EntityFrameworkQueryableExtensions.AsNoTracking):
                    tracking ??= QueryTrackingBehavior.NoTracking;
                    break;
                case nameof(EntityFrameworkQueryableExtensions.AsNoTrackingWithIdentityResolution):
                    tracking ??= QueryTrackingBehavior.NoTrackingWithIdentityResolution;
                    break;
                case nameof(EntityFrameworkQueryableExtensions.AsTracking) when call.Arguments.Count == 1:
                    tracking ??= QueryTrackingBehavior.TrackAll;
                    break;
                case nameof(EntityFrameworkQueryableExtensions.IgnoreQueryFilters) when call.Arguments.Count == 1:
                    ignoresFilters = true;
                    break;
                case nameof(EntityFrameworkQueryableExtensions.IgnoreQueryFilters):
                    throw EntityQuery.SomeFilters(typeof(TEntity).Name);
                default:
                    throw TooMuch(call.Method.Name);
            }
        }

        return query is EntityQueryRootExpression { EntityType: var type } root && root.GetType() == typeof(EntityQueryRootExpression)
            ? new EntitySource<TEntity>(source, type, QueryCommands.Of(source).FindSession(source.Expression), tracking, ignoresFilters)
            : throw TooMuch(query.GetType().Name);
    }

    private static InvalidOperationException TooMuch(string what)
        => new($"An entity of {typeof(TEntity).Name} can be found by its key in a DbSet, also after AsNoTracking, AsTracking or IgnoreQueryFilters, "
            + $"but not in a query with {what}. Use Where(…).Remember().FirstOrDefaultAsync() for that.");
}
