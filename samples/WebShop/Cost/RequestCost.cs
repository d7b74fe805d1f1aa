using FastOrm.Cache.EfCore;

namespace WebShop.Cost;

/// <summary>
/// What the current request has cost so far. It follows the request's asynchronous flow rather than the context, because a pooled
/// context serves one request after another. Thread-safe.
/// </summary>
public sealed class RequestCost
{
    private const int MaxReads = 50;

    private static readonly AsyncLocal<RequestCost?> Ambient = new();

    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly List<PageRead>? _reads;
    private int _commands;
    private int _hits;
    private int _misses;

    private RequestCost(TimeProvider time, string? name)
    {
        _time = time;
        _start = time.GetTimestamp();
        Name = name;
        Id = name is null ? Guid.Empty : Guid.NewGuid();
        _reads = name is null ? null : [];
    }

    /// <summary>The cost of the caller's request, or <see langword="null"/> outside of one.</summary>
    public static RequestCost? Current => Ambient.Value;

    /// <summary>By which it can be asked for later. Random, because a page tells what its visitor has done.</summary>
    public Guid Id { get; }

    /// <summary>The address of the page; <see langword="null"/> where only numbers are kept.</summary>
    public string? Name { get; }

    /// <summary>Commands that the database has run.</summary>
    public int Commands => Volatile.Read(ref _commands);

    /// <summary>Remembered commands that were answered without the database.</summary>
    public int Hits => Volatile.Read(ref _hits);

    /// <summary>Remembered commands that had to be run, because nothing valid was stored.</summary>
    public int Misses => Volatile.Read(ref _misses);

    /// <summary>What the page has read, in this order; the first 50.</summary>
    public PageRead[] Reads
    {
        get
        {
            if (_reads is null)
            {
                return [];
            }

            lock (_reads)
            {
                return [.. _reads];
            }
        }
    }

    public TimeSpan Elapsed => _time.GetElapsedTime(_start);

    /// <summary>Starts at nothing, for the rest of the calling method and all that it calls.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="name">The address of the page, whose reads are then kept one by one; null to count only.</param>
    public static RequestCost Begin(TimeProvider time, string? name = null) => Ambient.Value = new RequestCost(time, name);

    /// <summary>What is counted from now on belongs to this read.</summary>
    public void Begin(PageRead read)
    {
        if (_reads is not null)
        {
            lock (_reads)
            {
                if (_reads.Count < MaxReads)
                {
                    _reads.Add(read);
                }
            }
        }
    }

    public void CountCommand(string sql)
    {
        Interlocked.Increment(ref _commands);
        CurrentRead()?.Add(sql);
    }

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

        CurrentRead()?.Add(outcome);
    }

    public override string ToString()
        => $"{Count(Commands, "SQL command")}, {Count(Hits, "cache hit")}, {Elapsed.TotalMilliseconds:0.0} ms";

    // The queries of a page follow one another, so what is counted belongs to the one that was begun last.
    private PageRead? CurrentRead()
    {
        if (_reads is null)
        {
            return null;
        }

        lock (_reads)
        {
            return _reads.LastOrDefault();
        }
    }

    private static string Count(int number, string noun) => number == 1 ? $"1 {noun}" : $"{number} {noun}s";
}
