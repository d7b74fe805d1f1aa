using FastOrm.Cache.EfCore.Internals;
using FastOrm.Cache.EfCore.Keys;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;

namespace FastOrm.Cache.EfCore.Rows;

/// <summary>
/// What a command is: the SQL and the values as the provider gets them, which together determine the rows. Two plans may lead to one key
/// (a synchronous and an asynchronous one, two models); their rows are exchanged only when all of this is equal. Where a query has
/// values without exact bytes, it completes the key.
/// </summary>
/// <param name="Slot">The slot that made the command; unique in the process.</param>
/// <param name="Sql">The command text with its parameters numbered: <see cref="NumberedSql"/>.</param>
/// <param name="Values">The provider values of the parameters, or null when they cannot be written: then no other slot matches.</param>
internal sealed record CommandIdentity(long Slot, string Sql, byte[]? Values)
{
    /// <summary>The type of the value that cannot be written, or null.</summary>
    public Type? Refused { get; init; }

    public long Size => 2L * Sql.Length + (Values?.Length ?? 0);

    public static CommandIdentity Of(
        long slot, string sql, IRelationalCommandTemplate command, IReadOnlyDictionary<string, object?> parameters, IModel model)
    {
        var rented = QueryKey.Rent();
        try
        {
            return TryWriteValues(rented.Values, command, parameters, model, out var refused)
                ? new CommandIdentity(slot, sql, rented.Values.Span.ToArray())
                : new CommandIdentity(slot, sql, null) { Refused = refused };
        }
        finally
        {
            rented.Return();
        }
    }

    /// <summary>Writes the values that are sent, as <see cref="Values"/> has them.</summary>
    /// <returns>Whether they can be written; if not, the type of the first that cannot is told, where it is known.</returns>
    public static bool TryWriteValues(
        KeyBuffer buffer, IRelationalCommandTemplate command, IReadOnlyDictionary<string, object?> parameters, IModel model, out Type? refused)
    {
        refused = null;
        if (CommandParameters.OnlySent(command, parameters) is { Mapping: { } known } only)
        {
            var isWritten = TryWrite(buffer, known, only.Value, model);
            refused = isWritten ? null : only.Value?.GetType();
            return isWritten;
        }

        if (CommandParameters.Sent(command, parameters) is not { } sent)
        {
            return false;
        }

        foreach (var (mapping, value) in sent)
        {
            if (!(mapping is null ? RawParameter.TryWrite(buffer, value, model) : TryWrite(buffer, mapping, value, model)))
            {
                refused = value?.GetType();
                return false;
            }
        }

        return true;
    }

    public bool IsSameCommand(CommandIdentity other)
        => Values is not null && other.Values is not null
            && string.Equals(Sql, other.Sql, StringComparison.Ordinal)
            && Values.AsSpan().SequenceEqual(other.Values);

    /// <summary>The values of a key that is complete only with the command.</summary>
    public byte[] Complete(byte[] values)
    {
        var buffer = new KeyBuffer();
        buffer.Bytes(values);
        buffer.Text(Sql);
        buffer.Bytes(Values);
        return buffer.Span.ToArray();
    }

    private static bool TryWrite(KeyBuffer buffer, RelationalTypeMapping mapping, object? value, IModel model)
    {
        buffer.Byte(0);
        buffer.Id(StableId.Of(mapping.GetType()));
        buffer.Text(mapping.StoreType);
        buffer.Int32((int?)mapping.DbType ?? -1);
        buffer.Int32(mapping.Size ?? -1);
        buffer.Int32(mapping.Precision ?? -1);
        buffer.Int32(mapping.Scale ?? -1);
        return TryConvert(mapping, value, out var converted) && ValueWriter.TryWrite(buffer, converted, model);
    }

    private static bool TryConvert(RelationalTypeMapping mapping, object? value, out object? converted)
    {
        try
        {
            converted = mapping.Converter is { } converter ? converter.ConvertToProvider(value) : value;
            return true;
        }
        catch (Exception)
        {
            converted = null;
            return false; // It is thrown again when the value is sent, which is the place for it.
        }
    }
}
