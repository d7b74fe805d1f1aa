using FastOrm.Cache.EfCore.Invalidation.Sql;
using FastOrm.Cache.EfCore.Plans;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace FastOrm.Cache.EfCore.Explanations;

/// <summary>
/// A query that goes the way of every remembered query, up to where it would be answered: what is decided on that way is told here instead, and
/// nothing is counted, stored or sent.
/// </summary>
internal sealed class Explanation(ExplainOptions options)
{
    /// <summary>What is known so far.</summary>
    public CacheExplanation Result { get; set; } = new();

    /// <summary>Whether it is known how the query would be answered.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Whether a policy has the query remembered; with the reason if it cannot be.</summary>
    public (bool IsMatched, string? Refusal) Policy { get; set; }

    public ExplainOptions Options => options;

    /// <summary>The query goes to the database. Of several reasons the first counts.</summary>
    public void Ends(CacheOutcome outcome, string? reason = null, string? detail = null)
    {
        if (!IsComplete)
        {
            Result = Result with { Outcome = outcome, Reason = reason, Detail = detail };
            IsComplete = true;
        }
    }

    /// <summary>A policy matches the query.</summary>
    public void Matched(string policy)
    {
        Policy = (IsMatched: true, Refusal: null);
        Result = Result with { RememberedBy = policy };
    }

    /// <summary>What the query reads, as far as its compilation has shown.</summary>
    public void Reads(QueryFacts facts)
        => Result = Result with
        {
            Tables =
            [
                .. facts.Tables.Select(static read => read.Table.Text).Order(StringComparer.Ordinal),
                .. facts.ReadsUnknown ? (string[])["(something whose tables only the database knows)"] : [],
            ],
        };

    /// <summary>Enumerates what was begun: it gives no rows, and by its end the explanation is complete.</summary>
    public async ValueTask RunAsync<T>(IAsyncEnumerable<T>? begun, CancellationToken cancellationToken = default)
    {
        if (begun is not null)
        {
            await foreach (var row in begun.WithCancellation(cancellationToken).ConfigureAwait(false))
            {
                _ = row;
            }
        }
    }

    /// <inheritdoc cref="RunAsync{T}"/>
    public void Run<T>(IEnumerable<T>? begun)
    {
        foreach (var row in begun ?? [])
        {
            _ = row;
        }
    }

    /// <summary>The text of a command, as it may be shown.</summary>
    public string Text(IRelationalCommandTemplate command, DbContext context)
        => options.IncludeValues ? command.CommandText : SqlWithoutValues.Of(command.CommandText, SqlDialects.Of(context.Database.ProviderName));
}
