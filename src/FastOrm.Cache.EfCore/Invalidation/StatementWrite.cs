using FastOrm.Cache.Engine;

namespace FastOrm.Cache.EfCore.Invalidation;

/// <summary>One statement, or several, of which it is known what tables they write and not what rows.</summary>
/// <remarks>
/// If it commits by itself that is announced before. When it has failed or was cancelled it counts as well, for it may have been carried out.
/// </remarks>
internal sealed class StatementWrite(WriteObserver observer, Writes writes)
{
    public T Run<T>(Func<T> statement)
    {
        var outcome = WriteOutcome.Unknown;
        try
        {
            CacheEngine.Now(AnnounceAsync(async: false));
            var result = statement();
            outcome = WriteOutcome.Done;
            return result;
        }
        catch (Exception error)
        {
            outcome = WriteOutcomes.Of(error);
            throw;
        }
        finally
        {
            End(outcome);
        }
    }

    public async Task<T> RunAsync<T>(Func<Task<T>> statement)
    {
        var outcome = WriteOutcome.Unknown;
        try
        {
            await AnnounceAsync(async: true).ConfigureAwait(false);
            var result = await statement().ConfigureAwait(false);
            outcome = WriteOutcome.Done;
            return result;
        }
        catch (Exception error)
        {
            outcome = WriteOutcomes.Of(error);
            throw;
        }
        finally
        {
            End(outcome);
        }
    }

    private ValueTask AnnounceAsync(bool async)
        => observer.MarksCommits && !observer.IsInTransaction() ? writes.MarkAsync(async) : default;

    private void End(WriteOutcome outcome)
    {
        if (outcome == WriteOutcome.Unknown)
        {
            writes.Abandon();
        }

        observer.End(writes);
    }
}
