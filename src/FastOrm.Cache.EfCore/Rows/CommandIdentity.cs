using System.Text;
using FastOrm.Cache.EfCore.Internals;
using FastOrm.Cache.EfCore.Keys;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;

namespace FastOrm.Cache.EfCore.Rows;

/// <summary>
/// What a command is, beyond its key: the SQL and the values as the provider gets them. Two plans may lead to one key (a synchronous
/// and an asynchronous one, two models); their rows are exchanged only when all of this is equal.
/// </summary>
/// <param name="Slot">The slot that made the command; unique in the process.</param>
/// <param name="Sql">The command text with its parameters numbered, since their names come from variables.</param>
/// <param name="Values">The provider values of the parameters, or null when they cannot be written: then no other slot matches.</param>
internal sealed record CommandIdentity(long Slot, string Sql, byte[]? Values)
{
    public long Size => 2L * Sql.Length + (Values?.Length ?? 0);

    public static CommandIdentity Of(
        long slot, IRelationalCommandTemplate command, IReadOnlyDictionary<string, object?> parameters, IModel model)
        => new(slot, NumberParameters(command), ProviderValues(command, parameters, model));

    public bool IsSameCommand(CommandIdentity other)
        => Values is not null && other.Values is not null
            && string.Equals(Sql, other.Sql, StringComparison.Ordinal)
            && Values.AsSpan().SequenceEqual(other.Values);

    private static byte[]? ProviderValues(
        IRelationalCommandTemplate command, IReadOnlyDictionary<string, object?> parameters, IModel model)
    {
        var buffer = new KeyBuffer();
        foreach (var parameter in command.Parameters)
        {
            if (CommandParameters.Mapping(parameter) is not { } mapping
                || !parameters.TryGetValue(parameter.InvariantName, out var value))
            {
                return null;
            }

            buffer.Text(mapping.StoreType);
            var converted = value is null ? null : mapping.Converter?.ConvertToProvider(value) ?? value;
            if (!ValueWriter.TryWrite(buffer, converted, model))
            {
                return null;
            }
        }

        return buffer.Span.ToArray();
    }

    /// <summary>Replaces the names of the parameters by their position, outside of quotes.</summary>
    private static string NumberParameters(IRelationalCommandTemplate command)
    {
        if (command.Parameters.Count == 0)
        {
            return command.CommandText;
        }

        var positions = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var parameter in command.Parameters)
        {
            if (CommandParameters.Name(parameter) is { } name)
            {
                positions.TryAdd(name.TrimStart('@', ':', '$'), positions.Count);
            }
        }

        var sql = command.CommandText;
        var text = new StringBuilder(sql.Length);
        for (var i = 0; i < sql.Length;)
        {
            var end = SqlText.EndOfToken(sql, i);
            var token = sql.AsSpan(i, end - i);
            if (token[0] is '@' or ':' or '$' && positions.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(token[1..], out var position))
            {
                text.Append(token[0]).Append(position).Append('?');
            }
            else
            {
                text.Append(token);
            }

            i = end;
        }

        return text.ToString();
    }
}
