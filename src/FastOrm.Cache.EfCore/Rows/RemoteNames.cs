namespace FastOrm.Cache.EfCore.Rows;

/// <summary>
/// The names of keys in the tier that nodes share, of those that were asked for lately: what is kept in that tier alone is asked for again and
/// again, and the hash of a short key costs far more to set up than to compute.
/// </summary>
/// <remarks>
/// Direct-mapped, racy and always right, because a name carries the key that it belongs to. Some 400 bytes for each place: keys with large values,
/// whose hash is worth its setting up, are not kept.
/// </remarks>
internal static class RemoteNames
{
    private const int Places = 4096; // A power of two.
    private const int MostBytes = 128;

    private static readonly Named?[] Lately = new Named?[Places];

    /// <summary>The name of a key, made if it is not known.</summary>
    public static string Of(RowKey key)
    {
        if (key.Values.Length > MostBytes)
        {
            return key.MakeRemoteKey();
        }

        ref var place = ref Lately[key.GetHashCode() & (Places - 1)];
        if (Volatile.Read(ref place) is { } known && known.Key.Equals(key))
        {
            return known.Name;
        }

        var made = new Named(key, key.MakeRemoteKey());
        Volatile.Write(ref place, made);
        return made.Name;
    }

    private sealed record Named(RowKey Key, string Name);
}
