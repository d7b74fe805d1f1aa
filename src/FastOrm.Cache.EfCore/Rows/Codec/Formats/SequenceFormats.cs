using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;

namespace FastOrm.Cache.EfCore.Rows.Codec.Formats;

/// <summary>Collections of items: how many each has, then the items of all in a row.</summary>
internal abstract class SequenceFormat<T, TItem>(VectorFormat<TItem> items) : VectorFormat<T>
{
    protected abstract ReadOnlySpan<TItem> ItemsOf(T value);

    protected abstract T Make(ReadOnlySpan<TItem> items);

    public sealed override bool TryWrite(PayloadWriter writer, ReadOnlySpan<T> values)
    {
        var counts = new int[values.Length];
        var sum = 0L;
        for (var i = 0; i < counts.Length; i++)
        {
            counts[i] = ItemsOf(values[i]).Length;
            sum += counts[i];
        }

        if (sum > Array.MaxLength)
        {
            return false;
        }

        var all = new TItem[sum];
        var start = 0;
        foreach (var value in values)
        {
            var own = ItemsOf(value);
            own.CopyTo(all.AsSpan(start));
            start += own.Length;
        }

        IntegerVector.Write<int>(writer, counts);
        return items.TryWrite(writer, all);
    }

    public sealed override bool TryRead(ref PayloadReader reader, Span<T> values)
    {
        if (!reader.Fits((ulong)values.Length))
        {
            return reader.Refuse();
        }

        var counts = new int[values.Length];
        var sum = IntegerVector.TryReadCounts(ref reader, counts);
        if (sum < 0)
        {
            return false;
        }

        var all = new TItem[sum];
        if (!items.TryRead(ref reader, all))
        {
            return false;
        }

        var start = 0;
        for (var i = 0; i < counts.Length; i++)
        {
            values[i] = Make(all.AsSpan(start, counts[i]));
            start += counts[i];
        }

        return true;
    }

    public sealed override void Describe(StringBuilder text, HashSet<Type> outer)
    {
        text.Append(typeof(T)).Append('[');
        items.Describe(text, outer);
        text.Append(']');
    }
}

/// <summary>Arrays that begin at 0.</summary>
internal sealed class ArrayFormat<T>(VectorFormat<T> items) : SequenceFormat<T[], T>(items)
{
    protected override ReadOnlySpan<T> ItemsOf(T[] value) => value;

    protected override T[] Make(ReadOnlySpan<T> items) => items.ToArray();
}

/// <summary>Lists.</summary>
internal sealed class ListFormat<T>(VectorFormat<T> items) : SequenceFormat<List<T>, T>(items)
{
    protected override ReadOnlySpan<T> ItemsOf(List<T> value) => CollectionsMarshal.AsSpan(value);

    protected override List<T> Make(ReadOnlySpan<T> items)
    {
        var list = new List<T>(items.Length);
        list.AddRange(items);
        return list;
    }
}

/// <summary>Immutable lists.</summary>
internal sealed class ImmutableListFormat<T>(VectorFormat<T> items) : SequenceFormat<ImmutableList<T>, T>(items)
{
    protected override ReadOnlySpan<T> ItemsOf(ImmutableList<T> value) => value.ToArray();

    protected override ImmutableList<T> Make(ReadOnlySpan<T> items) => ImmutableList.Create(items);
}
