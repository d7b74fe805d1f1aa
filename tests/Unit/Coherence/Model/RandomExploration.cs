using FastOrm.Cache.Coherence;

namespace FastOrm.Cache.Tests.Unit.Coherence.Model;

/// <summary>One random history of one random program for each seed.</summary>
internal static class RandomExploration
{
    /// <summary>So many that one of them has a stale read, if there is one.</summary>
    public const int Enough = 100_000;

    private static int? GivenSeed => int.TryParse(Environment.GetEnvironmentVariable("FASTORM_SEED"), out var seed) ? seed : null;

    /// <summary>The first of many histories that has a stale read, or null.</summary>
    /// <param name="histories">How many.</param>
    /// <param name="rules">The rules of the nodes.</param>
    /// <param name="options">What the world does.</param>
    /// <param name="after">How many are left out, where no other seed is given.</param>
    public static History? Find(int histories, ProtocolRules rules, WorldOptions options, int after = 0)
        => Enumerable.Range(GivenSeed ?? 4711 + after, histories)
            .Select(seed => Run(seed, rules, options))
            .FirstOrDefault(static found => found is not null);

    /// <summary>Runs the history of a seed.</summary>
    /// <returns>The history if it has a stale read, else null.</returns>
    public static History? Run(int seed, ProtocolRules rules, WorldOptions options = WorldOptions.All)
    {
        var random = new Random(seed);
        var program = Programs.Random(random);
        var world = program.Begin(rules, options);
        var (done, possible) = (new List<Step>(), new List<Step>());

        // In some histories messages and losses are rare, in others they are not.
        var (slow, lossy) = (random.Next(1, 10), random.Next(2, 20));
        try
        {
            while (Next() is { } step)
            {
                done.Add(step);
                world.Do(step);
            }

            world.Settle();
            return null;
        }
        catch (StaleReadException)
        {
            return new History($"FASTORM_SEED={seed}", program, rules, options, [.. done]);
        }

        Step? Next()
        {
            possible.Clear();
            world.AddSteps(possible);
            for (var tries = 0; possible.Count > 0; tries++)
            {
                var step = possible[random.Next(possible.Count)];
                if (tries > 20 || ((!step.IsLost || random.Next(lossy) == 0) && (!step.IsMessage || random.Next(slow) == 0)))
                {
                    return step;
                }
            }

            return null;
        }
    }
}
