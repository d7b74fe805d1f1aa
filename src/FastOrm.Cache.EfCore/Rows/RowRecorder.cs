using System.Data.Common;
using System.Runtime.ExceptionServices;
using Microsoft.EntityFrameworkCore.Storage;

namespace FastOrm.Cache.EfCore.Rows;

/// <summary>Reads the rows of a command as EF Core would, and keeps them.</summary>
internal sealed class RowRecorder
{
    private readonly DbDataReader _source;
    private readonly IReadOnlyList<ReaderColumn?> _columns;
    private readonly ColumnCodec.Builder?[] _builders;
    private readonly int[] _order;
    private readonly ColumnPlaces _places;
    private readonly ReadMode _mode;
    private int _rowCount;
    private Dictionary<int, ExceptionDispatchInfo>?[]? _failures;
    private ExceptionDispatchInfo? _end;

    private RowRecorder(DbDataReader source, IReadOnlyList<ReaderColumn?> columns, ColumnCodec?[] codecs, ReadMode mode)
    {
        _source = source;
        _columns = columns;
        _mode = mode;
        _places = new ColumnPlaces(source, columns);
        _builders = new ColumnCodec.Builder?[codecs.Length];
        for (var i = 0; i < codecs.Length; i++)
        {
            _builders[i] = codecs[i]?.Begin(columns[i]!);
        }

        _order = [.. Enumerable.Range(0, codecs.Length)];
        if (_places.Ordinals is not null)
        {
            Array.Sort(_order, (one, other) => _places.Of(one).CompareTo(_places.Of(other))); // As EF Core's buffer reads them.
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

    /// <summary>Reads all rows to the end.</summary>
    /// <param name="async">Whether to read asynchronously.</param>
    /// <param name="reader">The provider's own reader: not one that EF Core has buffered.</param>
    /// <param name="columns">What EF Core reads.</param>
    /// <param name="codecs">Their codecs.</param>
    /// <param name="mode">How EF Core reads.</param>
    /// <param name="identity">The command.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    public static async ValueTask<RowSet> RecordAsync(
        bool async,
        RelationalDataReader reader,
        IReadOnlyList<ReaderColumn?> columns,
        ColumnCodec?[] codecs,
        ReadMode mode,
        CommandIdentity identity,
        CancellationToken cancellationToken)
    {
        var recorder = new RowRecorder(reader.DbDataReader, columns, codecs, mode);
        if (recorder._places is { AreRefused: true, Names: { } names })
        {
            // EF Core will look for its columns among these names, and throw.
            return new RowSet(identity, new Column?[names.Length], names, rowCount: 0, isShareable: false, hasFailed: true);
        }

        try
        {
            while (async ? await reader.ReadAsync(cancellationToken).ConfigureAwait(false) : reader.Read())
            {
                recorder.AddRow();
            }
        }
        catch (DbException exception) when (!cancellationToken.IsCancellationRequested && recorder.IsEnd(exception))
        {
            // Without us EF Core would have given the rows before it, and perhaps never come to it.
            recorder._end = ExceptionDispatchInfo.Capture(exception);
        }

        return recorder.Build(identity);
    }

    private void AddRow()
    {
        for (var i = 0; i < _order.Length;)
        {
            try
            {
                for (; i < _order.Length; i++)
                {
                    _builders[_order[i]]?.Add(_source, _places.Of(_order[i]), _places.Ordinals);
                }
            }
            catch (Exception exception) when (ReadErrors.IsOfValue(exception))
            {
                // Without us EF Core would fail when it comes to this value of this row, and perhaps never come to it.
                Fail(_order[i], exception);
                i++;
            }
        }

        _rowCount++;
    }

    private void Fail(int column, Exception exception)
    {
        var failure = ExceptionDispatchInfo.Capture(
            _mode.ExplainsErrors ? ReadErrors.Explain(exception, _source, _places.Of(column), _columns[column]!) : exception);
        if (_mode.IsBuffered)
        {
            failure.Throw(); // So does EF Core, before it gives the first row.
        }

        _builders[column]!.AddNone();
        _failures ??= new Dictionary<int, ExceptionDispatchInfo>?[_builders.Length];
        (_failures[column] ??= []).Add(_rowCount, failure);
    }

    // A command that gives no row at all has failed as a whole.
    private bool IsEnd(DbException exception) => !_mode.IsBuffered && _rowCount > 0 && !ReadErrors.IsTimeout(exception);

    private RowSet Build(CommandIdentity identity)
    {
        var recorded = new Column?[_places.Names?.Length ?? _builders.Length];
        var hasFailed = _failures is not null || _end is not null;
        var isShareable = !hasFailed;
        for (var i = 0; i < _builders.Length; i++)
        {
            if (_builders[i] is { } builder)
            {
                isShareable &= builder.IsShareable;
                var column = builder.Build();
                recorded[_places.Of(i)] = _failures?[i] is { } failures ? new FailedColumn(column, failures) : column;
            }
        }

        return new RowSet(identity, recorded, _places.Names, _rowCount, isShareable, hasFailed, _end);
    }
}

/// <summary>How EF Core reads the rows of a command.</summary>
/// <param name="ExplainsErrors">Whether errors name the property and the types, as with <c>EnableDetailedErrors</c>.</param>
/// <param name="IsBuffered">Whether it reads every value of every row before it gives the first, as it does in order to retry.</param>
internal readonly record struct ReadMode(bool ExplainsErrors, bool IsBuffered);
