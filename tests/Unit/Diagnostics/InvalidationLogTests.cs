using FastOrm.Cache.Diagnostics;
using FastOrm.Cache.Engine;
using FastOrm.Cache.Keys;
using FastOrm.Cache.Memory;
using FastOrm.Cache.Stamps;
using FastOrm.Cache.Tests.Unit.Support;

namespace FastOrm.Cache.Tests.Unit.Diagnostics;

public sealed class InvalidationLogTests : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly CacheEngine _cache;

    public InvalidationLogTests()
        => _cache = (CacheEngine)FastCache.Create(options => (options.TimeProvider, options.CleanupInterval) = (_time, TimeSpan.FromMinutes(1)));

    public void Dispose() => _cache.Dispose();

    [Fact]
    public async Task Each_is_told_with_its_cause_its_time_and_its_tags_the_newest_first()
    {
        var begin = _time.GetUtcNow();
        await _cache.FlushAsync("shop:1", "menu");
        _time.Advance(TimeSpan.FromSeconds(3));
        await _cache.ForgetAsync("user 42", "user 43");
        await _cache.ClearAsync();

        var told = _cache.Diagnostics.RecentInvalidations;

        Assert.Equal([InvalidationCause.Cleared, InvalidationCause.Forgotten, InvalidationCause.Flushed], told.Select(one => one.Cause));
        Assert.Equal([begin + TimeSpan.FromSeconds(3), begin + TimeSpan.FromSeconds(3), begin], told.Select(one => one.Time));
        Assert.Equal([], told[1].Names); // Keys may be personal data.
        Assert.Equal((2, 4), (told[1].Keys, told[1].Stamps));
        Assert.Equal(["shop:1", "menu"], told[2].Names);
        Assert.Equal((0, 2), (told[2].Keys, told[2].Stamps));
    }

    [Fact]
    public void Of_many_tags_the_first_are_kept()
    {
        string[] tags = [.. Enumerable.Range(0, 1_000).Select(static i => $"t{i}")];
        _cache.Flush(tags);

        var told = Assert.Single(_cache.Diagnostics.RecentInvalidations);
        Assert.Equal(tags[..InvalidationNote.MaxNames], told.Names);
        Assert.Equal(1_000, told.Stamps);
    }

    [Fact]
    public async Task What_look_ups_find_dead_counts_once_for_the_latest_that_hit_it()
    {
        await _cache.SetAsync("a", 1, new CacheEntryOptions { Tags = ["x", "y"] });
        await _cache.SetAsync("b", 2, new CacheEntryOptions { Tags = ["y"] });
        await _cache.SetAsync("c", 3);

        await _cache.FlushAsync("x");
        await _cache.FlushAsync("y");
        await _cache.FlushAsync("z");
        for (var round = 0; round < 2; round++)
        {
            Assert.False((await _cache.TryGetAsync<int>("a")).HasValue);
            Assert.True((await _cache.TryGetAsync<int>("c")).HasValue);
        }

        Assert.Equal([0, 1, 0], Dropped());

        _time.Advance(TimeSpan.FromMinutes(1)); // The clean-up finds the other.
        Assert.Equal([0, 2, 0], Dropped());
    }

    [Fact]
    public async Task What_is_removed_at_once_counts_too()
    {
        await _cache.SetAsync("a", 1);
        await _cache.SetAsync("b", 1);
        await _cache.SetAsync("c", 1);

        await _cache.ForgetAsync("a", "nothing");
        await _cache.ClearAsync();

        Assert.Equal([2, 1], Dropped());
    }

    [Fact]
    public async Task Time_alone_drops_nothing_for_an_invalidation()
    {
        await _cache.SetAsync("a", 1, new CacheEntryOptions { Ttl = TimeSpan.FromSeconds(1), Tags = ["x"] });
        _time.Advance(TimeSpan.FromMinutes(2));
        await _cache.FlushAsync("x");
        await _cache.TryGetAsync<int>("a");

        Assert.Equal([0], Dropped());
    }

    [Fact]
    public async Task The_last_256_are_kept_and_what_they_hit_is_known()
    {
        var of = new Dependency[] { Tag("first").Seen(), Tag("other").Seen() };
        Assert.Null(_cache.Invalidations.LastOf(of));

        await _cache.FlushAsync("first");
        Assert.Equal(InvalidationCause.Flushed, _cache.Invalidations.LastOf(of)!.Cause);
        for (var i = 0; i < InvalidationLog.Capacity; i++)
        {
            await _cache.FlushAsync($"tag {i}");
        }

        Assert.Null(_cache.Invalidations.LastOf(of));
        Assert.Equal(InvalidationLog.Capacity, _cache.Diagnostics.RecentInvalidations.Count);
        Assert.Equal(["tag 255"], _cache.Diagnostics.RecentInvalidations[0].Names);
        Assert.Equal(InvalidationLog.Capacity + 1, _cache.Invalidations.CountOf(InvalidationCause.Flushed));
    }

    [Fact]
    public void A_stamp_never_gets_the_cause_of_another_that_shares_its_place()
    {
        var log = new InvalidationLog(_time);
        var stamps = new StampTable();
        log.Note(new InvalidationNote(InvalidationCause.Sql), [stamps.At(100)]);
        log.Note(new InvalidationNote(InvalidationCause.Flushed), [stamps.At(100 + (1 << 14))]);

        Assert.Null(log.LastOf([stamps.At(100).Seen()]));
        Assert.Equal(InvalidationCause.Flushed, log.LastOf([stamps.At(100 + (1 << 14)).Seen()])!.Cause);
    }

    [Fact]
    public void What_is_noted_again_stays_one_until_256_others_have_come()
    {
        var log = new InvalidationLog(_time);
        var stamps = new StampTable();
        var note = new InvalidationNote(InvalidationCause.Sql);
        log.Note(note, [stamps.At(1)]);
        _time.Advance(TimeSpan.FromSeconds(5));
        log.Note(note, [stamps.At(1)]);

        Assert.Equal(_time.GetUtcNow(), Assert.Single(log.Recent).Time);
        for (var i = 0; i < InvalidationLog.Capacity; i++)
        {
            log.Note(new InvalidationNote(InvalidationCause.Flushed), [stamps.At(2)]);
        }

        log.Note(note, [stamps.At(1)]);
        Assert.Equal(InvalidationCause.Sql, log.Recent[0].Cause);
        Assert.Same(note, log.LastOf([stamps.At(1).Seen()]));
    }

    [Fact]
    public void A_slot_that_is_none_is_left_alone()
    {
        var log = new InvalidationLog(_time);
        log.Note(new InvalidationNote(InvalidationCause.OtherNode), [-1, int.MinValue, int.MaxValue]);

        Assert.Equal(3, Assert.Single(log.Recent).Stamps);
        Assert.Null(log.LastOf([new StampTable().At(StampTable.TagSlots - 1).Seen()]));
    }

    [Fact]
    public async Task To_set_a_value_is_no_invalidation()
    {
        await _cache.SetAsync("a", 1);
        await _cache.SetAsync("a", 2);

        Assert.Empty(_cache.Diagnostics.RecentInvalidations);
    }

    [Fact]
    public void To_flush_costs_one_object_more_whatever_is_in_memory()
    {
        var log = new InvalidationLog(_time);
        var stamps = new StampTable();
        var many = Enumerable.Range(0, 1000).Select(stamps.At).ToArray();
        log.Note(new InvalidationNote(InvalidationCause.SaveChanges), many);

        var before = GC.GetAllocatedBytesForCurrentThread();
        log.Note(new InvalidationNote(InvalidationCause.SaveChanges), many);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1, 100);
    }

    private Stamp Tag(string tag) => _cache.Stamps.Tag(TagHash.OfTag(tag));

    private IEnumerable<long> Dropped() => _cache.Diagnostics.RecentInvalidations.Select(one => one.Dropped);
}
