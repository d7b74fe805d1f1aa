using System.Runtime.InteropServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace FastOrm.Cache.EfCore.Invalidation.Scopes;

/// <summary>
/// The values that make scopes: integers, booleans and <see cref="Guid"/>s, as the provider gets them. The database cannot take two of
/// them that differ here for equal; of text, dates and decimal numbers that is not certain.
/// </summary>
internal static class ScopeValue
{
    private const ValueGenerated GeneratedOnUpdate = ValueGenerated.OnUpdate | ValueGenerated.OnUpdateSometimes;

    /// <summary>The value in one form for all integer types; null where it makes no scope, also for null itself.</summary>
    public static UInt128? Of(object? value) => value switch
    {
        int number => Of(number),
        long number => Of(number),
        Guid id => MemoryMarshal.Read<UInt128>(MemoryMarshal.AsBytes(new ReadOnlySpan<Guid>(in id))),
        bool flag => flag ? UInt128.One : UInt128.Zero,
        short number => Of(number),
        byte number => Of(number),
        ulong number => number,
        uint number => Of(number),
        ushort number => Of(number),
        sbyte number => Of(number),
        _ => null,
    };

    /// <summary>Whether every value of the column that is not null makes a scope, and every update tells the value that the row gets.</summary>
    public static bool Allows(IColumn column)
        => IsExact(column.ProviderClrType) && column.ComputedColumnSql is null && column.PropertyMappings.Count > 0
            && column.PropertyMappings.All(static mapping
                => mapping.Property.DeclaringType is IEntityType && (mapping.Property.ValueGenerated & GeneratedOnUpdate) == ValueGenerated.Never);

    /// <summary>Whether every insert tells the value that the row gets, unless it is null.</summary>
    /// <remarks>An entity that does not know of the column, or must not write it, leaves the value to the database.</remarks>
    public static bool IsToldByInserts(IColumn column)
        => column.DefaultValueSql is null && !column.TryGetDefaultValue(out _)
            && column.PropertyMappings.All(static mapping => mapping.Property.ValueGenerated.HasFlag(ValueGenerated.OnAdd)
                || mapping.Property.GetBeforeSaveBehavior() == PropertySaveBehavior.Save);

    /// <summary>Whether the column holds the type of its row and nothing else, and keeps it.</summary>
    public static bool IsNeverChanged(IColumn column)
        => column.PropertyMappings.Count > 0 && column.PropertyMappings.All(
            static mapping => IsDiscriminator(mapping.Property) && mapping.Property.GetAfterSaveBehavior() != PropertySaveBehavior.Save);

    public static bool IsDiscriminator(IProperty property)
        => property.DeclaringType is IEntityType type && type.FindDiscriminatorProperty() == property;

    private static bool IsExact(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type == typeof(bool) || type == typeof(Guid) || type == typeof(int) || type == typeof(long) || type == typeof(short)
            || type == typeof(byte) || type == typeof(sbyte) || type == typeof(ushort) || type == typeof(uint) || type == typeof(ulong);
    }

    private static UInt128 Of(long number) => (UInt128)(Int128)number;
}
