using FastOrm.Cache;
using Xunit;

namespace FastOrm.Cache.Tests.Conformance;

public abstract partial class RemoteTierConformance
{
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task A_marked_stamp_is_pending_to_every_node_and_others_are_not()
    {
        await using var tier = await OpenAsync();
        await using var other = await OpenAsync();
        var before = (await ChangedAsync(tier, 1, 2, 3)).Stamps;

        Assert.True(await tier.MarkAsync(Marker(7, 1, 3), None));

        Same([RemoteMarker.Pending, before[1], RemoteMarker.Pending], (await StampsAsync(other, 1, 2, 3)).Stamps);
        Same([before[1], RemoteMarker.Pending], (await StampsAsync(tier, 2, 3)).Stamps);
    }

    [Fact]
    public async Task A_marker_is_told_as_a_change_is()
    {
        await using var tier = await OpenAsync();
        await using var other = await OpenAsync();
        var ear = new Ear();
        await using var listening = await other.ListenAsync(ear.Hear, static () => { }, None);
        var before = (await StampsAsync(tier, 1)).Position;

        await tier.MarkAsync(Marker(7, 1, 3), None);

        var heard = await ear.NextAsync();
        Same([1, 3], heard.Stamps.ToArray());
        Assert.Equal(5, heard.Source);
        Assert.Equal(before with { Counter = before.Counter + 1 }, heard.Position);
        Assert.Equal(heard.Position, (await StampsAsync(tier, 1)).Position);
    }

    [Fact]
    public async Task The_end_of_a_marker_changes_all_that_it_marks()
    {
        await using var tier = await OpenAsync();
        var before = (await ChangedAsync(tier, 1, 2, 3)).Stamps;
        await tier.MarkAsync(Marker(7, 1, 2), None);

        var ended = await tier.ChangeAsync(Change([3], read: [1, 2, 3]) with { EndedMarkers = [7] }, None);

        Same(ended.Stamps, (await StampsAsync(tier, 1, 2, 3)).Stamps);
        Assert.All(ended.Stamps.Zip(before), static pair => Assert.NotEqual(pair.Second, pair.First));
        Assert.DoesNotContain(RemoteMarker.Pending, ended.Stamps);
        Assert.DoesNotContain(0, ended.Stamps);
    }

    [Fact]
    public async Task A_stamp_is_pending_until_the_last_of_its_markers_has_ended()
    {
        await using var tier = await OpenAsync();
        await tier.MarkAsync(Marker(7, 1, 2), None);
        await tier.MarkAsync(Marker(8, 2, 3), None);

        await tier.ChangeAsync(Change([1, 2]) with { EndedMarkers = [7] }, None);
        var one = (await StampsAsync(tier, 1, 2, 3)).Stamps;
        await tier.ChangeAsync(Change([2, 3]) with { EndedMarkers = [8, 99] }, None);

        Assert.NotEqual(RemoteMarker.Pending, one[0]);
        Same([RemoteMarker.Pending, RemoteMarker.Pending], one[1..]);
        Assert.DoesNotContain(RemoteMarker.Pending, (await StampsAsync(tier, 1, 2, 3)).Stamps);
    }

    [Fact]
    public async Task A_change_of_another_node_leaves_a_stamp_marked()
    {
        await using var tier = await OpenAsync();
        await using var other = await OpenAsync();
        await tier.MarkAsync(Marker(7, 1), None);

        Same([RemoteMarker.Pending], (await other.ChangeAsync(Change([1], read: [1]), None)).Stamps);

        Same([RemoteMarker.Pending], (await StampsAsync(tier, 1)).Stamps);
    }

    [Fact]
    public async Task A_marker_whose_time_is_over_is_swept_and_one_that_is_renewed_is_not()
    {
        await using var tier = await OpenAsync();
        await using var other = await OpenAsync();
        var before = (await ChangedAsync(tier, 1, 2)).Stamps;
        await tier.MarkAsync(Marker(9, 3) with { Life = TimeSpan.FromMinutes(1) }, None);
        await other.SweepAsync(None);
        Same([RemoteMarker.Pending], (await StampsAsync(tier, 3)).Stamps);
        var ear = new Ear();
        await using var listening = await other.ListenAsync(ear.Hear, static () => { }, None);
        await tier.MarkAsync(Marker(7, 1), None);
        await tier.MarkAsync(Marker(8, 2), None);
        await tier.ChangeAsync(Change([77]), None);
        await ear.UntilAsync(77); // All that came before is heard.

        await tier.RenewAsync(8, TimeSpan.FromMinutes(1), None);
        await tier.RenewAsync(99, TimeSpan.FromMinutes(1), None);
        await ElapseAsync(1.5 * Life); // The clock of the store is another one.
        await other.SweepAsync(None);
        await other.SweepAsync(None);

        var after = (await StampsAsync(tier, 1, 2)).Stamps;
        Assert.NotEqual(before[0], after[0]);
        Assert.NotEqual(RemoteMarker.Pending, after[0]);
        Assert.Equal(RemoteMarker.Pending, after[1]);
        var heard = await ear.NextAsync();
        Same([1], heard.Stamps.ToArray());
        Assert.Equal(0, heard.Source);
        await tier.ChangeAsync(Change([4]), None);
        Same([4], (await ear.NextAsync()).Stamps.ToArray());
    }

    [Theory]
    [InlineData(11L, false)]
    [InlineData(12L, true)]
    public async Task A_marker_that_relies_on_a_claim_marks_the_other_stamp_where_somebody_has_claimed_another_value(long claimed, bool marks)
    {
        await using var tier = await OpenAsync();
        await using var other = await OpenAsync();
        await other.ClaimAsync([new RemoteClaim(1, claimed, 2)], None);

        await tier.MarkAsync(Marker(7, 3) with { Relied = [new RemoteClaim(1, 11, 2)] }, None);

        Assert.Equal(marks, (await StampsAsync(tier, 2)).Stamps[0] == RemoteMarker.Pending);
        await tier.ChangeAsync(Change([3]) with { EndedMarkers = [7] }, None);
        Assert.DoesNotContain(RemoteMarker.Pending, (await StampsAsync(tier, 2, 3)).Stamps);
    }

    [Fact]
    public async Task As_many_stamps_are_marked_as_a_change_has()
    {
        await using var tier = await OpenAsync();
        int[] many = [.. Enumerable.Range(10, 9_000)];
        await tier.MarkAsync(Marker(7, many), None);
        Assert.All((await StampsAsync(tier, many)).Stamps, static stamp => Assert.Equal(RemoteMarker.Pending, stamp));

        await tier.ChangeAsync(Change([]) with { EndedMarkers = [7] }, None);

        Assert.DoesNotContain(RemoteMarker.Pending, (await StampsAsync(tier, many)).Stamps);
    }

    private static RemoteMarker Marker(long id, params int[] stamps) => new(5, id, stamps, [], Life);
}
