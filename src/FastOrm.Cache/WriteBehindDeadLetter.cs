namespace FastOrm.Cache;

/// <summary>A value that could not be written to its source.</summary>
/// <typeparam name="T">The type of the value.</typeparam>
/// <param name="Key">The key. It is forgotten in the cache, unless a newer value of it waits to be written.</param>
/// <param name="Value">The value.</param>
/// <param name="Attempts">How often it was tried; zero if the queue was stopped before.</param>
/// <param name="Error">What the last try threw; <see langword="null"/> if there was none.</param>
/// <param name="IsShutdown">
/// Whether the queue was stopped and its time was over. A write that was under way then was cancelled and may have been carried
/// out all the same.
/// </param>
public sealed record WriteBehindDeadLetter<T>(string Key, T Value, int Attempts, Exception? Error, bool IsShutdown);
