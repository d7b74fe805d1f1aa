namespace FastOrm.Cache.Coherence;

/// <summary>The rules of <c>docs/coherence.md</c>. All of them hold, always; the tests switch off one at a time to see the stale read that it prevents.</summary>
[Flags]
internal enum ProtocolRules
{
    None = 0,

    /// <summary>A message of another node changes the local stamps that it names.</summary>
    MessageInvalidates = 1,

    /// <summary>What was read or loaded is kept only if no local stamp has changed since before the question was sent.</summary>
    SequenceGuardsStore = 2,

    /// <summary>Until the tier has acknowledged a local invalidation, it is not asked for what depends on that.</summary>
    UnsentIsNotAsked = 4,

    /// <summary>A message that does not follow the last one makes everything unknown.</summary>
    GapIsUnknown = 8,

    /// <summary>A counter ahead of the last message for a whole poll interval makes everything unknown.</summary>
    PollFindsLoss = 16,

    /// <summary>Another era makes everything unknown.</summary>
    EraIsUnknown = 32,

    /// <summary>A reading under another era than that of the entry or of the question is discarded.</summary>
    EraGuardsReading = 64,

    /// <summary>When messages may have been missed, everything is unknown.</summary>
    LossIsUnknown = 128,

    /// <summary>An entry carries the stamps that were read before its load began.</summary>
    StampsBeforeLoad = 256,

    /// <summary>A reader who wants to be certain goes on only when all is heard that Redis has carried out.</summary>
    VerifiedIsHeard = 512,

    /// <summary>While a writer is about to commit, nothing that depends on what it writes is valid, and nothing that is loaded is kept.</summary>
    MarkedIsPending = 1024,

    /// <summary>A writer marks what it is about to commit.</summary>
    MarksBeforeCommit = 2048,

    /// <summary>What may mean something else to another node is relied on only in an era in which it is claimed.</summary>
    ClaimsBeforeScopes = 4096,

    All = 8191,
}
