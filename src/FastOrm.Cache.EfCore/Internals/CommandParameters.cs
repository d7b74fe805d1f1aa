#pragma warning disable EF1001 // Internal EF Core types: only this folder names them.
using System.Collections;
using System.Data;
using System.Data.Common;
using System.Reflection;
using System.Runtime.CompilerServices;
using FastOrm.Cache.EfCore.Keys;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore.Storage.Internal;

namespace FastOrm.Cache.EfCore.Internals;

/// <summary>Looks into the parameters of EF Core's commands.</summary>
internal static class CommandParameters
{
    private static readonly Func<TypeMappedRelationalParameter, RelationalTypeMapping> GetMapping
        = typeof(TypeMappedRelationalParameter).GetProperty("RelationalTypeMapping", BindingFlags.Instance | BindingFlags.NonPublic)!
            .GetMethod!.CreateDelegate<Func<TypeMappedRelationalParameter, RelationalTypeMapping>>();

    /// <summary>The names that EF Core has given to parameters, by which the SQL refers to them. A user's own keep theirs.</summary>
    public static IEnumerable<string> Names(IReadOnlyList<IRelationalParameter> parameters)
        => parameters.SelectMany(static parameter => parameter switch
        {
            TypeMappedRelationalParameter mapped => [mapped.Name],
            CompositeRelationalParameter composite => Names(composite.RelationalParameters),
            _ => [],
        });

    /// <summary>Whether the parameters belong to the query and not to one execution with its values.</summary>
    public static bool AreOfQuery(IReadOnlyList<IRelationalParameter> parameters)
        => parameters.All(static parameter => parameter is TypeMappedRelationalParameter);

    /// <summary>What is sent for the parameters, or null when there is one of a kind that is not known here.</summary>
    public static List<SentParameter>? Sent(IRelationalCommandTemplate command, IReadOnlyDictionary<string, object?> values)
    {
        var sent = new List<SentParameter>(command.Parameters.Count);
        foreach (var parameter in command.Parameters)
        {
            var isKnown = values.TryGetValue(parameter.InvariantName, out var value) || parameter is RawRelationalParameter;
            if (!isKnown || !Add(sent, parameter, value))
            {
                return null;
            }
        }

        return sent;
    }

    /// <summary>What is sent for the one parameter of a command, as reads by a key have it; null for any other command.</summary>
    public static SentParameter? OnlySent(IRelationalCommandTemplate command, IReadOnlyDictionary<string, object?> values)
        => command.Parameters is [var parameter]
            && parameter is TypeMappedRelationalParameter { Direction: ParameterDirection.Input } mapped
            && values.TryGetValue(parameter.InvariantName, out var value)
                ? new SentParameter(GetMapping(mapped), value)
                : null;

    /// <summary>
    /// Runs the sequences that are sent as one value, and sends the lists instead: what is keyed is then what is sent, and none is run
    /// more often than by EF Core.
    /// </summary>
    /// <returns>The type of a sequence that can only be run twice, or null.</returns>
    public static Type? Materialize(IRelationalCommandTemplate command, Dictionary<string, object?> values)
    {
        foreach (var parameter in command.Parameters)
        {
            if (parameter is TypeMappedRelationalParameter mapped
                && GetMapping(mapped) is { ElementTypeMapping: not null } mapping
                && values.GetValueOrDefault(parameter.InvariantName) is IEnumerable and not string and var items
                && ValueShape.Of(items.GetType()) is null)
            {
                if (ListType(items.GetType(), mapping.Converter?.ModelClrType ?? typeof(object)) is not { } type)
                {
                    return items.GetType();
                }

                var list = (IList)Activator.CreateInstance(type)!;
                foreach (var item in items)
                {
                    list.Add(item);
                }

                values[parameter.InvariantName] = list;
            }
        }

        return null;
    }

    private static bool Add(List<SentParameter> sent, IRelationalParameter parameter, object? value)
    {
        switch (parameter)
        {
            case TypeMappedRelationalParameter { Direction: ParameterDirection.Input } mapped:
                sent.Add(new SentParameter(GetMapping(mapped), value));
                return true;
            case RawRelationalParameter raw:
                sent.Add(new SentParameter(null, Parameter(raw)));
                return true;
            case CompositeRelationalParameter { RelationalParameters: var parts }
                when value is object?[] values && values.Length >= parts.Count:
                return parts.Zip(values).All(pair => Add(sent, pair.First, pair.Second));
            default:
                return false;
        }
    }

    private static Type? ListType(Type sequence, Type expected)
        => sequence.GetInterfaces()
            .Where(static type => type.IsConstructedGenericType && type.GetGenericTypeDefinition() == typeof(IEnumerable<>))
            .Select(static type => typeof(List<>).MakeGenericType(type.GenericTypeArguments))
            .FirstOrDefault(expected.IsAssignableFrom);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_parameter")]
    private static extern ref DbParameter Parameter(RawRelationalParameter raw);
}

/// <summary>What is sent for one parameter.</summary>
/// <param name="Mapping">How EF Core sends the value; null for a <see cref="DbParameter"/> of the user's own.</param>
/// <param name="Value">The value before its conversion, or the user's parameter.</param>
internal readonly record struct SentParameter(RelationalTypeMapping? Mapping, object? Value);
