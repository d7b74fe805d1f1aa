namespace FastOrm.Cache.Tests.Integration.Consistency;

/// <summary>The newest version of a row that was there for certain, by time.</summary>
internal sealed class VersionFloor
{
    private readonly long[] _times;
    private readonly WriteEvent[] _newest;

    /// <param name="writes">Writes of one row, each with the time from which it counts.</param>
    public VersionFloor(IEnumerable<(long From, WriteEvent Write)> writes)
    {
        var sorted = writes.OrderBy(static one => one.From).ToArray();
        _times = Array.ConvertAll(sorted, static one => one.From);
        _newest = Array.ConvertAll(sorted, static one => one.Write);
        for (var i = 1; i < _newest.Length; i++)
        {
            _newest[i] = _newest[i].Version > _newest[i - 1].Version ? _newest[i] : _newest[i - 1];
        }
    }

    /// <summary>The write of the newest version that counted at a time; null if none did.</summary>
    public WriteEvent? At(long time)
    {
        var place = Array.BinarySearch(_times, time);
        place = place < 0 ? ~place - 1 : place;
        while (place + 1 < _times.Length && _times[place + 1] == time)
        {
            place++;
        }

        return place < 0 ? null : _newest[place];
    }
}
