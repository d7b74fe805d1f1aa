using System.Collections;
using System.Data.Common;
using System.Runtime.CompilerServices;

namespace FastOrm.Cache.EfCore.Rows;

/// <summary>Reads recorded rows as a data reader would. Belongs to one enumeration.</summary>
internal sealed class ReplayReader(RowSet rows, KeyRows[]? following = null) : DbDataReader
{
    private static readonly Task<bool> True = Task.FromResult(true);
    private static readonly Task<bool> False = Task.FromResult(false);

    private Column?[] _columns = rows.Columns;
    private int _end = rows.RowCount;
    private int _following;
    private int _row = -1;
    private bool _closed;

    public override int Depth => 0;

    public override int FieldCount => _columns.Length;

    public override bool HasRows => _end > 0 || following?.Any(static more => more.Count > 0) == true;

    public override bool IsClosed => _closed;

    public override int RecordsAffected => -1;

    public override object this[int ordinal] => GetValue(ordinal);

    public override object this[string name] => GetValue(GetOrdinal(name));

    /// <summary>Whether the database has failed after rows that were not asked for.</summary>
    public bool IsBeforeError => rows.EndsWithError && !_closed && _row < _end;

    public override bool Read()
    {
        if (++_row < _end)
        {
            return true;
        }

        if (following is not null)
        {
            return ReadNext();
        }

        rows.ThrowAtEnd();
        rows.Parts?.End();
        return false;
    }

    public override Task<bool> ReadAsync(CancellationToken cancellationToken)
        => cancellationToken.IsCancellationRequested
            ? Task.FromCanceled<bool>(cancellationToken)
            : Read() ? True : False;

    public override bool NextResult() => false;

    public override bool IsDBNull(int ordinal) => Column(ordinal).IsNull(_row);

    public override bool GetBoolean(int ordinal) => Get<bool>(ordinal);

    public override byte GetByte(int ordinal) => Get<byte>(ordinal);

    public override char GetChar(int ordinal) => Get<char>(ordinal);

    public override DateTime GetDateTime(int ordinal) => Get<DateTime>(ordinal);

    public override decimal GetDecimal(int ordinal) => Get<decimal>(ordinal);

    public override double GetDouble(int ordinal) => Get<double>(ordinal);

    public override float GetFloat(int ordinal) => Get<float>(ordinal);

    public override Guid GetGuid(int ordinal) => Get<Guid>(ordinal);

    public override short GetInt16(int ordinal) => Get<short>(ordinal);

    public override int GetInt32(int ordinal) => Get<int>(ordinal);

    public override long GetInt64(int ordinal) => Get<long>(ordinal);

    public override string GetString(int ordinal) => (string)GetValue(ordinal);

    public override object GetValue(int ordinal) => Column(ordinal).IsNull(_row) ? DBNull.Value : Column(ordinal).GetValue(_row);

    public override T GetFieldValue<T>(int ordinal)
        => Column(ordinal) is Column<T> typed ? typed.Get(_row) : (T)Column(ordinal).GetValue(_row);

    public override int GetValues(object[] values)
    {
        var count = Math.Min(values.Length, _columns.Length);
        for (var i = 0; i < count; i++)
        {
            values[i] = GetValue(i);
        }

        return count;
    }

    public override string GetName(int ordinal)
        => rows.Names?[ordinal] ?? throw new NotSupportedException("EF Core asks only raw SQL for the names of its columns.");

    public override int GetOrdinal(string name)
    {
        var ordinal = Array.FindIndex(rows.Names ?? [], other => string.Equals(other, name, StringComparison.OrdinalIgnoreCase));
        return ordinal >= 0 ? ordinal : throw new ArgumentOutOfRangeException(nameof(name), name, "There is no such column.");
    }

    public override Type GetFieldType(int ordinal) => Column(ordinal).Type;

    public override string GetDataTypeName(int ordinal) => GetFieldType(ordinal).Name;

    public override long GetBytes(int ordinal, long dataOffset, byte[]? buffer, int bufferOffset, int length)
        => throw new NotSupportedException();

    public override long GetChars(int ordinal, long dataOffset, char[]? buffer, int bufferOffset, int length)
        => throw new NotSupportedException();

    public override IEnumerator GetEnumerator() => throw new NotSupportedException();

    public override void Close() => _closed = true;

    private bool ReadNext()
    {
        while (_following < following!.Length)
        {
            if (following[_following++] is { Count: > 0 and var count } next)
            {
                (_columns, _row, _end) = (next.Set!.Columns, next.First, next.First + count);
                return true;
            }
        }

        _row = _end;
        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private T Get<T>(int ordinal)
        => _columns[ordinal] is Column<T> typed ? typed.Get(_row) : (T)Column(ordinal).GetValue(_row);

    private Column Column(int ordinal)
        => _columns[ordinal] ?? throw new InvalidOperationException($"Column {ordinal} was not recorded: EF Core did not ask for it.");
}
