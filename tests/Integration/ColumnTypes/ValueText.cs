using System.Collections;
using System.Globalization;
using System.Text.Json;

namespace FastOrm.Cache.Tests.Integration.ColumnTypes;

/// <summary>Writes values so that every difference shows: types, bits, kinds, order.</summary>
internal static class ValueText
{
    public static string Of(object? value) => value switch
    {
        null => "null",
        string text => $"\"{text}\"",
        double number => $"double {BitConverter.DoubleToInt64Bits(number):X}",
        float number => $"float {BitConverter.SingleToInt32Bits(number):X}",
        decimal number => $"decimal {string.Join(' ', decimal.GetBits(number))}",
        DateTime time => $"{time.Ticks} {time.Kind}",
        DateTimeOffset time => $"{time.Ticks} {time.Offset}",
        JsonDocument document => $"document {document.RootElement.GetRawText()}",
        JsonElement element => $"element {(element.ValueKind == JsonValueKind.Undefined ? "" : element.GetRawText())}",
        Array array => $"{value.GetType().Name}[{Bounds(array)}] {Items(array)}",
        IDictionary dictionary => $"{value.GetType().Name} {Items(dictionary)}",
        IEnumerable items => $"{value.GetType().Name} {Items(items)}",
        DictionaryEntry entry => $"{Of(entry.Key)}: {Of(entry.Value)}",
        IFormattable formattable => $"{value.GetType().Name} {formattable.ToString(null, CultureInfo.InvariantCulture)}",
        _ when HasOwnText(value) => $"{value.GetType().Name} {value}",
        _ => $"{{ {string.Join(", ", value.GetType().GetProperties().Select(p => $"{p.Name} = {Of(p.GetValue(value))}"))} }}",
    };

    private static bool HasOwnText(object value)
        => !value.GetType().IsGenericType && value.GetType().GetMethod(nameof(ToString), [])!.DeclaringType != typeof(object)
            || value.GetType().IsValueType;

    private static string Items(IEnumerable items) => $"({string.Join(", ", items.Cast<object?>().Select(Of))})";

    private static string Bounds(Array array)
        => string.Join(", ", Enumerable.Range(0, array.Rank).Select(i => $"{array.GetLowerBound(i)}..{array.GetUpperBound(i)}"));
}
