namespace FastOrm.Cache.EfCore;

/// <summary>How a command of a remembered query was answered.</summary>
public enum RememberOutcome
{
    /// <summary>From the cache: no command, no connection.</summary>
    Hit,

    /// <summary>From the tier that nodes share: no command, no connection to the database.</summary>
    RemoteHit,

    /// <summary>By the database; the rows were stored, if nothing spoke against it.</summary>
    Miss,

    /// <summary>By a load of the same rows that another caller had under way.</summary>
    Joined,

    /// <summary>From the cache after its time, while another caller loads it anew: no command, no connection.</summary>
    Stale,

    /// <summary>By the database, past the cache: in a transaction, not keyable … <see cref="CacheStatistics.Bypasses"/> counts the reasons.</summary>
    Bypassed,
}
