using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore.Metadata;

namespace FastOrm.Cache.EfCore.Keys;

/// <summary>Types that are what their fields are: structs, tuples, anonymous types.</summary>
internal sealed class FieldShape : ValueShape
{
    private readonly Type _type;
    private readonly FieldInfo[] _fields;
    private readonly FieldInfo[] _mutable;

    private FieldShape(Type type, FieldInfo[] fields)
    {
        _type = type;
        _fields = fields;
        _mutable = [.. fields.Where(static field => !IsImmutableType(field.FieldType))];
    }

    public override bool IsImmutable => _mutable.Length == 0;

    /// <summary>The shape of the type, or null when there may be more to it than its fields.</summary>
    public static FieldShape? Find(Type type)
    {
        if (!(type.IsValueType ? IsPlainStruct(type) : IsTuple(type) || AnonymousType.Is(type)))
        {
            return null;
        }

        var fields = type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic);
        Array.Sort(fields, static (first, second) => string.CompareOrdinal(first.Name, second.Name)); // The same in every process.
        return fields.Length > 0 && !Array.Exists(fields, static field => field.FieldType.IsPointer || field.FieldType.IsFunctionPointer)
            ? new FieldShape(type, fields)
            : null;
    }

    public override bool TryWrite(KeyBuffer buffer, object value, IModel? model)
    {
        buffer.Byte(ValueWriter.Fields);
        buffer.Id(StableId.Of(_type));
        foreach (var field in _fields)
        {
            if (!ValueWriter.TryWrite(buffer, field.GetValue(value), model))
            {
                return false;
            }
        }

        return true;
    }

    public override object Freeze(object value)
    {
        if (IsImmutable)
        {
            return value;
        }

        var copy = MemberwiseClone(value);
        foreach (var field in _mutable)
        {
            field.SetValue(copy, ValueWriter.Freeze(field.GetValue(copy)));
        }

        return copy;
    }

    // One field of a buffer stands for many, and an enumerable shows what its code makes of its fields.
    private static bool IsPlainStruct(Type type)
        => !type.IsPrimitive && !type.IsByRefLike && !type.IsAssignableTo(typeof(IEnumerable))
            && !type.IsDefined(typeof(InlineArrayAttribute), inherit: false)
            && !type.IsDefined(typeof(UnsafeValueTypeAttribute), inherit: false);

    private static bool IsTuple(Type type) => type.Assembly == typeof(Tuple).Assembly && type.IsAssignableTo(typeof(ITuple));

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = nameof(MemberwiseClone))]
    private static extern object MemberwiseClone(object value);
}
