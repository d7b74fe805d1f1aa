using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;

namespace FastOrm.Cache.EfCore.Rows;

/// <summary>What EF Core throws when a value cannot be read.</summary>
internal static class ReadErrors
{
    /// <summary>Whether the value is to blame, and not the connection or the caller.</summary>
    public static bool IsOfValue(Exception exception)
        => exception is not (DbException or IOException or TimeoutException or OperationCanceledException);

    /// <summary>Whether the database was too slow, which says nothing of the rows.</summary>
    public static bool IsTimeout(DbException exception) => exception.InnerException is TimeoutException;

    /// <summary>The exception of <c>EnableDetailedErrors</c>, which names the property and the types.</summary>
    public static Exception Explain(Exception exception, DbDataReader reader, int ordinal, ReaderColumn column)
    {
        object? value;
        try
        {
            value = reader.GetFieldValue<object>(ordinal);
        }
        catch (Exception unreadable) when (IsOfValue(unreadable))
        {
            return unreadable; // Asked for the type of the value, some readers fail in their turn; EF Core lets that through.
        }

        var isNull = exception is NullReferenceException || value == DBNull.Value;
        var isOtherType = exception is InvalidCastException;
        var message = column.Property is { } property
            ? ExplainProperty(property, property.DeclaringType.DisplayName(), Expected(property.ClrType, column.IsNullable))
            : ExplainValue(Expected(ColumnCodec.TypeOf(column), column.IsNullable));
        return new InvalidOperationException(message, exception);

        string ExplainProperty(IPropertyBase property, string entityType, Type expected)
            => isNull ? RelationalStrings.ErrorMaterializingPropertyNullReference(entityType, property.Name, expected)
                : isOtherType
                    ? CoreStrings.ErrorMaterializingPropertyInvalidCast(entityType, property.Name, expected, value?.GetType())
                : RelationalStrings.ErrorMaterializingProperty(entityType, property.Name);

        string ExplainValue(Type expected)
            => isNull ? RelationalStrings.ErrorMaterializingValueNullReference(expected)
                : isOtherType ? RelationalStrings.ErrorMaterializingValueInvalidCast(expected, value?.GetType())
                : RelationalStrings.ErrorMaterializingValue;
    }

    private static Type Expected(Type type, bool isNullable)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        return isNullable && plain.IsValueType ? typeof(Nullable<>).MakeGenericType(plain) : plain;
    }
}
