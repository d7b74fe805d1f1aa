using System.Globalization;

namespace WebShop.Shop;

/// <summary>Euros for people, whole cents for the database.</summary>
public static class Money
{
    public const long MaxCents = 1_000_000_00;

    private const NumberStyles Plain =
        NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite;

    /// <summary>For reading: <c>€1,234.50</c>.</summary>
    public static string Format(long cents) => string.Create(CultureInfo.InvariantCulture, $"€{cents / 100m:N2}");

    /// <summary>For an input field: <c>1234.50</c>.</summary>
    public static string ToInput(long cents) => (cents / 100m).ToString("0.00", CultureInfo.InvariantCulture);

    /// <summary>Reads <c>12</c>, <c>12.5</c> or <c>12.50</c>: more than nothing, at most a million, in whole cents.</summary>
    public static bool TryParse(string? text, out long cents)
    {
        cents = 0;
        if (!decimal.TryParse(text, Plain, CultureInfo.InvariantCulture, out var euros)
            || euros <= 0 || euros > MaxCents / 100 || decimal.Round(euros, 2) != euros)
        {
            return false;
        }

        cents = (long)(euros * 100);
        return true;
    }
}
