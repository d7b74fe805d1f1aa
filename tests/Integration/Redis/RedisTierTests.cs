using FastOrm.Cache.Redis;
using FastOrm.Cache.Tests.Conformance;
using FastOrm.Cache.Tests.Integration.Support;

namespace FastOrm.Cache.Tests.Integration.Redis;

/// <summary>The rules of every tier, kept by Redis.</summary>
public sealed class RedisTierTests : RemoteTierConformance
{
    private readonly string _prefix = $"fastorm-test:{Guid.NewGuid():N}:";

    protected override ValueTask<IRemoteCacheTier> OpenAsync()
        => new(new RedisTier(new RedisCacheOptions { Url = RedisServer.SharedAddress, Prefix = _prefix }, "default"));

    // The time of the server is its own.
    protected override Task ElapseAsync(TimeSpan time) => Task.Delay(time);
}
