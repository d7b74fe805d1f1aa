using System.Runtime.InteropServices;
using FastOrm.Cache.Diagnostics;
using FastOrm.Cache.Stamps;

namespace FastOrm.Cache.Coherence;

/// <summary>
/// What one node knows of the stamps that nodes share, and what it decides by that: the protocol of <c>docs/coherence.md</c>, without any
/// input or output. The cache and the model in the tests run the same code.
/// </summary>
/// <remarks>
/// A local stamp says no more than whether anything has changed here since it was read. So whatever makes a shared stamp unknown changes
/// the local one, and what is in memory is asked for again; nothing that a message says is ever taken for the value of a stamp.
/// </remarks>
/// <param name="stamps">The local stamps, numbered as the shared ones.</param>
/// <param name="self">By what the node knows its own messages.</param>
/// <param name="rules">All of them; fewer in tests only.</param>
/// <param name="invalidations">Where is noted what has become invalid by others; null for nowhere.</param>
internal sealed class CoherenceState(
    StampTable stamps, long self, ProtocolRules rules = ProtocolRules.All, InvalidationLog? invalidations = null)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<int, int> _unsent = [];
    private volatile int _unsentCount;
    private RemotePosition? _position;
    private long _read;
    private long _due;
    private int _history;
    private long _era;
    private long _heard;

    /// <summary>How often everything became unknown.</summary>
    public long Unknowns => Volatile.Read(ref _history);

    /// <summary>The era and the counter of the last message; null if nothing is known of the tier.</summary>
    public RemotePosition? Position
    {
        get
        {
            lock (_gate)
            {
                return _position;
            }
        }
    }

    /// <summary>The era that is known; zero if none is.</summary>
    public long Era => Volatile.Read(ref _era);

    /// <summary>The number of stamps that were changed here, and of which the tier has not acknowledged it yet.</summary>
    public int UnsentCount => _unsentCount;

    /// <summary>Changes stamps here. The tier is to be told; until it has acknowledged it, it is not asked for what depends on them.</summary>
    /// <returns>What the last of the stamps became by that.</returns>
    public long Change(ReadOnlySpan<int> slots)
    {
        lock (_gate)
        {
            foreach (var slot in slots)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(_unsent, slot, out _)++;
            }

            _unsentCount = _unsent.Count;
        }

        // After that: whoever sees the new stamp sees that the tier does not know of it.
        var changed = 0L;
        foreach (var slot in slots)
        {
            changed = stamps.At(slot).Change();
        }

        return changed;
    }

    /// <summary>The same of the stamp that everything depends on, because too much waits to be told.</summary>
    public void ChangeEverything(ReadOnlySpan<int> everything)
    {
        NoteDistrust();
        Change(everything);
    }

    /// <summary>The tier has acknowledged a change.</summary>
    public void Acknowledge(ReadOnlySpan<int> slots)
    {
        lock (_gate)
        {
            foreach (var slot in slots)
            {
                ref var count = ref CollectionsMarshal.GetValueRefOrNullRef(_unsent, slot);
                if (--count == 0)
                {
                    _unsent.Remove(slot);
                }
            }

            _unsentCount = _unsent.Count;
        }
    }

    /// <summary>Begins a question to the tier, after the local stamps were read.</summary>
    /// <returns>What its answer is accepted with, or null if the tier may not be asked for what depends on these stamps.</returns>
    public Question? Ask(ReadOnlySpan<int> slots)
    {
        if (_unsentCount == 0 || !Has(ProtocolRules.UnsentIsNotAsked))
        {
            return new Question(Volatile.Read(ref _history), Volatile.Read(ref _heard));
        }

        lock (_gate)
        {
            foreach (var slot in slots)
            {
                if (_unsent.ContainsKey(slot))
                {
                    return null;
                }
            }

            return new Question(_history, _heard);
        }
    }

    /// <summary>Takes note of the position at which a question was answered.</summary>
    /// <returns>
    /// Whether the answer counts: not if it is of another era, and the question older than what is known; nor if the counter is one that had
    /// passed already when the question was asked.
    /// </returns>
    public bool Accept(Question question, RemotePosition position)
    {
        lock (_gate)
        {
            if (question.History == _history && _era == position.Era && position.Counter < question.Heard)
            {
                Lose(); // It has gone back, or a message had one that never was: either way no gap would be seen until it gets there.
                return false;
            }

            if (_position is { } known && (known.Era == position.Era || !Has(ProtocolRules.EraIsUnknown)))
            {
                _read = Math.Max(_read, position.Counter);
                return true;
            }

            if (_position is not null && question.History != _history && Has(ProtocolRules.EraGuardsReading))
            {
                return false;
            }

            Begin(position);
            return true;
        }
    }

    /// <summary>Takes note of a change that a node has made.</summary>
    /// <param name="message">What the tier tells of it.</param>
    /// <param name="remove">
    /// Removes what other nodes have changed and no stamp ends: after the stamps, or what is being loaded would be stored after it, and before
    /// the change counts as heard.
    /// </param>
    public void Hear(RemoteMessage message, Action<RemoteMessage>? remove = null)
    {
        if (message.Source != self && Has(ProtocolRules.MessageInvalidates))
        {
            Note(message);
            foreach (var slot in message.Stamps.Span)
            {
                if ((uint)slot < (uint)stamps.Count)
                {
                    stamps.At(slot).Change();
                }
            }

            remove?.Invoke(message);
        }

        lock (_gate)
        {
            if (_position is not { } known || (known.Era != message.Position.Era && Has(ProtocolRules.EraIsUnknown)))
            {
                Begin(message.Position);
                return;
            }

            if (message.Position.Counter > known.Counter + 1 && Has(ProtocolRules.GapIsUnknown))
            {
                EverythingIsUnknown();
            }

            if (message.Position.Counter > known.Counter)
            {
                _position = message.Position;
                Volatile.Write(ref _heard, message.Position.Counter);
            }
        }
    }

    /// <summary>
    /// Once in each poll interval, after the counter was read: a message that was due at the last time and has not come since is lost.
    /// </summary>
    public void Poll()
    {
        lock (_gate)
        {
            if (_position is { } known && _due > known.Counter && Has(ProtocolRules.PollFindsLoss))
            {
                EverythingIsUnknown();
                _position = known with { Counter = _due };
            }

            _due = _read;
        }
    }

    /// <summary>Whether the messages of all changes up to a position have come, or everything was taken for unknown since.</summary>
    public bool HasHeard(RemotePosition position)
    {
        lock (_gate)
        {
            return !Has(ProtocolRules.VerifiedIsHeard)
                || (_position is { } known && known.Era == position.Era && known.Counter >= position.Counter);
        }
    }

    /// <summary>Waits no longer for the messages up to a position: they count as lost.</summary>
    public void GiveUp(RemotePosition position)
    {
        lock (_gate)
        {
            if (_position is { } known && known.Era == position.Era && known.Counter < position.Counter)
            {
                EverythingIsUnknown();
                _position = position;
            }
        }
    }

    /// <summary>Messages may have been missed.</summary>
    public void Lose()
    {
        lock (_gate)
        {
            if (Has(ProtocolRules.LossIsUnknown))
            {
                Volatile.Write(ref _era, 0);
                EverythingIsUnknown();
                _position = null;
            }
        }
    }

    /// <summary>Whether an entry may be served by a reading: it carries exactly the stamps that were read, of the same era, and none is marked.</summary>
    public bool IsValid(long era, ReadOnlySpan<long> stamps, RemotePosition position, ReadOnlySpan<long> read)
        => (era == position.Era || !Has(ProtocolRules.EraGuardsReading))
            && stamps.SequenceEqual(read)
            && (!read.Contains(RemoteMarker.Pending) || !Has(ProtocolRules.MarkedIsPending));

    /// <summary>
    /// Whether what is loaded after a reading may be kept: not while a writer is about to commit, for nobody tells whether it was loaded
    /// before that or after, and if the writer dies nobody will say so.
    /// </summary>
    public bool MayKeep(ReadOnlySpan<int> slots, ReadOnlySpan<long> read)
    {
        if (!read.Contains(RemoteMarker.Pending) || !Has(ProtocolRules.MarkedIsPending))
        {
            return true;
        }

        for (var i = 0; i < read.Length; i++)
        {
            if (read[i] == RemoteMarker.Pending)
            {
                stamps.At(slots[i]).Change(); // What has begun is not kept in memory by that, and is shared with none who comes later.
            }
        }

        return false;
    }

    private bool Has(ProtocolRules rule) => (rules & rule) != ProtocolRules.None;

    // Nothing is known of what has happened before.
    private void Begin(RemotePosition position)
    {
        Volatile.Write(ref _era, position.Era); // Before the stamp: who has seen that one relies on no claims of the era before.
        Volatile.Write(ref _heard, position.Counter); // Before the history that it belongs to.
        EverythingIsUnknown();
        _position = position;
        (_read, _due) = (position.Counter, position.Counter);
    }

    private void EverythingIsUnknown()
    {
        _history++;
        NoteDistrust();
        stamps.All.Change();
    }

    private void NoteDistrust() => invalidations?.Note(new InvalidationNote(InvalidationCause.Distrust), [stamps.All]);

    // A value that was set elsewhere takes the place of another, and nothing else becomes invalid by it.
    private void Note(RemoteMessage message)
    {
        foreach (var slot in message.Stamps.Span)
        {
            if (!StampTable.IsGuard(slot))
            {
                invalidations?.Note(new InvalidationNote(InvalidationCause.OtherNode, keys: message.Keys.Count), message.Stamps.Span);
                return;
            }
        }
    }

    /// <summary>A question that was sent to the tier.</summary>
    /// <param name="History">How often everything had become unknown when it was sent.</param>
    /// <param name="Heard">The counter of the last message that was heard in that history.</param>
    [StructLayout(LayoutKind.Auto)]
    internal readonly record struct Question(int History, long Heard);
}
