using System.Diagnostics;
using FastOrm.Cache.Diagnostics;
using FastOrm.Cache.Memory;
using FastOrm.Cache.Tests.Integration.Support;
using FastOrm.Cache.Tests.Unit.Support;
using OpenTelemetry;
using OpenTelemetry.Trace;

namespace FastOrm.Cache.Tests.Unit.Diagnostics;

[Collection(nameof(Alone))] // Who listens by a name listens to the caches of all tests.
public sealed class TracingTests : IDisposable
{
    private readonly string _name = $"traced {Guid.NewGuid()}";
    private readonly ICache _cache;
    private readonly List<Activity> _exported = [];

    public TracingTests() => _cache = FastCache.Create(name: _name);

    private List<Activity> Spans => _exported.FindAll(span => Equals(span.GetTagItem("cache.name"), _name));

    public void Dispose() => _cache.Dispose();

    [Fact]
    public async Task Look_ups_loads_and_invalidations_are_spans_of_whoever_asks()
    {
        using (Listen())
        {
            using var request = new Activity("request") { ActivityTraceFlags = ActivityTraceFlags.Recorded }.Start();
            await _cache.RememberAsync("secret key", new CacheEntryOptions { Tags = ["secret tag"] }, static _ => Task.FromResult("secret value"));
            await _cache.RememberAsync("secret key", new CacheEntryOptions(), static _ => Task.FromResult("secret value"));
            await _cache.FlushAsync("secret tag");
            Assert.Same(request, Activity.Current);
        }

        Assert.All(Spans, static span => Assert.Equal("request", span.Parent?.OperationName));
        Assert.Equal(1, Spans.Count(static span => span.OperationName == "cache.load"));
        Assert.Equal([true], Spans.Where(static span => span.OperationName == "cache.lookup").Select(static span => span.GetTagItem("cache.hit")).Where(true.Equals));
        Assert.Equal("flushed", Spans.Single(static span => span.OperationName == "cache.invalidate").GetTagItem("cache.invalidation.cause"));
        Assert.All(Spans, static span => Assert.All(
            span.TagObjects, static tag => Assert.DoesNotContain("secret", $"{tag.Value}", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_a_loader_traces_belongs_to_its_load_and_its_error_is_recorded_without_its_text()
    {
        using (Listen())
        {
            await Assert.ThrowsAsync<TimeoutException>(async () => await _cache.RememberAsync<int>("key", new CacheEntryOptions(), static _ =>
            {
                Assert.Equal("cache.load", Activity.Current?.OperationName);
                throw new TimeoutException("secret");
            }));
        }

        var load = Spans.Last(static span => span.OperationName == "cache.load");
        Assert.Equal((ActivityStatusCode.Error, "System.TimeoutException"), (load.Status, load.GetTagItem("error.type")));
        Assert.Null(load.StatusDescription);
        Assert.Empty(load.Events);
    }

    [Fact]
    public void A_look_up_that_fails_ends_its_span()
    {
        using var failing = FastCache.Create(
            options => options.UseLocalTier(static settings => new FailingTier(new MemoryTier(settings)) { Fails = true }), _name);
        using (Listen())
        {
            using var request = new Activity("request") { ActivityTraceFlags = ActivityTraceFlags.Recorded }.Start();
            Assert.Throws<IOException>(() => failing.TryGet<string>("key"));
            Assert.Same(request, Activity.Current);
        }

        Assert.Single(Spans);
    }

    [Fact]
    public async Task Without_a_listener_there_is_no_span()
    {
        Activity? current = null;
        await _cache.RememberAsync("key", new CacheEntryOptions(), _ =>
        {
            current = Activity.Current;
            return Task.FromResult(1);
        });

        Assert.False(current?.Source.Name == CacheActivities.SourceName);
    }

    private TracerProvider Listen()
        => Sdk.CreateTracerProviderBuilder().AddSource(CacheActivities.SourceName)
            .AddProcessor(new SimpleActivityExportProcessor(new Collecting(_exported))).Build();

    private sealed class Collecting(List<Activity> spans) : BaseExporter<Activity>
    {
        public override ExportResult Export(in Batch<Activity> batch)
        {
            foreach (var span in batch)
            {
                lock (spans)
                {
                    spans.Add(span);
                }
            }

            return ExportResult.Success;
        }
    }
}
