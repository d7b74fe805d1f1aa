using FastOrm.Cache.Coherence;
using FastOrm.Cache.Tests.Unit.Coherence.Model;

namespace FastOrm.Cache.Tests.Unit.Coherence;

/// <summary>The protocol of <c>docs/coherence.md</c> without any one of its rules: there is a stale read.</summary>
public sealed class CoherenceRulesTests
{
    [Theory]
    [InlineData(nameof(ProtocolRules.MessageInvalidates))]
    [InlineData(nameof(ProtocolRules.SequenceGuardsStore))]
    [InlineData(nameof(ProtocolRules.UnsentIsNotAsked))]
    [InlineData(nameof(ProtocolRules.GapIsUnknown))]
    [InlineData(nameof(ProtocolRules.PollFindsLoss), 22_000)]
    [InlineData(nameof(ProtocolRules.EraIsUnknown), 7_000)]
    [InlineData(nameof(ProtocolRules.EraGuardsReading), 4_000)]
    [InlineData(nameof(ProtocolRules.LossIsUnknown))]
    [InlineData(nameof(ProtocolRules.StampsBeforeLoad))]
    [InlineData(nameof(ProtocolRules.VerifiedIsHeard))]
    [InlineData(nameof(ProtocolRules.MarkedIsPending))]
    [InlineData(nameof(ProtocolRules.MarksBeforeCommit))]
    [InlineData(nameof(ProtocolRules.ClaimsBeforeScopes))]
    public void Without_any_one_rule_a_stale_read_is_found(string rule, int after = 0)
        => AssertOne(ProtocolRules.All & ~Enum.Parse<ProtocolRules>(rule), WorldOptions.All, after);

    [Fact]
    public void Without_verified_connections_a_stale_read_is_found()
        => AssertOne(ProtocolRules.All, WorldOptions.All & ~WorldOptions.VerifiesConnections, after: 58_000);

    // A new era has no stamps, so they are zero, as those of an old entry may be: that they are deleted is not enough without the rule.
    [Fact]
    public void If_a_new_era_kept_the_stamps_without_EraGuardsReading_a_stale_read_is_found()
        => AssertOne(ProtocolRules.All & ~ProtocolRules.EraGuardsReading, WorldOptions.All & ~WorldOptions.DeletesStamps, after: 4_000);

    // Of the histories before that it is known that they have none; which of them have one differs as the model does.
    private static void AssertOne(ProtocolRules rules, WorldOptions options, int after = 0)
        => Assert.NotNull(RandomExploration.Find(RandomExploration.Enough, rules, options, after));
}
