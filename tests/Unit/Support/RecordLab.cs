using System.Data.Common;
using FastOrm.Cache.EfCore.Rows;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;

namespace FastOrm.Cache.Tests.Unit.Support;

/// <summary>Records what a data reader gives, without a database.</summary>
internal sealed class RecordLab : IDisposable
{
    private readonly KeyLab _lab = new();

    public KeyLab Keys => _lab;

    private static readonly ReadMode Plain = Mode();

    public static ReadMode Mode(bool explainsErrors = false, bool isBuffered = false, int maxRows = 10_000, long maxBytes = 4 << 20)
        => new(explainsErrors, isBuffered, maxRows, maxBytes);

    public RowSet Record(DbDataReader source, params ReaderColumn?[] columns) => Record(Plain, source, columns).Rows;

    /// <summary>Records what may be recorded, and gives a reader of everything.</summary>
    public DbDataReader Read(DbDataReader source, params ReaderColumn?[] columns) => Read(Plain, source, columns);

    public DbDataReader Read(ReadMode mode, DbDataReader source, params ReaderColumn?[] columns)
    {
        var recording = Record(mode, source, columns);
        return recording.StandsOnRow
            ? new StreamedReader(source, columns, mode.ExplainsErrors, recording.Rows)
            : new ReplayReader(recording.Rows);
    }

    public Recording Record(ReadMode mode, DbDataReader source, params ReaderColumn?[] columns)
    {
        using var command = new SqliteCommand();
        var reader = new RelationalDataReader();
        reader.Initialize(_lab.Shop.GetService<IRelationalConnection>(), command, source, Guid.NewGuid(), logger: null);
        var codecs = RowRecorder.Codecs(columns, out _);
        Assert.NotNull(codecs);
        var identity = new CommandIdentity(1, "SELECT 1", []);
        return RowRecorder.RecordAsync(async: false, reader, columns, codecs, mode, identity, CancellationToken.None)
            .AsTask().GetAwaiter().GetResult();
    }

    /// <summary>The values of a single column, recorded and replayed.</summary>
    public ReplayReader Replay<T>(params object?[] values)
        where T : notnull
        => new(Record(ListReader.OfOneColumn(values), Columns.Boxed<T>()));

    public void Dispose() => _lab.Dispose();
}
