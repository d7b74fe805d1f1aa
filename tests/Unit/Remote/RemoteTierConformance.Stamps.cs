using FastOrm.Cache;
using Xunit;

namespace FastOrm.Cache.Tests.Conformance;

public abstract partial class RemoteTierConformance
{
    [Fact]
    public async Task A_stamp_is_zero_until_it_is_changed_and_then_the_same_for_all()
    {
        await using var tier = await OpenAsync();
        await using var other = await OpenAsync();

        Same([0, 0], (await StampsAsync(tier, 3, 5)).Stamps);
        var changed = (await ChangedAsync(tier, 3, 5)).Stamps;

        Assert.DoesNotContain(0, changed);
        Assert.NotEqual(changed[0], changed[1]);
        Same([changed[1], 0, changed[0]], (await StampsAsync(other, 5, 4, 3)).Stamps);
    }

    [Fact]
    public async Task To_read_is_no_change()
    {
        await using var tier = await OpenAsync();

        var before = await StampsAsync(tier, 1);

        Assert.Equal(before.Position, (await StampsAsync(tier, 1)).Position);
        Assert.NotEqual(0, before.Position.Era);
        Assert.True(before.Position.Counter >= 0);
    }

    [Fact]
    public async Task A_stamp_asked_for_twice_is_one_stamp()
    {
        await using var tier = await OpenAsync();

        Same([0, 0], (await StampsAsync(tier, 1, 1)).Stamps);
        var stamp = (await ChangedAsync(tier, 1)).Stamps[0];

        Same([stamp, stamp], (await StampsAsync(tier, 1, 1)).Stamps);
    }

    [Fact]
    public async Task Nodes_that_begin_together_begin_one_era()
    {
        var tiers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => OpenAsync().AsTask()));

        var readings = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(() => StampsAsync(tiers[i % tiers.Length], 1))));

        Assert.All(readings, reading => Assert.Equal(readings[0].Position, reading.Position));
        await DisposeAsync(tiers);
    }

    [Fact]
    public async Task Entries_and_stamps_are_read_together()
    {
        await using var tier = await OpenAsync();
        var changed = await ChangedAsync(tier, 1, 2);
        await tier.StoreAsync([Entry("a", "A")], None);

        var reading = await tier.ReadAsync(new[] { 2, 1, 9 }, ["missing", "a"], None);

        Same([changed.Stamps[1], changed.Stamps[0], 0], reading!.Stamps);
        Same([null, "A"], Texts(reading));
    }

    [Fact]
    public async Task Very_many_stamps_are_read_at_once()
    {
        await using var tier = await OpenAsync();
        var slots = Enumerable.Range(0, 9001).Select(static i => i * 3).ToArray();

        await tier.ChangeAsync(Change(slots[1..]), None);
        var stamps = (await StampsAsync(tier, slots)).Stamps;

        Assert.Equal(0, stamps[0]);
        Assert.DoesNotContain(0, stamps[1..]);
    }

    private static async Task DisposeAsync(IEnumerable<IRemoteCacheTier> tiers)
    {
        foreach (var tier in tiers)
        {
            await tier.DisposeAsync();
        }
    }
}
