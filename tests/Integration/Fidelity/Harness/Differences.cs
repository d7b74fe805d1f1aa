namespace FastOrm.Cache.Tests.Integration.Fidelity.Harness;

/// <summary>Finds where two observations differ.</summary>
internal static class Differences
{
    /// <summary>The lines around the first difference, or null when there is none.</summary>
    public static string? Between(string expected, string actual)
    {
        if (expected == actual)
        {
            return null;
        }

        var (left, right) = (expected.Split('\n'), actual.Split('\n'));
        var line = Same(left, right);
        var (one, other) = (left.ElementAtOrDefault(line) ?? "(the end)", right.ElementAtOrDefault(line) ?? "(the end)");
        var column = Same(one, other);
        return $"line {line + 1}, column {column + 1}\nexpected: {Around(one, column)}\n  actual: {Around(other, column)}";
    }

    public static void AssertNone(string what, Observation expected, Observation actual)
        => Assert.True(
            expected.Text == actual.Text,
            $"{what} differs from the plain one in {Between(expected.Text, actual.Text)}\n{actual.Failure}");

    private static int Same<T>(IEnumerable<T> left, IEnumerable<T> right)
        => left.Zip(right, static (l, r) => EqualityComparer<T>.Default.Equals(l, r)).TakeWhile(static same => same).Count();

    private static string Around(string line, int column)
        => line.Length < 200 ? line : $"{line[..60]} … {line[Math.Max(60, column - 40)..Math.Min(line.Length, column + 160)]}";
}
