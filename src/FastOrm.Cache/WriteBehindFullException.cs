namespace FastOrm.Cache;

/// <summary>
/// A <see cref="WriteBehindQueue{T}"/> was full and refused a value, which is neither in the cache nor in the queue.
/// </summary>
public sealed class WriteBehindFullException : InvalidOperationException
{
    internal WriteBehindFullException(int capacity)
        : base(
            $"The write-behind queue is full: {capacity} values wait. Try again later, raise WriteBehindOptions.Capacity, or "
            + "unset RejectWhenFull to wait for room.")
    {
    }
}
