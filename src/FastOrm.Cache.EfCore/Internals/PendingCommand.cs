using System.Data.Common;
using FastOrm.Cache.EfCore.Plans;
using FastOrm.Cache.EfCore.Rows;
using FastOrm.Cache.Memory;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Storage;

namespace FastOrm.Cache.EfCore.Internals;

/// <summary>
/// What was found out about a command when EF Core asked for its SQL: the rows, or how to get them. It goes through EF Core as the
/// command's template and arrives in <see cref="ReplayCommand"/>.
/// </summary>
internal sealed class PendingCommand : IRelationalCommandTemplate
{
    private readonly bool _isBuffered;
    private readonly IReadOnlyDictionary<string, object?>? _values;
    private IRelationalCommandTemplate? _command;

    /// <summary>The command is to be run as if there were no cache.</summary>
    /// <param name="command">The command.</param>
    /// <param name="isBuffered">Whether EF Core would read all its rows at once.</param>
    /// <param name="values">The values from which it was made; null for those of the execution.</param>
    public PendingCommand(
        IRelationalCommandTemplate command, bool isBuffered, IReadOnlyDictionary<string, object?>? values = null)
    {
        _command = command;
        _isBuffered = isBuffered;
        _values = values;
    }

    /// <summary>The command need not be run.</summary>
    public PendingCommand(
        RowSet rows, RememberedParameters parameters, CommandSlot slot, LocalCacheKey key, IRelationalCommandTemplate? command)
    {
        Rows = rows;
        Key = key; // Should the columns turn out to be others, the command is run after all.
        Parameters = parameters;
        Slot = slot;
        _command = command;
    }

    /// <summary>The command is to be run, and its rows recorded under the key.</summary>
    public PendingCommand(
        IRelationalCommandTemplate command, RememberedParameters parameters, CommandSlot slot, LocalCacheKey key, CommandIdentity? identity)
    {
        _command = command;
        Identity = identity;
        Parameters = parameters;
        Slot = slot;
        Key = key;
    }

    /// <summary>Several keys are asked for, each of which may have its rows in the cache.</summary>
    public PendingCommand(RememberedParameters parameters, CommandSlot slot)
    {
        Parameters = parameters;
        Slot = slot;
    }

    /// <summary>The values from which the command was made; null for those of the execution.</summary>
    public IReadOnlyDictionary<string, object?>? Values => Parameters?.Sent ?? _values;

    /// <summary>Whether EF Core would read all rows at once, without the cache.</summary>
    public bool IsBuffered => Parameters?.IsBuffered ?? _isBuffered;

    public RowSet? Rows { get; }

    public RememberedParameters? Parameters { get; }

    public CommandSlot? Slot { get; }

    public LocalCacheKey Key { get; }

    /// <summary>What completes the key, if it is not complete without the command; otherwise null.</summary>
    public CommandIdentity? Identity { get; }

    /// <summary>EF Core's own command; made now if a hit has spared it so far.</summary>
    public IRelationalCommandTemplate Command => _command ??= Slot!.MakeCommand(Parameters!.Sent);

    public string CommandText => Command.CommandText;

    public string LogCommandText => Command.LogCommandText;

    IReadOnlyList<IRelationalParameter> IRelationalCommandTemplate.Parameters => Command.Parameters;

    public DbCommand CreateDbCommand(RelationalCommandParameterObject parameterObject, Guid commandId, DbCommandMethod commandMethod)
        => Command.CreateDbCommand(ReplayConnection.Unwrap(parameterObject, Values), commandId, commandMethod);
}
