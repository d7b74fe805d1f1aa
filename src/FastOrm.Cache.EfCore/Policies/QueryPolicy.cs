using FastOrm.Cache.EfCore.Plans;
using Microsoft.EntityFrameworkCore.Metadata;

namespace FastOrm.Cache.EfCore.Policies;

/// <summary>
/// Which queries without a mark are remembered, and how: by <c>AllQueries</c> of the entity types that they read, else by
/// <c>CacheAllQueries</c> of the context.
/// </summary>
internal sealed class QueryPolicy
{
    private const string Annotation = "FastOrm.Cache:AllQueries";

    private readonly QueryRuleSet? _rules;
    private readonly bool _isInModel;

    private QueryPolicy(QueryRuleSet? rules, bool isInModel)
    {
        _rules = rules;
        _isInModel = isInModel;
    }

    /// <summary>The policy of contexts with this model and these rules; null if no query is remembered without a mark.</summary>
    public static QueryPolicy? Of(IModel model, QueryRuleSet? rules)
    {
        var isInModel = model.GetOrAddRuntimeAnnotationValue(
            Annotation, static model => model!.GetEntityTypes().Any(static type => EntityPolicy.Of(type)?.QueriesTtl is not null), model);
        return isInModel || rules is not null ? new QueryPolicy(rules, isInModel) : null;
    }

    /// <summary>Whether a query may be remembered that names these entity types and perhaps reads more.</summary>
    public bool MayMatch(QueryReads named)
        => named is { HasOtherSources: false, MustBeFresh: false }
            && named.Types.Count > 0
            && ((_isInModel && named.Types.All(IsCacheable)) || (_rules is not null && !named.Types.Any(IsExcluded)));

    /// <summary>How a query is remembered that reads this; null if it is not.</summary>
    /// <param name="reads">What it reads, expanded.</param>
    /// <param name="facts">What its compilation has shown.</param>
    /// <param name="rules">The rules by which it is remembered, which other contexts need not have; null if it is by the model.</param>
    public RememberOptions? Find(QueryReads reads, QueryFacts facts, out QueryRuleSet? rules)
    {
        rules = null;
        if (!MayMatch(reads))
        {
            return null;
        }

        List<EntityPolicy> said = [.. reads.Types.Select(EntityPolicy.Of).OfType<EntityPolicy>()];
        if (said.Exists(static policy => policy.QueriesTtl is not null) && reads.Types.All(IsCacheable))
        {
            return Options(said, null);
        }

        if (_rules?.Match(reads, [.. facts.Tables.Select(static read => read.Table)]) != true)
        {
            return null;
        }

        rules = _rules;
        return Options(said, _rules.Ttl);
    }

    private static bool IsCacheable(IEntityType type) => EntityPolicy.Of(type) is not null;

    // The shortest of the times that are said, and all tags.
    private static RememberOptions Options(List<EntityPolicy> said, TimeSpan? ttl)
        => new()
        {
            Ttl = Shortest(said.Select(static policy => policy.QueriesTtl ?? policy.Ttl).Append(ttl)),
            EmptyTtl = Shortest(said.Select(static policy => policy.EmptyTtl)),
            StaleFor = Shortest(said.Select(static policy => policy.StaleFor)),
            Tags = [.. said.SelectMany(static policy => policy.Tags).Distinct(StringComparer.Ordinal)],
        };

    // The infinite time is a negative one.
    private static TimeSpan? Shortest(IEnumerable<TimeSpan?> times)
        => times.Where(static time => time is not null).MinBy(static time => time == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : time);

    private bool IsExcluded(IEntityType type) => EntityPolicy.IsRefused(type) || _rules!.Excludes(type);
}
