using FastOrm.Cache.Coherence;
using FastOrm.Cache.Diagnostics;
using FastOrm.Cache.Keys;
using FastOrm.Cache.Memory;
using FastOrm.Cache.Stamps;

namespace FastOrm.Cache.Engine;

/// <content>What ends entries: keys, tags, everything, and the stamps behind them.</content>
internal sealed partial class CacheEngine
{
    public ValueTask ForgetAsync(params ReadOnlySpan<string> keys) => new(ForgetNow(keys));

    public ValueTask FlushAsync(params ReadOnlySpan<string> tags) => new(FlushNow(tags));

    public ValueTask ClearAsync() => new(ClearNow());

    public void Forget(params ReadOnlySpan<string> keys) => _ = ForgetNow(keys);

    public void Flush(params ReadOnlySpan<string> tags) => _ = FlushNow(tags);

    public void Clear() => _ = ClearNow();

    /// <summary>Invalidates everything that depends on one of the stamps, here at once and on the other nodes as soon as they hear of it.</summary>
    /// <param name="note">Why, and what is noted of it.</param>
    /// <param name="stamps">The stamps.</param>
    /// <returns>Completes when the tier that nodes share has acknowledged it, or its time for that is over.</returns>
    public Task Invalidate(InvalidationNote note, params ReadOnlySpan<Stamp> stamps) => Invalidate(note, stamps, relied: null);

    /// <summary>The same, for a node that relies on something that other nodes may take for something else.</summary>
    /// <param name="note">Why, and what is noted of it.</param>
    /// <param name="stamps">The stamps.</param>
    /// <param name="relied">What this node relies on.</param>
    /// <param name="marker">What was marked for it, which ends with it; zero for nothing.</param>
    public Task Invalidate(InvalidationNote note, ReadOnlySpan<Stamp> stamps, IReadOnlyList<RemoteClaim>? relied, long marker = 0)
    {
        Counters.Invalidations.Add(stamps.Length);
        Invalidations.Note(note, stamps);
        CacheActivities.Invalidated(Name, note.Cause, stamps.Length);
        return Change(stamps, relied: relied, marker: marker);
    }

    /// <summary>Tells the other nodes that what depends on the stamps is about to be changed, before it can be committed.</summary>
    /// <param name="async">Whether the caller awaits it.</param>
    /// <param name="stamps">The stamps.</param>
    /// <param name="relied">What this node relies on.</param>
    /// <returns>The marker, for the change that follows, or for <see cref="RemoteLink.Abandon"/>; when nobody holds it, its time is over some time after.</returns>
    public ValueTask<RemoteMarker> MarkAsync(bool async, ReadOnlySpan<Stamp> stamps, IReadOnlyList<RemoteClaim>? relied)
        => As(async, _remote!.MarkAsync(SlotsOf(stamps), relied));

    private Task ForgetNow(ReadOnlySpan<string> keys)
    {
        Text.Checked(keys, "A key");
        var stamps = new Stamp[2 * keys.Length];
        for (var i = 0; i < keys.Length; i++)
        {
            // The guard too, and before the removal: what is being loaded would otherwise be stored after it.
            var hash = TagHash.OfName(keys[i]);
            (stamps[2 * i], stamps[2 * i + 1]) = (Stamps.Tag(hash), Stamps.Guard(hash));
        }

        var forgotten = new InvalidationNote(InvalidationCause.Forgotten, keys: keys.Length);
        Invalidations.Note(forgotten, stamps);
        CacheActivities.Invalidated(Name, forgotten.Cause, stamps.Length);
        var sent = Change(stamps, keys, isRemoved: true);
        Counters.Invalidations.Add(keys.Length);
        foreach (var key in keys)
        {
            if (Memory.Remove(new LocalCacheKey(key)))
            {
                forgotten.Dropped(1);
            }

            Events.OnForgotten(key);
        }

        return sent;
    }

    private Task FlushNow(ReadOnlySpan<string> tags)
    {
        Text.Checked(tags, "A tag");
        var stamps = new Stamp[tags.Length];
        for (var i = 0; i < tags.Length; i++)
        {
            stamps[i] = Stamps.Tag(TagHash.OfTag(tags[i]));
        }

        var sent = Invalidate(new InvalidationNote(
            InvalidationCause.Flushed, tags[..Math.Min(tags.Length, InvalidationNote.MaxNames)].ToArray()), stamps);
        foreach (var tag in tags)
        {
            Events.OnFlushed(tag);
        }

        return sent;
    }

    private Task ClearNow()
    {
        // The stamp first: a load that is under way would otherwise be stored after the clear.
        var cleared = new InvalidationNote(InvalidationCause.Cleared);
        var sent = Invalidate(cleared, Stamps.All);
        cleared.Dropped(Memory.Count);
        Memory.Clear();
        return sent;
    }

    /// <summary>Changes stamps: here alone, or on all nodes.</summary>
    /// <param name="stamps">The stamps.</param>
    /// <param name="keys">The keys of values that leave the memory of the other nodes.</param>
    /// <param name="isRemoved">Whether these values leave the tier that nodes share, too.</param>
    /// <param name="relied">What this node relies on.</param>
    /// <param name="marker">What ends with it.</param>
    private Task Change(
        ReadOnlySpan<Stamp> stamps,
        ReadOnlySpan<string> keys = default,
        bool isRemoved = false,
        IReadOnlyList<RemoteClaim>? relied = null,
        long marker = 0)
    {
        if (_remote is { } remote)
        {
            return remote.ChangeAsync(SlotsOf(stamps), keys, isRemoved ? RemoteKeysOf(keys) : [], relied: relied, marker: marker);
        }

        foreach (var stamp in stamps)
        {
            stamp.Change();
        }

        return Task.CompletedTask;
    }

    private static int[] SlotsOf(ReadOnlySpan<Stamp> stamps)
    {
        var slots = new int[stamps.Length];
        for (var i = 0; i < slots.Length; i++)
        {
            slots[i] = stamps[i].Slot;
        }

        return slots;
    }
}
