using System.Runtime.CompilerServices;
using FastOrm.Cache.Engine;

namespace FastOrm.Cache.EfCore.Invalidation;

/// <summary>
/// Writes in transactions that are open. EF Core tells of most ends, but not of all: a transaction may be committed on its
/// <c>DbTransaction</c>, or begun and ended by SQL. So each look-up asks first whether one has ended, and if so gives new stamps to what
/// it wrote; until then the cache is right as it is.
/// </summary>
internal sealed class UnseenEnds
{
    private static readonly ConditionalWeakTable<CacheEngine, UnseenEnds> All = [];

    private readonly Lock _gate = new();
    private volatile Waiting[] _waiting = [];

    public static UnseenEnds Of(CacheEngine cache) => All.GetValue(cache, static _ => new UnseenEnds());

    /// <summary>Whether something that was asked for its transaction is being closed or disposed of by the thread it belongs to.</summary>
    public static bool IsOfClosing(Exception exception)
        => exception is InvalidOperationException or NullReferenceException or ArgumentException;

    /// <param name="writes">What was written.</param>
    /// <param name="end">What the transaction has come to. Holds no connection alive.</param>
    public void Add(Writes writes, Func<TransactionEnd> end)
    {
        lock (_gate)
        {
            _waiting = [.. _waiting, new Waiting(writes, end)];
        }
    }

    /// <summary>The end was seen after all.</summary>
    public void Remove(Writes writes)
    {
        lock (_gate)
        {
            _waiting = [.. _waiting.Where(waiting => !ReferenceEquals(waiting.Writes, writes))];
        }
    }

    /// <summary>Gives new stamps to what was written in transactions that have ended. Takes no lock unless one has.</summary>
    public void Resolve()
    {
        foreach (var waiting in _waiting)
        {
            var end = waiting.End();
            if (end != TransactionEnd.Open)
            {
                waiting.Writes.Invalidate();
            }

            if (end == TransactionEnd.Ended)
            {
                Remove(waiting.Writes);
            }
        }
    }

    private sealed record Waiting(Writes Writes, Func<TransactionEnd> End);
}

/// <summary>What is known of a transaction that was open.</summary>
internal enum TransactionEnd
{
    /// <summary>It is open still.</summary>
    Open,

    /// <summary>It has ended, committed or not.</summary>
    Ended,

    /// <summary>A transaction is open on its connection, which may be this one or one after it.</summary>
    Unknown,
}
