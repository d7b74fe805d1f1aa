using System.Buffers;
using System.Buffers.Binary;
using Microsoft.Extensions.Caching.Distributed;

namespace FastOrm.Cache.Adapters;

/// <summary>What is kept for a user of <see cref="IDistributedCache"/>: bytes that nobody else holds, and until when.</summary>
/// <remarks>
/// For other nodes it is, little endian: the version of this form, the sliding time and the absolute end in ticks (the greatest number for
/// none), the bytes. When its sliding time is over is not written: for that long the tier keeps it.
/// </remarks>
internal sealed class DistributedEntry
{
    /// <summary>Another version is a miss.</summary>
    public const byte Version = 2;

    // The part of the sliding time that has to pass before a use is told to the tier.
    private const int UntoldShare = 4;
    private const int Header = 1 + 2 * sizeof(long);

    private readonly TimeSpan? _sliding;
    private readonly DateTimeOffset? _endsAt;
    private long _toldAt;
    private int _isBeingTold;

    private DistributedEntry(ReadOnlyMemory<byte> bytes, TimeSpan? sliding, DateTimeOffset? endsAt)
        => (Bytes, _sliding, _endsAt) = (bytes, sliding, endsAt);

    public ReadOnlyMemory<byte> Bytes { get; }

    public bool Slides => _sliding is not null;

    /// <summary>A copy of the bytes with its times; null if they are over already.</summary>
    public static DistributedEntry? TryMake(ReadOnlySequence<byte> value, DistributedCacheEntryOptions options, DateTimeOffset now)
    {
        var endsAt = options.AbsoluteExpirationRelativeToNow is { } rest ? After(now, rest) : (DateTimeOffset?)null;
        if (endsAt is null || options.AbsoluteExpiration < endsAt)
        {
            endsAt = options.AbsoluteExpiration ?? endsAt;
        }

        return endsAt <= now ? null : new DistributedEntry(value.ToArray(), options.SlidingExpiration, endsAt);
    }

    /// <summary>Reads what another node has written, or returns null if it is in another form.</summary>
    public static DistributedEntry? TryRead(ReadOnlyMemory<byte> written)
    {
        var span = written.Span;
        if (span.Length < Header || span[0] != Version)
        {
            return null;
        }

        var (sliding, end) = (BinaryPrimitives.ReadInt64LittleEndian(span[1..]), BinaryPrimitives.ReadInt64LittleEndian(span[9..]));
        return sliding <= 0 || end < 0 || (end > DateTimeOffset.MaxValue.UtcTicks && end != long.MaxValue)
            ? null
            : new DistributedEntry(
                written[Header..],
                sliding == long.MaxValue ? null : TimeSpan.FromTicks(sliding),
                end == long.MaxValue ? null : new DateTimeOffset(end, TimeSpan.Zero));
    }

    public byte[] Write()
    {
        var written = new byte[Header + Bytes.Length];
        written[0] = Version;
        BinaryPrimitives.WriteInt64LittleEndian(written.AsSpan(1), _sliding?.Ticks ?? long.MaxValue);
        BinaryPrimitives.WriteInt64LittleEndian(written.AsSpan(9), _endsAt?.UtcTicks ?? long.MaxValue);
        Bytes.CopyTo(written.AsMemory(Header));
        return written;
    }

    /// <summary>How long it can live, however often it is used. The longest time there is for ever.</summary>
    public TimeSpan LongestLife(DateTimeOffset now) => Earlier(null, now);

    /// <summary>How long it lives if it was used now and is not used again: never beyond its end. The longest time there is for ever.</summary>
    public TimeSpan LifeAfterUse(DateTimeOffset now) => Earlier(_sliding, now);

    /// <summary>
    /// How long the tier keeps it that was told of a use now. Uses that follow soon are not told, and none of them may count for less than the
    /// whole sliding time: so it is kept longer by the time for which they are not.
    /// </summary>
    public TimeSpan SharedLifeAfterUse(DateTimeOffset now)
        => Earlier(_sliding is { } sliding && sliding < TimeSpan.MaxValue - Untold ? sliding + Untold : _sliding, now);

    /// <summary>
    /// Whether the caller has to tell the tier of a use, because this node has not for long enough: one at a time, until <see cref="EndTelling"/>.
    /// </summary>
    public bool BeginTelling(long now)
        => Slides && now - Volatile.Read(ref _toldAt) >= Untold.TotalMilliseconds && Interlocked.Exchange(ref _isBeingTold, 1) == 0;

    /// <summary>The tier knows of a use.</summary>
    /// <param name="at">Of a use at what time; null if it could not be told.</param>
    public void EndTelling(long? at)
    {
        if (at is { } told)
        {
            Volatile.Write(ref _toldAt, told);
        }

        Volatile.Write(ref _isBeingTold, 0);
    }

    private TimeSpan Untold => _sliding.GetValueOrDefault() / UntoldShare;

    private TimeSpan Earlier(TimeSpan? life, DateTimeOffset now)
        => _endsAt - now is { } rest && (life is null || rest < life) ? rest : life ?? TimeSpan.MaxValue;

    private static DateTimeOffset? After(DateTimeOffset now, TimeSpan rest)
        => rest < DateTimeOffset.MaxValue - now ? now + rest : null;
}
