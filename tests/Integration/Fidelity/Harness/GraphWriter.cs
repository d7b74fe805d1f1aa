using System.Collections;
using System.Text;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Fidelity.Harness;

/// <summary>
/// Writes object graphs as text, so that two graphs are the same if and only if their texts are: every field of every object to its last
/// bit, the types, and which references lead to one instance. Each object has a line of its own, in the order in which it was met.
/// </summary>
/// <param name="known">Objects that are not looked into but called by a name: the context, services.</param>
internal sealed class GraphWriter(IReadOnlyDictionary<object, string> known)
{
    private readonly StringBuilder _text = new();
    private readonly Dictionary<object, int> _ids = new(ReferenceEqualityComparer.Instance);
    private readonly Queue<object> _pending = new();

    /// <summary>Every object that was met.</summary>
    public IReadOnlyCollection<object> Objects => _ids.Keys;

    /// <summary>The text of one graph.</summary>
    public static string Describe(object? graph)
    {
        var writer = new GraphWriter(new Dictionary<object, string>());
        writer.Line("result", graph);
        return writer.ToString();
    }

    /// <summary>Writes a named value, and after it every object that it leads to.</summary>
    public void Line(string name, object? value)
    {
        Text(name).Text(": ").Value(value).Text("\n");
        while (_pending.TryDequeue(out var next))
        {
            Text($"#{_ids[next]} = ");
            ObjectWriter.Write(this, next);
            Text("\n");
        }
    }

    public GraphWriter Text(string text)
    {
        _text.Append(text);
        return this;
    }

    /// <summary>Writes a value in place: a scalar as it is, a struct with its fields, an object by its number.</summary>
    public GraphWriter Value(object? value)
    {
        if (value is null)
        {
            return Text("null");
        }

        if (ScalarText.Of(value) is { } scalar)
        {
            return Text(scalar);
        }

        if (known.TryGetValue(value, out var name))
        {
            return Text($"<{name}>");
        }

        if (value is DbContext)
        {
            return Text("<another context>");
        }

        // Nothing can be changed in an empty array: whether two are one makes no difference.
        if (value.GetType().IsValueType || value is Array { Length: 0 })
        {
            ObjectWriter.Write(this, value);
            return this;
        }

        if (!_ids.TryGetValue(value, out var id))
        {
            _ids.Add(value, id = _ids.Count + 1);
            _pending.Enqueue(value);
        }

        return Text($"#{id}");
    }

    public GraphWriter Items(IEnumerable items)
    {
        Text(" [");
        var isFirst = true;
        foreach (var item in items)
        {
            Text(isFirst ? "" : ", ").Value(item);
            isFirst = false;
        }

        return Text("]");
    }

    public override string ToString() => _text.ToString();
}
