using System.Collections.Concurrent;
using System.Data;
using System.Data.Common;
using System.Reflection;
using FastOrm.Cache.EfCore.Keys;
using Microsoft.EntityFrameworkCore.Metadata;

namespace FastOrm.Cache.EfCore.Rows;

/// <summary>Writes a provider's parameter that the user has made: all of its simple properties, whatever the provider calls them.</summary>
internal static class RawParameter
{
    private static readonly ConcurrentDictionary<Type, PropertyInfo[]> Properties = new();

    /// <returns>Whether it could be written; not if it takes something back from the database.</returns>
    public static bool TryWrite(KeyBuffer buffer, object? value, IModel model)
    {
        if (value is not DbParameter { Direction: ParameterDirection.Input } parameter)
        {
            return false;
        }

        buffer.Byte(1);
        buffer.Id(StableId.Of(parameter.GetType()));
        foreach (var property in Properties.GetOrAdd(parameter.GetType(), static type => FindProperties(type)))
        {
            if (!TryRead(property, parameter, out var read) || !ValueWriter.TryWrite(buffer, read, model))
            {
                return false;
            }
        }

        return ValueWriter.TryWrite(buffer, parameter.Value, model);
    }

    private static PropertyInfo[] FindProperties(Type type)
        => [.. type.GetProperties()
            .Where(static property => property is { CanRead: true, CanWrite: true }
                && property.GetIndexParameters().Length == 0
                && ValueWriter.IsSimple(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType))
            .OrderBy(static property => property.Name, StringComparer.Ordinal)];

    private static bool TryRead(PropertyInfo property, DbParameter parameter, out object? value)
    {
        try
        {
            value = property.GetValue(parameter);
            return true;
        }
        catch (TargetInvocationException)
        {
            value = null;
            return false; // A value that the provider does not know.
        }
    }
}
