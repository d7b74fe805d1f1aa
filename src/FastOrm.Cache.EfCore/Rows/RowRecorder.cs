using System.Data.Common;
using Microsoft.EntityFrameworkCore.Storage;

namespace FastOrm.Cache.EfCore.Rows;

/// <summary>Copies the rows of a command as EF Core's buffered reader gives them: EF has read and checked every value.</summary>
internal static class RowRecorder
{
    /// <summary>The codecs of the columns by position in EF's list, or null when there is a type that cannot be remembered.</summary>
    public static ColumnCodec?[]? Codecs(IReadOnlyList<ReaderColumn?> columns, out Type? unsupported)
    {
        unsupported = null;
        var codecs = new ColumnCodec?[columns.Count];
        for (var i = 0; i < codecs.Length; i++)
        {
            if (columns[i] is not { } column)
            {
                continue; // Never read.
            }

            codecs[i] = ColumnCodec.For(column);
            if (codecs[i] is null)
            {
                unsupported = column.Type;
                return null;
            }
        }

        return codecs;
    }

    /// <summary>Reads all rows to the end.</summary>
    public static async ValueTask<RowSet> RecordAsync(
        bool async,
        RelationalDataReader reader,
        IReadOnlyList<ReaderColumn?> columns,
        ColumnCodec?[] codecs,
        CommandIdentity identity,
        CancellationToken cancellationToken)
    {
        var source = reader.DbDataReader;
        var byName = columns.Any(static column => column?.Name is not null);
        var ordinals = byName ? OrdinalsByName(columns, source) : null;
        var builders = new ColumnCodec.Builder?[codecs.Length];
        for (var i = 0; i < codecs.Length; i++)
        {
            builders[i] = codecs[i]?.Begin(columns[i]!.IsNullable);
        }

        var rows = 0;
        while (async ? await reader.ReadAsync(cancellationToken).ConfigureAwait(false) : reader.Read())
        {
            rows++;
            for (var i = 0; i < builders.Length; i++)
            {
                builders[i]?.Add(source, ordinals is null ? i : ordinals[i]);
            }
        }

        return Build(builders, ordinals, byName ? Names(source) : null, rows, identity);
    }

    private static RowSet Build(
        ColumnCodec.Builder?[] builders, int[]? ordinals, string[]? names, int rows, CommandIdentity identity)
    {
        var recorded = new Column?[names?.Length ?? builders.Length];
        for (var i = 0; i < builders.Length; i++)
        {
            if (builders[i] is { } builder)
            {
                recorded[ordinals is null ? i : ordinals[i]] = builder.Build();
            }
        }

        return new RowSet(identity, recorded, names, rows);
    }

    // Raw SQL that EF Core does not compose over: its columns come in any order, with others between them. EF's own reader has
    // already made sure that all are there; a single column may have any name.
    private static int[] OrdinalsByName(IReadOnlyList<ReaderColumn?> columns, DbDataReader source)
    {
        var names = Names(source);
        var ordinals = new int[columns.Count];
        for (var i = 0; i < ordinals.Length; i++)
        {
            if (columns[i] is { } column)
            {
                ordinals[i] = Math.Max(
                    0, Array.FindIndex(names, name => string.Equals(name, column.Name, StringComparison.OrdinalIgnoreCase)));
            }
        }

        return ordinals;
    }

    private static string[] Names(DbDataReader source)
    {
        var names = new string[source.FieldCount];
        for (var i = 0; i < names.Length; i++)
        {
            names[i] = source.GetName(i);
        }

        return names;
    }
}
