using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace FastOrm.Cache.Keys;

/// <summary>The hash by which a tag finds its stamp. The kind keeps a name and a user's tag of the same text apart.</summary>
internal static class TagHash
{
    public static ulong OfTag(string tag) => Of(tag, 1);

    public static ulong OfName(string key) => Of(key, 2);

    public static ulong Of(string text, long kind) => XxHash3.HashToUInt64(MemoryMarshal.AsBytes(text.AsSpan()), kind);
}
