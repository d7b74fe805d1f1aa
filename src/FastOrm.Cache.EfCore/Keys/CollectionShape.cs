using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Reflection;

namespace FastOrm.Cache.EfCore.Keys;

/// <summary>The collections that may be enumerated and copied without running code of the user's.</summary>
internal sealed class CollectionShape
{
    private static readonly ConcurrentDictionary<Type, CollectionShape?> Shapes = new();
    private readonly Func<object, object> _copy;
    private readonly Func<object, bool> _canBeEnumerated;

    private CollectionShape(Func<object, object> copy, Func<object, bool>? canBeEnumerated = null)
    {
        _copy = copy;
        _canBeEnumerated = canBeEnumerated ?? (static _ => true);
    }

    /// <summary>The shape of the type, or null when it is not one of them.</summary>
    public static CollectionShape? Of(Type type) => Shapes.GetOrAdd(type, static type => Find(type));

    /// <summary>A collection of the same type that no one else can change, nor the collections in it.</summary>
    public object Copy(object collection) => _copy(collection);

    public bool CanBeEnumerated(object collection) => _canBeEnumerated(collection);

    private static CollectionShape? Find(Type type)
    {
        if (type.IsSZArray)
        {
            var element = type.GetElementType()!;
            return IsImmutable(element)
                ? new CollectionShape(static array => ((Array)array).Clone())
                : new CollectionShape(array => CopyDeep((Array)array, element));
        }

        if (!type.IsConstructedGenericType)
        {
            return null;
        }

        var definition = type.GetGenericTypeDefinition();
        var item = type.GenericTypeArguments[0];
        return definition == typeof(List<>) ? new CollectionShape(Create<Func<object, object>>(nameof(CopyList), item))
            : definition == typeof(HashSet<>) ? new CollectionShape(Create<Func<object, object>>(nameof(CopySet), item))
            : definition == typeof(ImmutableArray<>)
                ? new CollectionShape(static array => array, Create<Func<object, bool>>(nameof(IsInitialized), item))
            : definition == typeof(ImmutableList<>) || definition == typeof(ImmutableHashSet<>) || definition == typeof(ImmutableSortedSet<>)
                ? new CollectionShape(static collection => collection)
            : null;
    }

    private static TDelegate Create<TDelegate>(string method, Type item)
        where TDelegate : Delegate
        => typeof(CollectionShape).GetMethod(method, BindingFlags.Static | BindingFlags.NonPublic)!
            .MakeGenericMethod(item)
            .CreateDelegate<TDelegate>();

    private static bool IsImmutable(Type item) => item.IsValueType || item == typeof(string);

    private static Array CopyDeep(Array array, Type element)
    {
        var copy = Array.CreateInstance(element, array.Length);
        for (var i = 0; i < array.Length; i++)
        {
            copy.SetValue(ValueWriter.Freeze(array.GetValue(i)), i);
        }

        return copy;
    }

    private static object CopyList<T>(object list)
        => IsImmutable(typeof(T)) ? new List<T>((List<T>)list) : ((List<T>)list).ConvertAll(static item => (T)ValueWriter.Freeze(item)!);

    private static object CopySet<T>(object set) => new HashSet<T>((HashSet<T>)set, ((HashSet<T>)set).Comparer);

    private static bool IsInitialized<T>(object array) => !((ImmutableArray<T>)array).IsDefault;
}
