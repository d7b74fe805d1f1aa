using System.Collections;

namespace FastOrm.Cache.Values;

/// <summary>
/// The results of methods with <c>yield</c>: their code runs each time they are read, and may have nothing left the second time. To write
/// one would take from the caller what it was given.
/// </summary>
internal static class LazySequence
{
    // Told by the names that the compiler gives: within a type of its own making it leaves out the attribute. It also makes collections, of
    // collection expressions.
    public static bool Is(Type type)
        => type.Name.StartsWith('<') && typeof(IEnumerable).IsAssignableFrom(type) && !typeof(ICollection).IsAssignableFrom(type);
}
