using System.Collections;
using FastOrm.Cache.EfCore.Rows.Codec.Formats;

namespace FastOrm.Cache.EfCore.Rows.Codec;

/// <summary>A column of a <see cref="RowBlock"/> while it is read, a row at a time.</summary>
internal abstract class ColumnBlock
{
    /// <summary>Reads a column of one row, as <see cref="ColumnFormat.TryRead"/> would.</summary>
    /// <param name="reader">Anything.</param>
    /// <param name="row">Where its value is put: the first row that is not taken yet, also where the one before could not be read.</param>
    public abstract bool TryRead(ref PayloadReader reader, int row);

    /// <summary>The first rows, as the codec would have recorded them.</summary>
    public abstract Column Build(ColumnCodec codec, int rowCount);
}

/// <inheritdoc/>
internal sealed class ColumnBlock<T>(VectorFormat<T> format, int capacity) : ColumnBlock
    where T : notnull
{
    private readonly T[] _values = new T[capacity];
    private BitArray? _nulls;

    public override bool TryRead(ref PayloadReader reader, int row)
    {
        var hasNulls = reader.Byte();
        var bits = hasNulls == 1 ? Bitmap.Read(ref reader, 1) : default;
        if (hasNulls > 1 || reader.IsBad)
        {
            return false;
        }

        var isNull = Bitmap.CountSet(bits) > 0;
        if (isNull || _nulls is not null)
        {
            _nulls ??= new BitArray(_values.Length);
            _nulls[row] = isNull;
        }

        return isNull || (reader.Fits(1) && format.TryRead(ref reader, _values.AsSpan(row, 1)));
    }

    public override Column Build(ColumnCodec codec, int rowCount)
    {
        if (_nulls is not null)
        {
            _nulls.Length = rowCount; // What comes after it is of a row that could not be read.
        }

        return _nulls?.HasAnySet() == true ? codec.Restore(Some(_nulls), _nulls)
            : codec.Restore(rowCount == _values.Length ? _values : _values[..rowCount], nulls: null);
    }

    private T[] Some(BitArray nulls)
    {
        var some = new List<T>(nulls.Length);
        for (var row = 0; row < nulls.Length; row++)
        {
            if (!nulls[row])
            {
                some.Add(_values[row]);
            }
        }

        return [.. some];
    }
}
