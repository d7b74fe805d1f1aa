using FastOrm.Cache.Engine;

namespace FastOrm.Cache.Coherence;

/// <summary>
/// Keeps callers from waiting for a tier that does not answer: after a few failures in a row it is left alone for a while, and then asked by
/// one caller at a time until it answers again.
/// </summary>
internal sealed class Breaker(Clock clock, TimeSpan pause)
{
    /// <summary>After how many failures in a row it opens.</summary>
    public const int MaxFailures = 3;

    private int _failures;
    private long _openUntil;

    public bool IsOpen => Volatile.Read(ref _failures) >= MaxFailures;

    /// <summary>What is told of it.</summary>
    public RemoteTierBreaker State
        => !IsOpen ? RemoteTierBreaker.Closed
            : clock.Now < Volatile.Read(ref _openUntil) ? RemoteTierBreaker.Open
            : RemoteTierBreaker.HalfOpen;

    /// <summary>Whether the tier may be asked now.</summary>
    public bool MayTry()
    {
        if (!IsOpen)
        {
            return true;
        }

        var (now, until) = (clock.Now, Volatile.Read(ref _openUntil));
        return now >= until && Interlocked.CompareExchange(ref _openUntil, Clock.After(now, pause), until) == until;
    }

    /// <returns>Whether it was open.</returns>
    public bool Succeeded() => Volatile.Read(ref _failures) != 0 && Interlocked.Exchange(ref _failures, 0) >= MaxFailures;

    /// <returns>Whether it has opened with this failure.</returns>
    public bool Failed()
    {
        Volatile.Write(ref _openUntil, Clock.After(clock.Now, pause));
        return Interlocked.Increment(ref _failures) == MaxFailures;
    }
}
