using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore.Metadata;

namespace FastOrm.Cache.EfCore.Keys;

/// <summary>
/// How the values of one type are written and copied: types whose values are what they hold, and that run no code of the user's.
/// </summary>
internal abstract class ValueShape
{
    private static readonly ConcurrentDictionary<Type, ValueShape?> Shapes = new();

    [ThreadStatic]
    private static HashSet<Type>? t_sought;

    /// <summary>Whether no one can change a value of the type, nor what is in it.</summary>
    public virtual bool IsImmutable => true;

    /// <summary>The shape of exactly this type, or null when it is none of them.</summary>
    public static ValueShape? Of(Type type) => Shapes.TryGetValue(type, out var shape) ? shape : Seek(type);

    /// <summary>Whether no one can change a value of the type. One of a derived type has no shape, and is not written at all.</summary>
    public static bool IsImmutableType(Type type)
        => ValueWriter.IsSimple(type) || Of(Nullable.GetUnderlyingType(type) ?? type) is { IsImmutable: true };

    /// <summary>The value itself if no one can change it, otherwise a copy of the same type.</summary>
    public virtual object Freeze(object value) => value;

    /// <summary>Writes the value.</summary>
    /// <returns>Whether all that it holds could be written; if not, the buffer holds a part of it.</returns>
    public abstract bool TryWrite(KeyBuffer buffer, object value, IModel? model);

    // A struct may hold an array of its own kind: while a type is sought it counts as one that can be changed.
    private static ValueShape? Seek(Type type)
    {
        var sought = t_sought ??= [];
        if (!sought.Add(type))
        {
            return null;
        }

        try
        {
            return Shapes.GetOrAdd(type, Find(type));
        }
        finally
        {
            sought.Remove(type);
        }
    }

    private static ValueShape? Find(Type type)
        => AtomShapes.Find(type) ?? FindRaw(type) ?? CollectionShape.Find(type) ?? FieldShape.Find(type);

    private static ValueShape? FindRaw(Type type)
    {
        if (!BitConverter.IsLittleEndian)
        {
            return null; // Every machine writes the same.
        }

        return type == typeof(byte[]) ? new RawShape<byte>(ValueWriter.Bytes)
            : type == typeof(int[]) || type == typeof(List<int>) ? new RawShape<int>(ValueWriter.Int32s)
            : type == typeof(long[]) || type == typeof(List<long>) ? new RawShape<long>(ValueWriter.Int64s)
            : type == typeof(Guid[]) || type == typeof(List<Guid>) ? new RawShape<Guid>(ValueWriter.Guids)
            : null;
    }
}
