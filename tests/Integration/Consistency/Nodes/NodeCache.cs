using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Consistency.Nodes;

/// <summary>The cache of a node, whose times are short enough to be waited for.</summary>
internal static class NodeCache
{
    public static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>The time budget of an operation.</summary>
    public static readonly TimeSpan Budget = TimeSpan.FromMilliseconds(250);

    /// <summary>For how long memory is trusted without Redis.</summary>
    public static readonly TimeSpan Trust = TimeSpan.FromSeconds(1);

    /// <summary>For how long the marker of a write stands whose writer has died.</summary>
    public static readonly TimeSpan MarkerLife = TimeSpan.FromSeconds(2);

    public static ICache Create(string redis, string prefix, bool isCrashSafe = true)
        => FastCache.Create(options =>
        {
            options.UseRedis(redis, server =>
            {
                (server.OperationTimeout, server.ConnectTimeout) = (Budget, TimeSpan.FromSeconds(1));
                server.Prefix = prefix;
            });
            (options.PollInterval, options.TrustWhileDisconnected) = (PollInterval, Trust);
            (options.CrashSafeWrites, options.CrashMarkerLife) = (isCrashSafe, MarkerLife);
        });

    public static DbContextOptions OptionsOf(ICache cache, string database)
        => TestOptions.New().UseNpgsql(database).UseFastOrmCache(cache).Options;
}
