using System.Buffers;
using System.Text.Json;

namespace FastOrm.Cache;

/// <summary>The default serializer: JSON by System.Text.Json.</summary>
/// <param name="options">
/// How values are written, for example with a source-generated context as its resolver; null for the defaults with public fields.
/// Objects that refer to each other in a circle are refused, unless the options say how to keep references.
/// </param>
public sealed class JsonCacheSerializer(JsonSerializerOptions? options = null) : ICacheSerializer
{
    private static readonly JsonSerializerOptions Defaults = new() { IncludeFields = true };

    private readonly JsonSerializerOptions _options = options ?? Defaults;

    /// <inheritdoc/>
    public string Name => "json";

    /// <inheritdoc/>
    public void Serialize<T>(IBufferWriter<byte> target, T value)
    {
        using var writer = new Utf8JsonWriter(target);
        JsonSerializer.Serialize(writer, value, _options);
    }

    /// <inheritdoc/>
    public T Deserialize<T>(ReadOnlyMemory<byte> source) => JsonSerializer.Deserialize<T>(source.Span, _options)!;
}
