using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace FastOrm.Cache.EfCore.Rows.Codec.Formats;

/// <summary>
/// Structs, and sealed classes that are values, whichever provider they come from: one vector for each field, and zeros up to a byte for each value. Only types that are made of
/// nothing but their fields, which <see cref="Copies.FieldCopier"/> tells; no constructor runs when they are read.
/// </summary>
internal sealed class FieldFormat<T>(FieldFormat.Part[] fields) : VectorFormat<T>
    where T : notnull
{
    public override bool TryWrite(PayloadWriter writer, ReadOnlySpan<T> values)
    {
        var boxes = new object[values.Length];
        for (var i = 0; i < boxes.Length; i++)
        {
            boxes[i] = values[i];
        }

        var end = writer.Length + boxes.Length;
        if (boxes.Length > 0 && !Array.TrueForAll(fields, field => field.TryWrite(writer, boxes)))
        {
            return false;
        }

        // A byte for each at least, so that what is read cannot ask for many objects with a few bits.
        while (writer.Length < end)
        {
            writer.Byte(0);
        }

        return true;
    }

    public override bool TryRead(ref PayloadReader reader, Span<T> values)
    {
        if (values.IsEmpty)
        {
            return true;
        }

        var end = reader.Rest.Length - values.Length;
        if (end < 0)
        {
            return reader.Refuse();
        }

        var boxes = new object[values.Length];
        for (var i = 0; i < boxes.Length; i++)
        {
            boxes[i] = RuntimeHelpers.GetUninitializedObject(typeof(T));
        }

        foreach (var field in fields)
        {
            if (!field.TryRead(ref reader, boxes))
            {
                return false;
            }
        }

        while (reader.Rest.Length > end)
        {
            if (reader.Byte() != 0)
            {
                return reader.Refuse();
            }
        }

        for (var i = 0; i < boxes.Length; i++)
        {
            values[i] = (T)boxes[i];
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

        text.Append('{');
        foreach (var field in fields)
        {
            field.Describe(text, outer);
        }

        text.Append('}');
        outer.Remove(typeof(T));
    }
}

/// <summary>The fields of which values are made.</summary>
internal static class FieldFormat
{
    private const BindingFlags Own
        = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <summary>The fields of a type and of its bases, by name; null if there are none or one cannot be written.</summary>
    public static Part[]? FieldsOf(Type type)
    {
        // Fields that lie over each other, or bytes that are of no field.
        if (type.IsExplicitLayout || type.StructLayoutAttribute is { Size: > 0 })
        {
            return null;
        }

        var parts = new List<Part>();
        for (var declaring = type; declaring is not null && declaring != typeof(object); declaring = declaring.BaseType)
        {
            // The order of reflection is not promised to be the same everywhere.
            foreach (var field in declaring.GetFields(Own).OrderBy(static field => field.Name, StringComparer.Ordinal))
            {
                if (VectorFormats.OfItems(field.FieldType) is not { } format)
                {
                    return null;
                }

                parts.Add((Part)Activator.CreateInstance(typeof(Part<>).MakeGenericType(field.FieldType), field, format)!);
            }
        }

        return parts.Count > 0 ? [.. parts] : null;
    }

    /// <summary>One field.</summary>
    internal abstract class Part
    {
        public abstract bool TryWrite(PayloadWriter writer, object[] values);

        public abstract bool TryRead(ref PayloadReader reader, object[] values);

        public abstract void Describe(StringBuilder text, HashSet<Type> outer);
    }

    private sealed class Part<T>(FieldInfo field, VectorFormat<T> format) : Part
    {
        public override bool TryWrite(PayloadWriter writer, object[] values)
            => format.TryWrite(writer, Array.ConvertAll(values, value => (T)field.GetValue(value)!));

        public override bool TryRead(ref PayloadReader reader, object[] values)
        {
            if (!reader.Fits((ulong)values.Length))
            {
                return reader.Refuse();
            }

            var own = new T[values.Length];
            if (!format.TryRead(ref reader, own))
            {
                return false;
            }

            for (var i = 0; i < own.Length; i++)
            {
                field.SetValue(values[i], own[i]);
            }

            return true;
        }

        public override void Describe(StringBuilder text, HashSet<Type> outer)
        {
            text.Append(field.Name).Append(':');
            format.Describe(text, outer);
            text.Append(';');
        }
    }
}
