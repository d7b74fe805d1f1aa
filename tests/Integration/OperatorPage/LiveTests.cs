using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;
using FastOrm.Cache.Tests.Integration.Support;

namespace FastOrm.Cache.Tests.Integration.OperatorPage;

/// <summary>The page is told each second, for as long as somebody watches.</summary>
public sealed class LiveTests
{
    [Fact]
    public async Task Each_second_is_told_with_what_was_done_in_it()
    {
        await using var host = await PageHost.StartAsync();
        await using var events = await WatchAsync(host);
        var begin = await events.NextAsync("begin");
        Assert.Equal("shop", (string?)begin["state"]!["name"]);
        Assert.True((bool)begin["allowsChanges"]!);

        await host.Cache.SetAsync("a", 1);
        await host.Cache.TryGetAsync<int>("a");
        await host.Cache.TryGetAsync<int>("b");
        host.Time.Advance(TimeSpan.FromSeconds(1));
        var tick = await events.NextAsync("tick");
        Assert.Equal((1, 1), ((int)tick["sample"]!["hits"]!, (int)tick["sample"]!["misses"]!));
        Assert.Equal(1, (int)tick["state"]!["entries"]!);

        await host.Cache.FlushAsync("tag");
        host.Time.Advance(TimeSpan.FromSeconds(1));
        tick = await events.NextAsync("tick");
        Assert.Equal((0, 0), ((int)tick["sample"]!["hits"]!, (int)tick["sample"]!["misses"]!));
        Assert.Equal("flushed", (string?)tick["state"]!["invalidations"]![0]!["cause"]);
    }

    [Fact]
    public async Task Who_comes_later_sees_the_past_up_to_a_bound()
    {
        await using var host = await PageHost.StartAsync(page: static options => options.History = TimeSpan.FromSeconds(10));
        for (var i = 0; i < 15; i++)
        {
            host.Time.Advance(TimeSpan.FromSeconds(1));
        }

        await using var events = await WatchAsync(host);
        Assert.Equal(10, (await events.NextAsync("begin"))["samples"]!.AsArray().Count);
    }

    [Fact]
    public async Task There_are_only_so_many_streams_and_one_that_leaves_makes_room()
    {
        await using var host = await PageHost.StartAsync(page: static options => options.MaxStreams = 1);
        await using (var events = await WatchAsync(host))
        {
            await events.NextAsync("begin");
            var refused = await host.GetAsync("/live?cache=shop");
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.NotNull(refused.Headers.RetryAfter);
        }

        await Eventually.UntilAsync(async () =>
        {
            using var answer = await host.Client.GetAsync("/ops/cache/live?cache=shop", HttpCompletionOption.ResponseHeadersRead);
            return answer.StatusCode == HttpStatusCode.OK;
        }, "another may watch");
    }

    [Fact]
    public async Task A_stream_ends_with_the_application()
    {
        await using var host = await PageHost.StartAsync();
        await using var events = await WatchAsync(host);
        await events.NextAsync("begin");

        await host.StopAsync().WaitAsync(TimeSpan.FromSeconds(20));
        Assert.False(await events.HasNextAsync());
    }

    private static async Task<Events> WatchAsync(PageHost host)
    {
        var answer = await host.Client.GetAsync("/ops/cache/live?cache=shop", HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        return new Events(answer, SseParser.Create(await answer.Content.ReadAsStreamAsync()).EnumerateAsync().GetAsyncEnumerator());
    }

    private sealed class Events(HttpResponseMessage answer, IAsyncEnumerator<SseItem<string>> events) : IAsyncDisposable
    {
        public async Task<bool> HasNextAsync()
        {
            try
            {
                return await events.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));
            }
            catch (IOException)
            {
                return false; // The connection was closed.
            }
        }

        public async Task<JsonNode> NextAsync(string name)
        {
            Assert.True(await HasNextAsync());
            Assert.Equal(name, events.Current.EventType);
            return JsonNode.Parse(events.Current.Data)!;
        }

        public async ValueTask DisposeAsync()
        {
            answer.Dispose();
            try
            {
                await events.DisposeAsync();
            }
            catch (IOException)
            {
                // It was read from while it was closed.
            }
        }
    }
}
