using System.Text.Json;
using FastOrm.Cache.AspNetCore.Live;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace FastOrm.Cache.AspNetCore.Page;

/// <summary>What is asked and changed from the page: each a POST with JSON and an antiforgery token.</summary>
internal sealed class PageOrders(Sampler sampler)
{
    private const int MaxBody = 64 << 10;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Changes nothing, and is a POST all the same: a key may be personal data, and addresses are written into logs.</summary>
    public Task LookUpAsync(HttpContext context)
        => CarryOutAsync(context, static (cache, order) => Task.FromResult(NameView.Of(cache, order.Name ?? "")));

    public Task ForgetAsync(HttpContext context) => ChangeAsync(context, static async (cache, order) =>
    {
        await cache.ForgetAsync(order.Name ?? "").ConfigureAwait(false);
        return Told(cache, InvalidationCause.Forgotten, "The key is forgotten");
    });

    public Task FlushAsync(HttpContext context) => ChangeAsync(context, static async (cache, order) =>
    {
        await cache.FlushAsync(order.Name ?? "").ConfigureAwait(false);
        return "The tag is flushed: what carries it is loaded anew when it is asked for.";
    });

    public Task ClearAsync(HttpContext context) => ChangeAsync(context, static async (cache, _) =>
    {
        await cache.ClearAsync().ConfigureAwait(false);
        return Told(cache, InvalidationCause.Cleared, "The cache is empty");
    });

    public Task SwitchAsync(HttpContext context) => ChangeAsync(context, static (cache, order) =>
    {
        cache.IsEnabled = order.On ?? true;
        return Task.FromResult(cache.IsEnabled ? "The cache answers." : "The cache is switched off: every read goes to its source.");
    });

    private static string Told(ICache cache, InvalidationCause cause, string done)
    {
        var dropped = cache.Diagnostics.RecentInvalidations.FirstOrDefault(one => one.Cause == cause)?.Dropped ?? 0;
        return dropped switch
        {
            0 => $"{done}; nothing was in memory.",
            1 => $"{done}; one entry was dropped.",
            _ => $"{done}; {dropped} entries were dropped.",
        };
    }

    private Task ChangeAsync(HttpContext context, Func<ICache, Order, Task<string>> change)
        => CarryOutAsync(context, async (cache, order) => new { message = await change(cache, order).ConfigureAwait(false) });

    private async Task CarryOutAsync(HttpContext context, Func<ICache, Order, Task<object>> carryOut)
    {
        if (!await context.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(context).ConfigureAwait(false))
        {
            await RefuseAsync(context, "The page is out of date: load it again.").ConfigureAwait(false);
            return;
        }

        if (await ReadAsync(context).ConfigureAwait(false) is not { } order)
        {
            await RefuseAsync(context, "What was sent is no order of this page.").ConfigureAwait(false);
            return;
        }

        if (sampler.Find(order.Cache) is not { } history)
        {
            await PageEndpoints.UnknownCacheAsync(context).ConfigureAwait(false);
            return;
        }

        try
        {
            await PageEndpoints.AnswerAsync(context, await carryOut(history.Cache, order).ConfigureAwait(false)).ConfigureAwait(false);
        }
        catch (ArgumentException exception)
        {
            await RefuseAsync(context, exception.Message).ConfigureAwait(false);
        }
    }

    private static async Task<Order?> ReadAsync(HttpContext context)
    {
        if (context.Request.ContentLength is null or > MaxBody || !context.Request.HasJsonContentType())
        {
            return null;
        }

        try
        {
            return await JsonSerializer.DeserializeAsync<Order>(context.Request.Body, Json, context.RequestAborted).ConfigureAwait(false);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static Task RefuseAsync(HttpContext context, string reason)
        => PageEndpoints.AnswerAsync(context, new { reason }, StatusCodes.Status400BadRequest);

    /// <summary>What the page sends.</summary>
    /// <param name="Cache">The name of the cache.</param>
    /// <param name="Name">A key, a tag, or what else is looked up.</param>
    /// <param name="On">Whether the cache is to answer.</param>
    private sealed record Order(string? Cache, string? Name, bool? On);
}
