using FastOrm.Cache.Coherence;
using FastOrm.Cache.Diagnostics;
using FastOrm.Cache.EfCore.Explanations;
using FastOrm.Cache.EfCore.Rows;
using FastOrm.Cache.Stamps;
using Microsoft.EntityFrameworkCore.Storage;

namespace FastOrm.Cache.EfCore.Internals;

/// <content>Queries that are explained: what would answer them is looked for where it is looked for to answer them.</content>
internal sealed partial class ReplayCommand
{
    private async ValueTask<RelationalDataReader> ExplainAsync(
        bool async, PendingCommand pending, RelationalCommandParameterObject execution, CancellationToken cancellationToken)
    {
        var (parameters, slot) = (pending.Parameters!, pending.Slot!);
        var (explanation, context) = (parameters.Explanation!, parameters.Session.Context);
        explanation.Reads(parameters.Facts);
        var entry = EntryFacts.Read(parameters, pending.Key);
        var wasFound = execution.ReaderColumns is { } columns && Codecs(slot, columns) is not null
            ? await FindAsync(async, pending, columns, entry, cancellationToken).ConfigureAwait(false)
            : null;
        if (execution.ReaderColumns is null || slot.Codecs is null)
        {
            parameters.Bypass(BypassReasons.Column, slot.UnsupportedColumn?.ToString());
        }

        explanation.Result = (wasFound ?? entry.AddTo(explanation.Result)) with
        {
            Key = ((RowKey)pending.Key.Identity).RemoteKey,
            Sql = explanation.Text(pending.Command, context),
            Parts =
            [
                .. parameters.Facts.Slots.Where(static part => part.Index > 0).Select(part =>
                {
                    var rows = parameters.PartOf(part);
                    return new ExplainedPart
                    {
                        Sql = explanation.Text(part.MakeCommand(parameters.Sent), context), Rows = rows?.RowCount, Bytes = rows?.Size, Hits = rows?.Hits,
                    };
                }),
            ],
        };
        return new ReplayDataReader(NoRowsFor(slot.ColumnNames), connection);
    }

    /// <summary>Looks in memory and then in the tier that nodes share, as a load would before it asks the database.</summary>
    /// <returns>What is known of an entry of that tier; null for any other outcome.</returns>
    private static async ValueTask<CacheExplanation?> FindAsync(
        bool async, PendingCommand pending, IReadOnlyList<ReaderColumn?> columns, EntryFacts entry, CancellationToken cancellationToken)
    {
        var (parameters, slot) = (pending.Parameters!, pending.Slot!);
        var (explanation, cache) = (parameters.Explanation!, parameters.Cache);
        if ((parameters.Verifies || parameters.IsFresh) && parameters.Session.HasOpenReader())
        {
            explanation.Ends(CacheOutcome.Bypassed, BypassReasons.OpenReader);
            return null;
        }

        if (parameters.IsFresh)
        {
            explanation.Ends(CacheOutcome.Miss, "it is to be loaded now");
            return null;
        }

        if (parameters.Verifies && !await cache.VerifyAsync(async, cancellationToken).ConfigureAwait(false))
        {
            explanation.Ends(CacheOutcome.Miss, RemoteBypasses.Unverified);
            return null;
        }

        IRelationalCommandTemplate? command = pending.Command;
        if (parameters.Find(pending.Key, slot, ref command, isSilent: true) is { } rows
            && IsHit(new PendingCommand(rows, parameters, slot, pending.Key, command), columns))
        {
            explanation.Ends(CacheOutcome.Memory);
            return null;
        }

        if (parameters.Session.HasOpenReader())
        {
            explanation.Ends(CacheOutcome.Bypassed, BypassReasons.OpenReader);
            return null;
        }

        var look = await LookAsync(async, pending, parameters.Seen(anew: true), cancellationToken).ConfigureAwait(false);
        if (look?.Entry is { Kind: EnvelopeKind.Rows } kept && cache.AgeOf(kept) is var age && age < kept.FreshFor && age < parameters.MaxAge
            && TryDecode(parameters, slot, parameters.Identify(slot, pending.Command), kept) is { } remote)
        {
            explanation.Ends(CacheOutcome.Remote);
            return EntryFacts.Of(explanation.Result, parameters, kept, age, remote);
        }

        explanation.Ends(CacheOutcome.Miss, look?.Entry is null ? entry.WhyMissed : "what is stored is not what this read may be given");
        return null;
    }

    // Of raw SQL EF Core looks for its columns by their names.
    private static RowSet NoRowsFor(string?[]? names)
        => names is null ? RowSet.None
            : new RowSet(new CommandIdentity(Slot: 0, "", null), new Column?[names.Length], Array.ConvertAll(names, static name => name ?? ""), rowCount: 0);
}
