using System.Globalization;

namespace FastOrm.Cache.Benchmarks.Ratios;

/// <summary>A named set of measurements whose results are printed one <c>name: value</c> a line.</summary>
/// <param name="Name">The argument that selects the group.</param>
/// <param name="Measure">Measures and prints; throws <see cref="MeasurementException"/> if a check failed.</param>
/// <param name="Hidden">Whether the group is left out of the list of groups.</param>
internal sealed record RatioGroup(string Name, Action Measure, bool Hidden = false)
{
    /// <summary>Runs the group that the arguments name.</summary>
    /// <returns>The exit code: 0, 1 if a check failed, 2 if the arguments do not name one group.</returns>
    public static int Run(RatioGroup[] groups, string[] args)
    {
        if (args is not [var name] || Array.Find(groups, g => g.Name == name) is not { } group)
        {
            var names = groups.Where(g => !g.Hidden).Select(g => g.Name);
            Console.WriteLine("Usage: ratios <group>. Groups: " + string.Join(", ", names));
            return 2;
        }

        try
        {
            group.Measure();
            return 0;
        }
        catch (MeasurementException failure)
        {
            Console.Error.WriteLine("error: " + failure.Message);
            return 1;
        }
    }

    public static void Print(string name, double ratio)
        => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {ratio:0.00}"));

    public static void Print(string name, long amount)
        => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {amount}"));
}
