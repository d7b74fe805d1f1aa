namespace FastOrm.Cache.Tests.Unit.Coherence.Model;

/// <summary>
/// A hash of a world, the same for two worlds with the same future. Of random values only which are equal counts, so they are
/// numbered in the order in which they are met.
/// </summary>
internal sealed class Fingerprint
{
    private readonly Dictionary<long, int> _names = [];

    public ulong Value { get; private set; }

    public void Clear()
    {
        _names.Clear();
        Value = 0;
    }

    public void Add(long value)
    {
        Value = (Value ^ (ulong)value) * 0x9E3779B97F4A7C15;
        Value ^= Value >> 29;
    }

    public void Add(bool value) => Add(value ? 1 : 2);

    public void Add(Versions value) => Add(((long)value.First << 32) | (uint)value.Second);

    public void AddName(long name)
    {
        if (name != 0 && !_names.TryGetValue(name, out _))
        {
            _names.Add(name, _names.Count + 1);
        }

        Add(name == 0 ? 0 : _names[name]);
    }

    public void AddSlots(ReadOnlySpan<int> slots)
    {
        foreach (var slot in slots)
        {
            Add(slot + 1);
        }

        Add(slots.Length);
    }

    public void AddNames(ReadOnlySpan<long> names)
    {
        Add(names.Length);
        foreach (var name in names)
        {
            AddName(name);
        }
    }
}
