using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace FastOrm.Cache.EfCore.Rows.Copies;

/// <summary>Documents, which their owners dispose of: each copy is parsed from the same text.</summary>
internal sealed class JsonDocumentCopier : ValueCopier
{
    public override object Copy(object value)
        => JsonDocument.Parse(JsonMarshal.GetRawUtf8Value(((JsonDocument)value).RootElement).ToArray());

    // The text, and twelve bytes for each token of it.
    public override long Size(object value) => 150 + 4L * JsonMarshal.GetRawUtf8Value(((JsonDocument)value).RootElement).Length;
}

/// <summary>Elements, which live as long as their document: that of a clone is disposed of by nobody.</summary>
internal sealed class JsonElementCopier : ValueCopier
{
    public override object Copy(object value)
        => (JsonElement)value is { ValueKind: not JsonValueKind.Undefined } element ? element.Clone() : value;

    public override long Size(object value)
        => (JsonElement)value is { ValueKind: not JsonValueKind.Undefined } element
            ? 150 + 4L * JsonMarshal.GetRawUtf8Value(element).Length
            : 32;
}

/// <summary>Nodes, which can be changed.</summary>
internal sealed class JsonNodeCopier : ValueCopier
{
    public override object Copy(object value) => ((JsonNode)value).DeepClone();

    public override long Size(object value) => 150 + 8L * ((JsonNode)value).ToJsonString().Length;
}
