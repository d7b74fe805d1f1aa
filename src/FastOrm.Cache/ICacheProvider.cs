namespace FastOrm.Cache;

/// <summary>The caches that are registered with dependency injection, by their names.</summary>
/// <remarks>
/// Names are compared without case, underscores and hyphens: <c>RateLimit</c>, <c>rate_limit</c> and the section
/// <c>RATE_LIMIT</c> of the configuration are one cache. The options of all caches are validated when the first one is asked for,
/// and when a host starts. Safe to use from many threads at once. The same caches are keyed services:
/// <c>[FromKeyedServices("session")] ICache</c>.
/// </remarks>
public interface ICacheProvider
{
    /// <summary>
    /// The names of the caches, each as it was first registered in code, otherwise as the configuration has it.
    /// </summary>
    IReadOnlyCollection<string> Names { get; }

    /// <summary>The cache of a name: always the same one. It is made when it is first asked for.</summary>
    /// <param name="name">The name; <c>"default"</c> if none is given.</param>
    /// <exception cref="ArgumentException">The name is null, empty or white space.</exception>
    /// <exception cref="InvalidOperationException">There is no cache of that name.</exception>
    ICache Get(string name = "default");
}
