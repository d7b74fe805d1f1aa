using System.Diagnostics;
using System.Text.RegularExpressions;
using FastOrm.Cache.Tests.Integration.Support;

namespace FastOrm.Cache.Tests.Integration.Samples;

/// <summary>The sample in a process of its own, on a free port.</summary>
internal sealed partial class ShopProcess : IDisposable
{
    /// <summary>How long a shop may take for what it does once, such as filling its database.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process _process;

    private ShopProcess(Process process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    /// <summary>Starts a shop and waits until it answers.</summary>
    /// <param name="data">Its database file.</param>
    /// <param name="redis">The Redis server that it shares with others; null for none.</param>
    /// <param name="settings">Settings by name, given to it as variables of the environment.</param>
    /// <param name="port">A second port to listen on; null for none.</param>
    public static async Task<ShopProcess> StartAsync(
        string data, string? redis = null, IReadOnlyDictionary<string, string>? settings = null, int? port = null)
    {
        string[] node = redis is null ? [] : ["--redis", redis];
        var second = port is null ? "" : $";http://127.0.0.1:{port}";
        var process = Run(["--data", data, .. node, "--urls", $"http://127.0.0.1:0{second}"], settings);
        _ = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(Patience);
        while (await process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
        {
            if (ListeningOn().Match(line) is { Success: true } address)
            {
                _ = process.StandardOutput.ReadToEndAsync();
                return new ShopProcess(process, new Uri(address.Value));
            }
        }

        throw new InvalidOperationException("The shop has not started.");
    }

    /// <summary>Runs the sample with these arguments, whatever comes of it.</summary>
    public static Process Run(string[] arguments, IReadOnlyDictionary<string, string>? settings = null)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        var sample = Path.Combine(Repository.Root, "samples", "WebShop", "bin", configuration, "net10.0", "WebShop.dll");
        Assert.True(File.Exists(sample), $"Build the solution first: {sample} is missing.");
        var start = new ProcessStartInfo("dotnet", [sample, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(sample)!,
        };
        foreach (var (name, value) in settings ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    [GeneratedRegex("http://127.0.0.1:[0-9]+")]
    private static partial Regex ListeningOn();
}
