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

    /// <summary>
    /// Reads the rows to the end. Where EF Core would not read all of them before it gives the first, it stops before a row that it cannot
    /// read, because EF Core may never ask for that value, and before the result is larger than one that is stored.
    /// </summary>
    /// <param name="async">Whether to read asynchronously.</param>
    /// <param name="reader">The provider's own reader: not one that EF Core has buffered.</param>
    /// <param name="columns">What EF Core reads.</param>
    /// <param name="codecs">Their codecs.</param>
    /// <param name="mode">How EF Core reads.</param>
    /// <param name="identity">The command.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    public static async ValueTask<Recording> RecordAsync(
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
            var nothing = new RowSet(identity, new Column?[names.Length], names, rowCount: 0, isShareable: false);
            return new Recording(nothing, RecordingEnd.Failed, StandsOnRow: false);
        }

        try
        {
            while (async ? await reader.ReadAsync(cancellationToken).ConfigureAwait(false) : reader.Read())
            {
                if (recorder.IsFull)
                {
                    return recorder.Build(identity, RecordingEnd.TooLarge, standsOnRow: true);
                }

                if (!recorder.AddRow())
                {
                    return recorder.Build(identity, RecordingEnd.Failed, standsOnRow: true);
                }
            }
        }
        catch (DbException exception) when (!cancellationToken.IsCancellationRequested && recorder.IsEnd(exception))
        {
            // Without us EF Core would have given the rows before it, and perhaps never come to it.
            recorder._end = ExceptionDispatchInfo.Capture(exception);
            return recorder.Build(identity, RecordingEnd.Failed, standsOnRow: false);
        }

        return recorder.Build(identity, RecordingEnd.LastRow, standsOnRow: false);
    }

    private bool IsFull => !_mode.IsBuffered && (_rowCount >= _mode.MaxRows || Size() > _mode.MaxBytes);

    private long Size()
    {
        var size = 0L;
        foreach (var builder in _builders)
        {
            size += builder?.Size ?? 0;
        }

        return size;
    }

    // Whether every value of the row could be read.
    private bool AddRow()
    {
        foreach (var column in _order)
        {
            try
            {
                _builders[column]?.Add(_source, _places.Of(column), _places.Ordinals);
            }
            catch (Exception exception) when (ReadErrors.IsOfValue(exception))
            {
                if (!_mode.IsBuffered)
                {
                    return false;
                }

                // Before it gives the first row, as EF Core does.
                if (_mode.ExplainsErrors)
                {
                    throw ReadErrors.Explain(exception, _source, _places.Of(column), _columns[column]!);
                }

                throw;
            }
        }

        _rowCount++;
        return true;
    }

    // A command that gives no row at all has failed as a whole.
    private bool IsEnd(DbException exception) => !_mode.IsBuffered && _rowCount > 0 && !ReadErrors.IsTimeout(exception);

    private Recording Build(CommandIdentity identity, RecordingEnd end, bool standsOnRow)
    {
        var recorded = new Column?[_places.Names?.Length ?? _builders.Length];
        var isShareable = end == RecordingEnd.LastRow;
        for (var i = 0; i < _builders.Length; i++)
        {
            if (_builders[i] is { } builder)
            {
                isShareable &= builder.IsShareable;
                recorded[_places.Of(i)] = builder.Build(_rowCount);
            }
        }

        return new Recording(new RowSet(identity, recorded, _places.Names, _rowCount, isShareable, _end), end, standsOnRow);
    }
}
