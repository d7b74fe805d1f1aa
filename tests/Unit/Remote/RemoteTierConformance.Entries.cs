using FastOrm.Cache;
using Xunit;

namespace FastOrm.Cache.Tests.Conformance;

public abstract partial class RemoteTierConformance
{
    [Fact]
    public async Task An_entry_is_read_by_every_node_as_it_was_stored()
    {
        await using var tier = await OpenAsync();
        await using var other = await OpenAsync();
        var everyByte = Enumerable.Range(0, 256).Select(static b => (byte)b).ToArray();

        await tier.StoreAsync([new("bytes", everyByte, TimeSpan.FromMinutes(1)), new("empty", Array.Empty<byte>(), null)], None);
        var reading = await other.ReadAsync(ReadOnlyMemory<int>.Empty, ["bytes", "empty"], None);

        Assert.Equal(everyByte, reading!.Entries[0]!);
        Same([], reading.Entries[1]!);
    }

    [Fact]
    public async Task Only_the_part_of_an_array_that_is_the_entry_is_stored()
    {
        await using var tier = await OpenAsync();

        await tier.StoreAsync([new("part", Bytes("<part>").AsMemory(1, 4), TimeSpan.FromMinutes(1))], None);

        Same(["part"], await TextsAsync(tier, "part"));
    }

    [Fact]
    public async Task Entries_come_in_the_order_of_their_keys_and_what_is_missing_is_null()
    {
        await using var tier = await OpenAsync();
        await tier.StoreAsync([Entry("a", "A"), Entry("b", "B")], None);

        Same(["B", null, "A", "B"], await TextsAsync(tier, "b", "missing", "a", "b"));
    }

    [Fact]
    public async Task A_later_entry_takes_the_place_of_an_earlier_one()
    {
        await using var tier = await OpenAsync();
        await tier.StoreAsync([Entry("a", "old")], None);
        await tier.StoreAsync([Entry("a", "new")], None);

        Same(["new"], await TextsAsync(tier, "a"));
    }

    [Fact]
    public async Task Nothing_is_asked_and_nothing_stored_of_no_keys()
    {
        await using var tier = await OpenAsync();
        await tier.StoreAsync([], None);

        Same([], await TextsAsync(tier));
    }

    [Fact]
    public async Task An_entry_ends_with_its_time_and_one_without_time_stays()
    {
        await using var tier = await OpenAsync();
        await tier.StoreAsync(
            [
                new("short", Bytes("1"), TimeSpan.FromMilliseconds(50)),
                new("none", Bytes("2"), TimeSpan.FromTicks(1)),
                new("long", Bytes("3"), TimeSpan.FromMinutes(1)),
                new("forever", Bytes("4"), null),
                new("very long", Bytes("5"), TimeSpan.MaxValue),
            ],
            None);

        await ElapseAsync(TimeSpan.FromMilliseconds(60));

        Same([null, null, "3", "4", "5"], await TextsAsync(tier, "short", "none", "long", "forever", "very long"));
    }

    [Fact]
    public async Task A_new_entry_without_time_does_not_end_with_that_of_the_old_one()
    {
        await using var tier = await OpenAsync();
        await tier.StoreAsync([new("a", Bytes("old"), TimeSpan.FromMilliseconds(50))], None);
        await tier.StoreAsync([new("a", Bytes("new"), null)], None);

        await ElapseAsync(TimeSpan.FromMilliseconds(60));

        Same(["new"], await TextsAsync(tier, "a"));
    }

    [Fact]
    public async Task What_is_prolonged_lives_for_so_long_from_then_on_with_its_bytes()
    {
        await using var tier = await OpenAsync();
        await using var other = await OpenAsync();
        var brief = TimeSpan.FromMilliseconds(500);
        await tier.StoreAsync([new("a", Bytes("1"), brief), new("b", Bytes("2"), brief), new("\uD800", Bytes("3"), brief)], None);

        await other.ProlongAsync("a", Minute, None);
        await other.ProlongAsync("\uD800", TimeSpan.MaxValue, None);
        await ElapseAsync(brief + TimeSpan.FromMilliseconds(10));

        Same(["1", null, "3"], await TextsAsync(tier, "a", "b", "\uD800"));
    }

    [Fact]
    public async Task Nothing_is_prolonged_to_live_shorter()
    {
        await using var tier = await OpenAsync();
        await tier.StoreAsync([new("long", Bytes("1"), Minute), new("forever", Bytes("2"), null)], None);

        foreach (var key in new[] { "long", "forever" })
        {
            await tier.ProlongAsync(key, TimeSpan.FromMilliseconds(20), None);
            await tier.ProlongAsync(key, TimeSpan.Zero, None);
        }

        await ElapseAsync(TimeSpan.FromMilliseconds(30));

        Same(["1", "2"], await TextsAsync(tier, "long", "forever"));
    }

    [Fact]
    public async Task What_is_absent_or_over_is_not_prolonged_into_being()
    {
        await using var tier = await OpenAsync();
        await tier.StoreAsync([new("over", Bytes("1"), TimeSpan.FromMilliseconds(20)), Entry("removed", "2")], None);
        await tier.ChangeAsync(Change([], removed: ["removed"]), None);
        await ElapseAsync(TimeSpan.FromMilliseconds(30));

        foreach (var key in new[] { "absent", "over", "removed" })
        {
            await tier.ProlongAsync(key, Minute, None);
        }

        Same([null, null, null], await TextsAsync(tier, "absent", "over", "removed"));
    }

    [Fact]
    public async Task Keys_of_every_kind_are_told_apart()
    {
        await using var tier = await OpenAsync();
        string[] keys =
        [
            "a", "A", " a", "a ", "a:b", "a\0b", "a\r\nSET b 1", "{a}", "{", "}", "*", "?", "[a]", "\\", "'", "\"", "lease:a", ":lease:a",
            "!lease:a", "stamps", ":stamps", "changes", "e", "é", "e\u0301", "日本", "😀", "\uD800", "\uD801", "\uDC00\uD800", "\uFFFD", "\u00FF",
            new('k', 5000), new('k', 5001), "",
        ];

        await tier.StoreAsync([.. keys.Select(static (key, i) => Entry(key, $"{i}"))], None);
        Assert.True(await tier.TryLeaseAsync("a", "me", TimeSpan.FromMinutes(1), None));

        Same([.. keys.Select(static (_, i) => $"{i}")], await TextsAsync(tier, keys));
    }

    [Fact]
    public async Task Many_and_large_entries_are_read_at_once()
    {
        await using var tier = await OpenAsync();
        var keys = Enumerable.Range(0, 1000).Select(static i => $"key {i}").ToArray();
        var large = new byte[1 << 20];
        large.AsSpan().Fill(7);

        await tier.StoreAsync([.. keys.Select(static key => Entry(key, key)), new("large", large, null)], None);
        var reading = await tier.ReadAsync(ReadOnlyMemory<int>.Empty, [.. keys, "large"], None);

        Same(keys, Texts(reading)[..^1]);
        Assert.Equal(large, reading!.Entries[^1]!);
    }
}
