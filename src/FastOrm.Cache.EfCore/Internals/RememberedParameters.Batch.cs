using FastOrm.Cache.Diagnostics;
using FastOrm.Cache.EfCore.Entities;
using FastOrm.Cache.EfCore.Invalidation;
using FastOrm.Cache.EfCore.Keys;
using FastOrm.Cache.EfCore.Plans;
using FastOrm.Cache.EfCore.Rows;
using FastOrm.Cache.Stamps;

namespace FastOrm.Cache.EfCore.Internals;

/// <content>Several entities by their keys, each of which is an entry like that of one alone.</content>
internal sealed partial class RememberedParameters
{
    private Dictionary<string, object?>? _single;

    /// <summary>The keys that are asked for together; null for any other query.</summary>
    public EntityBatch? Batch { get; init; }

    /// <summary>Writes under which keys the entities are found, now that the values of query filters are known.</summary>
    /// <returns>Whether each has one.</returns>
    public bool TryKeyBatch(EntityBatch batch)
    {
        var plan = batch.Query.Single!;
        var header = _values.AsSpan();
        var added = _allValues.AsSpan(_values.Length);
        _single = null;
        var key = QueryKey.Rent();
        try
        {
            for (var i = 0; i < batch.Keys.Count; i++)
            {
                key.Values.Clear();
                key.Values.Bytes(header);
                foreach (var value in batch.Keys[i])
                {
                    key.WriteValue(value, _session.Model); // A copy already: nobody else can change it.
                }

                if (key.IsOpen)
                {
                    return false;
                }

                batch.ValueLengths[i] = key.Values.Length - header.Length;
                key.Values.Bytes(added);
                batch.Entries[i] = RowKey.Of(plan, key.Values.Span.ToArray(), command: 0);
            }

            return true;
        }
        finally
        {
            key.Return();
        }
    }

    /// <summary>The stamps of all that one of the entities depends on.</summary>
    public Dependency[] SeenOf(EntityBatch batch, int index)
        => DatabaseStamps.Read(
            Cache,
            _database!,
            batch.Query.Single!.Facts,
            _session.Options.UseScopes ? SingleValues(batch, index) : null,
            _options.Digest.Tags,
            SourceOf(batch, index),
            out _);

    /// <summary>Other nodes are not to go on with the rows that they have of these keys.</summary>
    public async ValueTask SupersedeAsync(bool async, EntityBatch batch)
    {
        Stamp[] stamps = [.. Enumerable.Range(0, batch.Keys.Count).Select(index => Cache.Stamps.Tag(SourceOf(batch, index)))];
        var told = Cache.Invalidate(new InvalidationNote(InvalidationCause.Refreshed, keys: stamps.Length), stamps);
        if (async)
        {
            await told.ConfigureAwait(false);
        }
        else
        {
            told.GetAwaiter().GetResult();
        }
    }

    /// <summary>The hash by which <c>ForgetCache</c> finds what is stored of one of the entities.</summary>
    public ulong SourceOf(EntityBatch batch, int index)
        => QueryKey.SourceHash(
            batch.Query.Single!.SourceShapeHash,
            ((RowKey)batch.Entries[index].Identity).Values.Slice(_values.Length, batch.ValueLengths[index]),
            _database!.Tag);

    /// <summary>The command that would read one of the entities alone.</summary>
    /// <remarks>Of no slot in particular: whoever reads the rows compares the SQL once.</remarks>
    public CommandIdentity IdentifySingle(EntityBatch batch, int index)
    {
        var slot = batch.Query.Single!.Facts.Slots[0];
        var values = SingleValues(batch, index);
        var command = slot.MakeCommand(values);
        return CommandIdentity.Of(slot: 0, slot.NumberedSqlOf(command), command, values, _session.Model);
    }

    /// <summary>All keys at once, past the cache.</summary>
    public PendingCommand PlainBatch(CommandSlot slot)
    {
        var values = ValuesOf(Batch!, Batch!.Keys);
        return Plain(slot.MakeCommand(values), values);
    }

    /// <summary>The values from which the command for some keys is made: those that were keyed, whoever changes a list of a filter meanwhile.</summary>
    public Dictionary<string, object?> ValuesOf(EntityBatch batch, IReadOnlyList<object[]> keys)
    {
        var values = new Dictionary<string, object?>(Sent, StringComparer.Ordinal);
        batch.Query.Set(values, batch.Key, keys);
        return values;
    }

    // One dictionary for all of them, one after the other.
    private Dictionary<string, object?> SingleValues(EntityBatch batch, int index)
    {
        _single ??= new Dictionary<string, object?>(Sent, StringComparer.Ordinal);
        for (var part = 0; part < batch.Key.Names.Length; part++)
        {
            _single[batch.Key.Names[part]] = batch.Keys[index][part];
        }

        return _single;
    }
}
