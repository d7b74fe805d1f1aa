using System.Runtime.CompilerServices;
using System.Text;

namespace FastOrm.Cache.EfCore.Rows.Codec.Formats;

/// <summary>
/// Values of an abstract class, such as the nodes of a search expression: of each the number of its own class, then those of each class.
/// The classes are those of the same assembly, so what is read can name no other.
/// </summary>
internal sealed class HierarchyFormat<T> : VectorFormat<T>
    where T : class
{
    // Not at once: a class of the hierarchy may hold values of it.
    private readonly Lazy<Leaf[]> _leaves = new(static () => Leaves());

    public override bool TryWrite(PayloadWriter writer, ReadOnlySpan<T> values)
    {
        if (values.IsEmpty)
        {
            return true;
        }

        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            return false;
        }

        var leaves = _leaves.Value;
        var numbers = new int[values.Length];
        var own = Array.ConvertAll(leaves, static _ => new List<T>());
        for (var i = 0; i < values.Length; i++)
        {
            var type = values[i].GetType();
            numbers[i] = Array.FindIndex(leaves, leaf => leaf.Type == type);
            if (numbers[i] < 0)
            {
                return false;
            }

            own[numbers[i]].Add(values[i]);
        }

        IntegerVector.Write<int>(writer, numbers);
        for (var i = 0; i < leaves.Length; i++)
        {
            if (own[i].Count > 0 && !leaves[i].TryWrite(writer, own[i]))
            {
                return false;
            }
        }

        return true;
    }

    public override bool TryRead(ref PayloadReader reader, Span<T> values)
    {
        if (values.IsEmpty)
        {
            return true;
        }

        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack() || !reader.Fits((ulong)values.Length))
        {
            return reader.Refuse();
        }

        var leaves = _leaves.Value;
        var numbers = new int[values.Length];
        if (!IntegerVector.TryRead(ref reader, numbers.AsSpan()))
        {
            return false;
        }

        var counts = new int[leaves.Length];
        foreach (var number in numbers)
        {
            if ((uint)number >= (uint)leaves.Length)
            {
                return reader.Refuse();
            }

            counts[number]++;
        }

        for (var i = 0; i < leaves.Length; i++)
        {
            if (counts[i] == 0)
            {
                continue;
            }

            if (leaves[i].TryRead(ref reader, counts[i]) is not { } own)
            {
                return false;
            }

            for (int place = 0, next = 0; place < numbers.Length; place++)
            {
                if (numbers[place] == i)
                {
                    values[place] = own[next++];
                }
            }
        }

        return true;
    }

    public override void Describe(StringBuilder text, HashSet<Type> outer)
    {
        text.Append(typeof(T));
        if (!outer.Add(typeof(T)))
        {
            return;
        }

        text.Append('<');
        foreach (var leaf in _leaves.Value)
        {
            leaf.Describe(text, outer);
            text.Append('|');
        }

        text.Append('>');
        outer.Remove(typeof(T));
    }

    private static Leaf[] Leaves()
    {
        var leaves = new List<Leaf>();
        foreach (var type in typeof(T).Assembly.GetTypes().Where(IsLeaf).OrderBy(static type => type.ToString(), StringComparer.Ordinal))
        {
            if (Of(type) is { } format)
            {
                leaves.Add((Leaf)Activator.CreateInstance(typeof(Leaf<>).MakeGenericType(typeof(T), type), format)!);
            }
        }

        return [.. leaves];
    }

    private static bool IsLeaf(Type type)
        => type.IsSubclassOf(typeof(T)) && !type.IsAbstract && !type.ContainsGenericParameters;

    private abstract class Leaf
    {
        public abstract Type Type { get; }

        public abstract bool TryWrite(PayloadWriter writer, List<T> values);

        public abstract T[]? TryRead(ref PayloadReader reader, int count);

        public abstract void Describe(StringBuilder text, HashSet<Type> outer);
    }

    private sealed class Leaf<TLeaf>(VectorFormat<TLeaf> format) : Leaf
        where TLeaf : T
    {
        public override Type Type => typeof(TLeaf);

        public override bool TryWrite(PayloadWriter writer, List<T> values)
            => format.TryWrite(writer, values.ConvertAll(static value => (TLeaf)value).ToArray());

        public override T[]? TryRead(ref PayloadReader reader, int count)
        {
            var own = new TLeaf[count];
            return format.TryRead(ref reader, own) ? Array.ConvertAll(own, static value => (T)value) : null;
        }

        public override void Describe(StringBuilder text, HashSet<Type> outer) => format.Describe(text, outer);
    }
}
