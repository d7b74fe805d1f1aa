namespace FastOrm.Cache.Tests.Integration.Crashes;

/// <summary>When a writer is killed.</summary>
internal enum KillPoint
{
    /// <summary>The database has committed, and its writer never learns of it: the worst.</summary>
    CommitNotHeard,

    /// <summary>About the time at which the writer hears that the database has committed.</summary>
    CommitHeard,

    /// <summary>At some time from before anything is sent until after all is done.</summary>
    Anywhere,

    /// <summary>Before anything is committed, and after something was written if that takes a transaction.</summary>
    BeforeCommit,
}
