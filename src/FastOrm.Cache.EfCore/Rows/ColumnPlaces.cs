using System.Data.Common;
using Microsoft.EntityFrameworkCore.Storage;

namespace FastOrm.Cache.EfCore.Rows;

/// <summary>
/// Where the columns that EF Core reads are: in their order, or, of raw SQL that EF Core does not compose over, by their names in any
/// order, with others between them.
/// </summary>
internal sealed class ColumnPlaces
{
    public ColumnPlaces(DbDataReader source, IReadOnlyList<ReaderColumn?> columns)
    {
        if (AskedNames(columns) is not null)
        {
            Names = NamesOf(source);
            Ordinals = OrdinalsOf(columns, Names);
        }
    }

    /// <summary>The names of the reader's columns if EF Core looks for its own by name, otherwise null.</summary>
    public string[]? Names { get; }

    /// <summary>The ordinals of EF Core's columns if it looks for them by name, otherwise null.</summary>
    public int[]? Ordinals { get; }

    /// <summary>Whether EF Core will not accept the names, since one is missing, or there twice.</summary>
    public bool AreRefused => Names is not null && Ordinals is null;

    /// <summary>The names of the columns, if EF Core looks for them by name; otherwise null.</summary>
    public static string?[]? AskedNames(IReadOnlyList<ReaderColumn?> columns)
        => columns.Any(static column => column?.Name is not null) ? [.. columns.Select(static column => column?.Name)] : null;

    /// <summary>Where the column of that name is, or less than 0.</summary>
    public static int Ordinal(string[] names, string? name)
        => Array.FindIndex(names, candidate => string.Equals(candidate, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Where EF Core's column is in the reader.</summary>
    public int Of(int column) => Ordinals is null ? column : Ordinals[column];

    private static int[]? OrdinalsOf(IReadOnlyList<ReaderColumn?> columns, string[] names)
    {
        if (names.Distinct(StringComparer.OrdinalIgnoreCase).Count() < names.Length)
        {
            return null;
        }

        var ordinals = new int[columns.Count];
        for (var i = 0; i < ordinals.Length; i++)
        {
            if (columns[i] is not { } column)
            {
                continue;
            }

            ordinals[i] = Ordinal(names, column.Name);
            if (ordinals[i] < 0)
            {
                if (columns.Count != 1)
                {
                    return null;
                }

                ordinals[i] = 0; // A single column may have any name.
            }
        }

        return ordinals;
    }

    private static string[] NamesOf(DbDataReader source)
    {
        var names = new string[source.FieldCount];
        for (var i = 0; i < names.Length; i++)
        {
            names[i] = source.GetName(i);
        }

        return names;
    }
}
