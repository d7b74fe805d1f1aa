namespace FastOrm.Cache.EfCore.Rows.Codec;

/// <summary>Reads the rows of several entries of one command, each with other values, as one result: its columns are made once for all of them.</summary>
/// <param name="form">What the entries have in common.</param>
/// <param name="codecs">The columns by ordinal.</param>
/// <param name="capacity">The number of entries.</param>
internal sealed class RowBlock(RowForm form, ColumnCodec?[] codecs, int capacity)
{
    private readonly ColumnBlock?[] _columns = Array.ConvertAll(form.Formats, format => format?.Begin(capacity));

    /// <summary>The number of rows that were read.</summary>
    public int RowCount { get; private set; }

    /// <summary>
    /// Reads an entry as <see cref="RowCodec.TryDecode"/> would. Refused, beside what is not exactly such rows, is also what single entities do not
    /// have: more than one row, names of columns, compression.
    /// </summary>
    /// <param name="bytes">Anything.</param>
    /// <param name="values">The values of the command, as <see cref="CommandIdentity.Values"/> has them.</param>
    /// <param name="count">How many rows the entry has.</param>
    public bool TryAdd(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> values, out int count)
    {
        count = 0;
        if (RowCount == capacity || !RowCodec.TryOpen(bytes, out var digest, out var body) || !form.IsOf(digest, values))
        {
            return false;
        }

        var reader = new PayloadReader(body);
        var rowCount = reader.Varint();
        var hasNames = reader.Byte() != 0;
        if (rowCount > 1 || hasNames)
        {
            return false;
        }

        count = (int)rowCount;
        for (var i = 0; i < _columns.Length && count > 0; i++)
        {
            // Where an entry turns out to be none, the next one takes its row.
            if (_columns[i]?.TryRead(ref reader, RowCount) == false)
            {
                return false;
            }
        }

        if (!reader.IsAtEnd || reader.IsBad)
        {
            return false;
        }

        RowCount += count;
        return true;
    }

    /// <summary>All rows, in the order in which they were read. Nothing is read after that.</summary>
    public RowSet Build(CommandIdentity identity)
    {
        var columns = new Column?[_columns.Length];
        for (var i = 0; i < columns.Length; i++)
        {
            columns[i] = _columns[i]?.Build(codecs[i]!, RowCount);
        }

        return new RowSet(identity, columns, names: null, RowCount);
    }
}
