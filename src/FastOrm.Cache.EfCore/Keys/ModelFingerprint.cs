using System.IO.Hashing;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace FastOrm.Cache.EfCore.Keys;

/// <summary>
/// Tells the models of one context type apart, so that the rows of tenants with a schema or a filter each do not displace each other's.
/// </summary>
/// <remarks>
/// The same in every process. It need not see every difference: rows are replayed for another model only if their SQL is the same.
/// </remarks>
internal static class ModelFingerprint
{
    private static readonly ConditionalWeakTable<IModel, StrongBox<ulong>> Known = [];

    public static ulong Of(IModel model) => Known.GetValue(model, static model => new StrongBox<ulong>(Compute(model))).Value;

    private static ulong Compute(IModel model)
    {
        var buffer = new KeyBuffer();
        foreach (var type in model.GetEntityTypes().OrderBy(static type => type.Name, StringComparer.Ordinal))
        {
            buffer.Text(type.Name);
            Write(buffer, type.GetSchema(), type.GetTableName(), type.GetViewSchema(), type.GetViewName(), type.GetSqlQuery());
            foreach (var filter in type.GetDeclaredQueryFilters())
            {
                Write(buffer, filter.Key, filter.Expression?.ToString());
            }

            foreach (var property in type.GetFlattenedProperties())
            {
                Write(buffer, property.Name, property.GetColumnName(), property.FindRelationalTypeMapping()?.StoreType);
                Write(buffer, property.GetValueConverter()?.GetType().ToString());
            }
        }

        return XxHash3.HashToUInt64(buffer.Span);
    }

    private static void Write(KeyBuffer buffer, params ReadOnlySpan<string?> texts)
    {
        foreach (var text in texts)
        {
            buffer.Text(text ?? "");
        }
    }
}
