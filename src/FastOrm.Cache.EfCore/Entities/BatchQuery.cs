using System.Linq.Expressions;
using System.Reflection;
using FastOrm.Cache.EfCore.Invalidation.Scopes;
using FastOrm.Cache.EfCore.Plans;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Query;
using Microsoft.EntityFrameworkCore.Storage;

namespace FastOrm.Cache.EfCore.Entities;

/// <summary>The query that reads the entities with some of several keys, as EF Core has compiled it.</summary>
/// <param name="key">Of which key.</param>
/// <param name="plan">What is known of it; null if it cannot be remembered.</param>
/// <param name="single">The plan of the query of one key, whose entries it shares; null if that cannot be remembered.</param>
/// <param name="capacity">The number of keys that it has room for.</param>
internal sealed class BatchQuery(EntityKey key, Plan? plan, Plan? single, int capacity)
{
    /// <summary>The most keys of one value that one command asks for: fewer than any database takes parameters.</summary>
    public const int MostKeys = 1000;

    /// <summary>The most keys of several values.</summary>
    private const int MostCompositeKeys = 32;

    private const string KeysName = "keys";

    private static readonly MethodInfo ContainsMethod
        = new Func<IEnumerable<int>, int, bool>(Enumerable.Contains).Method.GetGenericMethodDefinition();

    // In the order of the keys, and of each in that of its values.
    private readonly string[] _names = key.Properties.Count == 1 ? [KeysName]
        : [.. Enumerable.Range(0, capacity).SelectMany(i => key.Properties.Select((_, part) => NameOf(i, part)))];

    private Dictionary<string, object?>? _parameters;
    private int[]? _places;
    private bool? _isSameLayout;
    private bool _isRefused;

    public Plan? Plan => plan;

    public Plan? Single => single;

    /// <summary>The parameters before they have values. Not changed by anyone.</summary>
    public Dictionary<string, object?> Parameters
        => _parameters ??= _names.ToDictionary(static name => name, static _ => (object?)null, StringComparer.Ordinal);

    /// <summary>Whether its rows cannot be those of single keys: these are asked for one by one.</summary>
    public bool IsRefused => _isRefused || plan is not { Facts.IsSplit: false } || single is not { Facts.IsSplit: false };

    /// <summary>Whether both queries read the same columns of the same tables; null as long as it is not known.</summary>
    public bool? IsSameLayout => _isSameLayout;

    public static int MostOf(EntityKey key) => key.Properties.Count == 1 ? MostKeys : MostCompositeKeys;

    /// <summary>The number of keys that the query for a number of keys has room for: few different ones.</summary>
    public static int CapacityOf(EntityKey key, int count)
        => key.Properties.Count == 1 ? MostKeys : (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)count);

    /// <summary>The query with parameters in place of values.</summary>
    public static Expression Extracted<TEntity>(EntityKey key, int capacity, EntityQueryForm form)
        where TEntity : class
        => EntityQuery.Extracted<TEntity>(
            key.Type,
            entity => key.Properties is [var single]
                ? Expression.Call(
                    ContainsMethod.MakeGenericMethod(single.ClrType),
                    new QueryParameterExpression(KeysName, single.ClrType.MakeArrayType()),
                    EntityQuery.Property(entity, single))
                : Enumerable.Range(0, capacity)
                    .Select(i => key.Properties
                        .Select((property, part) => EntityQuery.Equal(
                            EntityQuery.Property(entity, property), new QueryParameterExpression(NameOf(i, part), property.ClrType)))
                        .Aggregate(Expression.AndAlso))
                    .Aggregate(Expression.OrElse),
            form);

    /// <summary>The same condition for a query that EF Core has not seen yet.</summary>
    public static Expression<Func<TEntity, bool>> Condition<TEntity>(EntityKey key, IReadOnlyList<object[]> keys)
    {
        var entity = Expression.Parameter(typeof(TEntity), "entity");
        if (key.Properties is [var single])
        {
            var captured = Expression.Constant(new Captured { Keys = ArrayOf(single, keys) });
            return Expression.Lambda<Func<TEntity, bool>>(
                Expression.Call(
                    ContainsMethod.MakeGenericMethod(single.ClrType),
                    Expression.Convert(Expression.Field(captured, nameof(Captured.Keys)), single.ClrType.MakeArrayType()),
                    EntityQuery.Property(entity, single)),
                entity);
        }

        return Expression.Lambda<Func<TEntity, bool>>(
            keys.Select(values => EntityQuery.ConditionOn(entity, key, values)).Aggregate(Expression.OrElse), entity);
    }

    /// <summary>Sets the parameters to these keys; where there is room for more, the last one is repeated.</summary>
    public void Set(Dictionary<string, object?> parameters, IReadOnlyList<object[]> keys)
    {
        if (key.Properties is [var single])
        {
            parameters[KeysName] = ArrayOf(single, keys);
            return;
        }

        for (var (i, next) = (0, 0); i < capacity; i++)
        {
            foreach (var value in keys[Math.Min(i, keys.Count - 1)])
            {
                parameters[_names[next++]] = value;
            }
        }
    }

    /// <summary>
    /// Compares what stands before the conditions: EF Core numbers the columns of a query as it names them there. Both SQL texts are made by
    /// it, with each clause on a line of its own.
    /// </summary>
    public bool CompareLayouts(string single, string batch)
    {
        var isSame = Head(single) is { } head && head == Head(batch);
        _isRefused |= !isSame;
        _isSameLayout = isSame;
        return isSame;

        static string? Head(string sql) => sql.IndexOf("\nWHERE ", StringComparison.Ordinal) is > 0 and var end ? sql[..end] : null;
    }

    /// <summary>Where in the rows the values of the key are; null if they are not there.</summary>
    public int[]? PlacesOf(IReadOnlyList<ReaderColumn?> columns)
    {
        if (_places is null && !_isRefused)
        {
            // The entity itself comes before what belongs to it.
            var all = columns.ToList();
            var places = key.Properties.Select(property => all.FindIndex(column => column?.Property == property)).ToArray();
            _isRefused = places.Contains(-1);
            _places = _isRefused ? null : places;
        }

        return _places;
    }

    /// <summary>The values as they are in the rows.</summary>
    public static object[] Stored(EntityKey key, object[] values)
    {
        var stored = new object[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            stored[i] = key.Properties[i].GetTypeMapping().Converter is { } converter ? converter.ConvertToProvider(values[i])! : values[i];
        }

        return stored;
    }

    /// <summary>Whether the database takes only equal values for equal: then a key without a row has none.</summary>
    public static bool AreExact(object[] stored) => Array.TrueForAll(stored, static value => ScopeValue.Of(value) is not null);

    private static string NameOf(int index, int part) => $"key{index}_{part}";

    private static Array ArrayOf(IProperty property, IReadOnlyList<object[]> keys)
    {
        var array = Array.CreateInstance(property.ClrType, keys.Count);
        for (var i = 0; i < keys.Count; i++)
        {
            array.SetValue(keys[i][0], i);
        }

        return array;
    }

    private sealed class Captured
    {
        public required object Keys;
    }
}
