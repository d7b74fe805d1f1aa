using System.Buffers;
using System.Text;
using Newtonsoft.Json;

namespace FastOrm.Cache.Tests.Unit.Serializers;

/// <summary>A serializer of another library, as an application would write it.</summary>
internal sealed class NewtonsoftCacheSerializer : ICacheSerializer
{
    // A serializer keeps references while it works, so each call has one of its own.
    private static readonly JsonSerializerSettings Settings = new()
    {
        DateParseHandling = DateParseHandling.None,
        MissingMemberHandling = MissingMemberHandling.Error,

        // Otherwise what is read is added to what a constructor has put into a list.
        ObjectCreationHandling = ObjectCreationHandling.Replace,
    };

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public string Name => "newtonsoft";

    public void Serialize<T>(IBufferWriter<byte> target, T value)
        => Utf8.GetBytes(JsonConvert.SerializeObject(value, typeof(T), Settings), target);

    // Of an empty text the library makes a null, which is never stored.
    public T Deserialize<T>(ReadOnlyMemory<byte> source)
        => JsonConvert.DeserializeObject<T>(Utf8.GetString(source.Span), Settings)
            ?? throw new InvalidDataException("There is no value in the bytes.");
}
