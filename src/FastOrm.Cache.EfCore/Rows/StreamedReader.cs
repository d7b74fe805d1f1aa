using System.Collections;
using System.Data.Common;
using Microsoft.EntityFrameworkCore.Storage;

namespace FastOrm.Cache.EfCore.Rows;

/// <summary>
/// The provider's reader for a query that was compiled for EF Core's buffer, read as EF Core reads without the buffer: each row when it
/// is asked for, and each value with the getter of its type, which the columns know. Rows of it that were recorded come first. Belongs
/// to one enumeration.
/// </summary>
internal sealed class StreamedReader : DbDataReader
{
    private readonly DbDataReader _source;
    private readonly bool _explainErrors;
    private readonly int[]? _ordinals;
    private readonly ReaderColumn?[] _columns;
    private ReplayReader? _recorded;

    /// <param name="source">The provider's reader.</param>
    /// <param name="columns">What EF Core reads.</param>
    /// <param name="explainErrors">Whether errors name the property and the types, as with <c>EnableDetailedErrors</c>.</param>
    /// <param name="recorded">The rows before the one on which the reader stands; null if it stands before the first.</param>
    public StreamedReader(DbDataReader source, IReadOnlyList<ReaderColumn?> columns, bool explainErrors, RowSet? recorded = null)
    {
        _source = source;
        _recorded = recorded is null ? null : new ReplayReader(recorded);
        _explainErrors = explainErrors;
        var places = new ColumnPlaces(source, columns);
        _ordinals = places.Ordinals;
        _columns = new ReaderColumn?[Math.Max(columns.Count, places.Names?.Length ?? 0)];
        for (var i = 0; i < columns.Count && !places.AreRefused; i++)
        {
            _columns[places.Of(i)] = columns[i] ?? _columns[places.Of(i)];
        }
    }

    public override int Depth => _source.Depth;

    public override int FieldCount => _source.FieldCount;

    public override bool HasRows => _source.HasRows;

    public override bool IsClosed => _source.IsClosed;

    public override int RecordsAffected => _source.RecordsAffected;

    public override object this[int ordinal] => GetValue(ordinal);

    public override object this[string name] => GetValue(GetOrdinal(name));

    /// <summary>Goes to the next row if that one was read already.</summary>
    public bool ReadRecorded()
    {
        if (_recorded is null)
        {
            return false;
        }

        if (!_recorded.Read())
        {
            _recorded = null; // Here the source stands.
        }

        return true;
    }

    public override bool Read() => ReadRecorded() || _source.Read();

    public override Task<bool> ReadAsync(CancellationToken cancellationToken)
        => cancellationToken.IsCancellationRequested ? Task.FromCanceled<bool>(cancellationToken)
            : ReadRecorded() ? Task.FromResult(true)
            : _source.ReadAsync(cancellationToken);

    public override bool NextResult() => _source.NextResult();

    public override bool IsDBNull(int ordinal) => _recorded?.IsDBNull(ordinal) ?? _source.IsDBNull(ordinal);

    public override bool GetBoolean(int ordinal) => GetFieldValue<bool>(ordinal);

    public override byte GetByte(int ordinal) => GetFieldValue<byte>(ordinal);

    public override char GetChar(int ordinal) => GetFieldValue<char>(ordinal);

    public override DateTime GetDateTime(int ordinal) => GetFieldValue<DateTime>(ordinal);

    public override decimal GetDecimal(int ordinal) => GetFieldValue<decimal>(ordinal);

    public override double GetDouble(int ordinal) => GetFieldValue<double>(ordinal);

    public override float GetFloat(int ordinal) => GetFieldValue<float>(ordinal);

    public override Guid GetGuid(int ordinal) => GetFieldValue<Guid>(ordinal);

    public override short GetInt16(int ordinal) => GetFieldValue<short>(ordinal);

    public override int GetInt32(int ordinal) => GetFieldValue<int>(ordinal);

    public override long GetInt64(int ordinal) => GetFieldValue<long>(ordinal);

    public override string GetString(int ordinal) => (string)GetValue(ordinal);

    public override object GetValue(int ordinal) => GetFieldValue<object>(ordinal);

    public override T GetFieldValue<T>(int ordinal)
    {
        if (_recorded is not null)
        {
            return _recorded.GetFieldValue<T>(ordinal);
        }

        var column = (ReaderColumn<T>)_columns[ordinal]!;
        try
        {
            return column.GetFieldValue(_source, _ordinals!);
        }
        catch (Exception exception) when (_explainErrors)
        {
            throw ReadErrors.Explain(exception, _source, ordinal, column);
        }
    }

    public override string GetName(int ordinal) => _source.GetName(ordinal);

    public override int GetOrdinal(string name) => _source.GetOrdinal(name);

    public override Type GetFieldType(int ordinal) => _source.GetFieldType(ordinal);

    public override string GetDataTypeName(int ordinal) => _source.GetDataTypeName(ordinal);

    public override int GetValues(object[] values) => throw new NotSupportedException();

    public override long GetBytes(int ordinal, long dataOffset, byte[]? buffer, int bufferOffset, int length)
        => throw new NotSupportedException();

    public override long GetChars(int ordinal, long dataOffset, char[]? buffer, int bufferOffset, int length)
        => throw new NotSupportedException();

    public override IEnumerator GetEnumerator() => throw new NotSupportedException();

    public override void Close() => _source.Close();
}
