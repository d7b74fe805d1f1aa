using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace FastOrm.Cache.EfCore.Policies;

/// <summary>How an entity type is cached, by what the model or its attribute says. Immutable; a null time is the cache's.</summary>
internal sealed class EntityPolicy
{
    private const string Annotation = "FastOrm.Cache:Policy";

    // Programs use few options; one that uses many makes new ones for the rest.
    private const int CompletedCapacity = 64;

    private readonly ConcurrentDictionary<RememberOptions, RememberOptions> _completed = new();

    /// <summary>That of a type that is cacheable and says no more.</summary>
    public static EntityPolicy Default { get; } = new();

    // Not the same as nothing being said: CacheAllQueries of a context leaves such a type alone.
    private static EntityPolicy Refused { get; } = new();

    /// <summary>How long a row may be served.</summary>
    public TimeSpan? Ttl { get; init; }

    /// <summary>The longest time for which an absence is remembered.</summary>
    public TimeSpan? EmptyTtl { get; init; }

    /// <summary>How long after its time a row is served while another caller loads it anew.</summary>
    public TimeSpan? StaleFor { get; init; }

    /// <summary>The tags by which the rows can be flushed.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>How long queries without a mark are remembered; null if the type does not ask for that.</summary>
    public TimeSpan? QueriesTtl { get; init; }

    /// <summary>The policy of the entity type; null if it is not cacheable. Found once for each type of a model.</summary>
    /// <exception cref="InvalidOperationException">Its attribute holds a time or a tag that is out of its range.</exception>
    public static EntityPolicy? Of(IEntityType type) => Said(type) is var policy && policy == Refused ? null : policy;

    /// <summary>Whether it is said of the type that it is not cacheable.</summary>
    public static bool IsRefused(IEntityType type) => Said(type) == Refused;

    private static EntityPolicy? Said(IEntityType type) => type.GetOrAddRuntimeAnnotationValue(Annotation, Find, type);

    /// <summary>What a call says, and where it says nothing, the policy; the tags of both.</summary>
    public RememberOptions Complete(RememberOptions options)
    {
        if (_completed.TryGetValue(options, out var completed))
        {
            return completed;
        }

        completed = new RememberOptions(options)
        {
            Ttl = options.Ttl ?? Ttl,
            EmptyTtl = options.EmptyTtl ?? EmptyTtl,
            StaleFor = options.StaleFor ?? StaleFor,
            Tags = [.. options.Tags.Union(Tags, StringComparer.Ordinal)],
        };
        if (_completed.Count < CompletedCapacity)
        {
            _completed.TryAdd(options, completed);
        }

        return completed;
    }

    // From the type to its bases; who speaks first says all.
    private static EntityPolicy? Find(IEntityType? type)
    {
        if (type!.FindOwnership() is { } ownership)
        {
            return Said(ownership.PrincipalEntityType);
        }

        if (PolicyAnnotations.IsSaid(type))
        {
            return PolicyAnnotations.Read(type) ?? Refused;
        }

        if (EntityTables.Joined(type) is { } joined)
        {
            return joined.All(static end => Of(end) is not null) ? Default : null;
        }

        // Between an entity type and its base type there may be classes that are not mapped.
        for (var current = type.ClrType; current is not null && current != type.BaseType?.ClrType; current = current.BaseType)
        {
            if (current.GetCustomAttribute<CacheableAttribute>(inherit: false) is { } attribute)
            {
                return attribute.PolicyOf(type);
            }
        }

        return type.BaseType is { } above ? Said(above) : type.ClrType.IsAssignableTo(typeof(CacheableEntity)) ? Default : null;
    }
}
