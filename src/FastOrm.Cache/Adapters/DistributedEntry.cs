using System.Buffers;
using FastOrm.Cache.Engine;
using Microsoft.Extensions.Caching.Distributed;

namespace FastOrm.Cache.Adapters;

/// <summary>What is kept for a user of <see cref="IDistributedCache"/>: bytes that nobody else holds, and until when.</summary>
internal sealed class DistributedEntry
{
    private readonly TimeSpan? _sliding;
    private readonly long _endsAt;

    private DistributedEntry(byte[] bytes, TimeSpan? sliding, TimeSpan? absolute, Clock clock)
    {
        Bytes = bytes;
        _sliding = sliding;
        _endsAt = absolute is { } rest ? Clock.After(clock.Now, rest) : Clock.Never;
        Options = new CacheEntryOptions
        {
            Ttl = Earlier(sliding, absolute) ?? Timeout.InfiniteTimeSpan,

            // Exactly as long as was asked for, whatever the cache does with values of its own.
            EmptyTtl = Timeout.InfiniteTimeSpan,
            Jitter = 0,
            StaleFor = TimeSpan.Zero,
            StaleIfError = TimeSpan.Zero,
            Size = bytes.Length,
            ShareValue = true,
        };
    }

    public byte[] Bytes { get; }

    /// <summary>How the cache keeps it.</summary>
    public CacheEntryOptions Options { get; }

    public bool Slides => _sliding is not null;

    /// <summary>A copy of the bytes with its times; null if they are over already.</summary>
    public static DistributedEntry? TryMake(ReadOnlySequence<byte> value, DistributedCacheEntryOptions options, Clock clock)
    {
        var absolute = Earlier(options.AbsoluteExpiration - clock.Provider.GetUtcNow(), options.AbsoluteExpirationRelativeToNow);
        return absolute <= TimeSpan.Zero
            ? null
            : new DistributedEntry(value.ToArray(), options.SlidingExpiration, absolute, clock);
    }

    /// <summary>Until when it is kept if it was used now: never beyond its absolute time.</summary>
    public long ExpiryAfterUse(long now) => Math.Min(_endsAt, Clock.After(now, _sliding!.Value));

    private static TimeSpan? Earlier(TimeSpan? one, TimeSpan? other) => one is null || other < one ? other : one;
}
