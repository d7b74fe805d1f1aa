using FastOrm.Cache;
using Xunit;

namespace FastOrm.Cache.Tests.Conformance;

public abstract partial class RemoteTierConformance
{
    [Fact]
    public async Task A_stamp_is_missing_until_it_is_created_and_then_the_same_for_all()
    {
        await using var tier = await OpenAsync();
        await using var other = await OpenAsync();

        Same([0, 0], (await StampsAsync(tier, [3, 5])).Stamps);
        var created = (await StampsAsync(tier, [3, 5], creates: true)).Stamps;

        Assert.DoesNotContain(0, created);
        Assert.NotEqual(created[0], created[1]);
        Same([created[1], 0, created[0]], (await StampsAsync(other, [5, 4, 3])).Stamps);
        Same([created[1], created[0]], (await StampsAsync(other, [5, 3], creates: true)).Stamps);
    }

    [Fact]
    public async Task To_create_a_stamp_is_no_change()
    {
        await using var tier = await OpenAsync();

        var before = await StampsAsync(tier, [1]);
        var created = await StampsAsync(tier, [1], creates: true);

        Assert.Equal(before.Position, created.Position);
        Assert.NotEqual(0, before.Position.Era);
        Assert.True(before.Position.Counter >= 0);
    }

    [Fact]
    public async Task A_stamp_asked_for_twice_is_one_stamp()
    {
        await using var tier = await OpenAsync();

        Same([0, 0], (await StampsAsync(tier, [1, 1])).Stamps);
        var created = (await StampsAsync(tier, [1, 1], creates: true)).Stamps;
        var stamp = (await StampsAsync(tier, [1])).Stamps[0];

        Same([stamp, stamp], created);
        Same([stamp, stamp], (await StampsAsync(tier, [1, 1])).Stamps);
    }

    [Fact]
    public async Task Stamps_are_created_once_however_many_nodes_begin_together()
    {
        var tiers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => OpenAsync().AsTask()));
        var slots = Enumerable.Range(0, 100).ToArray();

        var readings = await Task.WhenAll(Enumerable.Range(0, 16)
            .Select(i => Task.Run(() => StampsAsync(tiers[i % tiers.Length], slots, creates: true))));

        Assert.All(readings, reading => Assert.Equal(readings[0].Stamps, reading.Stamps));
        Assert.All(readings, reading => Assert.Equal(readings[0].Position, reading.Position));
        Assert.Equal(slots.Length, readings[0].Stamps.Distinct().Count());
        await DisposeAsync(tiers);
    }

    [Fact]
    public async Task Entries_and_stamps_are_read_together()
    {
        await using var tier = await OpenAsync();
        var created = await StampsAsync(tier, [1, 2], creates: true);
        await tier.StoreAsync([Entry("a", "A")], None);

        var reading = await tier.ReadAsync(new[] { 2, 1, 9 }, ["missing", "a"], createsStamps: false, None);

        Same([created.Stamps[1], created.Stamps[0], 0], reading!.Stamps);
        Same([null, "A"], Texts(reading));
    }

    [Fact]
    public async Task Very_many_stamps_are_created_and_read_at_once()
    {
        await using var tier = await OpenAsync();
        var slots = Enumerable.Range(0, 9001).Select(static i => i * 3).ToArray();

        var created = await StampsAsync(tier, slots, creates: true);

        Assert.Equal(slots.Length, created.Stamps.Distinct().Count());
        Assert.Equal(created.Stamps, (await StampsAsync(tier, slots)).Stamps);
    }

    private static async Task DisposeAsync(IEnumerable<IRemoteCacheTier> tiers)
    {
        foreach (var tier in tiers)
        {
            await tier.DisposeAsync();
        }
    }
}
