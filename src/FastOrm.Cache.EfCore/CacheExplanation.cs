using FastOrm.Cache.EfCore.Explanations;

namespace FastOrm.Cache.EfCore;

/// <summary>
/// How a query would be answered now, and why. An immutable snapshot; <see cref="ToString"/> gives it as text, <see cref="ToJson"/> as JSON.
/// </summary>
/// <remarks>It names no value of a captured variable unless <see cref="ExplainOptions.IncludeValues"/> asks for that; tags and names are shown as they are.</remarks>
public sealed record CacheExplanation
{
    /// <summary>How the query would be answered.</summary>
    public CacheOutcome Outcome { get; init; }

    /// <summary>
    /// Why it is not a hit: in the words of <see cref="CacheStatistics.Bypasses"/> where that counts it; of a miss whether nothing is stored, or
    /// what is stored has been invalidated or is too old.
    /// </summary>
    public string? Reason { get; init; }

    /// <summary>More of the reason: what cannot be keyed, which type a column has.</summary>
    public string? Detail { get; init; }

    /// <summary>Why the query is remembered: <c>Remember</c>, <c>FindOrCache</c>, or the policy that applies; null if it is not.</summary>
    public string? RememberedBy { get; init; }

    /// <summary>The key of the entry, as Redis has it: a prefix, and a hash in hexadecimal digits.</summary>
    public string? Key { get; init; }

    /// <summary>The name that <c>Remember</c> was given.</summary>
    public string? Name { get; init; }

    /// <summary>The SQL of the command.</summary>
    public string? Sql { get; init; }

    /// <summary>The tables that are read, as far as they are known.</summary>
    public IReadOnlyList<string> Tables { get; init; } = [];

    /// <summary>What writes drop the result: whole tables, or rows of them.</summary>
    public IReadOnlyList<ExplainedStamp> Scopes { get; init; } = [];

    /// <summary>The tags and the name by which it can be flushed and forgotten.</summary>
    public IReadOnlyList<ExplainedStamp> Tags { get; init; } = [];

    /// <summary>What every result depends on: the cache, the database, and what <c>Forget</c> finds of the query.</summary>
    public IReadOnlyList<ExplainedStamp> General { get; init; } = [];

    /// <summary>How old the result is that was found, valid or not.</summary>
    public TimeSpan? Age { get; init; }

    /// <summary>How much longer this query would be given it; zero if its time is over or it was invalidated, <see cref="Timeout.InfiniteTimeSpan"/> for no end.</summary>
    public TimeSpan? TimeLeft { get; init; }

    /// <summary>How much longer it may be served while another caller loads it anew.</summary>
    public TimeSpan? StaleLeft { get; init; }

    /// <summary>The number of its rows.</summary>
    public int? Rows { get; init; }

    /// <summary>Its estimated size in bytes.</summary>
    public long? Bytes { get; init; }

    /// <summary>How often memory has answered with it; a few may be lost where threads meet.</summary>
    public long? Hits { get; init; }

    /// <summary>The further commands of a split query.</summary>
    public IReadOnlyList<ExplainedPart> Parts { get; init; } = [];

    /// <summary>The last invalidation of something on which the result depends, if it is still known.</summary>
    public CacheInvalidation? LastInvalidation { get; init; }

    /// <summary>What is promised of the writes of other nodes.</summary>
    public CacheConsistency? Consistency { get; init; }

    /// <summary>How long the result may be served; <see cref="Timeout.InfiniteTimeSpan"/> for as long as it stays valid.</summary>
    public TimeSpan? Ttl { get; init; }

    /// <summary>The tiers in which it is kept.</summary>
    public CacheTiers? Tiers { get; init; }

    /// <summary>The explanation as aligned text, one fact a line.</summary>
    public override string ToString() => ExplanationText.Of(this);

    /// <summary>The explanation as JSON: the names of the properties in camel case, times as <c>hh:mm:ss</c>; what is not known is left out.</summary>
    public string ToJson() => ExplanationText.JsonOf(this);
}
