using System.Runtime.CompilerServices;
using FastOrm.Cache.Engine;

namespace FastOrm.Cache.EfCore.Invalidation;

/// <summary>
/// Writes in transactions that are open. EF Core tells of most ends, but not of all: a transaction may be committed on its
/// <c>DbTransaction</c>, or begun and ended by SQL. So each look-up asks first whether one has ended, and if so gives new stamps to what
/// it wrote; until then the cache is right as it is. Where nodes share a tier each poll asks as well.
/// </summary>
internal sealed class UnseenEnds
{
    // Longer than any commit takes to be carried out once it has begun to be.
    private static readonly TimeSpan LongestEnding = TimeSpan.FromSeconds(5);

    private static readonly ConditionalWeakTable<CacheEngine, UnseenEnds> All = [];

    private readonly Clock _clock;
    private readonly Lock _gate = new();
    private volatile Waiting[] _waiting = [];

    private UnseenEnds(CacheEngine cache)
    {
        _clock = cache.Clock;
        if (cache.Remote is { } remote)
        {
            remote.OnPoll = () => Of(cache).Resolve(); // The other nodes are told, too, if this one looks nothing up.
        }
    }

    /// <summary>The transactions that are waited for.</summary>
    public int Count => _waiting.Length;

    public static UnseenEnds Of(CacheEngine cache) => All.GetValue(cache, static cache => new UnseenEnds(cache));

    /// <summary>Whether something that was asked for its transaction is being closed or disposed of by the thread it belongs to.</summary>
    public static bool IsOfClosing(Exception exception)
        => exception is InvalidOperationException or NullReferenceException or ArgumentException;

    /// <summary>Waits for the end of a transaction, once for all that is written in it.</summary>
    /// <param name="pending">What is written.</param>
    /// <param name="subject">What knows of the end. Not held alive; when it is gone, so is the transaction.</param>
    /// <param name="end">What has come of it.</param>
    public void Await<T>(PendingWrites pending, T subject, Func<T, TransactionEnd> end)
        where T : class
    {
        lock (_gate)
        {
            if (!Array.Exists(_waiting, waiting => waiting.Pending == pending))
            {
                var weak = new WeakReference<T>(subject);
                _waiting =
                [
                    .. _waiting,
                    new Waiting(pending, () => weak.TryGetTarget(out var target) ? end(target) : TransactionEnd.Ended, _clock),
                ];
            }
        }
    }

    /// <summary>The end was seen.</summary>
    public void Remove(PendingWrites pending)
    {
        lock (_gate)
        {
            _waiting = Array.FindAll(_waiting, waiting => waiting.Pending != pending);
        }
    }

    /// <summary>Gives new stamps to what was written in transactions that have ended. Takes no lock unless one may have.</summary>
    public void Resolve()
    {
        foreach (var waiting in _waiting)
        {
            if (waiting.End() != TransactionEnd.Open)
            {
                waiting.Pending.Settle(waiting.End);
            }
        }
    }

    private sealed class Waiting(PendingWrites pending, Func<TransactionEnd> end, Clock clock)
    {
        private long _endsAt = Clock.Never;

        public PendingWrites Pending => pending;

        public TransactionEnd End()
        {
            var seen = end();
            if (seen != TransactionEnd.Ending)
            {
                Volatile.Write(ref _endsAt, Clock.Never);
                return seen;
            }

            Interlocked.CompareExchange(ref _endsAt, Clock.After(clock.Now, LongestEnding), Clock.Never);
            return Volatile.Read(ref _endsAt) <= clock.Now ? TransactionEnd.Ended : TransactionEnd.Unknown;
        }
    }
}

/// <summary>What is known of a transaction that was open.</summary>
internal enum TransactionEnd
{
    /// <summary>It is open still.</summary>
    Open,

    /// <summary>It has ended, committed or not.</summary>
    Ended,

    /// <summary>It has ended, or is being ended on another thread, but what it wrote may not be seen yet.</summary>
    Ending,

    /// <summary>A transaction is open on its connection, which may be this one or one after it.</summary>
    Unknown,
}
