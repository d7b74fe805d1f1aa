using System.Runtime.CompilerServices;

namespace FastOrm.Cache;

/// <summary>
/// Remembers the results of a method of an interface, for the services that
/// <see cref="CachedServiceCollectionExtensions.AddCached"/> adds.
/// </summary>
/// <remarks>
/// The method returns a value, a <see cref="Task{TResult}"/> or a <see cref="ValueTask{TResult}"/>. Its parameters are of the
/// types that <see cref="CacheKey.Of"/> takes; cancellation tokens are no part of the keys. Times are in seconds; 0 (the default)
/// stands for what the cache says, and <see cref="double.PositiveInfinity"/> for no limit.
/// </remarks>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CachedAttribute : Attribute
{
    /// <summary>How long a value may be served; see <see cref="CacheEntryOptions.Ttl"/>.</summary>
    public double TtlSeconds { get; set; }

    /// <summary>The longest time in the memory of this node; see <see cref="CacheEntryOptions.LocalTtl"/>.</summary>
    public double LocalTtlSeconds { get; set; }

    /// <summary>The longest time to live of an empty value; see <see cref="CacheEntryOptions.EmptyTtl"/>.</summary>
    public double EmptyTtlSeconds { get; set; }

    /// <summary>How long a value is served while it is loaded anew; see <see cref="CacheEntryOptions.StaleFor"/>.</summary>
    public double StaleForSeconds { get; set; }

    /// <summary>
    /// How long a value is served if it cannot be loaded anew; see <see cref="CacheEntryOptions.StaleIfError"/>.
    /// </summary>
    public double StaleIfErrorSeconds { get; set; }

    /// <summary>
    /// The share of the time by which it is shortened at random, up to 0.9; see <see cref="CacheEntryOptions.Jitter"/>.
    /// </summary>
    public double Jitter { get; set; }

    /// <summary>
    /// Whether all callers get one object, which none may change; see <see cref="CacheEntryOptions.ShareValue"/>.
    /// </summary>
    public bool ShareValue { get; set; }

    /// <summary>
    /// The tags by which <see cref="ICache.FlushAsync"/> drops the values. They belong to the whole cache; <c>{0}</c> and
    /// <c>{userId}</c> stand for arguments, by position and by name. None by default.
    /// </summary>
    public string[] Tags { get; set; } = [];

    /// <summary>What comes first in the keys, for instance a version. None by default.</summary>
    public string? Namespace { get; set; }

    /// <summary>The name in the keys; null (the default) for <c>Namespace.Implementation.Method</c>.</summary>
    public string? Name { get; set; }

    internal CachedFunctionOptions<object?[]> Options
        => new CachedFunctionOptions<object?[]> { Namespace = Namespace, Entry = Entry }.CacheTags(Tags);

    private CacheEntryOptions Entry => new()
    {
        Ttl = Seconds(TtlSeconds),
        LocalTtl = Seconds(LocalTtlSeconds),
        EmptyTtl = Seconds(EmptyTtlSeconds),
        StaleFor = Seconds(StaleForSeconds),
        StaleIfError = Seconds(StaleIfErrorSeconds),
        Jitter = Jitter == 0 ? null : Jitter,
        ShareValue = ShareValue ? true : null,
    };

    private static TimeSpan? Seconds(double seconds, [CallerArgumentExpression(nameof(seconds))] string? name = null)
        => seconds == 0 ? null
            : double.IsPositiveInfinity(seconds) ? Timeout.InfiniteTimeSpan
            : seconds > 0 && seconds < TimeSpan.MaxValue.TotalSeconds ? TimeSpan.FromSeconds(seconds)
            : throw new ArgumentOutOfRangeException(
                name, seconds, $"CachedAttribute.{name} must be more than zero and a time that a TimeSpan can hold, or infinite.");
}
