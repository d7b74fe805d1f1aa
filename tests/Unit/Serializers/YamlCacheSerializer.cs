using System.Buffers;
using System.Globalization;
using System.Text;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.Converters;

namespace FastOrm.Cache.Tests.Unit.Serializers;

/// <summary>A serializer of another library, as an application would write it.</summary>
internal sealed class YamlCacheSerializer : ICacheSerializer
{
    // Text that ends too early is often well-formed, so the end is written, too.
    private const string End = "\n...\n";

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly DateTimeOffsetConverter Times = new(CultureInfo.InvariantCulture);

    private static readonly ISerializer Serializer = new SerializerBuilder()
        .WithQuotingNecessaryStrings()
        .WithNewLine("\n")
        .WithTypeConverter(Times)
        .Build();

    private static readonly IDeserializer Deserializer = new DeserializerBuilder().WithTypeConverter(Times).Build();

    public string Name => "yaml";

    public void Serialize<T>(IBufferWriter<byte> target, T value)
        => Utf8.GetBytes(Serializer.Serialize(value, typeof(T)).TrimEnd('\n') + End, target);

    public T Deserialize<T>(ReadOnlyMemory<byte> source)
    {
        var text = Utf8.GetString(source.Span);
        return text.EndsWith(End, StringComparison.Ordinal)
            ? Deserializer.Deserialize<T>(text) ?? throw new InvalidDataException("There is no value in the bytes.")
            : throw new InvalidDataException("The bytes have no end.");
    }
}
