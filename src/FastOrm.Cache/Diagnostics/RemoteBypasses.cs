namespace FastOrm.Cache.Diagnostics;

/// <summary>Why the shared tier was not asked, or its answer not used.</summary>
internal static class RemoteBypasses
{
    /// <summary>It does not know yet of a change that this node has made.</summary>
    public const string Unsent = "remote: a change of this node is not acknowledged yet";

    /// <summary>It did not answer, or not in time, or not certainly from the current history.</summary>
    public const string Unread = "remote: no answer that counts";

    /// <summary>What is stored under the key was not written by this version of the library, or is damaged.</summary>
    public const string Foreign = "remote: an entry of another format";

    /// <summary>What is stored under the key was not encrypted with a key of this cache, or not for this key, or is damaged.</summary>
    public const string Undecipherable = "remote: an entry that no key of this cache decrypts";

    /// <summary>It could not be asked whether something has changed, and the caller wants that to be certain.</summary>
    public const string Unverified = "remote: what is in memory could not be verified";

    /// <summary>A caller went on before it had acknowledged the change: other nodes hear of it later.</summary>
    public const string Unacknowledged = "remote: a change that was not acknowledged in time";

    /// <summary>A commit went on before the tier had acknowledged that it was about to be made: if the node had died, the others would not know.</summary>
    public const string Unmarked = "remote: a commit that was not announced in time";

    /// <summary>A writer was about to commit something on which it depends: what is loaded meanwhile is not kept.</summary>
    public const string Marked = "remote: a commit is announced";

    /// <summary>Too many operations are under way, many of which nobody waits for any more.</summary>
    public const string Crowded = "remote: too many operations at a time";

    /// <summary>Too many entries are being stored.</summary>
    public const string Busy = "remote: too many stores at a time";

    /// <summary>The entry is too large.</summary>
    public const string TooLarge = "remote: too large";

    /// <summary>The value cannot be written for other nodes.</summary>
    public const string NotWritable = "remote: a value that cannot be written";

    /// <summary>The payload is of another type, or cannot be read.</summary>
    public const string NotReadable = "remote: a payload that cannot be read";
}
