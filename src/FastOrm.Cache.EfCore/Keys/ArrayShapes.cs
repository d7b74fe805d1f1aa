using System.Runtime.InteropServices;
using Microsoft.EntityFrameworkCore.Metadata;

namespace FastOrm.Cache.EfCore.Keys;

/// <summary>Arrays and lists of numbers, written as they lie in memory.</summary>
/// <param name="kind">The kind byte of the array; that of the list is the next.</param>
internal sealed class RawShape<T>(byte kind) : ValueShape
    where T : struct
{
    public override bool IsImmutable => false;

    public override object Freeze(object value) => value is T[] items ? items.Clone() : new List<T>((List<T>)value);

    public override bool TryWrite(KeyBuffer buffer, object value, IModel? model)
    {
        var items = value is T[] array ? array : CollectionsMarshal.AsSpan((List<T>)value);
        buffer.Byte(value is T[] ? kind : (byte)(kind + 1));
        buffer.Int32(items.Length);
        buffer.Bytes(MemoryMarshal.AsBytes(items));
        return true;
    }
}

/// <summary>Arrays of several dimensions, or whose first place is not 0.</summary>
internal sealed class MultiArrayShape(Type type) : ValueShape
{
    public override bool IsImmutable => false;

    public override object Freeze(object value) => ((Array)value).Clone();

    public override bool TryWrite(KeyBuffer buffer, object value, IModel? model)
    {
        var array = (Array)value;
        buffer.Byte(ValueWriter.MultiArray);
        buffer.Id(StableId.Of(type));
        for (var dimension = 0; dimension < array.Rank; dimension++)
        {
            buffer.Int32(array.GetLowerBound(dimension));
            buffer.Int32(array.GetLength(dimension));
        }

        foreach (var item in array)
        {
            if (!ValueWriter.TryWrite(buffer, item, model))
            {
                return false;
            }
        }

        return true;
    }
}
