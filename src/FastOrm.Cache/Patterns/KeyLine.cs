namespace FastOrm.Cache.Patterns;

/// <summary>
/// The values of one key that wait, in their order. Changed only by whoever has the turn of the key (<see cref="KeyLines{T}"/>).
/// </summary>
internal sealed class KeyLine<T>(string key)
{
    private readonly LinkedList<WaitingWrite<T>> _writes = new();
    private WaitingWrite<T>? _newest;
    private bool _isWriting;

    public string Key => key;

    /// <summary>The value that was put in last. May be read by anyone.</summary>
    public WaitingWrite<T>? Newest => Volatile.Read(ref _newest);

    public bool IsEmpty => _writes.Count == 0;

    /// <summary>
    /// Whether there is a value that nobody writes at the moment: the last one, unless it is the first and being written.
    /// </summary>
    public bool CanReplaceLast => _writes.Count > (_isWriting ? 1 : 0);

    /// <returns>Whether it is the first, so that the line has to be worked off from now on.</returns>
    public bool Add(WaitingWrite<T> write)
    {
        _writes.AddLast(write);
        Volatile.Write(ref _newest, write);
        return _writes.Count == 1;
    }

    public void ReplaceLast(WaitingWrite<T> write)
    {
        _writes.Last!.Value = write;
        Volatile.Write(ref _newest, write);
    }

    /// <summary>The value whose turn it is. It stays in its place until it has ended, and cannot be replaced meanwhile.</summary>
    public WaitingWrite<T> Begin()
    {
        _isWriting = true;
        return _writes.First!.Value;
    }

    /// <summary>It has failed, and waits for its next try.</summary>
    public void Postpone() => _isWriting = false;

    /// <summary>It has ended.</summary>
    public void End()
    {
        _isWriting = false;
        _writes.RemoveFirst();
    }
}
