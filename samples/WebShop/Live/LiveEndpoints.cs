using Microsoft.AspNetCore.Http.HttpResults;
using WebShop.Load;

namespace WebShop.Live;

/// <summary>The streams that open pages listen to (server-sent events).</summary>
public static class LiveEndpoints
{
    public static void MapLive(this IEndpointRouteBuilder app)
    {
        var streams = app.MapGroup("/live").RequireRateLimiting(LiveLimits.Policy);
        streams.MapGet("/products/{id:int}", FollowProductAsync);
        streams.MapGet(
            "/load",
            (LoadBoard board, CancellationToken cancellationToken)
                => TypedResults.ServerSentEvents(board.FollowAsync(cancellationToken), "load"));
    }

    // A page of something that is not there gets an answer that tells the browser not to ask again.
    private static async Task<Results<ServerSentEventsResult<ProductNews>, NoContent>> FollowProductAsync(
        int id, ProductWatch watch, CancellationToken cancellationToken)
        => await watch.LookAsync(id, cancellationToken) is null
            ? TypedResults.NoContent()
            : TypedResults.ServerSentEvents(watch.FollowAsync(id, cancellationToken), "product");
}
