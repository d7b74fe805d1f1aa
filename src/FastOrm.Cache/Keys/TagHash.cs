using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace FastOrm.Cache.Keys;

/// <summary>The hash by which a tag finds its stamp. The kind keeps a name and a user's tag of the same text apart.</summary>
internal static class TagHash
{
    public static ulong OfTag(ReadOnlySpan<char> tag) => Of(tag, 1);

    /// <summary>The hashes of the tags above a tag, and of the tag itself: of <c>shop:42</c> those of <c>shop</c> and <c>shop:42</c>.</summary>
    public static ulong[] WithAbove(string tag)
    {
        var hashes = new List<ulong>(2);
        for (var end = tag.IndexOf(':', 1); end >= 0; end = tag.IndexOf(':', end + 1))
        {
            hashes.Add(OfTag(tag.AsSpan(0, end)));
        }

        return [.. hashes, OfTag(tag)];
    }

    /// <summary>What these hashes stand for, for people.</summary>
    public static IEnumerable<string> NamesWithAbove(string tag)
    {
        for (var end = tag.IndexOf(':', 1); end >= 0; end = tag.IndexOf(':', end + 1))
        {
            yield return tag[..end];
        }

        yield return tag;
    }

    public static ulong OfName(ReadOnlySpan<char> key) => Of(key, 2);

    public static ulong Of(ReadOnlySpan<char> text, long kind) => XxHash3.HashToUInt64(MemoryMarshal.AsBytes(text), kind);
}
