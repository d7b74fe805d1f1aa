using System.Collections.Concurrent;
using FastOrm.Cache.Stamps;

namespace FastOrm.Cache.Coherence;

/// <summary>What a node has claimed in the era that it knows. Claims of an era that is over mean nothing, and go with it.</summary>
/// <remarks>
/// It is bounded because there may be a claim for each table of each tenant's database. With so many, each stamp of claims is shared by
/// several tables, and so disputed: what is not claimed for want of room would depend on whole tables in any case.
/// </remarks>
internal sealed class ClaimTable
{
    /// <summary>The most claims of an era.</summary>
    public const int Capacity = 4 * StampTable.ShapeSlots;

    private readonly Lock _gate = new();
    private volatile Claims _claims = new(0);

    public int Count => _claims.Count;

    /// <summary>Whether a claim was made in an era.</summary>
    public bool Has(in RemoteClaim claim, long era)
        => _claims is var claims && claims.Era == era && claims.Made.TryGetValue(claim, out var isMade) && isMade;

    /// <summary>Whether the caller is to make a claim: nobody does, and there is room for it.</summary>
    public bool TryBegin(in RemoteClaim claim, long era)
    {
        lock (_gate)
        {
            if (_claims.Era != era)
            {
                _claims = new Claims(era);
            }

            if (_claims.Count >= Capacity || !_claims.Made.TryAdd(claim, value: false))
            {
                return false;
            }

            _claims.Count++;
            return true;
        }
    }

    /// <summary>Ends the making of a claim.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="era">The era in which it was begun.</param>
    /// <param name="isMade">Whether it was made in that era.</param>
    public void End(in RemoteClaim claim, long era, bool isMade)
    {
        lock (_gate)
        {
            if (_claims.Era != era)
            {
                return;
            }

            if (isMade)
            {
                _claims.Made[claim] = true;
            }
            else if (_claims.Made.TryRemove(claim, out _))
            {
                _claims.Count--;
            }
        }
    }

    private sealed class Claims(long era)
    {
        public readonly ConcurrentDictionary<RemoteClaim, bool> Made = new();

        public long Era => era;

        // That of the dictionary takes all of its locks.
        public int Count { get; set; }
    }
}
