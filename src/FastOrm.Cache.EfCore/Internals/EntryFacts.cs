using FastOrm.Cache.Coherence;
using FastOrm.Cache.EfCore.Explanations;
using FastOrm.Cache.EfCore.Rows;
using FastOrm.Cache.Engine;
using FastOrm.Cache.Memory;
using FastOrm.Cache.Stamps;

namespace FastOrm.Cache.EfCore.Internals;

/// <summary>What memory has of a query, valid or not, and on what that depends.</summary>
internal sealed class EntryFacts
{
    private readonly RememberedParameters _parameters;
    private readonly LocalCacheEntry? _entry;
    private readonly Dependency[] _dependencies;
    private readonly StampNames _names;
    private readonly long _now;
    private readonly CacheInvalidation? _last;

    private EntryFacts(RememberedParameters parameters, LocalCacheKey? key)
    {
        var cache = parameters.Cache;
        _parameters = parameters;
        _now = cache.Clock.Now;
        _entry = key is { } known ? cache.Memory.Find(known, _now) : null;
        _names = new StampNames(parameters.Explanation!.Options.IncludeValues);
        var seen = parameters.Seen(_names);
        _dependencies = _entry?.Dependencies ?? seen;
        Names = NamesOf(seen);
        _last = (cache.Invalidations.LastOf(_dependencies, onlyChanged: true) ?? cache.Invalidations.LastOf(_dependencies))?.Snapshot();
    }

    private Dictionary<int, (StampKind Kind, string Name)> Names { get; }

    public static EntryFacts Read(RememberedParameters parameters, in LocalCacheKey key) => new(parameters, key);

    /// <summary>Why memory does not answer, if nothing else speaks against it.</summary>
    public string WhyMissed
        => _entry is not { Value: RowSet } ? "nothing is stored"
            : !IsValid ? "what was stored has been invalidated"
            : TimeLeft == 0 ? "the time of what is stored is over"
            : "what is stored is not what this read may be given";

    private bool IsValid => Dependency.AreCurrent(_entry!.Dependencies);

    private long TimeLeft => Math.Min(Left(_entry!.FreshUntil, _now), Left(_parameters.MaxAge, _now - _entry.StoredAt));

    /// <summary>Adds what is known of the query and of its entry.</summary>
    public CacheExplanation AddTo(CacheExplanation explanation)
    {
        explanation = WithTerms(explanation, _parameters) with
        {
            Scopes = StampsOf(StampKind.Scope),
            Tags = StampsOf(StampKind.Tag),
            General = StampsOf(StampKind.General),
            LastInvalidation = _last,
        };
        if (_entry is not { Value: RowSet rows })
        {
            return explanation;
        }

        return explanation with
        {
            Age = TimeSpan.FromMilliseconds(_now - _entry.StoredAt),
            TimeLeft = IsValid ? Time(TimeLeft) : TimeSpan.Zero,
            StaleLeft = IsValid && _entry.Stale is { } stale && _parameters.StaleFor > 0 ? Time(Left(stale.WhileLoading, _now)) : null,
            Rows = rows.RowCount,
            Bytes = _entry.Bytes,
            Hits = rows.Hits,
        };
    }

    /// <summary>What is known of a query whose rows the tier has that nodes share.</summary>
    public static CacheExplanation Of(CacheExplanation explanation, RememberedParameters parameters, Envelope entry, long age, RowSet rows)
        => new EntryFacts(parameters, key: null).AddTo(explanation) with
        {
            Age = TimeSpan.FromMilliseconds(age),
            TimeLeft = Time(Math.Min(Left(entry.FreshFor, age), Left(parameters.MaxAge, age))),
            Rows = rows.RowCount,
            Bytes = entry.Payload.Length,
        };

    private static CacheExplanation WithTerms(CacheExplanation explanation, RememberedParameters parameters)
        => explanation with
        {
            Name = parameters.RememberOptions.Key,
            Ttl = parameters.Ttl,
            Tiers = parameters.KeptIn & (parameters.Cache.Remote is null ? CacheTiers.Memory : CacheTiers.All),
            Consistency = parameters.Verifies ? CacheConsistency.Verified : CacheConsistency.Eventual,
        };

    // Two that share a slot are invalidated together, and one name stands for both.
    private Dictionary<int, (StampKind Kind, string Name)> NamesOf(Dependency[] seen)
    {
        var options = _parameters.RememberOptions;
        string[] tags = [.. options.Key is { } name ? (string[])[name] : [], .. options.Digest.TagNames];
        var (names, tag) = (new Dictionary<int, (StampKind, string)>(), 0);
        for (var i = 0; i < seen.Length; i++)
        {
            var (kind, text) = _names[i];
            names.TryAdd(seen[i].Slot, (kind, kind == StampKind.Tag ? tags[tag++] : text));
        }

        return names;
    }

    private List<ExplainedStamp> StampsOf(StampKind kind)
    {
        var stamps = new List<ExplainedStamp>();
        var rows = new List<Dependency>();
        foreach (var dependency in _dependencies)
        {
            if (!Names.TryGetValue(dependency.Slot, out var known))
            {
                rows.Add(dependency);
            }
            else if (known.Kind == kind)
            {
                stamps.Add(new ExplainedStamp
                {
                    Name = known.Name,
                    Current = dependency.Current,
                    Stored = _entry is null ? null : dependency.Value,
                    HasMoved = _entry is null ? null : !dependency.IsCurrent,
                });
            }
        }

        if (kind == StampKind.Scope && rows.Count > 0)
        {
            stamps.Add(new ExplainedStamp { Name = $"the {rows.Count} rows of the list", HasMoved = !Dependency.AreCurrent([.. rows]) });
        }

        return stamps;
    }

    private static long Left(long end, long now) => end == Clock.Never ? Clock.Never : Math.Max(0, end - now);

    private static TimeSpan Time(long milliseconds)
        => milliseconds >= TimeSpan.MaxValue.TotalMilliseconds ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(milliseconds);
}
