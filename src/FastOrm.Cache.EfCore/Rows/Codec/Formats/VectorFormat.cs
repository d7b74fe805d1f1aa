using System.Collections.Concurrent;
using System.Text;

namespace FastOrm.Cache.EfCore.Rows.Codec.Formats;

/// <summary>How values of one type are written side by side.</summary>
internal abstract class VectorFormat
{
    private static readonly ConcurrentDictionary<Type, VectorFormat?> ByType = new();

    /// <summary>The format of values of a type, none of which is null; or null when they cannot be written.</summary>
    public static VectorFormat? Of(Type type) => ByType.GetOrAdd(type, static type => VectorFormats.Make(type));

    /// <summary>The type of the values.</summary>
    public abstract Type Type { get; }

    /// <summary>
    /// Writes of what the values are made. A process in which a type of the same name is made of something else must not read them.
    /// </summary>
    public virtual void Describe(StringBuilder text, HashSet<Type> outer) => text.Append(Type);
}

/// <inheritdoc/>
internal abstract class VectorFormat<T> : VectorFormat
{
    public override Type Type => typeof(T);

    /// <summary>Writes the values. How many there are is known to the reader.</summary>
    /// <returns>Whether all of them could be written.</returns>
    public abstract bool TryWrite(PayloadWriter writer, ReadOnlySpan<T> values);

    /// <summary>Writes values that are all in boxes, none of them null.</summary>
    /// <returns>Whether all of them are values of the type, and could be written.</returns>
    public virtual bool TryWriteBoxes(PayloadWriter writer, ReadOnlySpan<object> boxes)
    {
        var values = new T[boxes.Length];
        for (var i = 0; i < boxes.Length; i++)
        {
            if (boxes[i] is not T value)
            {
                return false;
            }

            values[i] = value;
        }

        return TryWrite(writer, values);
    }

    /// <summary>Reads as many values as there is room for.</summary>
    /// <returns>Whether they are there, exactly as they are written.</returns>
    public abstract bool TryRead(ref PayloadReader reader, Span<T> values);
}
