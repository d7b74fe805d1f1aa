using FastOrm.Cache.EfCore.Explanations;
using FastOrm.Cache.EfCore.Invalidation;
using FastOrm.Cache.EfCore.Plans;
using FastOrm.Cache.EfCore.Rows;
using FastOrm.Cache.Stamps;

namespace FastOrm.Cache.EfCore.Internals;

/// <content>What is told of a query that is explained and not answered.</content>
internal sealed partial class RememberedParameters
{
    /// <summary>The rows of a further command, which belong to the main rows that were found.</summary>
    public RowSet? PartOf(CommandSlot slot) => _parts?.GetValueOrDefault(slot.Index);

    /// <summary>How the result is remembered.</summary>
    public RememberOptions RememberOptions => _options;

    /// <summary>The tiers in which it is kept.</summary>
    public CacheTiers KeptIn => Tiers;

    /// <summary>The stamps that a load would read now, and what they stand for.</summary>
    public Dependency[] Seen(StampNames names)
        => DatabaseStamps.Read(
            Cache, _database!, Facts, _session.Options.UseScopes ? Sent : null, _options.Digest.Tags, Source, out _list, names);

    private void Explain(string reason, string? detail)
    {
        var outcome = reason is BypassReasons.Column or BypassReasons.NotKeyable or BypassReasons.NotRememberable
            ? CacheOutcome.NotCacheable
            : CacheOutcome.Bypassed;
        Explanation!.Ends(outcome, reason, detail ?? (reason == BypassReasons.Column ? UnsupportedColumn() : null));
    }

    private string? UnsupportedColumn() => Facts.Slots.FirstOrDefault(static slot => slot.UnsupportedColumn is not null)?.UnsupportedColumn?.ToString();

    // The command is not run, but it may be shown.
    private PendingCommand Unanswered(CommandSlot slot)
    {
        if (_isSwitchedOff)
        {
            Explanation!.Ends(CacheOutcome.Disabled);
        }

        Explanation!.Reads(Facts);
        Explanation.Result = Explanation.Result with { Sql = Explanation.Text(slot.MakeCommand(this), _session.Context) };
        return Nothing(slot);
    }
}
