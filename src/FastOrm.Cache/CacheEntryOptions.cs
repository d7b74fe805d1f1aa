using System.Collections.Concurrent;
using FastOrm.Cache.Keys;

namespace FastOrm.Cache;

/// <summary>How one value is kept. Immutable; what is left out is decided by the options of the cache.</summary>
/// <remarks>A <see cref="TimeSpan"/> is accepted in its place, as the time to live and nothing else.</remarks>
public sealed record CacheEntryOptions
{
    // Programs use few times to live; one that uses many makes new options for the rest.
    private const int SharedCapacity = 64;

    private static readonly ConcurrentDictionary<TimeSpan, CacheEntryOptions> Shared = new();
    private static CacheEntryOptions s_last = new() { Ttl = Timeout.InfiniteTimeSpan };

    private readonly TimeSpan? _ttl;
    private readonly TimeSpan? _localTtl;
    private readonly TimeSpan? _emptyTtl;
    private readonly TimeSpan? _staleFor;
    private readonly TimeSpan? _staleIfError;
    private readonly double? _jitter;
    private readonly long? _size;
    private readonly CacheTiers? _tiers;
    private readonly CacheConsistency? _consistency;
    private readonly string[] _tags = [];

    /// <summary>
    /// How long the value may be served, counted from the beginning of its load; <see langword="null"/> (the default) for the cache's
    /// <see cref="FastOrmCacheOptions.DefaultTtl"/>, <see cref="Timeout.InfiniteTimeSpan"/> for as long as it stays valid. A caller of
    /// <c>Remember</c> is never given a value that is older than the time it asks for, even when another caller stored it for longer.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is zero or less.</exception>
    public TimeSpan? Ttl
    {
        get => _ttl;
        init => _ttl = MoreThanZero(value, nameof(Ttl));
    }

    /// <summary>
    /// The longest time in the memory of this node, where another tier keeps the value longer; <see cref="Timeout.InfiniteTimeSpan"/> for no
    /// limit. Null (the default) for the cache's <see cref="FastOrmCacheOptions.LocalTtl"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is zero or less.</exception>
    public TimeSpan? LocalTtl
    {
        get => _localTtl;
        init => _localTtl = MoreThanZero(value, nameof(LocalTtl));
    }

    /// <summary>
    /// The longest time to live of an empty value: <see langword="null"/>, a collection without elements, an absence. Null (the default)
    /// for the cache's <see cref="FastOrmCacheOptions.EmptyTtl"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is zero or less.</exception>
    public TimeSpan? EmptyTtl
    {
        get => _emptyTtl;
        init => _emptyTtl = MoreThanZero(value, nameof(EmptyTtl));
    }

