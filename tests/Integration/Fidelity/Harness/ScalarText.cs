using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;

namespace FastOrm.Cache.Tests.Integration.Fidelity.Harness;

/// <summary>Values without inner references as text, each of its bits told.</summary>
internal static class ScalarText
{
    /// <summary>The text of a scalar, or null for anything else.</summary>
    public static string? Of(object value)
        => value switch
        {
            string text => Quoted(text),
            int number => number.ToString(CultureInfo.InvariantCulture),
            bool truth => truth ? "true" : "false",
            Enum => $"{value.GetType()}.{((Enum)value).ToString("D")}",
            char one => $"char {(int)one:X4}",
            float number => $"float {number:R} ({BitConverter.SingleToUInt32Bits(number):X8})",
            double number => $"double {number:R} ({BitConverter.DoubleToUInt64Bits(number):X16})",
            Half number => $"Half ({BitConverter.HalfToUInt16Bits(number):X4})",
            decimal number => $"decimal {number} ({string.Join(' ', decimal.GetBits(number).Select(static part => part.ToString("X8")))})",
            DateTime time => $"DateTime {time.Ticks} {time.Kind}",
            DateTimeOffset time => $"DateTimeOffset {time.Ticks} {time.Offset.Ticks}",
            DateOnly day => $"DateOnly {day.DayNumber}",
            TimeOnly time => $"TimeOnly {time.Ticks}",
            TimeSpan span => $"TimeSpan {span.Ticks}",
            JsonElement element => element.ValueKind == JsonValueKind.Undefined ? "JsonElement" : $"JsonElement {element.GetRawText()}",
            Type type => $"typeof {type}",
            Delegate method => $"delegate {(method.Method.DeclaringType is null ? "made at run time" : method.Method)}",
            Uri uri => $"Uri {Quoted(uri.OriginalString)}",
            Version version => $"Version {version}",
            byte or sbyte or short or ushort or uint or long or ulong or Int128 or UInt128 or BigInteger or Guid or Rune or Index or Range
                => string.Create(CultureInfo.InvariantCulture, $"{value.GetType().Name} {value}"),
            _ => null,
        };

    // Half a surrogate pair would be lost as soon as the text is encoded.
    private static string Quoted(string text)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        foreach (var one in text)
        {
            _ = one is '"' or '\\' || char.IsControl(one) || char.IsSurrogate(one)
                ? quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)one:X4}")
                : quoted.Append(one);
        }

        return quoted.Append('"').ToString();
    }
}
