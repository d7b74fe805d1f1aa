using System.Buffers;

namespace FastOrm.Cache;

/// <summary>Turns values into bytes and back. Safe to use from many threads at once.</summary>
/// <remarks>
/// What comes back must be what went in: the cache compares the first time round, and keeps no value that has lost something on the way.
/// </remarks>
public interface ICacheSerializer
{
    /// <summary>The name of the format, stored with the bytes: what was written in another format is a miss.</summary>
    string Name { get; }

    /// <summary>Writes a value.</summary>
    /// <typeparam name="T">The type as which it will be read.</typeparam>
    /// <param name="target">Receives the bytes.</param>
    /// <param name="value">The value, never <see langword="null"/>.</param>
    /// <exception cref="Exception">The value cannot be written: it is given to its caller and not kept.</exception>
    void Serialize<T>(IBufferWriter<byte> target, T value);

    /// <summary>Reads a value.</summary>
    /// <typeparam name="T">The type as which it was written.</typeparam>
    /// <param name="source">The bytes.</param>
    /// <exception cref="Exception">The bytes cannot be read: the value is loaded anew.</exception>
    T Deserialize<T>(ReadOnlyMemory<byte> source);
}
