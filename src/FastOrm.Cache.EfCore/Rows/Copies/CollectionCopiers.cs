using System.Collections;

namespace FastOrm.Cache.EfCore.Rows.Copies;

/// <summary>Arrays of any rank and lower bounds.</summary>
internal sealed class ArrayCopier(Type type, ValueCopier element) : ValueCopier
{
    private readonly int _slot = SlotSize(type.GetElementType()!);

    public override object? Copy(object value)
    {
        if (value.GetType() != type)
        {
            return null; // An array of a derived type may stand for one of its base.
        }

        var copy = (Array)((Array)value).Clone();
        return element.IsShared || CopyElements(copy) ? copy : null;
    }

    public override long Size(object value)
    {
        var array = (Array)value;
        var size = 32 + array.LongLength * _slot;
        if (!element.IsFlat)
        {
            foreach (var item in array)
            {
                size += item is null ? 0 : element.Size(item);
            }
        }

        return size;
    }

    private bool CopyElements(Array array)
    {
        var indices = new int[array.Rank];
        for (var i = 0; i < indices.Length; i++)
        {
            indices[i] = array.GetLowerBound(i);
        }

        for (var left = array.LongLength; left > 0; left--, Advance(array, indices))
        {
            if (array.GetValue(indices) is not { } item)
            {
                continue;
            }

            if (element.Copy(item) is not { } copy)
            {
                return false;
            }

            array.SetValue(copy, indices);
        }

        return true;
    }

    private static void Advance(Array array, int[] indices)
    {
        for (var i = indices.Length - 1; i >= 0 && ++indices[i] > array.GetUpperBound(i); i--)
        {
            indices[i] = array.GetLowerBound(i);
        }
    }
}

/// <summary>Lists, but no types derived from them.</summary>
internal sealed class ListCopier<T>(ValueCopier element) : ValueCopier
{
    private static readonly int Slot = SlotSize(typeof(T));

    public override object? Copy(object value)
    {
        if (value.GetType() != typeof(List<T>))
        {
            return null;
        }

        var copy = new List<T>((List<T>)value);
        for (var i = 0; i < copy.Count && !element.IsShared; i++)
        {
            if (copy[i] is not { } item)
            {
                continue;
            }

            if (element.Copy(item) is not T copied)
            {
                return null;
            }

            copy[i] = copied;
        }

        return copy;
    }

    public override long Size(object value)
    {
        var list = (List<T>)value;
        return 64 + list.Count * (long)Slot + (element.IsFlat ? 0 : list.Sum(item => item is null ? 0 : element.Size(item)));
    }
}

/// <summary>Dictionaries of immutable keys, but no types derived from them. The copy has their order and their comparer.</summary>
internal sealed class DictionaryCopier<TKey, TValue>(ValueCopier key, ValueCopier value) : ValueCopier
    where TKey : notnull
{
    public override object? Copy(object source)
    {
        if (source.GetType() != typeof(Dictionary<TKey, TValue>))
        {
            return null;
        }

        var dictionary = (Dictionary<TKey, TValue>)source;
        var copy = new Dictionary<TKey, TValue>(dictionary.Count, dictionary.Comparer);
        foreach (var (name, item) in dictionary)
        {
            if (item is null || value.IsShared)
            {
                copy.Add(name, item);
            }
            else if (value.Copy(item) is TValue copied)
            {
                copy.Add(name, copied);
            }
            else
            {
                return null;
            }
        }

        return copy;
    }

    public override long Size(object source)
        => 120 + ((Dictionary<TKey, TValue>)source).Sum(
            pair => 40 + key.Size(pair.Key) + (pair.Value is null ? 0 : value.Size(pair.Value)));
}

/// <summary>Immutable collections of immutable elements.</summary>
internal sealed class ImmutableCollectionCopier(Type type) : ValueCopier
{
    public override bool IsShared => true;

    public override object? Copy(object value) => value.GetType() == type ? value : null;

    // The nodes of their trees and what stands in them.
    public override long Size(object value) => 64 + 100L * ((ICollection)value).Count;
}

/// <summary>Bits.</summary>
internal sealed class BitArrayCopier : ValueCopier
{
    public override object Copy(object value) => new BitArray((BitArray)value);

    public override long Size(object value) => 56 + ((BitArray)value).Length / 8;
}
