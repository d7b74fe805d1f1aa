using System.Runtime.CompilerServices;
using FastOrm.Cache.Engine;

namespace FastOrm.Cache.EfCore.Invalidation;

/// <summary>
/// Writes in transactions whose end raises no event: one that is committed on the <c>DbTransaction</c> itself, one begun and ended by
/// SQL. Until it has ended the cache is right as it is; so each look-up asks first whether one has ended, and if so gives new stamps to
/// what it wrote.
/// </summary>
internal sealed class UnseenEnds
{
    private static readonly ConditionalWeakTable<CacheEngine, UnseenEnds> All = [];

    private readonly Lock _gate = new();
    private readonly List<(Writes Writes, Func<bool> HasEnded)> _waiting = [];
    private volatile bool _any;

    public static UnseenEnds Of(CacheEngine cache) => All.GetValue(cache, static _ => new UnseenEnds());

    /// <param name="writes">What was written.</param>
    /// <param name="hasEnded">Whether the transaction has ended, committed or not. Holds no connection alive.</param>
    public void Add(Writes writes, Func<bool> hasEnded)
    {
        lock (_gate)
        {
            _waiting.Add((writes, hasEnded));
            _any = true;
        }
    }

    /// <summary>The end was seen after all.</summary>
    public void Remove(Writes writes)
    {
        if (!_any)
        {
            return;
        }

        lock (_gate)
        {
            _waiting.RemoveAll(waiting => ReferenceEquals(waiting.Writes, writes));
            _any = _waiting.Count > 0;
        }
    }

    /// <summary>Gives new stamps to what was written in transactions that have ended. One read of a field when there are none.</summary>
    public void Resolve()
    {
        if (_any)
        {
            ResolveSlowly();
        }
    }

    private void ResolveSlowly()
    {
        lock (_gate)
        {
            for (var i = _waiting.Count - 1; i >= 0; i--)
            {
                var (writes, hasEnded) = _waiting[i];
                if (hasEnded())
                {
                    writes.Invalidate();
                    _waiting.RemoveAt(i);
                }
            }

            _any = _waiting.Count > 0;
        }
    }
}
