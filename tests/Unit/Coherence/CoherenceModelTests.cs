using FastOrm.Cache.Coherence;
using FastOrm.Cache.Tests.Unit.Coherence.Model;

namespace FastOrm.Cache.Tests.Unit.Coherence;

/// <summary>The protocol of <c>docs/coherence.md</c>: no stale read with all of its rules, and one without any of them.</summary>
public sealed class CoherenceModelTests
{
    private const WorldOptions NewErasKeepStamps = WorldOptions.All & ~WorldOptions.DeletesStamps;
    private const int Enough = 100_000;

    private static bool IsSlow => Environment.GetEnvironmentVariable("FASTORM_SLOW") == "1";

    private static int FirstSeed => int.TryParse(Environment.GetEnvironmentVariable("FASTORM_SEED"), out var seed) ? seed : 4711;

    [Fact]
    public void No_random_history_has_a_stale_read()
        => AssertNone(FindRandom(IsSlow ? 200_000 : 2_000, ProtocolRules.All, WorldOptions.All));

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

    [Theory]
    [InlineData(nameof(ProtocolRules.MessageInvalidates))]
    [InlineData(nameof(ProtocolRules.SequenceGuardsStore))]
    [InlineData(nameof(ProtocolRules.UnsentIsNotAsked))]
    [InlineData(nameof(ProtocolRules.GapIsUnknown))]
    [InlineData(nameof(ProtocolRules.PollFindsLoss))]
    [InlineData(nameof(ProtocolRules.EraIsUnknown))]
    [InlineData(nameof(ProtocolRules.EraGuardsReading))]
    [InlineData(nameof(ProtocolRules.LossIsUnknown))]
    [InlineData(nameof(ProtocolRules.StampsBeforeLoad))]
    [InlineData(nameof(ProtocolRules.VerifiedIsHeard))]
    [InlineData(nameof(ProtocolRules.MarkedIsPending))]
    [InlineData(nameof(ProtocolRules.MarksBeforeCommit))]
    [InlineData(nameof(ProtocolRules.ClaimsBeforeScopes))]
    public void Without_any_one_rule_a_stale_read_is_found(string rule)
        => Assert.NotNull(FindRandom(Enough, ProtocolRules.All & ~Enum.Parse<ProtocolRules>(rule), WorldOptions.All));

    [Fact]
    public void Without_verified_connections_a_stale_read_is_found()
        => Assert.NotNull(FindRandom(Enough, ProtocolRules.All, WorldOptions.All & ~WorldOptions.VerifiesConnections));

    // A new era has no stamps, so they are zero, as those of an old entry may be: that they are deleted is not enough without the rule.
    [Fact]
    public void If_a_new_era_kept_the_stamps_without_EraGuardsReading_a_stale_read_is_found()
        => Assert.NotNull(FindRandom(Enough, ProtocolRules.All & ~ProtocolRules.EraGuardsReading, NewErasKeepStamps));

    [Fact]
    public void The_era_of_an_entry_is_enough_if_a_new_era_kept_the_stamps()
        => AssertNone(FindRandom(IsSlow ? 200_000 : 2_000, ProtocolRules.All, NewErasKeepStamps));

    [Fact]
    public void A_history_can_be_told_again_and_made_shorter()
    {
        var found = FindRandom(Enough, ProtocolRules.All & ~ProtocolRules.MessageInvalidates, WorldOptions.All)!;
        var shrunk = found.Shrink();

        Assert.NotNull(found.Run());
        Assert.NotNull(shrunk.Run());
        Assert.True(shrunk.Steps.Length < found.Steps.Length);
        Assert.All(
            Enumerable.Range(0, shrunk.Steps.Length),
            left => Assert.Null((shrunk with { Steps = [.. shrunk.Steps.Where((_, place) => place != left)] }).Run()));
        Assert.Contains("STALE: node", shrunk.ToString(), StringComparison.Ordinal);
    }

    private static History? FindRandom(int histories, ProtocolRules rules, WorldOptions options)
        => Enumerable.Range(FirstSeed, histories)
            .Select(seed => RandomExploration.Run(seed, rules, options))
            .FirstOrDefault(static found => found is not null);

    private static void AssertNone(History? found) => Assert.True(found is null, $"{found?.Name}\n{found?.Shrink()}");
}
