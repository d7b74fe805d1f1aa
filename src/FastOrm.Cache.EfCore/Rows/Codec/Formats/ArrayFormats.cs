using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;

namespace FastOrm.Cache.EfCore.Rows.Codec.Formats;

/// <summary>Immutable arrays, as the arrays that they hold. One without an array is not written: it is not recorded either.</summary>
internal sealed class ImmutableArrayFormat<T>(VectorFormat<T> items) : VectorFormat<ImmutableArray<T>>
{
    private readonly ArrayFormat<T> _arrays = new(items);

    public override bool TryWrite(PayloadWriter writer, ReadOnlySpan<ImmutableArray<T>> values)
    {
        var arrays = new T[values.Length][];
        for (var i = 0; i < arrays.Length; i++)
        {
            if (values[i].IsDefault)
            {
                return false;
            }

            arrays[i] = ImmutableCollectionsMarshal.AsArray(values[i])!;
        }

        return _arrays.TryWrite(writer, arrays);
    }

    public override bool TryRead(ref PayloadReader reader, Span<ImmutableArray<T>> values)
    {
        if (!reader.Fits((ulong)values.Length))
        {
            return reader.Refuse();
        }

        var arrays = new T[values.Length][];
        if (!_arrays.TryRead(ref reader, arrays))
        {
            return false;
        }

        for (var i = 0; i < arrays.Length; i++)
        {
            values[i] = ImmutableCollectionsMarshal.AsImmutableArray(arrays[i]);
        }

        return true;
    }

    public override void Describe(StringBuilder text, HashSet<Type> outer)
    {
        text.Append(typeof(ImmutableArray<T>));
        _arrays.Describe(text, outer);
    }
}

/// <summary>Arrays of several dimensions or with other bounds: of each dimension its length and its lower bound, then the items of all.</summary>
internal sealed class MultiArrayFormat<T, TItem>(VectorFormat<TItem> items) : VectorFormat<T>
    where T : class
{
    private static readonly int Rank = typeof(T).GetArrayRank();

    public override bool TryWrite(PayloadWriter writer, ReadOnlySpan<T> values)
    {
        var sum = 0L;
        var bounds = new int[values.Length * Rank * 2];
        for (var i = 0; i < values.Length; i++)
        {
            var array = (Array)(object)values[i];
            for (var d = 0; d < Rank; d++)
            {
                bounds[2 * (i * Rank + d)] = array.GetLength(d);
                bounds[2 * (i * Rank + d) + 1] = array.GetLowerBound(d);
            }

            sum += array.LongLength;
        }

        if (sum > Array.MaxLength)
        {
            return false;
        }

        IntegerVector.Write<int>(writer, bounds);
        var all = new TItem[sum];
        var next = 0;
        foreach (var value in values)
        {
            foreach (var item in (Array)(object)value)
            {
                all[next++] = (TItem)item!;
            }
        }

        return items.TryWrite(writer, all);
    }

    public override bool TryRead(ref PayloadReader reader, Span<T> values)
    {
        if (!reader.Fits((ulong)values.Length * (ulong)Rank * 2))
        {
            return reader.Refuse();
        }

        var bounds = new int[values.Length * Rank * 2];
        if (!IntegerVector.TryRead(ref reader, bounds.AsSpan()))
        {
            return false;
        }

        var sum = 0L;
        for (var i = 0; i < values.Length; i++)
        {
            var count = CountOf(bounds, i);
            sum += count;
            if (count < 0 || !reader.Fits((ulong)sum))
            {
                return reader.Refuse();
            }
        }

        var all = new TItem[sum];
        if (!items.TryRead(ref reader, all))
        {
            return false;
        }

        var next = 0;
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Make(bounds, i, all.AsSpan(next, (int)CountOf(bounds, i)));
            next += (int)CountOf(bounds, i);
        }

        return true;
    }

    public override void Describe(StringBuilder text, HashSet<Type> outer)
    {
        text.Append(typeof(T)).Append('[');
        items.Describe(text, outer);
        text.Append(']');
    }

    // The number of items of an array, or less than 0 where there cannot be such an array.
    private static long CountOf(ReadOnlySpan<int> bounds, int index)
    {
        var count = 1L;
        for (var d = 0; d < Rank; d++)
        {
            var (length, lower) = (bounds[2 * (index * Rank + d)], bounds[2 * (index * Rank + d) + 1]);
            if (length < 0 || lower > int.MaxValue - length)
            {
                return -1;
            }

            count = Math.Min(count * length, int.MaxValue + 1L);
        }

        return count;
    }

    private static T Make(ReadOnlySpan<int> bounds, int index, ReadOnlySpan<TItem> items)
    {
        var lengths = new int[Rank];
        var lowers = new int[Rank];
        for (var d = 0; d < Rank; d++)
        {
            (lengths[d], lowers[d]) = (bounds[2 * (index * Rank + d)], bounds[2 * (index * Rank + d) + 1]);
        }

        var array = Array.CreateInstance(typeof(TItem), lengths, lowers);
        var at = (int[])lowers.Clone();
        foreach (var item in items)
        {
            array.SetValue(item, at);
            for (var d = Rank - 1; d >= 0 && ++at[d] >= lowers[d] + lengths[d]; d--)
            {
                at[d] = lowers[d];
            }
        }

        return (T)(object)array;
    }
}
