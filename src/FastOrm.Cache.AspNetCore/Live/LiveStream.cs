using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace FastOrm.Cache.AspNetCore.Live;

/// <summary>Sends a cache's seconds to a browser, as server-sent events, until it leaves or the application ends. Bounded in number.</summary>
internal sealed class LiveStream(Sampler sampler, FastOrmCachePageOptions options)
{
    private int _count;

    /// <summary>The browsers that watch now.</summary>
    public int Count => Volatile.Read(ref _count);

    public async Task RunAsync(HttpContext context, CacheHistory history)
    {
        if (Interlocked.Increment(ref _count) > options.MaxStreams)
        {
            Interlocked.Decrement(ref _count);
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            context.Response.Headers.RetryAfter = "10";
            return;
        }

        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, sampler.Stopping);
        try
        {
            context.Response.ContentType = "text/event-stream";
            context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
            var next = sampler.Next;
            await SendAsync(context, "begin", history.Beginning(options.AllowChanges), ended.Token).ConfigureAwait(false);
            while (true)
            {
                await next.WaitAsync(ended.Token).ConfigureAwait(false);
                next = sampler.Next;
                await SendAsync(context, "tick", history.Tick, ended.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // Nobody watches any more.
        }
        finally
        {
            Interlocked.Decrement(ref _count);
        }
    }

    private static async Task SendAsync(HttpContext context, string name, string json, CancellationToken cancellationToken)
    {
        await context.Response.WriteAsync($"event: {name}\ndata: {json}\n\n", cancellationToken).ConfigureAwait(false);
        await context.Response.Body.FlushAsync(cancellationToken).ConfigureAwait(false);
    }
}
