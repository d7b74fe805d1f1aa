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
        using var process = ShopProcess.Run(arguments);
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
