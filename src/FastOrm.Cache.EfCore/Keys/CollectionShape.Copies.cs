using System.Collections.Immutable;
using System.Collections.ObjectModel;
using System.Reflection;

namespace FastOrm.Cache.EfCore.Keys;

/// <content>Copies of the same type, with the comparer and the order of the original; found by name.</content>
internal sealed partial class CollectionShape
{
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
        => IsImmutableType(typeof(T))
            ? new List<T>((List<T>)list)
            : ((List<T>)list).ConvertAll(static item => (T)ValueWriter.Freeze(item)!);

    private static object CopySet<T>(object set) => new HashSet<T>((HashSet<T>)set, ((HashSet<T>)set).Comparer);

    private static object CopySortedSet<T>(object set) => new SortedSet<T>((SortedSet<T>)set, ((SortedSet<T>)set).Comparer);

    private static object CopyQueue<T>(object queue) => new Queue<T>((Queue<T>)queue);

    private static object CopyStack<T>(object stack) => new Stack<T>(((Stack<T>)stack).Reverse());

    private static object CopyLinkedList<T>(object list) => new LinkedList<T>((LinkedList<T>)list);

    private static object CopyDictionary<TKey, TValue>(object dictionary)
        where TKey : notnull
        => new Dictionary<TKey, TValue>((Dictionary<TKey, TValue>)dictionary, ((Dictionary<TKey, TValue>)dictionary).Comparer);

    private static object CopySegment<T>(object segment) => new ArraySegment<T>([.. (ArraySegment<T>)segment]);

    private static object CopyReadOnly<T>(object collection)
        => new ReadOnlyCollection<T>((IList<T>)ValueWriter.Freeze(Items((ReadOnlyCollection<T>)collection))!);

    private static bool IsInitialized<T>(object array) => !((ImmutableArray<T>)array).IsDefault;

    private static bool HasArray<T>(object segment) => ((ArraySegment<T>)segment).Array is not null;

    private static bool WrapsKnown<T>(object collection)
        => Items((ReadOnlyCollection<T>)collection) is var items
            && Of(items.GetType()) is { } shape
            && (shape is not CollectionShape inner || inner.CanBeRead(items));

    // It may wrap a list of the user's, so it is not asked to enumerate itself before this is known.
    private static IList<T> Items<T>(ReadOnlyCollection<T> collection)
        => (IList<T>)typeof(ReadOnlyCollection<T>)
            .GetProperty("Items", BindingFlags.Instance | BindingFlags.NonPublic)!
            .GetValue(collection)!;
}
