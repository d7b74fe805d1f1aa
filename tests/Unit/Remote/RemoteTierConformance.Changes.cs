using System.Collections.Concurrent;
using FastOrm.Cache;
using Xunit;

namespace FastOrm.Cache.Tests.Conformance;

public abstract partial class RemoteTierConformance
{
    [Fact]
    public async Task A_change_gives_its_stamps_new_values_and_leaves_the_others()
    {
        await using var tier = await OpenAsync();
        var before = (await ChangedAsync(tier, 1, 2, 3)).Stamps;

        await tier.ChangeAsync(Change([1, 3, 4]), None);
        var after = (await StampsAsync(tier, [1, 2, 3, 4])).Stamps;

        Assert.Equal(before[1], after[1]);
        Assert.NotEqual(before[0], after[0]);
        Assert.NotEqual(before[2], after[2]);
        Assert.DoesNotContain(0, after);
    }

    [Fact]
    public async Task A_change_raises_the_counter_by_one_and_stays_in_its_era()
    {
        await using var tier = await OpenAsync();
        await using var other = await OpenAsync();
        var first = (await StampsAsync(tier, [])).Position;

        var second = (await tier.ChangeAsync(Change([1]), None)).Position;
        var third = (await other.ChangeAsync(Change([]), None)).Position;

        Assert.Equal(first with { Counter = first.Counter + 1 }, second);
        Assert.Equal(first with { Counter = first.Counter + 2 }, third);
        Assert.Equal(third, (await StampsAsync(tier, [1])).Position);
    }

    [Fact]
    public async Task A_change_is_the_first_that_a_store_hears_of()
    {
        await using var tier = await OpenAsync();

        var changed = await tier.ChangeAsync(Change([1], read: [1, 2]), None);

        Assert.Equal(changed.Position, (await StampsAsync(tier, [])).Position);
        Assert.Equal(changed.Stamps, (await StampsAsync(tier, [1, 2])).Stamps);
    }

    [Fact]
    public async Task A_change_reads_stamps_as_they_are_after_it()
    {
        await using var tier = await OpenAsync();
        var before = (await ChangedAsync(tier, 1, 2)).Stamps;

        var changed = await tier.ChangeAsync(Change([1], read: [2, 1, 3]), None);

        Assert.Equal(before[1], changed.Stamps[0]);
        Assert.NotEqual(before[0], changed.Stamps[1]);
        Assert.Equal(0, changed.Stamps[2]);
        Assert.Equal(changed.Stamps, (await StampsAsync(tier, [2, 1, 3])).Stamps);
        Assert.Empty(changed.Entries);
    }

    [Fact]
    public async Task A_change_removes_entries_and_no_others()
    {
        await using var tier = await OpenAsync();
        await tier.StoreAsync([Entry("a", "A"), Entry("b", "B"), Entry("{c}", "C"), Entry("\uD800", "D")], None);

        await tier.ChangeAsync(Change([], keys: ["b"], removed: ["a", "{c}", "missing", "\uD800"]), None);

        Same([null, "B", null, null], await TextsAsync(tier, "a", "b", "{c}", "\uD800"));
    }

    [Fact]
    public async Task Who_hears_of_a_change_finds_nothing_of_what_it_removes()
    {
        await using var tier = await OpenAsync();
        await using var other = await OpenAsync();
        for (var i = 0; i < 50; i++)
        {
            string[] keys = [.. Enumerable.Range(0, 20).Select(j => $"{i} {j}")];
            await tier.StoreAsync([.. keys.Select(static key => Entry(key, key))], None);
            var heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using var listening = await other.ListenAsync(_ => heard.TrySetResult(), static () => { }, None);
            var finding = FindAsync();

            await tier.ChangeAsync(Change([1], removed: keys), None);

            Assert.All(await finding, Assert.Null);

            async Task<string?[]> FindAsync()
            {
                await heard.Task.WaitAsync(TimeSpan.FromSeconds(20));
                return await TextsAsync(other, keys);
            }
        }
    }

    [Fact]
    public async Task Thousands_of_stamps_are_changed_at_once()
    {
        await using var tier = await OpenAsync();
        await using var other = await OpenAsync();
        var ear = new Ear();
        await using var listening = await other.ListenAsync(ear.Hear, static () => { }, None);
        var slots = Enumerable.Range(0, 4200).Select(static i => (i * 97) + 1).ToArray();
        var before = (await StampsAsync(tier, slots)).Stamps;

        var changed = await tier.ChangeAsync(Change(slots, read: slots), None);

        Assert.All(before.Zip(changed.Stamps), static pair => Assert.NotEqual(pair.First, pair.Second));
        Assert.DoesNotContain(0, changed.Stamps);
        Assert.Equal(changed.Stamps, (await StampsAsync(other, slots)).Stamps);
        Same(slots, (await ear.NextAsync()).Stamps.ToArray());
    }

    [Fact]
    public async Task A_reading_sees_all_of_a_change_or_nothing()
    {
        await using var writer = await OpenAsync();
        await using var reader = await OpenAsync();
        var slots = Enumerable.Range(0, 50).ToArray();
        var seen = new ConcurrentDictionary<long, long[]>();
        using var end = new CancellationTokenSource();

        var reading = Task.Run(async () =>
        {
            while (!end.IsCancellationRequested)
            {
                var read = await StampsAsync(reader, slots);
                Assert.Equal(seen.GetOrAdd(read.Position.Counter, read.Stamps), read.Stamps);
            }
        });
        for (var i = 0; i < 200; i++)
        {
            var changed = await writer.ChangeAsync(Change(slots, read: slots), None);
            Assert.Equal(seen.GetOrAdd(changed.Position.Counter, changed.Stamps), changed.Stamps);
        }

        await end.CancelAsync();
        await reading;
        Assert.Equal(seen.Count, seen.Values.Select(static stamps => stamps[0]).Distinct().Count());
        Assert.Equal(seen.Count, seen.Values.Select(static stamps => stamps[^1]).Distinct().Count());
    }

    [Fact]
    public async Task Changes_of_many_nodes_are_all_counted()
    {
        var tiers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => OpenAsync().AsTask()));
        var before = (await StampsAsync(tiers[0], [])).Position;

        var changed = await Task.WhenAll(Enumerable.Range(0, 100)
            .Select(i => Task.Run(() => tiers[i % 4].ChangeAsync(Change([i % 7]), None).AsTask())));

        Assert.Equal(
            Enumerable.Range(1, 100).Select(i => before with { Counter = before.Counter + i }),
            changed.Select(static reading => reading.Position).OrderBy(static position => position.Counter));
        await DisposeAsync(tiers);
    }
}
