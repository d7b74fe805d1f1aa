using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;

namespace FastOrm.Cache.Values;

/// <summary>How many elements are in a collection, without reading them.</summary>
internal static class ElementCount
{
    private static readonly ConcurrentDictionary<Type, PropertyInfo?> Counts = new();

    /// <returns>The number; null of what is no collection, or does not tell.</returns>
    public static int? Of(object? value)
    {
        try
        {
            return value switch
            {
                null or string => null,
                ICollection collection => collection.Count,
                IEnumerable => (int?)Counts.GetOrAdd(value.GetType(), Find)?.GetValue(value),
                _ => null,
            };
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return null; // The default of an immutable array has no number, and is a value all the same.
        }
    }

    // Not all collections have the interface that comes without a type: a HashSet has not.
    private static PropertyInfo? Find(Type type)
        => Array.Find(type.GetInterfaces(), static face => face.IsGenericType
            && (face.GetGenericTypeDefinition() == typeof(IReadOnlyCollection<>)
                || face.GetGenericTypeDefinition() == typeof(ICollection<>)))?.GetProperty("Count");
}
