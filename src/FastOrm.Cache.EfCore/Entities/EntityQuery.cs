using System.Linq.Expressions;
using System.Reflection;
using FastOrm.Cache.EfCore.Plans;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Query;

namespace FastOrm.Cache.EfCore.Entities;

/// <summary>
/// The query that reads the entities with certain values in the properties of a key, as EF Core has compiled it. Tracked and untracked,
/// synchronous and asynchronous ones of a key share their entries.
/// </summary>
/// <param name="Plan">What is known of it; null if it cannot be remembered.</param>
internal sealed record EntityQuery(Plan? Plan)
{
    private static readonly MethodInfo PropertyMethod = typeof(EF).GetMethod(nameof(EF.Property))!;
    private static readonly MethodInfo WhereMethod
        = new Func<IQueryable<object>, Expression<Func<object, bool>>, IQueryable<object>>(Queryable.Where).Method.GetGenericMethodDefinition();

    /// <summary>The query with parameters in place of values, as EF Core has it after it has extracted these.</summary>
    public static Expression Extracted<TEntity>(EntityKey key, EntityQueryForm form)
        where TEntity : class
        => Extracted<TEntity>(
            key.Type,
            entity => key.Properties
                .Select((property, i) => Equal(Property(entity, property), new QueryParameterExpression(key.Names[i], property.ClrType)))
                .Aggregate(Expression.AndAlso),
            form);

    public static Expression Extracted<TEntity>(
        IEntityType type, Func<ParameterExpression, Expression> condition, EntityQueryForm form)
        where TEntity : class
    {
        var entity = Expression.Parameter(typeof(TEntity), "entity");
        Expression query = new EntityQueryRootExpression(type);
        query = Call<TEntity>(
            form.HasFlag(EntityQueryForm.Tracks) ? EntityFrameworkQueryableExtensions.AsTracking
                : form.HasFlag(EntityQueryForm.ResolvesIdentity) ? EntityFrameworkQueryableExtensions.AsNoTrackingWithIdentityResolution
                : EntityFrameworkQueryableExtensions.AsNoTracking,
            query);
        if (form.HasFlag(EntityQueryForm.IgnoresFilters))
        {
            query = Call<TEntity>(EntityFrameworkQueryableExtensions.IgnoreQueryFilters, query);
        }

        return Expression.Call(
            WhereMethod.MakeGenericMethod(typeof(TEntity)),
            query,
            Expression.Quote(Expression.Lambda<Func<TEntity, bool>>(condition(entity), entity)));
    }

    /// <summary>The same condition for a query that EF Core has not seen yet.</summary>
    public static Expression<Func<TEntity, bool>> Condition<TEntity>(EntityKey key, object[] values)
    {
        var entity = Expression.Parameter(typeof(TEntity), "entity");
        return Expression.Lambda<Func<TEntity, bool>>(ConditionOn(entity, key, values), entity);
    }

    public static Expression ConditionOn(Expression entity, EntityKey key, object[] values)
    {
        var captured = Expression.Constant(new Captured(values));
        return key.Properties
            .Select((property, i) => Equal(Property(entity, property), Expression.Convert(
                Expression.ArrayIndex(Expression.Field(captured, nameof(Captured.Values)), Expression.Constant(i)), property.ClrType)))
            .Aggregate(Expression.AndAlso);
    }

    public static Expression Property(Expression entity, IProperty property)
        => Expression.Call(PropertyMethod.MakeGenericMethod(property.ClrType), entity, Expression.Constant(property.Name));

    /// <summary>The values that an entity has in the properties of a key.</summary>
    public static Expression ValuesOf(Expression entity, EntityKey key)
        => Expression.NewArrayInit(
            typeof(object), key.Properties.Select(property => Expression.Convert(Property(entity, property), typeof(object))));

    // A type without an operator is compared as its converter says.
    public static Expression Equal(Expression left, Expression right)
    {
        try
        {
            return Expression.Equal(left, right);
        }
        catch (InvalidOperationException)
        {
            return Expression.Call(
                typeof(object), nameof(Equals), null, Expression.Convert(left, typeof(object)), Expression.Convert(right, typeof(object)));
        }
    }

    /// <summary>What is said where only some of the query filters are to be ignored: an entry is of all of them, or of none.</summary>
    public static InvalidOperationException SomeFilters(string entity)
        => new($"An entity of {entity} is found by its key with all query filters or with none, and IgnoreQueryFilters names some. Leave the names out, "
            + "or use IgnoreQueryFilters([…]).Where(…).Remember().FirstOrDefaultAsync(), which keeps apart what each leaves out.");

    private static MethodCallExpression Call<TEntity>(Func<IQueryable<TEntity>, IQueryable<TEntity>> method, Expression query)
        => Expression.Call(method.Method, query);

    private sealed class Captured(object[] values)
    {
        public readonly object[] Values = values;
    }
}
