namespace FastOrm.Cache;

/// <summary>How the results of a function are kept. Read when the function is made; later changes have no effect.</summary>
/// <typeparam name="TArgs">The argument of the function, or a tuple of them.</typeparam>
public sealed class CachedFunctionOptions<TArgs>
{
    private CacheEntryOptions _entry = new();

    /// <summary>
    /// The name of the function in its keys; null (the default) for <c>Namespace.Type.Method</c>, with the types of the
    /// parameters if there are several methods of that name. A lambda has no name of its own: it is called by the member that it
    /// is written in and a hash of its text, so a change of its text makes other keys.
    /// </summary>
    public string? Name { get; set; }

    /// <summary>
    /// What comes first in the keys, for instance a version: programs with different ones do not see each other's values.
    /// </summary>
    public string? Namespace { get; set; }

    /// <summary>
    /// What tells the object that the function belongs to from others, such as a tenant. Null (the default) if nothing does: then
    /// the object is no part of the keys, and functions of all objects of its type share their values. Of the types that
    /// <see cref="CacheKey.Of"/> takes.
    /// </summary>
    public object? Instance { get; set; }

    /// <summary>How each value is kept. Its tags belong to the whole cache. By default as the cache says.</summary>
    public CacheEntryOptions Entry
    {
        get => _entry;
        set => _entry = value ?? throw new ArgumentNullException(nameof(value));
    }

    /// <summary>How long a value may be served: the time to live of <see cref="Entry"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is zero or less.</exception>
    public TimeSpan? Ttl
    {
        get => Entry.Ttl;
        set => Entry = Entry with { Ttl = value };
    }

    /// <summary>
    /// Makes the arguments' part of the key: a value, or a list of values, of the types that <see cref="CacheKey.Of"/> takes.
    /// Null (the default) for all the arguments, which must then be of such types. Cancellation tokens are never part of it.
    /// </summary>
    public Func<TArgs, object?>? KeyOf { get; set; }

    internal List<string> OwnTags { get; } = [];

    internal List<string> WideTags { get; } = [];

    /// <summary>
    /// Adds tags of this function, for <see cref="CachedFunction.InvalidateTagAsync"/>; the tags of other functions and those of
    /// the cache are not the same, even if their texts are.
    /// </summary>
    /// <param name="tags">The tags, in which <c>{0}</c> and <c>{userId}</c> stand for arguments, by position and by name.</param>
    /// <returns>The same options, for chaining.</returns>
    public CachedFunctionOptions<TArgs> Tags(params ReadOnlySpan<string> tags)
    {
        OwnTags.AddRange(tags);
        return this;
    }

    /// <summary>Adds tags that belong to the whole cache, for <see cref="ICache.FlushAsync"/>.</summary>
    /// <inheritdoc cref="Tags"/>
    public CachedFunctionOptions<TArgs> CacheTags(params ReadOnlySpan<string> tags)
    {
        WideTags.AddRange(tags);
        return this;
    }
}
