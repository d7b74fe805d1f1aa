using System.Globalization;
using WebShop.Demo;

namespace WebShop.Load;

/// <summary>The load without a browser, on a database of its own that is deleted at the end.</summary>
public static class LoadDemo
{
    /// <returns>The exit code of the process: 0 unless a request failed.</returns>
    public static async Task<int> RunAsync(TextWriter output)
    {
        var options = new LoadOptions();
        var end = LoadState.None;
        await using var shop = new TemporaryShop();
        Line(output, await shop.SeedAsync());
        Line(output, $"{options.Shoppers} shoppers for {options.Seconds:0} s, half of it with the cache on …");
        var run = new LoadRun(
            shop.Services.GetRequiredService<IServiceScopeFactory>(), shop.Services.GetRequiredService<TimeProvider>(), options);
        await run.RunAsync(state => end = state, CancellationToken.None);

        output.WriteLine();
        Line(output, $"{"",-10}{"requests/s",12}{"p50 ms",10}{"p99 ms",10}{"SQL/request",13}{"failed",8}");
        Totals(output, "cache on", end.On!);
        Totals(output, "cache off", end.Off!);
        return end.On!.Failures + end.Off!.Failures == 0 ? 0 : 1;
    }

    private static void Totals(TextWriter output, string name, LoadTotals totals)
        => Line(
            output,
            $"{name,-10}{totals.PerSecond,12:N0}{totals.P50,10:0.000}{totals.P99,10:0.000}{totals.Commands,13:0.00}{totals.Failures,8:N0}");

    private static void Line(TextWriter output, FormattableString text) => output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
