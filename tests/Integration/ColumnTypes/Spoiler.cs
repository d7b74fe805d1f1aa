using System.Collections;
using System.Net;
using System.Text.Json;

namespace FastOrm.Cache.Tests.Integration.ColumnTypes;

/// <summary>Changes everything in a result that can be changed.</summary>
internal static class Spoiler
{
    public static void Spoil(object? value)
    {
        switch (value)
        {
            case null or string:
                break;
            case Array array:
                SpoilAll(array);
                Array.Clear(array);
                break;
            case BitArray bits:
                bits.Not();
                break;
            case JsonDocument document:
                document.Dispose();
                break;
            case IPAddress { AddressFamily: System.Net.Sockets.AddressFamily.InterNetworkV6 } address:
                address.ScopeId += 1;
                break;
            case IDictionary { IsReadOnly: false } dictionary:
                SpoilAll(dictionary.Values);
                dictionary.Clear();
                break;
            case IList { IsReadOnly: false } list:
                SpoilAll(list);
                list.Clear();
                break;
            case NpgsqlTypes.NpgsqlTsQueryNot { Child: not null } negation:
                negation.Child = new NpgsqlTypes.NpgsqlTsQueryLexeme("spoiled");
                break;
            case IList<NpgsqlTypes.NpgsqlPoint> points:
                points.Clear();
                break;
            default:
                SpoilProperties(value);
                break;
        }
    }

    private static void SpoilAll(ICollection items)
    {
        foreach (var item in items.Cast<object?>().ToList())
        {
            Spoil(item);
        }
    }

    // Of rows and of what wraps values: they are not changed themselves, since some contexts still track them.
    private static void SpoilProperties(object value)
    {
        foreach (var property in value.GetType().GetProperties().Where(static p => p.Name is "Value" or "Address"))
        {
            Spoil(property.GetValue(value));
        }
    }
}
