using System.Diagnostics;
using FastOrm.Cache.Tests.Integration.Support;

namespace FastOrm.Cache.Tests.Integration.Samples;

public sealed class WebShopTests
{
    [Fact]
    public async Task The_demo_of_the_sample_ends_well()
    {
        var (exitCode, output) = await RunAsync("--demo");

        Assert.True(exitCode == 0, output);
        Assert.EndsWith("demo: ok", output.TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_option_of_the_sample_is_refused_with_its_usage()
    {
        var (exitCode, output) = await RunAsync("--demmo");

        Assert.Equal(2, exitCode);
        Assert.Contains("--demmo", output, StringComparison.Ordinal);
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        var sample = Path.Combine(Repository.Root, "samples", "WebShop", "bin", configuration, "net10.0", "WebShop.dll");
        Assert.True(File.Exists(sample), $"Build the solution first: {sample} is missing.");
        using var process = Process.Start(new ProcessStartInfo("dotnet", [sample, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(sample)!,
        })!;
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, await output + await errors);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}
