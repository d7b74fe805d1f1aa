namespace FastOrm.Cache;

/// <summary>Why something was invalidated.</summary>
public enum InvalidationCause
{
    /// <summary>Keys, names, or single queries or entities were forgotten.</summary>
    Forgotten,

    /// <summary>Tags were flushed, or tables by their names.</summary>
    Flushed,

    /// <summary>The cache was cleared.</summary>
    Cleared,

    /// <summary>A query was loaded anew for a caller who wanted that, and other nodes are not to go on with what they have.</summary>
    Refreshed,

    /// <summary><c>SaveChanges</c> has written.</summary>
    SaveChanges,

    /// <summary><c>ExecuteUpdate</c> or <c>ExecuteDelete</c> has written.</summary>
    BulkWrite,

    /// <summary>SQL of the application has written.</summary>
    Sql,

    /// <summary>A migration has run, or the database was created or deleted.</summary>
    Migration,

    /// <summary>A connection has led to another database than its connection string says.</summary>
    MovedConnection,

    /// <summary>Another node has told of a change.</summary>
    OtherNode,

    /// <summary>
    /// Changes of other nodes may have gone unheard: at the start, after a message or a connection was lost, or when too many changes wait to
    /// be told.
    /// </summary>
    Distrust,

    /// <summary>A hit was compared with the database and was wrong: something was written past EF Core, and told to nobody.</summary>
    WrongHit,
}
