using FastOrm.Cache.Keys;

namespace FastOrm.Cache.EfCore.Keys;

/// <summary>What the options of a remembered query add to its key, and the tags that they name.</summary>
/// <remarks>
/// Name and tags are part of the key: an entry that was stored without a tag must not answer a caller who relies on flushing
/// it. The time to live is not: it is compared with the entry's age.
/// </remarks>
internal sealed class RememberDigest
{
    private static readonly RememberDigest Plain = new([], [], []);

    private readonly byte[] _bytes;
    private readonly string[] _sorted;

    private RememberDigest(byte[] bytes, ulong[] tags, string[] sorted)
    {
        _bytes = bytes;
        Tags = tags;
        _sorted = sorted;
    }

    /// <summary>The name and the tags as they stand in the key: the texts, because names may be made of what users type.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>The hashes by which the tags and the name find their stamps.</summary>
    public ulong[] Tags { get; }

    /// <summary>What the hashes of the tags stand for, in their order, without the name.</summary>
    public IEnumerable<string> TagNames => _sorted.SelectMany(TagHash.NamesWithAbove);

    public static RememberDigest Of(RememberOptions options)
    {
        if (options.Key is null && options.Tags.Count == 0)
        {
            return Plain;
        }

        var buffer = new KeyBuffer();
        var hashes = new List<ulong>();
        buffer.Text(options.Key ?? "");
        if (options.Key is not null)
        {
            hashes.Add(TagHash.OfName(options.Key));
        }

        string[] sorted = [.. options.Tags.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        foreach (var tag in sorted)
        {
            buffer.Text(tag);
            hashes.AddRange(TagHash.WithAbove(tag));
        }

        return new RememberDigest(buffer.Span.ToArray(), [.. hashes], sorted);
    }
}
