using System.Buffers;
using FastOrm.Cache.Adapters;
using FastOrm.Cache.Engine;
using FastOrm.Cache.Tests.Unit.Support;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;
using Entry = Microsoft.Extensions.Caching.Distributed.DistributedCacheEntryOptions;

namespace FastOrm.Cache.Tests.Unit.Adapters;

/// <summary>The rules of <see cref="IDistributedCache"/>, each for .NET's own cache in memory and for ours.</summary>
public sealed class DistributedCacheTests : IDisposable
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    private readonly ManualTimeProvider _time = new();
    private readonly ICache _cache;
    private MemoryDistributedCache? _memory;

    public DistributedCacheTests() => _cache = FastCache.Create(options =>
    {
        options.TimeProvider = _time;
        options.CleanupInterval = Minute;
        options.Jitter = 0.9;
        options.StaleFor = TimeSpan.FromHours(1);
    });

    public static TheoryData<bool> Both { get; } = [false, true];

    [Theory, MemberData(nameof(Both))]
    public void Bytes_are_kept_and_overwritten_and_removed(bool isOurs)
    {
        var cache = Cache(isOurs);
        Assert.Null(cache.Get("k"));
        cache.Set("k", [1]);
        cache.Set("k", [2, 3]);
        Assert.Equal([2, 3], cache.Get("k")!);
        cache.Remove("k");
        cache.Remove("k");
        Assert.Null(cache.Get("k"));
        cache.Set("empty", []);
        Assert.Empty(cache.Get("empty")!);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task The_asynchronous_members_do_the_same(bool isOurs)
    {
        var cache = Cache(isOurs);
        await cache.SetAsync("k", [1], new Entry { SlidingExpiration = Minute });
        _time.Advance(Minute - Moment);
        await cache.RefreshAsync("k");
        _time.Advance(Minute - Moment);
        Assert.Equal([1], await cache.GetAsync("k"));
        await cache.RemoveAsync("k");
        Assert.Null(await cache.GetAsync("k"));
    }

    [Theory, MemberData(nameof(Both))]
    public void Without_an_expiration_an_entry_stays(bool isOurs)
    {
        var cache = Cache(isOurs);
        cache.Set("k", [1], new Entry());
        _time.Advance(TimeSpan.FromDays(1));
        Assert.NotNull(cache.Get("k"));
    }

    [Theory, MemberData(nameof(Both))]
    public void An_entry_lives_until_its_relative_expiration(bool isOurs)
    {
        var cache = Cache(isOurs);
        cache.Set("k", [1], new Entry { AbsoluteExpirationRelativeToNow = Minute });
        _time.Advance(Minute - Moment);
        Assert.NotNull(cache.Get("k"));
        _time.Advance(Moment);
        Assert.Null(cache.Get("k"));
    }

    [Theory, MemberData(nameof(Both))]
    public void An_entry_lives_until_its_absolute_expiration(bool isOurs)
    {
        var cache = Cache(isOurs);
        cache.Set("k", [1], new Entry { AbsoluteExpiration = _time.GetUtcNow() + Minute });
        _time.Advance(Minute - Moment);
        Assert.NotNull(cache.Get("k"));
        _time.Advance(Moment);
        Assert.Null(cache.Get("k"));
    }

    [Theory, MemberData(nameof(Both))]
    public void Of_two_absolute_expirations_the_earlier_counts(bool isOurs)
    {
        var cache = Cache(isOurs);
        var now = _time.GetUtcNow();
        cache.Set("a", [1], new Entry { AbsoluteExpiration = now + Minute, AbsoluteExpirationRelativeToNow = 2 * Minute });
        cache.Set("b", [1], new Entry { AbsoluteExpiration = now + 2 * Minute, AbsoluteExpirationRelativeToNow = Minute });
        _time.Advance(Minute);

        Assert.Null(cache.Get("a"));
        Assert.Null(cache.Get("b"));
    }

    [Theory, MemberData(nameof(Both))]
    public void An_expiration_that_is_past_leaves_nothing_under_the_key(bool isOurs)
    {
        var cache = Cache(isOurs);
        cache.Set("k", [1]);
        cache.Set("k", [2], new Entry { AbsoluteExpiration = _time.GetUtcNow() - Minute });
        Assert.Null(cache.Get("k"));
    }

    [Theory, MemberData(nameof(Both))]
    public void A_sliding_expiration_slides_with_every_read(bool isOurs)
    {
        var cache = Cache(isOurs);
        cache.Set("k", [1], new Entry { SlidingExpiration = Minute });
        for (var i = 0; i < 10; i++)
        {
            _time.Advance(Minute - Moment);
            Assert.NotNull(cache.Get("k"));
        }

        _time.Advance(Minute);
        Assert.Null(cache.Get("k"));
    }

    [Theory, MemberData(nameof(Both))]
    public void A_sliding_expiration_slides_with_a_refresh(bool isOurs)
    {
        var cache = Cache(isOurs);
        cache.Set("k", [1], new Entry { SlidingExpiration = Minute });
        _time.Advance(Minute - Moment);
        cache.Refresh("k");
        _time.Advance(Minute - Moment);
        Assert.NotNull(cache.Get("k"));
        cache.Refresh("unknown");
    }

    [Theory, MemberData(nameof(Both))]
    public void A_sliding_expiration_does_not_go_beyond_an_absolute_one(bool isOurs)
    {
        var cache = Cache(isOurs);
        cache.Set("k", [1], new Entry { SlidingExpiration = Minute, AbsoluteExpirationRelativeToNow = 1.5 * Minute });
        _time.Advance(Minute - Moment);
        Assert.NotNull(cache.Get("k"));
        _time.Advance(Minute / 2);
        Assert.NotNull(cache.Get("k"));
        _time.Advance(Moment);
        Assert.Null(cache.Get("k"));
    }

    [Theory, MemberData(nameof(Both))]
    public void A_refresh_changes_nothing_where_nothing_slides(bool isOurs)
    {
        var cache = Cache(isOurs);
        cache.Set("k", [1], new Entry { AbsoluteExpirationRelativeToNow = Minute });
        _time.Advance(Minute / 2);
        cache.Refresh("k");
        _time.Advance(Minute / 2);
        Assert.Null(cache.Get("k"));
    }

    [Theory, MemberData(nameof(Both))]
    public void Any_text_is_a_key_and_null_is_none(bool isOurs)
    {
        var cache = Cache(isOurs);
        string[] keys = ["", " ", "\t", "  ", new('k', 3000), new string('k', 3000) + "x", "K", "k"];
        for (var i = 0; i < keys.Length; i++)
        {
            cache.Set(keys[i], [(byte)i]);
        }

        Assert.Equal(Enumerable.Range(0, keys.Length), keys.Select(key => (int)cache.Get(key)![0]));
        Assert.Throws<ArgumentNullException>(() => cache.Get(null!));
        Assert.Throws<ArgumentNullException>(() => cache.Refresh(null!));
        Assert.Throws<ArgumentNullException>(() => cache.Remove(null!));
        Assert.Throws<ArgumentNullException>(() => cache.Set(null!, [1], new Entry()));
        Assert.Throws<ArgumentNullException>(() => cache.Set("k", null!, new Entry()));
        Assert.Throws<ArgumentNullException>(() => cache.Set("k", [1], null!));
    }

    [Fact]
    public void Bytes_are_never_shared_between_callers()
    {
        var cache = Cache(isOurs: true);
        byte[] given = [1, 2, 3];
        cache.Set("k", given);
        given[0] = 9;
        var read = cache.Get("k")!;
        read[1] = 9;

        Assert.Equal([1, 2, 3], cache.Get("k")!);
    }

    [Fact]
    public async Task Buffers_are_read_and_written_like_arrays()
    {
        var cache = (IBufferDistributedCache)Cache(isOurs: true);
        var source = Sequence([1, 2], [3]);
        cache.Set("a", source, new Entry { SlidingExpiration = Minute });
        await cache.SetAsync("b", source, new Entry());
        var target = new ArrayBufferWriter<byte>();

        _time.Advance(Minute - Moment);
        Assert.True(cache.TryGet("a", target));
        _time.Advance(Minute - Moment);
        Assert.True(await cache.TryGetAsync("a", target));
        Assert.Equal([1, 2, 3, 1, 2, 3], target.WrittenSpan.ToArray());
        Assert.Equal([1, 2, 3], cache.Get("b")!);
        Assert.False(cache.TryGet("c", target));
        Assert.Equal(6, target.WrittenCount);
    }

    [Fact]
    public async Task A_caller_who_was_cancelled_changes_nothing()
    {
        var cache = Cache(isOurs: true);
        var cancelled = new CancellationToken(canceled: true);
        cache.Set("k", [1]);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cache.SetAsync("k", [2], new Entry(), cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cache.RemoveAsync("k", cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cache.GetAsync("k", cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cache.RefreshAsync("k", cancelled));
        Assert.Equal([1], cache.Get("k")!);
    }

    [Fact]
    public void What_has_slid_out_of_its_time_is_removed_without_being_read()
    {
        Cache(isOurs: true).Set("k", [1], new Entry { SlidingExpiration = Minute });
        _time.Advance(Minute - Moment);
        Cache(isOurs: true).Refresh("k");
        _time.Advance(Minute - Moment);
        Assert.Equal(1, _cache.Statistics.Entries);
        _time.Advance(Minute);
        Assert.Equal(0, _cache.Statistics.Entries);
    }

    [Fact]
    public void An_entry_is_forgotten_and_cleared_with_the_cache()
    {
        var cache = Cache(isOurs: true);
        cache.Set("a", [1]);
        cache.Set("b", [1]);
        _cache.Forget("a");
        Assert.Null(cache.Get("a"));
        _cache.Clear();
        Assert.Null(cache.Get("b"));
    }

    public void Dispose() => _cache.Dispose();

    private static ReadOnlySequence<byte> Sequence(byte[] first, byte[] second)
    {
        var start = new Segment(first, 0);
        var end = new Segment(second, first.Length);
        start.Follow(end);
        return new ReadOnlySequence<byte>(start, 0, end, second.Length);
    }

    private IDistributedCache Cache(bool isOurs)
        => isOurs
            ? new DistributedCacheAdapter((CacheEngine)_cache)
            : _memory ??= new MemoryDistributedCache(
                Options.Create(new MemoryDistributedCacheOptions { Clock = new MemoryClock(_time) }));

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(byte[] bytes, long index) => (Memory, RunningIndex) = (bytes, index);

        public void Follow(Segment next) => Next = next;
    }

    private sealed class MemoryClock(TimeProvider time) : Microsoft.Extensions.Internal.ISystemClock
    {
        public DateTimeOffset UtcNow => time.GetUtcNow();
    }
}
