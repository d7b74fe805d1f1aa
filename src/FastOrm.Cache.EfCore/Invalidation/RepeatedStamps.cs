using FastOrm.Cache.EfCore.Keys;
using FastOrm.Cache.EfCore.Plans;
using FastOrm.Cache.Engine;
using FastOrm.Cache.Stamps;

namespace FastOrm.Cache.EfCore.Invalidation;

/// <summary>
/// Reads the stamps of one query with several sets of values, before any of its rows is loaded: what does not depend on the values is found and
/// read once. Belongs to one thread.
/// </summary>
internal sealed class RepeatedStamps(CacheEngine cache, DatabaseIdentity database, QueryFacts facts, ulong[] tags)
{
    private readonly List<ScopedStamps> _scoped = [];
    private readonly List<ulong> _scopes = [];
    private Dependency[]? _first;

    /// <summary>As <see cref="DatabaseStamps.Read"/> would read them.</summary>
    public Dependency[] Read(Dictionary<string, object?>? parameters, ulong source)
        => _first is null
            ? _first = DatabaseStamps.Read(cache, database, facts, parameters, tags, source, out _, names: null, _scoped)
            : ReadAgain(_first, parameters, source) ?? DatabaseStamps.Read(cache, database, facts, parameters, tags, source, out _);

    // Null if these values make other scopes than the first.
    private Dependency[]? ReadAgain(Dependency[] first, Dictionary<string, object?>? parameters, ulong source)
    {
        var seen = first.AsSpan().ToArray();
        seen[DatabaseStamps.SourcePlace] = cache.Stamps.Tag(source).Seen();
        foreach (var (read, place, count) in _scoped)
        {
            _scopes.Clear();
            if (parameters is null || !read.TryAddScopes(parameters, _scopes) || _scopes.Count != count)
            {
                return null;
            }

            DatabaseStamps.ReadRows(cache, database, _scopes, seen.AsSpan(place, count));
        }

        return seen;
    }
}

/// <summary>Where among the stamps of a query those are that depend on its values.</summary>
/// <param name="Read">The table of which they are.</param>
/// <param name="Place">The first of them.</param>
/// <param name="Count">How many they are.</param>
internal readonly record struct ScopedStamps(TableRead Read, int Place, int Count);
