using System.Buffers;
using System.Collections.Frozen;
using FastOrm.Cache.Coherence;
using FastOrm.Cache.Engine;

namespace FastOrm.Cache.Values;

/// <summary>Decides in which form a value is kept, so that no caller can change what another gets.</summary>
/// <remarks>
/// Immutable values are shared. Of the others each caller gets a copy: by the application's own way to copy the type, otherwise out of its
/// bytes. What comes out of the bytes is compared with what went in, so that a value that would lose something is not kept.
/// </remarks>
internal sealed class ValueKeeper(FastOrmCacheOptions options)
{
    // What an object costs of which nothing is known.
    private const int UnknownSize = 64;

    private readonly FrozenDictionary<Type, Delegate> _copies = options.Copies.ToFrozenDictionary();

    /// <summary>The form in which the value is kept.</summary>
    /// <returns>Whether it can be.</returns>
    public bool TryKeep<T>(T value, CacheEntryOptions entry, out object? stored, out long size, out Exception? error)
    {
        error = null;
        stored = value;
        size = entry.Size ?? SizeOf(value);
        if (value is null || (entry.ShareValue ?? options.ShareValues) || Immutability.Is(value.GetType()))
        {
            return true;
        }

        try
        {
            if (_copies.TryGetValue(typeof(T), out var copy))
            {
                var copier = (Func<T, T>)copy;
                stored = StoredValue.Copied(copier(value), copier); // The caller may change his.
                return true;
            }

            if (LazySequence.Is(value.GetType()))
            {
                return false;
            }

            var buffer = new ArrayBufferWriter<byte>();
            options.Serializer.Serialize(buffer, value);
            if (options.VerifySerialized && !ValueFidelity.AreSame(value, options.Serializer.Deserialize<T>(buffer.WrittenMemory)))
            {
                return false;
            }

            size = entry.Size ?? buffer.WrittenCount;
            stored = StoredValue.Serialized<T>(buffer.WrittenSpan.ToArray());
            return true;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            error = exception;
            return false;
        }
    }

    /// <summary>Gives a caller the value that was kept.</summary>
    /// <returns>Whether there is one that can be read as a <typeparamref name="T"/>.</returns>
    /// <param name="stored">The form in which it is kept.</param>
    /// <param name="result">The value.</param>
    /// <param name="takesAbsence">Whether the caller can be told that there is none, although there is no null of the type.</param>
    public bool TryGive<T>(object? stored, out CacheResult<T> result, bool takesAbsence = false)
    {
        if (stored is StoredValue form)
        {
            return TryGive(form, takesAbsence, out result);
        }

        if (stored is T value)
        {
            result = new CacheResult<T>(value);
            return true;
        }

        result = new CacheResult<T>(default);
        return stored is null && CanBeNull<T>();
    }

    /// <summary>Writes a value for other processes.</summary>
    /// <param name="stored">The form in which it is kept here.</param>
    /// <param name="kind">What was written.</param>
    /// <param name="payload">The bytes of the value.</param>
    /// <returns>Whether it can be read again and is the same then.</returns>
    public bool TryWrite<T>(object? stored, out EnvelopeKind kind, out ReadOnlyMemory<byte> payload)
    {
        payload = default;
        kind = ReferenceEquals(stored, StoredValue.Absence) ? EnvelopeKind.Absence
            : stored is null ? EnvelopeKind.Null
            : EnvelopeKind.Value;
        if (kind != EnvelopeKind.Value)
        {
            return true;
        }

        try
        {
            if (stored is StoredValue { Bytes: { } bytes })
            {
                payload = bytes;
                return true;
            }

            if (!TryGive<T>(stored, out var result))
            {
                return false;
            }

            var buffer = new ArrayBufferWriter<byte>();
            options.Serializer.Serialize(buffer, result.Value!);
            payload = buffer.WrittenMemory;
            return !options.VerifySerialized || ValueFidelity.AreSame(result.Value!, options.Serializer.Deserialize<T>(payload));
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return false;
        }
    }

    /// <summary>Reads what another process may have written.</summary>
    /// <returns>Whether it was written as a <typeparamref name="T"/> and can be read.</returns>
    public bool TryRead<T>(Envelope entry, CacheEntryOptions caller, out KeptValue kept)
    {
        kept = entry.Kind switch
        {
            EnvelopeKind.Absence => new KeptValue(StoredValue.Absence, 0, IsEmpty: true),
            _ => new KeptValue(null, 0, IsEmpty: true),
        };
        if (entry.Kind is EnvelopeKind.Absence or EnvelopeKind.Null)
        {
            return true;
        }

        if (entry.Kind != EnvelopeKind.Value || !entry.Identity.Span.SequenceEqual(TypeName<T>.Digest.Span))
        {
            return false;
        }

        try
        {
            if (options.Serializer.Deserialize<T>(entry.Payload) is not { } value)
            {
                return false;
            }

            var isShared = (caller.ShareValue ?? options.ShareValues) || Immutability.Is(value.GetType());
            object stored = isShared ? value
                : _copies.TryGetValue(typeof(T), out var copy) ? StoredValue.Copied(value, (Func<T, T>)copy)
                : StoredValue.Serialized<T>(entry.Payload);
            kept = new KeptValue(stored, (int)Math.Min(int.MaxValue, isShared ? SizeOf(value) : entry.Payload.Length), IsEmpty(value));
            return true;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return false;
        }
    }

    /// <summary>Whether there is nothing in the value: then it is kept for a shorter time.</summary>
    public static bool IsEmpty<T>(T value) => value is null || ElementCount.Of(value) == 0;

    public static bool CanBeNull<T>() => default(T) is null;

    private bool TryGive<T>(StoredValue form, bool takesAbsence, out CacheResult<T> result)
    {
        result = CacheResult<T>.Absent;
        if (ReferenceEquals(form, StoredValue.Absence))
        {
            return takesAbsence || CanBeNull<T>();
        }

        try
        {
            if (!form.TryGet<T>(options.Serializer, out var value))
            {
                return false;
            }

            result = new CacheResult<T>(value);
            return true;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return false; // It is loaded anew.
        }
    }

    private static long SizeOf(object? value) => value switch
    {
        null => 0,
        string text => 2L * text.Length,
        _ => UnknownSize + 16L * (ElementCount.Of(value) ?? 0),
    };
}
