using System.Text;
using FastOrm.Cache.Coherence;

namespace FastOrm.Cache.Tests.Unit.Coherence.Model;

/// <summary>What was done in which order: enough to do it again.</summary>
internal sealed record History(string Name, ModelProgram Program, ProtocolRules Rules, WorldOptions Options, Step[] Steps)
{
    /// <summary>Does it again, with whatever of it can be done, and lets everything end well.</summary>
    /// <returns>The stale read, or null.</returns>
    public string? Run(Action<string>? log = null)
    {
        var world = Program.Begin(Rules, Options, log);
        try
        {
            foreach (var step in Steps)
            {
                world.Do(step);
            }

            world.Settle();
            return null;
        }
        catch (StaleReadException exception)
        {
            return exception.Message;
        }
    }

    /// <summary>The same stale read, or another, in fewer steps: none can be left out.</summary>
    public History Shrink()
    {
        var shortest = this;
        for (var size = Steps.Length / 2; size > 1; size /= 2)
        {
            shortest = shortest.Without(size);
        }

        int before;
        do
        {
            before = shortest.Steps.Length;
            shortest = shortest.Without(1);
        }
        while (shortest.Steps.Length < before);

        return shortest;
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        var stale = Run(line => text.AppendLine(line));
        return text.Append("STALE: ").Append(stale).ToString();
    }

    // Leaves out as many steps at a time as can be.
    private History Without(int size)
    {
        var shortest = this;
        for (var from = 0; from < shortest.Steps.Length;)
        {
            var to = Math.Min(from + size, shortest.Steps.Length);
            var shorter = shortest with { Steps = [.. shortest.Steps[..from], .. shortest.Steps[to..]] };
            (shortest, from) = shorter.Run() is null ? (shortest, from + 1) : (shorter, from);
        }

        return shortest;
    }
}
