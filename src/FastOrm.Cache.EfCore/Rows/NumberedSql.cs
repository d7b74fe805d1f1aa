using System.Globalization;
using System.Text;
using FastOrm.Cache.EfCore.Internals;
using Microsoft.EntityFrameworkCore.Storage;

namespace FastOrm.Cache.EfCore.Rows;

/// <summary>SQL in which EF Core's parameters are numbered, since their names come from variables.</summary>
internal static class NumberedSql
{
    /// <summary>No SQL text has this outside of quotes, so nothing in it can pass for a number.</summary>
    private const char Mark = '\0';

    /// <summary>Replaces the names of the parameters by their position, outside of quotes.</summary>
    public static string Of(IRelationalCommandTemplate command)
    {
        var positions = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var name in CommandParameters.Names(command.Parameters))
        {
            positions.TryAdd(name.TrimStart('@', ':', '$'), positions.Count);
        }

        return positions.Count == 0 ? command.CommandText : Replace(command.CommandText, positions);
    }

    private static string Replace(string sql, Dictionary<string, int> positions)
    {
        var lookup = positions.GetAlternateLookup<ReadOnlySpan<char>>();
        var text = new StringBuilder(sql.Length);
        for (var i = 0; i < sql.Length;)
        {
            var end = SqlText.EndOfToken(sql, i);
            var token = sql.AsSpan(i, end - i);
            if (token[0] is '@' or ':' or '$' && lookup.TryGetValue(token[1..], out var position))
            {
                text.Append(token[0]).Append(CultureInfo.InvariantCulture, $"{position}{Mark}");
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
