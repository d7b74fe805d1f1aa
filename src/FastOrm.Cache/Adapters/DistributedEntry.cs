using System.Buffers;
using System.Buffers.Binary;
using Microsoft.Extensions.Caching.Distributed;

namespace FastOrm.Cache.Adapters;

/// <summary>What is kept for a user of <see cref="IDistributedCache"/>: bytes that nobody else holds, and until when.</summary>
/// <remarks>
/// For other nodes it is, little endian: the version of this form, a number that no other value has, the sliding time and the end in ticks
/// (the greatest number for none), the bytes.
/// </remarks>
internal sealed class DistributedEntry
{
    /// <summary>Another version is a miss.</summary>
    public const byte Version = 1;

    // The part of the sliding time that has to pass before a use is told to the tier.
    private const int UntoldShare = 4;
    private const int Header = 1 + 3 * sizeof(long);

    private readonly TimeSpan? _sliding;
    private readonly DateTimeOffset? _endsAt;
    private long _toldAt;
    private int _isBeingTold;

    private DistributedEntry(ReadOnlyMemory<byte> bytes, TimeSpan? sliding, DateTimeOffset? endsAt, long id)
        => (Bytes, _sliding, _endsAt, Id) = (bytes, sliding, endsAt, id);

    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>By what the tier tells whether it still has this value.</summary>
    public long Id { get; }

    public bool Slides => _sliding is not null;

    /// <summary>A copy of the bytes with its times; null if they are over already.</summary>
    public static DistributedEntry? TryMake(ReadOnlySequence<byte> value, DistributedCacheEntryOptions options, DateTimeOffset now)
    {
        var endsAt = options.AbsoluteExpirationRelativeToNow is { } rest ? After(now, rest) : (DateTimeOffset?)null;
        if (endsAt is null || options.AbsoluteExpiration < endsAt)
        {
            endsAt = options.AbsoluteExpiration ?? endsAt;
        }

        return endsAt <= now ? null : new DistributedEntry(value.ToArray(), options.SlidingExpiration, endsAt, Random.Shared.NextInt64());
    }

    /// <summary>Reads what another node has written, or returns null if it is in another form.</summary>
    public static DistributedEntry? TryRead(ReadOnlyMemory<byte> written)
    {
        var span = written.Span;
        if (span.Length < Header || span[0] != Version)
        {
            return null;
        }

        var (sliding, end) = (BinaryPrimitives.ReadInt64LittleEndian(span[9..]), BinaryPrimitives.ReadInt64LittleEndian(span[17..]));
        return sliding <= 0 || end < 0 || (end > DateTimeOffset.MaxValue.UtcTicks && end != long.MaxValue)
            ? null
            : new DistributedEntry(
                written[Header..],
                sliding == long.MaxValue ? null : TimeSpan.FromTicks(sliding),
                end == long.MaxValue ? null : new DateTimeOffset(end, TimeSpan.Zero),
                BinaryPrimitives.ReadInt64LittleEndian(span[1..]));
    }

    public byte[] Write()
    {
        var written = new byte[Header + Bytes.Length];
        written[0] = Version;
        BinaryPrimitives.WriteInt64LittleEndian(written.AsSpan(1), Id);
        BinaryPrimitives.WriteInt64LittleEndian(written.AsSpan(9), _sliding?.Ticks ?? long.MaxValue);
        BinaryPrimitives.WriteInt64LittleEndian(written.AsSpan(17), _endsAt?.UtcTicks ?? long.MaxValue);
        Bytes.CopyTo(written.AsMemory(Header));
        return written;
    }

    /// <summary>How long it lives if it was used now and is not used again: never beyond its end. The longest time there is for ever.</summary>
    public TimeSpan LifeAfterUse(DateTimeOffset now) => Earlier(_sliding, now);

    /// <summary>
    /// How long the tier keeps it that was told of a use now. Uses that follow soon are not told, and none of them may count for less than the
    /// whole sliding time: so it is kept longer by the time for which they are not.
    /// </summary>
    public TimeSpan SharedLifeAfterUse(DateTimeOffset now)
        => Earlier(_sliding is { } sliding && sliding < TimeSpan.MaxValue - Untold ? sliding + Untold : _sliding, now);

    /// <summary>Whether the tier has to be told of a use, because it has not been for long enough.</summary>
    /// <param name="age">For how long it has not, in milliseconds.</param>
    public bool IsToBeTold(long age) => Slides && age >= Untold.TotalMilliseconds;

    /// <summary>The same on the clock of this node, for one caller at a time until <see cref="EndTelling"/>.</summary>
    public bool BeginTelling(long now)
        => IsToBeTold(now - Volatile.Read(ref _toldAt)) && Interlocked.Exchange(ref _isBeingTold, 1) == 0;

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
