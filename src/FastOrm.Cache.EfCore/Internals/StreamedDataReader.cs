using System.Data.Common;
using FastOrm.Cache.EfCore.Rows;
using Microsoft.EntityFrameworkCore.Storage;

namespace FastOrm.Cache.EfCore.Internals;

/// <summary>What EF Core holds around the data reader of a command that goes past the cache; all but the values is EF Core's own.</summary>
internal sealed class StreamedDataReader(RelationalDataReader inner, RelationalCommandParameterObject execution, RowSet? recorded = null)
    : RelationalDataReader
{
    private readonly StreamedReader _reader
        = new(inner.DbDataReader, execution.ReaderColumns!, execution.DetailedErrorsEnabled, recorded);

    public override IRelationalConnection RelationalConnection => inner.RelationalConnection;

    public override DbDataReader DbDataReader => _reader;

    public override DbCommand DbCommand => inner.DbCommand;

    public override Guid CommandId => inner.CommandId;

    public override bool Read() => _reader.ReadRecorded() || inner.Read();

    public override Task<bool> ReadAsync(CancellationToken cancellationToken = default)
        => cancellationToken.IsCancellationRequested ? Task.FromCanceled<bool>(cancellationToken)
            : _reader.ReadRecorded() ? Task.FromResult(true)
            : inner.ReadAsync(cancellationToken);

    public override void Close() => inner.Close();

    public override ValueTask CloseAsync() => inner.CloseAsync();

#pragma warning disable CA2215 // The base would dispose a command and close a connection that only the inner reader has.
    public override void Dispose() => inner.Dispose();

    public override ValueTask DisposeAsync() => inner.DisposeAsync();
#pragma warning restore CA2215
}
