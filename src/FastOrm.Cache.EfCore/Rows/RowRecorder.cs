using System.Data.Common;
using System.Runtime.ExceptionServices;
using Microsoft.EntityFrameworkCore.Storage;

namespace FastOrm.Cache.EfCore.Rows;

/// <summary>Reads the rows of a command as EF Core would, and keeps them.</summary>
internal sealed class RowRecorder
{
    // EF Core may never come to a value that cannot be read, and then goes on. It rarely is so, and whoever does ask stops there.
    private const int MaxRowsAfterFailure = 1000;

    private readonly DbDataReader _source;
    private readonly IReadOnlyList<ReaderColumn?> _columns;
    private readonly ColumnCodec.Builder?[] _builders;
    private readonly bool _explainErrors;
    private readonly string[]? _names;
    private readonly int[]? _ordinals;
    private int _rowCount;
    private Dictionary<int, ExceptionDispatchInfo>?[]? _failures;
    private ExceptionDispatchInfo? _firstFailure;
    private int _rowsLeft = int.MaxValue;

    private RowRecorder(DbDataReader source, IReadOnlyList<ReaderColumn?> columns, ColumnCodec?[] codecs, bool explainErrors)
    {
        _source = source;
        _columns = columns;
        _explainErrors = explainErrors;
        _builders = new ColumnCodec.Builder?[codecs.Length];
        for (var i = 0; i < codecs.Length; i++)
        {
            _builders[i] = codecs[i]?.Begin(columns[i]!);
        }

        // Raw SQL that EF Core does not compose over: its columns come in any order, with others between them.
        if (AskedNames(columns) is not null)
        {
            _names = Names(_source);
            _ordinals = Ordinals(columns, _names);
        }
    }

    /// <summary>The codecs of the columns by position in EF's list, or null when one is of a type that cannot be remembered.</summary>
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
                unsupported = ColumnCodec.TypeOf(column);
                return null;
            }
        }

        return codecs;
    }

    /// <summary>The names of the columns, if EF Core looks for them by name; otherwise null.</summary>
    public static string?[]? AskedNames(IReadOnlyList<ReaderColumn?> columns)
        => columns.Any(static column => column?.Name is not null) ? [.. columns.Select(static column => column?.Name)] : null;

    /// <summary>Where the column of that name is, or less than 0.</summary>
    public static int Ordinal(string[] names, string? name)
        => Array.FindIndex(names, candidate => string.Equals(candidate, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Reads all rows to the end; after a value that cannot be read, not very many.</summary>
    /// <param name="async">Whether to read asynchronously.</param>
    /// <param name="reader">The provider's own reader: not one that EF Core has buffered.</param>
    /// <param name="columns">What EF Core reads.</param>
    /// <param name="codecs">Their codecs.</param>
    /// <param name="explainErrors">Whether errors name the property and the types, as with <c>EnableDetailedErrors</c>.</param>
    /// <param name="identity">The command.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    public static async ValueTask<RowSet> RecordAsync(
        bool async,
        RelationalDataReader reader,
        IReadOnlyList<ReaderColumn?> columns,
        ColumnCodec?[] codecs,
        bool explainErrors,
        CommandIdentity identity,
        CancellationToken cancellationToken)
    {
        var recorder = new RowRecorder(reader.DbDataReader, columns, codecs, explainErrors);
        if (recorder._names is { } names && recorder._ordinals is null)
        {
            // EF Core will look for its columns among these names, and throw.
            return new RowSet(identity, new Column?[names.Length], names, rowCount: 0, isShareable: false, hasFailed: true);
        }

        while (recorder._rowsLeft > 0
            && (async ? await reader.ReadAsync(cancellationToken).ConfigureAwait(false) : reader.Read()))
        {
            recorder.AddRow();
        }

        return recorder.Build(identity);
    }

    private void AddRow()
    {
        for (var i = 0; i < _builders.Length;)
        {
            try
            {
                for (; i < _builders.Length; i++)
                {
                    _builders[i]?.Add(_source, OrdinalOf(i), _ordinals);
                }
            }
            catch (Exception exception) when (ReadErrors.IsOfValue(exception))
            {
                // Without us EF Core would fail when it comes to this value of this row, and perhaps never come to it.
                Fail(i, exception);
                i++;
            }
        }

        _rowCount++;
        _rowsLeft--;
    }

    private void Fail(int column, Exception exception)
    {
        var failure = ExceptionDispatchInfo.Capture(
            _explainErrors ? ReadErrors.Explain(exception, _source, OrdinalOf(column), _columns[column]!) : exception);
        _builders[column]!.AddNone();
        _failures ??= new Dictionary<int, ExceptionDispatchInfo>?[_builders.Length];
        (_failures[column] ??= []).Add(_rowCount, failure);
        if (_firstFailure is null)
        {
            _firstFailure = failure;
            _rowsLeft = MaxRowsAfterFailure;
        }
    }

    private int OrdinalOf(int column) => _ordinals is null ? column : _ordinals[column];

    private RowSet Build(CommandIdentity identity)
    {
        var recorded = new Column?[_names?.Length ?? _builders.Length];
        var isShareable = _firstFailure is null;
        for (var i = 0; i < _builders.Length; i++)
        {
            if (_builders[i] is { } builder)
            {
                isShareable &= builder.IsShareable;
                var column = builder.Build();
                recorded[OrdinalOf(i)] = _failures?[i] is { } failures ? new FailedColumn(column, failures) : column;
            }
        }

        var end = _rowsLeft == 0 ? _firstFailure : null;
        return new RowSet(identity, recorded, _names, _rowCount, isShareable, hasFailed: _firstFailure is not null, end);
    }

    /// <summary>Where the columns are, or null when EF Core will not accept the names: one is missing, or there twice.</summary>
    private static int[]? Ordinals(IReadOnlyList<ReaderColumn?> columns, string[] names)
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
