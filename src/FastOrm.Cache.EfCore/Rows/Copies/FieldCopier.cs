using System.Reflection;
using System.Runtime.CompilerServices;

namespace FastOrm.Cache.EfCore.Rows.Copies;

/// <summary>
/// Structs, and sealed classes that are values, judged by their fields. A struct of immutable fields is shared, since whoever takes it
/// has a copy; so is a sealed class whose fields are immutable and cannot be set. With fields that can be copied a struct is copied
/// field by field, and of the classes those that declare by <see cref="IEquatable{T}"/> that one instance is as good as another.
/// </summary>
internal sealed class FieldCopier : ValueCopier
{
    private const BindingFlags Fields
        = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly Func<object, object> Clone
        = typeof(object).GetMethod(nameof(MemberwiseClone), BindingFlags.Instance | BindingFlags.NonPublic)!
            .CreateDelegate<Func<object, object>>();

    private readonly Type _type;
    private readonly int _size;
    private readonly (FieldInfo Field, ValueCopier Copier)[] _copied;
    private readonly (FieldInfo Field, ValueCopier Copier)[] _sized;

    private FieldCopier(Type type, List<(FieldInfo Field, ValueCopier Copier)> fields, bool isShared)
    {
        _type = type;
        _size = 16 + (type.IsValueType ? SlotSize(type) : fields.Sum(static f => SlotSize(f.Field.FieldType)));
        IsShared = isShared;
        IsFlat = type.IsValueType && fields.TrueForAll(static f => f.Copier.IsFlat);
        _copied = [.. fields.Where(static f => !f.Copier.IsShared)];
        _sized = [.. fields.Where(static f => !f.Copier.IsFlat)];
    }

    public override bool IsShared { get; }

    public override bool IsFlat { get; }

    public override object? Copy(object value)
    {
        if (value.GetType() != _type)
        {
            return null;
        }

        if (IsShared)
        {
            return value;
        }

        var copy = Clone(value);
        foreach (var (field, copier) in _copied)
        {
            if (field.GetValue(value) is not { } inner)
            {
                continue;
            }

            if (copier.Copy(inner) is not { } copied)
            {
                return null;
            }

            field.SetValue(copy, copied);
        }

        return copy;
    }

    public override long Size(object value)
        => _size + _sized.Sum(f => f.Field.GetValue(value) is { } inner ? f.Copier.Size(inner) : 0);

    internal static FieldCopier? Of(Type type, HashSet<Type> outer)
    {
        if (type.IsPrimitive || type.IsEnum)
        {
            return type == typeof(nint) || type == typeof(nuint) ? null : new FieldCopier(type, [], isShared: true);
        }

        if (!IsCandidate(type) || FieldsOf(type, outer) is not { } fields)
        {
            return null;
        }

        var isOfImmutables = fields.TrueForAll(static f => f.Copier.IsShared);
        if (isOfImmutables && (type.IsValueType || fields.TrueForAll(static f => f.Field.IsInitOnly)))
        {
            return new FieldCopier(type, fields, isShared: true);
        }

        return type.IsValueType || IsValue(type) ? new FieldCopier(type, fields, isShared: false) : null;
    }

    /// <summary>Whether a class, or one that it derives from, says that its objects may stand for each other.</summary>
    internal static bool IsValue(Type type)
    {
        for (var declaring = type; declaring is not null && declaring != typeof(object); declaring = declaring.BaseType)
        {
            if (type.IsAssignableTo(typeof(IEquatable<>).MakeGenericType(declaring)))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsCandidate(Type type)
        => (type.IsValueType || type.IsSealed)
            && !type.IsByRefLike && !type.IsPointer && !type.IsFunctionPointer && !type.ContainsGenericParameters
            && !type.IsAssignableTo(typeof(Delegate))
            && !type.IsAssignableTo(typeof(IDisposable)) && !type.IsAssignableTo(typeof(IAsyncDisposable))
            && !type.IsDefined(typeof(InlineArrayAttribute), inherit: false)
            && (type.IsValueType || FinalizerOf(type) == typeof(object));

    private static Type? FinalizerOf(Type type)
        => type.GetMethod("Finalize", BindingFlags.Instance | BindingFlags.NonPublic, [])?.DeclaringType;

    private static List<(FieldInfo Field, ValueCopier Copier)>? FieldsOf(Type type, HashSet<Type> outer)
    {
        var fields = new List<(FieldInfo Field, ValueCopier Copier)>();
        for (var declaring = type; declaring is not null && declaring != typeof(object); declaring = declaring.BaseType)
        {
            foreach (var field in declaring.GetFields(Fields))
            {
                if (For(field.FieldType, outer) is not { } copier)
                {
                    return null;
                }

                fields.Add((field, copier));
            }
        }

        return fields.Count > 0 || type.IsValueType ? fields : null; // What shows no fields may have its data elsewhere.
    }
}
