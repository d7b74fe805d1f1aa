using System.ComponentModel.DataAnnotations;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace WebShop.Live;

/// <summary>How many streams the shop keeps open: the section <c>Live</c> of the configuration. Who is refused has a page that does not move.</summary>
public sealed class LiveLimits
{
    /// <summary>The name of the policy of all streams.</summary>
    public const string Policy = "live";

    /// <summary>The most streams of one address. 20 by default: there may be several people behind it, with several pages each.</summary>
    [Range(1, 10_000)]
    public int MaxPerAddress { get; set; } = 20;

    /// <summary>The most streams of all addresses together. 1,000 by default.</summary>
    [Range(1, 1_000_000)]
    public int MaxTotal { get; set; } = 1_000;

    public static void AddTo(IServiceCollection services)
    {
        services.AddOptions<LiveLimits>().BindConfiguration("Live").ValidateDataAnnotations().ValidateOnStart();
        services.AddRateLimiter(static _ => { });
        services.AddOptions<RateLimiterOptions>().Configure<IOptions<LiveLimits>>(static (limiter, limits) => limits.Value.Configure(limiter));
    }

    private void Configure(RateLimiterOptions limiter)
    {
        // A place is taken for as long as the request lasts: until the page is left.
        limiter.AddPolicy(Policy, context => Places(context.Connection.RemoteIpAddress?.ToString() ?? "", MaxPerAddress));
        limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context
            => context.GetEndpoint()?.Metadata.GetMetadata<EnableRateLimitingAttribute>()?.PolicyName == Policy
                ? Places("all", MaxTotal)
                : RateLimitPartition.GetNoLimiter(""));
        limiter.OnRejected = static async (rejected, cancellationToken) =>
        {
            var answer = rejected.HttpContext.Response;
            answer.StatusCode = StatusCodes.Status503ServiceUnavailable;
            answer.Headers.RetryAfter = "10";
            await answer.WriteAsync("Too many pages are open.", cancellationToken);
        };
    }

    private static RateLimitPartition<string> Places(string whose, int most)
        => RateLimitPartition.GetConcurrencyLimiter(whose, _ => new ConcurrencyLimiterOptions { PermitLimit = most, QueueLimit = 0 });
}
