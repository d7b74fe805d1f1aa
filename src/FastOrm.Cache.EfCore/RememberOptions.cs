using System.Collections.Concurrent;
using FastOrm.Cache.EfCore.Keys;
using FastOrm.Cache.Keys;

namespace FastOrm.Cache.EfCore;

/// <summary>How a query is remembered. Immutable; two with the same values are equal.</summary>
public sealed class RememberOptions : IEquatable<RememberOptions>
{
    // Programs use few times to live; one that uses many makes new options for the rest.
    private const int SharedCapacity = 64;

    private static readonly ConcurrentDictionary<TimeSpan, RememberOptions> Shared = new();

    private readonly TimeSpan? _ttl;
    private readonly TimeSpan? _localTtl;
    private readonly TimeSpan? _emptyTtl;
    private readonly TimeSpan? _staleFor;
    private readonly CacheTiers? _tiers;
    private readonly CacheConsistency? _consistency;
    private readonly string? _key;
    private readonly string[] _tags = [];
    private RememberDigest? _digest;

    /// <summary>Options with nothing set.</summary>
    public RememberOptions()
    {
    }

    /// <summary>The same options, to be changed where they are made.</summary>
    internal RememberOptions(RememberOptions other)
    {
        (_ttl, _localTtl, _emptyTtl, _staleFor) = (other._ttl, other._localTtl, other._emptyTtl, other._staleFor);
        (_tiers, _consistency, _key, _tags) = (other._tiers, other._consistency, other._key, other._tags);
        Fresh = other.Fresh;
    }

    /// <summary>
    /// How long the result may be served; <see langword="null"/> (the default) for the cache's
    /// <see cref="FastOrmCacheOptions.DefaultTtl"/>, <see cref="Timeout.InfiniteTimeSpan"/> for as long as it stays valid. A caller
    /// is never given a result that is older than the time it asks for (and <see cref="StaleFor"/>), even when another caller stored it for
    /// longer.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is zero or less.</exception>
    public TimeSpan? Ttl
    {
        get => _ttl;
        init => _ttl = value is null || value == Timeout.InfiniteTimeSpan || value > TimeSpan.Zero
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(Ttl), value, "A time to live must be more than zero. To leave the query uncached, do not call Remember.");
    }

    /// <summary>
    /// A name for the entry, <see langword="null"/> (the default) for none. It works as a tag: forgetting the name drops every entry
    /// that was stored under it. Two different queries under one name never share rows.
    /// </summary>
    /// <exception cref="ArgumentException">The name is empty or white space.</exception>
    public string? Key
    {
        get => _key;
        init => _key = value is null ? null : Text.Checked(value, "The key of a remembered query", nameof(Key));
    }

    /// <summary>The tags by which the entry can be flushed, beside those of the tables it reads. None by default.</summary>
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

    /// <summary>
    /// The longest time in the memory of this node, where another tier keeps the result longer; <see cref="Timeout.InfiniteTimeSpan"/> for no
    /// limit. Null (the default) for the cache's <see cref="FastOrmCacheOptions.LocalTtl"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is zero or less.</exception>
    public TimeSpan? LocalTtl
    {
        get => _localTtl;
        init => _localTtl = value is null || value == Timeout.InfiniteTimeSpan || value > TimeSpan.Zero
            ? value
            : throw new ArgumentOutOfRangeException(nameof(LocalTtl), value, "RememberOptions.LocalTtl must be more than zero.");
    }

    /// <summary>
    /// The longest time for which a result without rows is stored; <see cref="Timeout.InfiniteTimeSpan"/> for as long as any other. Null (the
    /// default) for the cache's <see cref="FastOrmCacheOptions.EmptyTtl"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is zero or less.</exception>
    public TimeSpan? EmptyTtl
    {
        get => _emptyTtl;
        init => _emptyTtl = value is null || value == Timeout.InfiniteTimeSpan || value > TimeSpan.Zero
            ? value
            : throw new ArgumentOutOfRangeException(nameof(EmptyTtl), value, "RememberOptions.EmptyTtl must be more than zero.");
    }

    /// <summary>
    /// How long after its time the result is still served while one caller, within its own call, loads it anew. Zero for not at all; null (the
    /// default) for the cache's <see cref="FastOrmCacheOptions.StaleFor"/>. What was invalidated is never served, however young.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is less than zero.</exception>
    public TimeSpan? StaleFor
    {
        get => _staleFor;
        init => _staleFor = value is null || value == Timeout.InfiniteTimeSpan || value >= TimeSpan.Zero
            ? value
            : throw new ArgumentOutOfRangeException(nameof(StaleFor), value, "RememberOptions.StaleFor must be zero or more.");
    }

    /// <summary>
    /// The tiers in which the result is kept; null (the default) for the cache's <see cref="FastOrmCacheOptions.Tiers"/>. One that the cache
    /// does not have counts for nothing.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is no combination of tiers.</exception>
    public CacheTiers? Tiers
    {
        get => _tiers;
        init => _tiers = value is not { } tiers || (tiers & ~CacheTiers.All) == CacheTiers.None
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Tiers), value, "RememberOptions.Tiers must be a combination of Memory and Remote.");
    }

    /// <summary>
    /// What is promised of the writes of other nodes; null (the default) for the cache's <see cref="FastOrmCacheOptions.Consistency"/>. It
    /// concerns this execution, and not what is stored: both kinds share results.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is none of those that there are.</exception>
    public CacheConsistency? Consistency
    {
        get => _consistency;
        init => _consistency = value is not { } consistency || Enum.IsDefined(consistency)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Consistency), value, "RememberOptions.Consistency must be Eventual or Verified.");
    }

    /// <summary>
    /// Whether this execution loads the result anew and replaces what is stored, instead of reading it. Default
    /// <see langword="false"/>.
    /// </summary>
    public bool Fresh { get; init; }

    /// <summary>Options with nothing set.</summary>
    internal static RememberOptions Default { get; } = new();

    internal RememberDigest Digest => _digest ??= RememberDigest.Of(this);

    /// <summary>The options of a time to live and nothing else; shared, since they are asked for on every hit.</summary>
    internal static RememberOptions For(TimeSpan ttl)
    {
        if (Shared.TryGetValue(ttl, out var options))
        {
            return options;
        }

        options = new RememberOptions { Ttl = ttl };
        if (Shared.Count < SharedCapacity)
        {
            Shared.TryAdd(ttl, options);
        }

        return options;
    }

    /// <inheritdoc/>
    public bool Equals(RememberOptions? other)
        => other is not null
            && _ttl == other._ttl
            && _localTtl == other._localTtl
            && _emptyTtl == other._emptyTtl
            && _staleFor == other._staleFor
            && _tiers == other._tiers
            && _consistency == other._consistency
            && _key == other._key
            && Fresh == other.Fresh
            && _tags.AsSpan().SequenceEqual(other._tags);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as RememberOptions);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_ttl, _key, _tags.Length, Fresh);
}
