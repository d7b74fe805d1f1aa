using FastOrm.Cache.Coherence;

namespace FastOrm.Cache.Tests.Unit.Coherence.Model;

/// <summary>
/// Every order in which the steps of a program can be done. Where two orders lead to the same world only one of them goes on
/// from there. A world cannot be copied, so what was left for later is reached by doing all of it again.
/// </summary>
/// <param name="program">What the nodes do.</param>
/// <param name="rules">The rules that hold.</param>
/// <param name="options">What the world is like.</param>
internal sealed class ExhaustiveExploration(
    ModelProgram program, ProtocolRules rules, WorldOptions options = WorldOptions.All)
{
    private readonly HashSet<ulong> _seen = [];
    private readonly Stack<Path> _later = new();
    private readonly List<Step> _possible = [];
    private readonly Fingerprint _print = new();

    /// <summary>The number of different worlds.</summary>
    public int Worlds => _seen.Count;

    /// <summary>Goes on until a stale read is found.</summary>
    /// <returns>The history that leads to it; null if there is none.</returns>
    public History? Run()
    {
        Path? path = null;
        do
        {
            try
            {
                Follow(ref path);
            }
            catch (StaleReadException)
            {
                return new History(program.ToString(), program, rules, options, Steps(path));
            }
        }
        while (_later.TryPop(out path));

        return null;
    }

    private void Follow(ref Path? path)
    {
        var world = program.Begin(rules, options);
        foreach (var step in Steps(path))
        {
            world.Do(step);
        }

        while (_seen.Add(world.Print(_print)))
        {
            _possible.Clear();
            world.AddSteps(_possible);
            if (_possible.Count == 0)
            {
                world.Settle();
                return;
            }

            foreach (var other in _possible.Skip(1))
            {
                _later.Push(new Path(path, other));
            }

            path = new Path(path, _possible[0]);
            world.Do(_possible[0]);
        }
    }

    private static Step[] Steps(Path? path)
    {
        var steps = new List<Step>();
        for (; path is not null; path = path.Before)
        {
            steps.Add(path.Last);
        }

        steps.Reverse();
        return [.. steps];
    }

    private sealed record Path(Path? Before, Step Last);
}
