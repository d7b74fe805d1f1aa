using System.Text.Json;
using System.Text.Json.Serialization;

namespace FastOrm.Cache.Tests.Unit.Serializers;

/// <summary>JSON as it is without options.</summary>
public sealed class JsonSerializerTests : SerializerContract
{
    protected override ICacheSerializer Serializer { get; } = new JsonCacheSerializer();

    protected override string[] Refused => [.. Always, "infinity", "circle"];

    /// <summary>What no serializer brings back by itself.</summary>
    internal static string[] Always =>
    [
        "dictionary that takes no notice of case", "object of a derived type", "object of unknown type", "private state", "function",
        "stream",
    ];
}

/// <summary>JSON that keeps references: circles come back, but System.Text.Json then takes no constructors with parameters.</summary>
public sealed class JsonWithReferencesTests : SerializerContract
{
    protected override ICacheSerializer Serializer { get; } = new JsonCacheSerializer(new JsonSerializerOptions
    {
        IncludeFields = true,
        ReferenceHandler = ReferenceHandler.Preserve,
    });

    protected override string[] Refused => [.. JsonSerializerTests.Always, "infinity", "record"];
}

/// <summary>JSON of types that are known when the program is compiled; others are refused.</summary>
public sealed class JsonContextTests : SerializerContract
{
    protected override ICacheSerializer Serializer { get; } = new JsonCacheSerializer(OrderContext.Default.Options);

    protected override string[] Refused
        => [.. Samples.All.Keys.Except(
            [
                "object", "object with nothing in it", "dictionary", "texts that look like something else", "large value", "text",
                "time with an offset",
            ])];
}

/// <summary>JSON that is compressed, whatever its size.</summary>
public sealed class CompressedJsonTests : SerializerContract
{
    protected override ICacheSerializer Serializer { get; } = new CompressingCacheSerializer(new JsonCacheSerializer(), threshold: 0);

    protected override string[] Refused => [.. JsonSerializerTests.Always, "infinity", "circle"];
}

/// <summary>A third-party library: Newtonsoft.Json.</summary>
public sealed class NewtonsoftTests : SerializerContract
{
    protected override ICacheSerializer Serializer { get; } = new NewtonsoftCacheSerializer();

    protected override string[] Refused => [.. JsonSerializerTests.Always, "circle"];
}

/// <summary>A third-party library: YamlDotNet.</summary>
public sealed class YamlTests : SerializerContract
{
    protected override ICacheSerializer Serializer { get; } = new YamlCacheSerializer();

    protected override string[] Refused
        => [.. JsonSerializerTests.Always, "address", "date", "time of day", "record", "interface of a list", "immutable list"];
}

[JsonSerializable(typeof(Order))]
[JsonSerializable(typeof(List<string>))]
[JsonSerializable(typeof(Dictionary<string, int>))]
internal sealed partial class OrderContext : JsonSerializerContext;
