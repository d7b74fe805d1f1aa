using FastOrm.Cache;
using Xunit;

namespace FastOrm.Cache.Tests.Conformance;

public abstract partial class RemoteTierConformance
{
    [Fact]
    public async Task A_stamp_has_the_value_of_the_first_claim_and_is_disputed_after_another()
    {
        await using var tier = await OpenAsync();
        await using var other = await OpenAsync();
        await tier.ClaimAsync([new RemoteClaim(1, 11, 2), new RemoteClaim(3, 33, 4)], None);
        await other.ClaimAsync([new RemoteClaim(1, 11, 2), new RemoteClaim(3, 34, 4)], None);
        Same([11, RemoteClaim.Disputed], (await StampsAsync(tier, [1, 3])).Stamps);

        await tier.ClaimAsync([new RemoteClaim(3, 33, 4)], None);

        Same([RemoteClaim.Disputed], (await StampsAsync(tier, [3])).Stamps);
    }

    [Fact]
    public async Task A_claim_tells_the_position_and_counts_as_no_change()
    {
        await using var tier = await OpenAsync();
        var before = (await ChangedAsync(tier, 1)).Position;

        Assert.Equal(before, await tier.ClaimAsync([new RemoteClaim(5, 55, 6)], None));
        Assert.Equal(before, (await StampsAsync(tier, [1])).Position);
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData(11L, false)]
    [InlineData(12L, true)]
    public async Task A_change_that_relies_on_a_claim_changes_the_other_stamp_where_somebody_has_claimed_another_value(long? claimed, bool changes)
    {
        await using var tier = await OpenAsync();
        await using var other = await OpenAsync();
        if (claimed is { } value)
        {
            await other.ClaimAsync([new RemoteClaim(1, value, 2)], None);
        }

        var ear = new Ear();
        await using var listening = await other.ListenAsync(ear.Hear, static () => { }, None);
        var before = (await StampsAsync(tier, 2, 3)).Stamps;

        await tier.ChangeAsync(new RemoteChange(1, new[] { 3 }, [], [], ReadOnlyMemory<int>.Empty, [new RemoteClaim(1, 11, 2)]), None);

        var after = (await StampsAsync(tier, [2, 3])).Stamps;
        Assert.Equal(changes, before[0] != after[0]);
        Assert.NotEqual(before[1], after[1]);
        Same(changes ? [3, 2] : [3], (await ear.NextAsync()).Stamps.ToArray());
    }
}
