using FastOrm.Cache;
using Xunit;

namespace FastOrm.Cache.Tests.Conformance;

public abstract partial class RemoteTierConformance
{
    [Fact]
    public async Task Every_node_hears_a_change_also_the_one_that_makes_it()
    {
        await using var tier = await OpenAsync();
        await using var other = await OpenAsync();
        var (own, others, late) = (new Ear(), new Ear(), new Ear());
        await using var first = await tier.ListenAsync(own.Hear, static () => { }, None);
        await using var second = await other.ListenAsync(others.Hear, static () => { }, None);
        await using var third = await other.ListenAsync(late.Hear, static () => { }, None);
        string[] keys = ["a", "ä\0😀", "\uD800", "", new('k', 3000)];

        var changed = await tier.ChangeAsync(Change([7, 0, int.MaxValue], keys: keys, source: long.MinValue), None);

        foreach (var ear in new[] { own, others, late })
        {
            var heard = await ear.NextAsync();
            Assert.Equal(changed.Position, heard.Position);
            Assert.Equal(long.MinValue, heard.Source);
            Same([7, 0, int.MaxValue], heard.Stamps.ToArray());
            Assert.Equal(keys, heard.Keys);
        }
    }

    [Fact]
    public async Task Changes_are_told_one_at_a_time_in_their_order()
    {
        await using var tier = await OpenAsync();
        await using var other = await OpenAsync();
        var ear = new Ear();
        await using var listening = await other.ListenAsync(ear.Hear, static () => { }, None);
        var before = (await StampsAsync(tier, [])).Position.Counter;

        await Task.WhenAll(Enumerable.Range(0, 500).Select(i => tier.ChangeAsync(Change([i]), None).AsTask()));

        for (var i = 1; i <= 500; i++)
        {
            var heard = await ear.NextAsync();
            Assert.Equal((before + i, 1), (heard.Position.Counter, heard.Source));
        }
    }

    [Fact]
    public async Task A_listener_hears_what_comes_after_it_has_begun_and_nothing_after_its_end()
    {
        await using var tier = await OpenAsync();
        await using var other = await OpenAsync();
        var (brief, lasting) = (new Ear(), new Ear());
        await tier.ChangeAsync(Change([1]), None);
        var listening = await other.ListenAsync(brief.Hear, static () => { }, None);
        await using var staying = await other.ListenAsync(lasting.Hear, static () => { }, None);

        await tier.ChangeAsync(Change([2]), None);

        // What was changed before may be on its way still.
        await brief.UntilAsync(2);
        await lasting.UntilAsync(2);
        await listening.DisposeAsync();
        await tier.ChangeAsync(Change([3]), None);
        await lasting.UntilAsync(3);
        await using var again = await other.ListenAsync(brief.Hear, static () => { }, None);
        await tier.ChangeAsync(Change([4]), None);

        Same([4], [.. await brief.UntilAsync(4)]);
    }

    [Fact]
    public async Task To_read_to_store_to_prolong_and_to_lease_is_told_to_nobody()
    {
        await using var tier = await OpenAsync();
        var ear = new Ear();
        await using var listening = await tier.ListenAsync(ear.Hear, static () => { }, None);

        await StampsAsync(tier, 1);
        await tier.StoreAsync([Entry("a", "A")], None);
        await tier.ProlongAsync("a", TimeSpan.FromHours(1), None);
        await tier.TryLeaseAsync("a", "me", TimeSpan.FromMinutes(1), None);
        await tier.ReleaseAsync("a", "me", None);
        await tier.ChangeAsync(Change([2]), None);

        Same([2], (await ear.NextAsync()).Stamps.ToArray());
    }
}
