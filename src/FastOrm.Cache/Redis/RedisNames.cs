using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using StackExchange.Redis;

namespace FastOrm.Cache.Redis;

/// <summary>
/// The keys of one cache in Redis. All control keys of a cache are in one slot of a cluster, because of the braces; its entries are spread.
/// </summary>
/// <remarks>
/// <code>
/// {prefix name}:stamps         a hash: the era, its server, the counter, and every stamp
/// prefix name :key             an entry
/// prefix name !lease:key       a lease
/// prefix name :changes:N       the channel of changes, N being the number of the database: channels belong to all databases
/// </code>
/// Nothing else looks like one of these: a name is escaped, so that it has neither colons, exclamation marks nor braces, and a prefix has no
/// braces.
/// </remarks>
internal sealed class RedisNames
{
    // No text in UTF-8 begins with it.
    private const byte Utf16Mark = 0xFF;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly string _entry;
    private readonly string _lease;

    /// <param name="prefix">What every key begins with.</param>
    /// <param name="name">The name of the cache.</param>
    /// <param name="database">The number of the database.</param>
    public RedisNames(string? prefix, string name, int database)
    {
        var start = prefix + Uri.EscapeDataString(name);
        Stamps = $"{{{start}}}:stamps";
        Channel = string.Create(CultureInfo.InvariantCulture, $"{start}:changes:{database}");
        _entry = start + ":";
        _lease = start + "!lease:";
    }

    public RedisKey Stamps { get; }

    public string Channel { get; }

    public RedisKey Entry(string key) => Of(_entry, key);

    public RedisKey Lease(string key) => Of(_lease, key);

    /// <summary>The bytes of a text: different ones for different texts, also for those that are not valid Unicode.</summary>
    public static byte[] Bytes(string text)
        => IsValid(text) ? Utf8.GetBytes(text) : [Utf16Mark, .. MemoryMarshal.AsBytes(text.AsSpan())];

    /// <summary>The text of such bytes.</summary>
    /// <exception cref="ArgumentException">They are of no text.</exception>
    public static string Text(ReadOnlySpan<byte> bytes)
        => bytes.Length > 0 && bytes[0] == Utf16Mark
            ? new string(MemoryMarshal.Cast<byte, char>(bytes[1..].ToArray()))
            : Utf8.GetString(bytes);

    private static RedisKey Of(string start, string key)
        => IsValid(key) ? start + key : (byte[])[.. Utf8.GetBytes(start), .. Bytes(key)];

    private static bool IsValid(string text)
    {
        for (var i = text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF'); (uint)i < (uint)text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && !(i + 1 < text.Length && char.IsSurrogatePair(text[i], text[++i])))
            {
                return false;
            }
        }

        return true;
    }
}
