using System.Globalization;

namespace WebShop.Demo;

/// <summary>The two tables of the demo, and what was not as it should be.</summary>
public sealed class DemoReport(TextWriter output)
{
    private const int NameWidth = 46;

    private readonly List<string> _differences = [];

    public bool IsOk => _differences.Count == 0;

    public void Line(FormattableString text) => output.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    public void StartReadings()
    {
        output.WriteLine();
        output.WriteLine($"{"",-NameWidth}{"uncached",14}{"cold",16}{"hit",16}{"speed-up",11}");
        output.WriteLine($"{"Looking around",-NameWidth}{"ms  SQL",14}{"ms  SQL",16}{"ms  SQL",16}");
        Rule(14 + 16 + 16 + 11);
    }

    public void Readings<T>(string name, Reading<T> uncached, Reading<T> cold, Reading<T> hit)
    {
        var speedUp = uncached.Milliseconds / hit.Milliseconds;
        Line($"{name,-NameWidth}{Cost(uncached),14}{Cost(cold),16}{Cost(hit),16}{speedUp,10:0.0}x");
    }

    public void StartSteps()
    {
        output.WriteLine();
        output.WriteLine($"{"Changing things",-NameWidth}{"ms  SQL",14}   shows");
        Rule(14 + 43);
    }

    public void Step<T>(string name, Reading<T> reading, string shows)
        => output.WriteLine($"{name,-NameWidth}{Cost(reading),14}   {shows}".TrimEnd());

    /// <summary>Notes that a step was not as it should be, unless it was.</summary>
    public void Expect(bool holds, string step, string expectation)
    {
        if (!holds)
        {
            _differences.Add($"{step}: {expectation}");
        }
    }

    public void Finish()
    {
        output.WriteLine();
        foreach (var difference in _differences)
        {
            output.WriteLine($"differs: {difference}");
        }

        output.WriteLine(IsOk ? "demo: ok" : $"demo: {_differences.Count} difference(s)");
    }

    private static string Cost<T>(Reading<T> reading)
        => string.Create(CultureInfo.InvariantCulture, $"{reading.Milliseconds,9:0.000} {reading.Commands,4}");

    private void Rule(int columns) => output.WriteLine(new string('-', NameWidth + columns));
}
