using System.Collections;
using System.Data.Common;

namespace FastOrm.Cache.Tests.Unit.Support;

/// <summary>A data reader over objects, which gives every value exactly as it was put in, and throws those that are exceptions.</summary>
internal sealed class ListReader(string[] names, params object?[][] rows) : DbDataReader
{
    private int _row = -1;

    /// <summary>What is thrown after the last row.</summary>
    public Exception? Failure { get; init; }

    /// <summary>The rows that were asked for and there.</summary>
    public int RowsRead => Math.Min(_row + 1, rows.Length);

    public override int Depth => 0;

    public override int FieldCount => names.Length;

    public override bool HasRows => rows.Length > 0;

    public override bool IsClosed => false;

    public override int RecordsAffected => -1;

    public override object this[int ordinal] => GetValue(ordinal);

    public override object this[string name] => GetValue(GetOrdinal(name));

    public static ListReader OfOneColumn(params IEnumerable<object?> values) => new(["c"], [.. values.Select(static value => new[] { value })]);

    public override bool Read() => ++_row < rows.Length || (Failure is null ? false : throw Failure);

    public override bool NextResult() => false;

    public override bool IsDBNull(int ordinal) => rows[_row][ordinal] is null;

    public override object GetValue(int ordinal) => rows[_row][ordinal] ?? throw new InvalidCastException("The value is null.");

    public override T GetFieldValue<T>(int ordinal)
        => GetValue(ordinal) is Exception exception && typeof(T) != typeof(object) ? throw exception : (T)GetValue(ordinal);

    public override bool GetBoolean(int ordinal) => (bool)GetValue(ordinal);

    public override byte GetByte(int ordinal) => (byte)GetValue(ordinal);

    public override char GetChar(int ordinal) => (char)GetValue(ordinal);

    public override DateTime GetDateTime(int ordinal) => (DateTime)GetValue(ordinal);

    public override decimal GetDecimal(int ordinal) => (decimal)GetValue(ordinal);

    public override double GetDouble(int ordinal) => (double)GetValue(ordinal);

    public override float GetFloat(int ordinal) => (float)GetValue(ordinal);

    public override Guid GetGuid(int ordinal) => (Guid)GetValue(ordinal);

    public override short GetInt16(int ordinal) => (short)GetValue(ordinal);

    public override int GetInt32(int ordinal) => (int)GetValue(ordinal);

    public override long GetInt64(int ordinal) => (long)GetValue(ordinal);

    public override string GetString(int ordinal) => (string)GetValue(ordinal);

    public override string GetName(int ordinal) => names[ordinal];

    public override int GetOrdinal(string name) => Array.IndexOf(names, name);

    public override Type GetFieldType(int ordinal) => typeof(object);

    public override string GetDataTypeName(int ordinal) => throw new NotSupportedException();

    public override int GetValues(object[] values) => throw new NotSupportedException();

    public override long GetBytes(int ordinal, long dataOffset, byte[]? buffer, int bufferOffset, int length) => throw new NotSupportedException();

    public override long GetChars(int ordinal, long dataOffset, char[]? buffer, int bufferOffset, int length) => throw new NotSupportedException();

    public override IEnumerator GetEnumerator() => throw new NotSupportedException();
}
