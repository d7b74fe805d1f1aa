using FastOrm.Cache.EfCore;

namespace WebShop.Cost;

/// <summary>
/// What the current request has cost so far. It follows the request's asynchronous flow rather than the context, because a pooled
/// context serves one request after another. Thread-safe.
/// </summary>
public sealed class RequestCost
{
    private static readonly AsyncLocal<RequestCost?> Ambient = new();

    private readonly TimeProvider _time;
    private readonly long _start;
    private int _commands;
    private int _hits;
    private int _misses;

    private RequestCost(TimeProvider time)
    {
        _time = time;
        _start = time.GetTimestamp();
    }

    /// <summary>The cost of the caller's request, or <see langword="null"/> outside of one.</summary>
    public static RequestCost? Current => Ambient.Value;

    /// <summary>Commands that the database has run.</summary>
    public int Commands => Volatile.Read(ref _commands);

    /// <summary>Remembered commands that were answered without the database.</summary>
    public int Hits => Volatile.Read(ref _hits);

    /// <summary>Remembered commands that had to be run, because nothing valid was stored.</summary>
    public int Misses => Volatile.Read(ref _misses);

    public TimeSpan Elapsed => _time.GetElapsedTime(_start);

    /// <summary>Starts at nothing, for the rest of the calling method and all that it calls.</summary>
    public static RequestCost Begin(TimeProvider time) => Ambient.Value = new RequestCost(time);

    public void CountCommand() => Interlocked.Increment(ref _commands);

    public void CountRead(RememberOutcome outcome)
    {
        switch (outcome)
        {
            // Joined: another request was already loading the same rows, and this one got them too.
            case RememberOutcome.Hit or RememberOutcome.RemoteHit or RememberOutcome.Joined:
                Interlocked.Increment(ref _hits);
                break;
            case RememberOutcome.Miss:
                Interlocked.Increment(ref _misses);
                break;
        }
    }

    public override string ToString()
        => $"{Count(Commands, "SQL command")}, {Count(Hits, "cache hit")}, {Elapsed.TotalMilliseconds:0.0} ms";

    private static string Count(int number, string noun) => number == 1 ? $"1 {noun}" : $"{number} {noun}s";
}
