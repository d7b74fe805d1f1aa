using FastOrm.Cache.Diagnostics;
using FastOrm.Cache.EfCore.Entities;
using FastOrm.Cache.EfCore.Invalidation;
using FastOrm.Cache.EfCore.Keys;
using FastOrm.Cache.EfCore.Plans;
using FastOrm.Cache.EfCore.Rows;
using FastOrm.Cache.Stamps;
using Microsoft.EntityFrameworkCore.Storage;

namespace FastOrm.Cache.EfCore.Internals;

/// <content>Several entities by their keys, each of which is an entry like that of one alone.</content>
internal sealed partial class RememberedParameters
{
    private Dictionary<string, object?>? _single;
    private IRelationalCommandTemplate? _singleCommand;

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
        _singleCommand = null;
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

    /// <summary>Reads the stamps of all that some of the entities depend on.</summary>
    public void ReadStamps(EntityBatch batch, List<int> indexes)
    {
        var stamps = new RepeatedStamps(Cache, _database!, batch.Query.Single!.Facts, _options.Digest.Tags);
        foreach (var index in indexes)
        {
            batch.Seen[index] = stamps.Read(_session.Options.UseScopes ? SingleValues(batch, index) : null, SourceOf(batch, index));
        }
    }

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
    /// <param name="batch">The batch.</param>
    /// <param name="index">Which of its keys.</param>
    /// <param name="known">The slot whose rows it is known to have; whoever else reads them compares the SQL once.</param>
    /// <remarks>
    /// The SQL is the same for all keys, since it depends on values only by whether they are null, which those of keys are not, and on lists,
    /// which are those of filters.
    /// </remarks>
    public CommandIdentity IdentifySingle(EntityBatch batch, int index, CommandSlot known)
    {
        var values = SingleValues(batch, index);
        var command = SingleCommand(batch, values);
        return CommandIdentity.Of(known.Id, batch.Query.Single!.Facts.Slots[0].NumberedSqlOf(command), command, values, _session.Model);
    }

    /// <summary>The SQL that <see cref="IdentifySingle"/> has for all keys.</summary>
    public string SqlOfSingle(EntityBatch batch)
        => batch.Query.Single!.Facts.Slots[0].NumberedSqlOf(SingleCommand(batch, SingleValues(batch, 0)));

    /// <summary>Writes the values that it has for one of them.</summary>
    public bool TryWriteSingle(EntityBatch batch, int index, KeyBuffer buffer)
    {
        var values = SingleValues(batch, index);
        return CommandIdentity.TryWriteValues(buffer, SingleCommand(batch, values), values, _session.Model, out _);
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
        batch.Query.Set(values, keys);
        return values;
    }

    private IRelationalCommandTemplate SingleCommand(EntityBatch batch, Dictionary<string, object?> values)
        => _singleCommand ??= batch.Query.Single!.Facts.Slots[0].MakeCommand(values);

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
