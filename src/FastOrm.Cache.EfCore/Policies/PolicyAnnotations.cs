using Microsoft.EntityFrameworkCore.Metadata;

namespace FastOrm.Cache.EfCore.Policies;

/// <summary>
/// What <c>IsCacheable</c> says, as annotations of the model: a switch, ticks and texts, which compiled models and the snapshots of
/// migrations can write.
/// </summary>
internal static class PolicyAnnotations
{
    private const string Prefix = "FastOrm.Cache:";
    private const string IsCacheable = Prefix + nameof(IsCacheable);

    /// <summary>Says how the type is cached, instead of what was said before; null for not at all.</summary>
    public static void Write(IMutableEntityType type, EntityPolicy? policy)
    {
        type.SetAnnotation(IsCacheable, policy is not null);
        Set(nameof(EntityPolicy.Ttl), policy?.Ttl?.Ticks);
        Set(nameof(EntityPolicy.EmptyTtl), policy?.EmptyTtl?.Ticks);
        Set(nameof(EntityPolicy.StaleFor), policy?.StaleFor?.Ticks);
        Set(nameof(EntityPolicy.QueriesTtl), policy?.QueriesTtl?.Ticks);
        Set(nameof(EntityPolicy.Tags), policy is { Tags: { Count: > 0 } tags } ? tags.ToArray() : null);

        void Set(string name, object? value)
        {
            if (value is null)
            {
                type.RemoveAnnotation(Prefix + name);
            }
            else
            {
                type.SetAnnotation(Prefix + name, value);
            }
        }
    }

    /// <summary>Whether the model says of this very type that it is cacheable, or that it is not.</summary>
    public static bool IsSaid(IReadOnlyEntityType type) => type.FindAnnotation(IsCacheable) is not null;

    /// <summary>What is said of the type; null if it is not cacheable.</summary>
    public static EntityPolicy? Read(IReadOnlyEntityType type)
    {
        return type.FindAnnotation(IsCacheable)?.Value is not true
            ? null
            : new EntityPolicy
            {
                Ttl = Time(nameof(EntityPolicy.Ttl)),
                EmptyTtl = Time(nameof(EntityPolicy.EmptyTtl)),
                StaleFor = Time(nameof(EntityPolicy.StaleFor)),
                QueriesTtl = Time(nameof(EntityPolicy.QueriesTtl)),
                Tags = type.FindAnnotation(Prefix + nameof(EntityPolicy.Tags))?.Value as string[] ?? [],
            };

        TimeSpan? Time(string name) => type.FindAnnotation(Prefix + name)?.Value is long ticks ? TimeSpan.FromTicks(ticks) : null;
    }
}
