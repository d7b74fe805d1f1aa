using FastOrm.Cache.Coherence;
using FastOrm.Cache.Tests.Unit.Coherence.Model;

namespace FastOrm.Cache.Tests.Unit.Coherence;

/// <summary>The protocol of <c>docs/coherence.md</c>: no stale read with all of its rules.</summary>
public sealed class CoherenceModelTests
{
    private const WorldOptions NewErasKeepStamps = WorldOptions.All & ~WorldOptions.DeletesStamps;

    private static bool IsSlow => Environment.GetEnvironmentVariable("FASTORM_SLOW") == "1";

    [Fact]
    public void No_random_history_has_a_stale_read()
        => AssertNone(RandomExploration.Find(IsSlow ? 200_000 : 2_000, ProtocolRules.All, WorldOptions.All));

    [Fact]
    public void No_order_of_the_steps_of_a_small_program_has_a_stale_read()
    {
        var worlds = 0;
        foreach (var program in Programs.Small(IsSlow))
        {
            var exploration = new ExhaustiveExploration(program, ProtocolRules.All);
            AssertNone(exploration.Run());
            worlds += exploration.Worlds;
        }

        Assert.True(worlds > 50_000, $"Only {worlds} worlds: this proves little.");
    }

    [Fact]
    public void The_era_of_an_entry_is_enough_if_a_new_era_kept_the_stamps()
        => AssertNone(RandomExploration.Find(IsSlow ? 200_000 : 2_000, ProtocolRules.All, NewErasKeepStamps));

    [Fact]
    public void A_history_can_be_told_again_and_made_shorter()
    {
        var found = RandomExploration.Find(RandomExploration.Enough, ProtocolRules.All & ~ProtocolRules.MessageInvalidates, WorldOptions.All)!;
        var shrunk = found.Shrink();

        Assert.NotNull(found.Run());
        Assert.NotNull(shrunk.Run());
        Assert.True(shrunk.Steps.Length < found.Steps.Length);
        Assert.All(
            Enumerable.Range(0, shrunk.Steps.Length),
            left => Assert.Null((shrunk with { Steps = [.. shrunk.Steps.Where((_, place) => place != left)] }).Run()));
        Assert.Contains("STALE: node", shrunk.ToString(), StringComparison.Ordinal);
    }

    private static void AssertNone(History? found) => Assert.True(found is null, $"{found?.Name}\n{found?.Shrink()}");
}
