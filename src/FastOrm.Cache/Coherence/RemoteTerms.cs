namespace FastOrm.Cache.Coherence;

/// <summary>How a cache deals with the tier that nodes share.</summary>
/// <param name="Budget">How long a caller waits for one operation.</param>
/// <param name="BreakerPause">How long a tier that fails is left alone.</param>
/// <param name="PollInterval">How often the counter is read.</param>
/// <param name="TrustWhileDisconnected">For how long memory is trusted while no change can be heard.</param>
/// <param name="MarkerLife">How long a marker stands without being renewed; null if commits are not marked.</param>
/// <param name="MaxOperations">With so many operations under way, those included that nobody waits for any more, nothing is read.</param>
/// <param name="MaxStores">The most entries that are being stored at a time.</param>
/// <param name="MaxEntryBytes">The largest entry.</param>
/// <param name="OnTrouble">Told when the tier begins to fail.</param>
/// <param name="OnRecovery">Told when it answers again.</param>
/// <param name="Cipher">What encrypts the entries, if something does.</param>
internal sealed record RemoteTerms(
    TimeSpan Budget,
    TimeSpan BreakerPause,
    TimeSpan PollInterval,
    TimeSpan TrustWhileDisconnected,
    TimeSpan? MarkerLife,
    int MaxOperations,
    int MaxStores,
    long MaxEntryBytes,
    Action<Exception> OnTrouble,
    Action OnRecovery,
    EntryCipher? Cipher = null);
