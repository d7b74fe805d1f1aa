using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace FastOrm.Cache.EfCore.Rows.Codec.Formats;

/// <summary>JSON documents: their text, with the white space that it has.</summary>
internal sealed class JsonDocumentFormat : BlobFormatBase<JsonDocument>
{
    protected override ReadOnlySpan<byte> BytesOf(JsonDocument value) => JsonMarshal.GetRawUtf8Value(value.RootElement);

    protected override bool TryMake(ReadOnlySpan<byte> bytes, [MaybeNullWhen(false)] out JsonDocument value) => TryParse(bytes, out value);

    internal static bool TryParse(ReadOnlySpan<byte> text, [MaybeNullWhen(false)] out JsonDocument document)
    {
        try
        {
            document = JsonDocument.Parse(text.ToArray());
            return true;
        }
        catch (JsonException)
        {
            document = null;
            return false;
        }
    }
}

/// <summary>JSON elements: their text; none for an element of no document.</summary>
internal sealed class JsonElementFormat : BlobFormatBase<JsonElement>
{
    protected override ReadOnlySpan<byte> BytesOf(JsonElement value)
        => value.ValueKind == JsonValueKind.Undefined ? default : JsonMarshal.GetRawUtf8Value(value);

    protected override bool TryMake(ReadOnlySpan<byte> bytes, out JsonElement value)
    {
        value = default;
        if (bytes.IsEmpty)
        {
            return true;
        }

        if (!JsonDocumentFormat.TryParse(bytes, out var document))
        {
            return false;
        }

        using (document)
        {
            value = document.RootElement.Clone(); // That of the document would be disposed of by nobody.
            return true;
        }
    }
}