    /// <summary>
    /// The share of the time to live by which it is shortened at random, so that values stored together do not expire together. From 0
    /// to 0.9; null (the default) for the cache's <see cref="FastOrmCacheOptions.Jitter"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The share is outside of its range.</exception>
    public double? Jitter
    {
        get => _jitter;
        init => _jitter = value is null or (>= 0 and <= 0.9)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Jitter), value, "CacheEntryOptions.Jitter must be from 0 up to 0.9.");
    }

    /// <summary>
    /// How long after its time the value is still served while one caller loads it anew. Zero for not at all; null (the default) for the
    /// cache's <see cref="FastOrmCacheOptions.StaleFor"/>. What was invalidated is never served, however young.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is less than zero.</exception>
    public TimeSpan? StaleFor
    {
        get => _staleFor;
        init => _staleFor = ZeroOrMore(value, nameof(StaleFor));
    }

    /// <summary>
    /// How long after its time the value is served if it cannot be loaded anew; such a value is marked in <see cref="CacheResult{T}"/>.
    /// Zero for not at all; null (the default) for the cache's <see cref="FastOrmCacheOptions.StaleIfError"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is less than zero.</exception>
    public TimeSpan? StaleIfError
    {
        get => _staleIfError;
        init => _staleIfError = ZeroOrMore(value, nameof(StaleIfError));
    }

    /// <summary>
    /// The tags by which the value can be flushed. None by default. A colon makes a hierarchy: what has the tag <c>shop:42</c> is
    /// flushed with <c>shop</c> as well.
    /// </summary>
    /// <exception cref="ArgumentException">A tag is null, empty or white space.</exception>
    public IReadOnlyList<string> Tags
    {
        get => _tags;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            _tags = [.. value];
            Text.Checked(_tags, "A tag", nameof(Tags));
        }
    }

    /// <summary>The size of the value in bytes, for the bounds of the cache; null (the default) to have it estimated.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The size is less than zero.</exception>
    public long? Size
    {
        get => _size;
        init => _size = value is null or >= 0
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Size), value, "CacheEntryOptions.Size must be zero or more.");
    }

    /// <summary>
    /// Whether all callers get one and the same object, which none of them may change. Null (the default) for the cache's
    /// <see cref="FastOrmCacheOptions.ShareValues"/>; values of immutable types are always shared.
    /// </summary>
    public bool? ShareValue { get; init; }

    /// <summary>
    /// The tiers in which the value is kept; null (the default) for the cache's <see cref="FastOrmCacheOptions.Tiers"/>. One that the cache
    /// does not have counts for nothing.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is no combination of tiers.</exception>
    public CacheTiers? Tiers
    {
        get => _tiers;
        init => _tiers = value is not { } tiers || (tiers & ~CacheTiers.All) == CacheTiers.None
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Tiers), value, "CacheEntryOptions.Tiers must be a combination of Memory and Remote.");
    }

    /// <summary>
    /// What is promised of the changes of other nodes; null (the default) for the cache's <see cref="FastOrmCacheOptions.Consistency"/>. It
    /// concerns the caller, and not what is stored: both kinds of callers share values.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is none of those that there are.</exception>
    public CacheConsistency? Consistency
    {
        get => _consistency;
        init => _consistency = value is not { } consistency || Enum.IsDefined(consistency)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Consistency), value, "CacheEntryOptions.Consistency must be Eventual or Verified.");
    }

    /// <summary>
    /// Which exceptions of the loader mean that there is no value: the absence is kept, and the caller gets <see langword="null"/>. Where the
    /// type of the value has no null (<c>int</c>, a struct) there is nothing to give, so the exception goes to the caller and nothing is kept:
    /// remember an <c>int?</c>. Null (the default) for the cache's <see cref="FastOrmCacheOptions.IsNotFound"/>.
    /// </summary>
    public Func<Exception, bool>? IsNotFound { get; init; }

    /// <summary>Whether the time to live is for what is stored only, and the caller takes a value of any age.</summary>
    internal bool AcceptsAnyAge { get; init; }

    /// <summary>Options with nothing set.</summary>
    internal static CacheEntryOptions Default { get; } = new();

    internal string[] TagArray => _tags;

    /// <summary>The options of a time to live and nothing else.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is zero or less.</exception>
    public static implicit operator CacheEntryOptions(TimeSpan ttl) => FromTimeSpan(ttl);

    /// <summary>The options of a time to live and nothing else: shared, since they are asked for on every hit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is zero or less.</exception>
    public static CacheEntryOptions FromTimeSpan(TimeSpan ttl)
    {
        var last = Volatile.Read(ref s_last);
        if (last._ttl == ttl)
        {
            return last;
        }

        if (!Shared.TryGetValue(ttl, out var options))
        {
            options = new CacheEntryOptions { Ttl = ttl };
            if (Shared.Count < SharedCapacity)
            {
                Shared.TryAdd(ttl, options);
            }
        }

        Volatile.Write(ref s_last, options);
        return options;
    }

    private static TimeSpan? MoreThanZero(TimeSpan? value, string name)
        => value is null || value == Timeout.InfiniteTimeSpan || value > TimeSpan.Zero
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"CacheEntryOptions.{name} must be more than zero.");

    private static TimeSpan? ZeroOrMore(TimeSpan? value, string name)
        => value is null || value == Timeout.InfiniteTimeSpan || value >= TimeSpan.Zero
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"CacheEntryOptions.{name} must be zero or more.");
}
