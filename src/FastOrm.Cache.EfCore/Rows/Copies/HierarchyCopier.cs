using System.Runtime.CompilerServices;

namespace FastOrm.Cache.EfCore.Rows.Copies;

/// <summary>
/// Abstract classes that declare by <see cref="IEquatable{T}"/> that their objects are values, such as the nodes of a search expression:
/// each object is copied as its own class allows.
/// </summary>
internal sealed class HierarchyCopier : ValueCopier
{
    public static bool IsFor(Type type) => type.IsClass && type.IsAbstract && FieldCopier.IsValue(type);

    public override object? Copy(object value)
        => RuntimeHelpers.TryEnsureSufficientExecutionStack() ? For(value.GetType())?.Copy(value) : null;

    public override long Size(object value) => For(value.GetType())!.Size(value);
}
