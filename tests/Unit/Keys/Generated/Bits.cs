using System.Collections;
using System.Globalization;

namespace FastOrm.Cache.Tests.Unit.Keys.Generated;

/// <summary>Every bit of a value as text, written without the library: what equal values must have in common.</summary>
internal static class Bits
{
    public static string Of(object? value) => value switch
    {
        null => "null",
        string text => $"\"{text}\"",
        decimal number => "decimal " + string.Join(',', decimal.GetBits(number)),
        double number => "double " + BitConverter.DoubleToInt64Bits(number).ToString("x16", CultureInfo.InvariantCulture),
        float number => "float " + BitConverter.SingleToInt32Bits(number).ToString("x8", CultureInfo.InvariantCulture),
        DateTime time => string.Create(CultureInfo.InvariantCulture, $"{time.Kind} {time.Ticks}"),
        DateTimeOffset time => string.Create(CultureInfo.InvariantCulture, $"{time.Ticks} {time.Offset.Ticks}"),
        Enum => $"{value.GetType().Name} {value:D}",
        // Of an entity a query sees the key alone.
        Thing thing => string.Create(CultureInfo.InvariantCulture, $"thing {thing.Id}"),
        ThingGroup group => string.Create(CultureInfo.InvariantCulture, $"group {group.Id}"),
        IEnumerable items => $"{value.GetType()} [{string.Join("; ", items.Cast<object?>().Select(Of))}]",
        TimeOnly time => string.Create(CultureInfo.InvariantCulture, $"TimeOnly {time.Ticks}"),
        // The text of an anonymous object or of a record shows null and "" alike.
        not IFormattable and not IConvertible => $"{value.GetType().Name} {{{string.Join("; ", Properties(value))}}}",
        _ => $"{value.GetType().Name} {Convert.ToString(value, CultureInfo.InvariantCulture)}",
    };

    private static IEnumerable<string> Properties(object value)
        => value.GetType().GetProperties().Select(property => $"{property.Name} = {Of(property.GetValue(value))}");
}
