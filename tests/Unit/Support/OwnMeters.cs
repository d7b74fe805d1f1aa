using System.Diagnostics.Metrics;

namespace FastOrm.Cache.Tests.Unit.Support;

/// <summary>Meters of one test, so that those who listen hear nothing of the caches of others.</summary>
internal sealed class OwnMeters : IMeterFactory
{
    private readonly List<Meter> _meters = [];

    public Meter Create(MeterOptions options)
    {
        options.Scope = this;
        var meter = new Meter(options);
        _meters.Add(meter);
        return meter;
    }

    /// <summary>Listens to some of their instruments.</summary>
    public MeterListener Listen(Func<Instrument, bool> isWanted)
        => new()
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Scope == this && isWanted(instrument))
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };

    public void Dispose() => _meters.ForEach(static meter => meter.Dispose());
}
