namespace FastOrm.Cache.Values;

/// <summary>What an entry holds where it does not hold the value itself, because callers must not share it.</summary>
internal sealed class StoredValue
{
    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly object? _master;
    private readonly Delegate? _copy;
    private readonly Type? _type;

    private StoredValue(Type? type, ReadOnlyMemory<byte> bytes, object? master, Delegate? copy)
        => (_type, _bytes, _master, _copy) = (type, bytes, master, copy);

    /// <summary>That there is no value.</summary>
    public static StoredValue Absence { get; } = new(null, default, null, null);

    /// <summary>The bytes from which each caller reads the value; null if it is kept in another form.</summary>
    public ReadOnlyMemory<byte>? Bytes => _type is null || _copy is not null ? default(ReadOnlyMemory<byte>?) : _bytes;

    /// <summary>A value that each caller reads from its bytes.</summary>
    public static StoredValue Serialized<T>(ReadOnlyMemory<byte> bytes) => new(typeof(T), bytes, null, null);

    /// <summary>A value of which each caller gets a copy.</summary>
    public static StoredValue Copied<T>(T master, Func<T, T> copy) => new(typeof(T), default, master, copy);

    /// <summary>Gives a caller a value of its own.</summary>
    /// <returns>Whether it could be given as a <typeparamref name="T"/>.</returns>
    public bool TryGet<T>(ICacheSerializer serializer, out T? value)
    {
        value = default;
        if (_type != typeof(T))
        {
            return false;
        }

        value = _copy is Func<T, T> copy ? copy((T)_master!) : serializer.Deserialize<T>(_bytes);
        return true;
    }
}
