using System.Data.Common;
using FastOrm.Cache.EfCore.Rows;
using Microsoft.EntityFrameworkCore.Storage;

namespace FastOrm.Cache.EfCore.Internals;

/// <summary>What EF Core holds around a data reader, here around recorded rows: there is no command and nothing to close.</summary>
internal sealed class ReplayDataReader(RowSet rows, ReplayConnection connection, KeyRows[]? following = null) : RelationalDataReader
{
    private readonly ReplayReader _reader = new(rows, following);

    public override IRelationalConnection RelationalConnection => connection;

    public override DbDataReader DbDataReader => _reader;

    public override DbCommand DbCommand => throw new NotSupportedException("Rows from the cache have no command.");

    public override Guid CommandId => default;

    public override bool Read() => _reader.Read();

    public override Task<bool> ReadAsync(CancellationToken cancellationToken = default) => _reader.ReadAsync(cancellationToken);

    public override void Close()
    {
        var isBeforeError = _reader.IsBeforeError;
        _reader.Close();
        if (isBeforeError && connection.IsNpgsql)
        {
            rows.ThrowAtEnd(); // Npgsql reads what is left of a result when it is closed, and meets the error there.
        }
    }

    public override ValueTask CloseAsync()
    {
        Close();
        return default;
    }

#pragma warning disable CA2215 // The base would dispose a command and close a connection that are not there.
    public override void Dispose() => Close();

    public override ValueTask DisposeAsync() => CloseAsync();
#pragma warning restore CA2215
}
