namespace FastOrm.Cache.EfCore.Internals;

/// <summary>Why a remembered query went past the cache: the keys of <see cref="CacheStatistics.Bypasses"/>.</summary>
internal static class BypassReasons
{
    /// <summary>A transaction is open: what it reads is its own.</summary>
    public const string Transaction = "in a transaction";

    /// <summary>The connection was open already, and may be in a transaction that EF Core has not been told of.</summary>
    public const string OpenConnection = "on a connection that was open already";

    /// <summary>The connection leads, or may lead, to another database than the one that is keyed.</summary>
    public const string MovingConnection = "on a connection that is sent elsewhere";

    /// <summary>A reader was open on the connection, so that the result may be older than the last write: returned, not stored.</summary>
    public const string OpenReader = "beside an open reader";

    /// <summary>Neither a value nor what the provider makes of it can be written into a key exactly.</summary>
    public const string NotKeyable = "not keyable";

    /// <summary>The query is keyed, but what it runs must not be remembered: raw SQL that may write.</summary>
    public const string NotRememberable = "not rememberable";

    /// <summary>The result has a column of a type that can be neither shared nor copied.</summary>
    public const string Column = "column type";

    /// <summary>The result was larger than the limits: returned whole, not stored.</summary>
    public const string TooLarge = "result too large";

    /// <summary>A value was changed while the result was loaded, and may have been sent before or after: returned, not stored.</summary>
    public const string Changed = "value changed meanwhile";

    /// <summary>A write was completed while the result was loaded: returned, not stored.</summary>
    public const string Overtaken = "overtaken by a write";
}
