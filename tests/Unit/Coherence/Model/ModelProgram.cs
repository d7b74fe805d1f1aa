using FastOrm.Cache.Coherence;

namespace FastOrm.Cache.Tests.Unit.Coherence.Model;

/// <summary>
/// Calls in threads, each of which does one after the other, and how often something may be lost on the network.
/// </summary>
internal sealed record ModelProgram(Call[][] Threads, int Losses)
{
    public World Begin(ProtocolRules rules, WorldOptions options, Action<string>? log = null)
        => new(Threads, Losses, rules, options) { Log = log };

    public override string ToString()
        => $"{string.Join(" | ", Threads.Select(static calls => string.Join(", ", calls)))} | losses: {Losses}";
}
