using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace FastOrm.Cache.Diagnostics;

/// <summary>Tells of a cache what an operator would look at.</summary>
internal sealed class CacheHealthCheck(ICache cache) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var statistics = cache.Statistics;
        var troubles = TroublesOf(cache.IsEnabled, statistics.Remote).ToList();
        var data = DataOf(statistics);
        return Task.FromResult(troubles.Count == 0
            ? HealthCheckResult.Healthy($"The cache {cache.Name} is well.", data)
            : new HealthCheckResult(
                context.Registration.FailureStatus, $"The cache {cache.Name}: {string.Join("; ", troubles)}.", exception: null, data));
    }

    private static IEnumerable<string> TroublesOf(bool isEnabled, RemoteTierStatistics? remote)
    {
        if (!isEnabled)
        {
            yield return "it is switched off";
        }

        if (remote is null)
        {
            yield break;
        }

        if (remote.Breaker != RemoteTierBreaker.Closed)
        {
            yield return "the tier that nodes share is left alone, because it fails";
        }

        if (!remote.IsListening)
        {
            yield return "the changes of other nodes are not heard";
        }

        if (!remote.IsTrusted)
        {
            yield return "memory is not trusted";
        }

        if (remote.Backlog > 0)
        {
            yield return $"{remote.Backlog} changes wait to be told to other nodes";
        }
    }

    private static Dictionary<string, object> DataOf(CacheStatistics statistics)
    {
        var data = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["entries"] = statistics.Entries,
            ["bytes"] = statistics.Bytes,
            ["hits"] = statistics.Hits,
            ["misses"] = statistics.Misses,
        };
        if (statistics.Remote is { } remote)
        {
            data["breaker"] = remote.Breaker.ToString();
            data["listening"] = remote.IsListening;
            data["trusted"] = remote.IsTrusted;
            data["backlog"] = remote.Backlog;
            data["remoteFailures"] = statistics.RemoteFailures;
            if (remote.LastErrorAt is { } at)
            {
                data["lastErrorAt"] = at;
            }
        }

        return data;
    }
}
