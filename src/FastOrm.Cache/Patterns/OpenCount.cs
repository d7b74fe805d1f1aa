namespace FastOrm.Cache.Patterns;

/// <summary>A count that can be closed against growing, and waited for until it is zero.</summary>
internal sealed class OpenCount
{
    private readonly Lock _gate = new();
    private TaskCompletionSource? _zero;
    private long _value;
    private bool _closed;

    public long Value
    {
        get
        {
            lock (_gate)
            {
                return _value;
            }
        }
    }

    public bool IsClosed
    {
        get
        {
            lock (_gate)
            {
                return _closed;
            }
        }
    }

    /// <returns>Whether it was counted: not after <see cref="Close"/>.</returns>
    public bool TryEnter()
    {
        lock (_gate)
        {
            _value += _closed ? 0 : 1;
            return !_closed;
        }
    }

    public void Leave()
    {
        TaskCompletionSource? zero = null;
        lock (_gate)
        {
            if (--_value == 0)
            {
                (zero, _zero) = (_zero, null);
            }
        }

        zero?.SetResult();
    }

    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
        }
    }

    public Task WhenZero()
    {
        lock (_gate)
        {
            return _value == 0
                ? Task.CompletedTask
                : (_zero ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }
}
