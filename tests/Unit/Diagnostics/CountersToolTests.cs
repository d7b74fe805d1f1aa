using System.Diagnostics.Tracing;
using System.Globalization;
using FastOrm.Cache.Diagnostics;
using FastOrm.Cache.Tests.Integration.Support;

namespace FastOrm.Cache.Tests.Unit.Diagnostics;

/// <summary>
/// What <c>dotnet-counters monitor --counters FastOrm.Cache</c> sees: it asks the runtime's own source of events for the meter by its name, and
/// shows what that publishes.
/// </summary>
[Collection(nameof(Alone))] // There is one source of these events in a process.
public sealed class CountersToolTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task The_tool_at_the_terminal_is_given_what_is_counted()
    {
        using var cache = FastCache.Create(static _ => { }, "at the terminal");
        using var tool = new CountersTool();
        for (var i = 0; i < 3; i++)
        {
            await cache.RememberAsync("k", Long, static _ => Task.FromResult(1));
        }

        Assert.Equal(2, await tool.ValueAsync("fastorm.cache.hits", "cache.name=at the terminal,cache.tier=memory", least: 2).WaitAsync(Long));
        Assert.Equal(1, await tool.ValueAsync("fastorm.cache.misses", "cache.name=at the terminal", least: 1).WaitAsync(Long));
        Assert.Equal(1, await tool.ValueAsync("fastorm.cache.entries", "cache.name=at the terminal", least: 1).WaitAsync(Long));
    }

    /// <summary>Asks as the tool does.</summary>
    private sealed class CountersTool : EventListener
    {
        private const EventKeywords Values = (EventKeywords)2;

        private readonly Lock _gate = new();
        private readonly Dictionary<(string Name, string Tags), double> _values = [];
        private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>A value, as soon as it is so much.</summary>
        public async Task<double> ValueAsync(string name, string tags, double least)
        {
            while (true)
            {
                Task more;
                lock (_gate)
                {
                    if (_values.TryGetValue((name, tags), out var value) && value >= least)
                    {
                        return value;
                    }

                    more = _more.Task;
                }

                await more;
            }
        }

        protected override void OnEventSourceCreated(EventSource source)
        {
            if (source.Name == "System.Diagnostics.Metrics")
            {
                EnableEvents(source, EventLevel.Informational, Values, new Dictionary<string, string?>
                {
                    ["SessionId"] = Guid.NewGuid().ToString(),
                    ["Metrics"] = CacheInstruments.MeterName,
                    ["RefreshInterval"] = "0.1",
                    ["MaxTimeSeries"] = "1000",
                    ["MaxHistograms"] = "20",
                });
            }
        }

        protected override void OnEventWritten(EventWrittenEventArgs told)
        {
            if (told.EventName is not ("CounterRateValuePublished" or "UpDownCounterRateValuePublished"))
            {
                return;
            }

            string Of(string payload) => (string)told.Payload![told.PayloadNames!.IndexOf(payload)]!;
            lock (_gate)
            {
                _values[(Of("instrumentName"), Of("tags"))] = double.Parse(Of("value"), CultureInfo.InvariantCulture);
                _more.SetResult();
                _more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }
}
