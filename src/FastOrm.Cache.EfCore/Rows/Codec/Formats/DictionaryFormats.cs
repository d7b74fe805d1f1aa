using System.Collections.Immutable;
using System.Text;

namespace FastOrm.Cache.EfCore.Rows.Codec.Formats;

/// <summary>Dictionaries: how many pairs each has, then the keys of all, then the values of all.</summary>
internal abstract class PairsFormat<T, TKey, TValue>(VectorFormat<TKey> keys, VectorFormat<TValue> items) : VectorFormat<T>
    where T : IReadOnlyDictionary<TKey, TValue>
    where TKey : notnull
{
    /// <summary>Whether keys are compared in the usual way: another one might not be there where the value is read.</summary>
    protected abstract bool IsUsual(T value);

    /// <summary>Makes a dictionary, or null if a key is there twice.</summary>
    protected abstract T? Make(ReadOnlySpan<TKey> keys, ReadOnlySpan<TValue> values);

    public sealed override bool TryWrite(PayloadWriter writer, ReadOnlySpan<T> values)
    {
        var counts = new int[values.Length];
        var allKeys = new List<TKey>();
        var allValues = new List<TValue>();
        for (var i = 0; i < counts.Length; i++)
        {
            if (!IsUsual(values[i]))
            {
                return false;
            }

            counts[i] = values[i].Count;
            foreach (var (key, value) in values[i])
            {
                allKeys.Add(key);
                allValues.Add(value);
            }
        }

        IntegerVector.Write<int>(writer, counts);
        return keys.TryWrite(writer, allKeys.ToArray()) && items.TryWrite(writer, allValues.ToArray());
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

        var allKeys = new TKey[sum];
        if (!keys.TryRead(ref reader, allKeys) || !reader.Fits((ulong)sum))
        {
            return reader.Refuse();
        }

        var allValues = new TValue[sum];
        if (!items.TryRead(ref reader, allValues))
        {
            return false;
        }

        var start = 0;
        for (var i = 0; i < counts.Length; i++)
        {
            if (Make(allKeys.AsSpan(start, counts[i]), allValues.AsSpan(start, counts[i])) is not { } made)
            {
                return reader.Refuse();
            }

            values[i] = made;
            start += counts[i];
        }

        return true;
    }

    public sealed override void Describe(StringBuilder text, HashSet<Type> outer)
    {
        text.Append(typeof(T)).Append('[');
        keys.Describe(text, outer);
        text.Append(',');
        items.Describe(text, outer);
        text.Append(']');
    }
}

/// <summary>Dictionaries, with the order of their pairs.</summary>
internal sealed class DictionaryFormat<TKey, TValue>(VectorFormat<TKey> keys, VectorFormat<TValue> items)
    : PairsFormat<Dictionary<TKey, TValue>, TKey, TValue>(keys, items)
    where TKey : notnull
{
    protected override bool IsUsual(Dictionary<TKey, TValue> value) => value.Comparer == EqualityComparer<TKey>.Default;

    protected override Dictionary<TKey, TValue>? Make(ReadOnlySpan<TKey> keys, ReadOnlySpan<TValue> values)
    {
        var dictionary = new Dictionary<TKey, TValue>(keys.Length);
        for (var i = 0; i < keys.Length; i++)
        {
            if (!dictionary.TryAdd(keys[i], values[i]))
            {
                return null;
            }
        }

        return dictionary;
    }
}

/// <summary>Immutable dictionaries. The order of their pairs is another one in each process.</summary>
internal sealed class ImmutableDictionaryFormat<TKey, TValue>(VectorFormat<TKey> keys, VectorFormat<TValue> items)
    : PairsFormat<ImmutableDictionary<TKey, TValue>, TKey, TValue>(keys, items)
    where TKey : notnull
{
    protected override bool IsUsual(ImmutableDictionary<TKey, TValue> value)
        => value.KeyComparer == EqualityComparer<TKey>.Default && value.ValueComparer == EqualityComparer<TValue>.Default;

    protected override ImmutableDictionary<TKey, TValue>? Make(ReadOnlySpan<TKey> keys, ReadOnlySpan<TValue> values)
    {
        var dictionary = ImmutableDictionary.CreateBuilder<TKey, TValue>();
        for (var i = 0; i < keys.Length; i++)
        {
            if (!dictionary.TryAdd(keys[i], values[i]))
            {
                return null;
            }
        }

        return dictionary.ToImmutable();
    }
}
