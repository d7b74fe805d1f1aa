using System.Diagnostics;

namespace FastOrm.Cache.Tests.Integration.Consistency.Nodes;

/// <summary>A node that a test has started as a process of its own.</summary>
internal sealed class NodeProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly Task<string> _errors;

    private NodeProcess(NodeArguments arguments)
    {
        _process = Process.Start(new ProcessStartInfo("dotnet", [typeof(NodeProcess).Assembly.Location, "node", .. arguments.ToArray()])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["DOTNET_TieredPGO"] = "0" }, // It lives for seconds, and starts the sooner.
        })!;
        _errors = _process.StandardError.ReadToEndAsync();
    }

    public static async Task<NodeProcess> StartAsync(NodeArguments arguments)
    {
        var node = new NodeProcess(arguments);
        Assert.Equal("ready", await node.ReadAsync());
        return node;
    }

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => _process.HasExited;

    public void Order(string order)
    {
        _process.StandardInput.WriteLine(order);
        _process.StandardInput.Flush();
    }

    /// <summary>The next line of its output.</summary>
    public async Task<string> ReadAsync() => await TryReadAsync() ?? throw new InvalidOperationException($"The node has ended. {await _errors}");

    /// <summary>The next line of its output, or null if it has ended.</summary>
    public async Task<string?> TryReadAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        return await _process.StandardOutput.ReadLineAsync(limit.Token);
    }

    /// <summary>Ends it by SIGKILL.</summary>
    public void Kill() => _process.Kill();

    public async Task EndAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(limit.Token);
    }

    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
    }
}
