using FastOrm.Cache.EfCore.Keys;
using FastOrm.Cache.EfCore.Plans;
using FastOrm.Cache.EfCore.Rows;
using Microsoft.EntityFrameworkCore.Storage;

namespace FastOrm.Cache.EfCore.Internals;

/// <content>The values: those that complete the key, and those from which commands are made.</content>
internal sealed partial class RememberedParameters
{
    private const string FilterPrefix = "ef_filter";

    /// <summary>
    /// The values from which commands are made: those that were keyed. The projection of a query may hand out the caller's own list, but
    /// what is sent must be what was keyed, whoever changes the list meanwhile.
    /// </summary>
    public Dictionary<string, object?> Sent => _copies is null && !_isKeyOpen ? this : _sent ??= WithCopies();

    /// <summary>Notes what is sent for a parameter, where it is another object than the caller's.</summary>
    public void Send(string name, object? value, object? sent)
    {
        if (!ReferenceEquals(value, sent))
        {
            (_copies ??= new Dictionary<string, object?>(StringComparer.Ordinal))[name] = sent;
        }
    }

    public CommandIdentity Identify(CommandSlot slot, IRelationalCommandTemplate command)
        => CommandIdentity.Of(slot.Id, slot.NumberedSqlOf(command), command, Sent, _session.Model);

    // A compiled query may be enumerated later than it was called, and again: the connection, the tenant and a list may be others then.
    private void KeyNow(ValueTemplate template)
    {
        _copies = null;
        _isSwitchedOff = Explanation is null ? !_session.Remembers() : !_session.CanRemember;
        if (_isSwitchedOff)
        {
            return;
        }

        Cache = _session.Cache;
        var key = QueryKey.Rent();
        try
        {
            if (_session.TryWriteValuesHeader(key, _options))
            {
                template.Write(key, this, _session.Model);
                TakeValues(key);
                return;
            }

            _refusal = BypassReasons.NotKeyable;
            _unkeyed = key.Refusal;
        }
        finally
        {
            key.Return();
        }
    }

    private void TakeValues(QueryKey key)
    {
        _values = key.Values.Span.ToArray();
        _database = key.Database!;
        _sourceValues = key.ValuesHeaderLength..key.SourceValuesLength;
        _isOpenAtFirst = key.IsOpen;
    }

    /// <summary>The command of the slot, made once for an enumeration: to make it may run sequences of the user's.</summary>
    private MadeCommand Make(CommandSlot slot)
    {
        _made ??= [];
        if (!_made.TryGetValue(slot, out var made))
        {
            var command = slot.MakeCommand(Sent);
            var identity = CommandParameters.Materialize(command, Sent) is { } lazy
                ? new CommandIdentity(slot.Id, command.CommandText, null) { Refused = lazy }
                : Identify(slot, command);
            _made[slot] = made = new MadeCommand(command, identity);
        }

        return made;
    }

    private Dictionary<string, object?> WithCopies()
    {
        var sent = new Dictionary<string, object?>(this, StringComparer.Ordinal);
        foreach (var (name, value) in _copies ?? [])
        {
            sent[name] = value;
        }

        return sent;
    }

    // What EF Core has added since the extraction, in the order in which the compiled query always adds it.
    private void WriteAddedValues()
    {
        var key = QueryKey.Rent();
        try
        {
            key.Values.Bytes(_values);
            var place = 0;
            foreach (var (name, value) in this)
            {
                if (place++ < _extractedCount || place > _ownCount)
                {
                    continue;
                }

                var frozen = ValueWriter.Freeze(value);
                if (name.StartsWith(FilterPrefix, StringComparison.Ordinal))
                {
                    key.Values.Text(name);
                }
                else
                {
                    key.Values.Int32(place); // The name comes from a variable, and the value from the query.
                }

                key.WriteValue(frozen, _session.Model);
                Send(name, value, frozen);
            }

            _allValues = key.Values.Span.ToArray();
            _isKeyOpen |= key.IsOpen;
        }
        finally
        {
            key.Return();
        }
    }

    private sealed record MadeCommand(IRelationalCommandTemplate Command, CommandIdentity Identity);
}
