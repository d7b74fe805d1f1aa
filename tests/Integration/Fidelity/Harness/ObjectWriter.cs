using System.Collections;
using System.Collections.Concurrent;
using System.Net;
using System.Net.NetworkInformation;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace FastOrm.Cache.Tests.Integration.Fidelity.Harness;

/// <summary>Writes what one object holds.</summary>
internal static class ObjectWriter
{
    private const BindingFlags Declared
        = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly ConcurrentDictionary<Type, FieldInfo[]> FieldsByType = new();

    public static void Write(GraphWriter writer, object value)
    {
        writer.Text(value.GetType().ToString());
        _ = value switch
        {
            byte[] bytes => writer.Text($" {Convert.ToHexString(bytes)}"),
            Array array => writer.Text($" {Bounds(array)}").Items(array),
            BitArray bits => writer.Items(bits),
            IPAddress address => writer.Text($" {address}"),
            PhysicalAddress address => writer.Text($" {address}"),
            JsonDocument document => writer.Text($" {Json(document)}"),
            JsonNode node => writer.Text($" {node.ToJsonString()}"),
            ILazyLoader loader => WriteLoader(writer, loader),
            IEnumerable items => WriteCollection(writer, items),
            _ => WriteFields(writer, value),
        };
    }

    private static GraphWriter WriteCollection(GraphWriter writer, IEnumerable items)
    {
        foreach (var property in new[] { "Comparer", "Key" })
        {
            if (items.GetType().GetProperty(property) is { } found && found.GetIndexParameters() is [])
            {
                var value = found.GetValue(items);
                writer.Text($" {property} ").Value(property == "Comparer" ? value?.GetType() : value);
            }
        }

        return WriteFields(writer, items).Items(items);
    }

    private static GraphWriter WriteFields(GraphWriter writer, object value)
    {
        writer.Text(" {");
        foreach (var field in FieldsByType.GetOrAdd(value.GetType(), Fields))
        {
            writer.Text(" ").Text(Name(field)).Text("=").Value(field.GetValue(value));
        }

        return writer.Text(" }");
    }

    // The field of an automatic property is called by the property.
    private static string Name(FieldInfo field)
        => field.Name is ['<', .. var rest] && rest.IndexOf('>', StringComparison.Ordinal) is > 0 and var end ? rest[..end] : field.Name;

    private static FieldInfo[] Fields(Type type)
    {
        var fields = new List<FieldInfo>();
        for (var t = type; t is not null && t != typeof(object) && t != typeof(ValueType); t = t.BaseType)
        {
            if (!IsFramework(t))
            {
                fields.AddRange(t.GetFields(Declared));
            }
            else if (!typeof(IEnumerable).IsAssignableFrom(t))
            {
                throw new NotSupportedException($"How to compare a {t} is not known. Say so in {nameof(ObjectWriter)}.");
            }
        }

        return [.. fields];
    }

    // Those are told by their items, which are all that they promise. Tuples, pairs and networks are nothing but their fields.
    private static bool IsFramework(Type type)
        => type.Assembly.GetName().Name is { } assembly
            && (assembly.StartsWith("System.", StringComparison.Ordinal) || assembly.StartsWith("Microsoft.", StringComparison.Ordinal))
            && !type.Name.Contains("Tuple`", StringComparison.Ordinal)
            && !type.Name.StartsWith("KeyValuePair`", StringComparison.Ordinal)
            && type != typeof(IPNetwork);

    private static GraphWriter WriteLoader(GraphWriter writer, ILazyLoader loader)
    {
        object? Member(string name)
            => loader.GetType().GetField(name, Declared) is { } field ? field.GetValue(loader)
                : loader.GetType().GetProperty(name, Declared) is { } property ? property.GetValue(loader)
                : throw new NotSupportedException($"EF Core's lazy loader has no member {name} any more.");

        return writer.Text(" of ").Value(Member("Context"))
            .Text($" {Member("_queryTrackingBehavior")} {Member("_disposed")} {Member("_detached")} ")
            .Value(Member("_loadedStates"));
    }

    private static string Bounds(Array array)
        => string.Join('x', Enumerable.Range(0, array.Rank).Select(i => $"{array.GetLowerBound(i)}+{array.GetLength(i)}"));

    private static string Json(JsonDocument document)
    {
        try
        {
            return document.RootElement.GetRawText();
        }
        catch (ObjectDisposedException)
        {
            return "disposed";
        }
    }
}
