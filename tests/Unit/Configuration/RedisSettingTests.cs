using FastOrm.Cache.Engine;
using FastOrm.Cache.Configuration;
using static FastOrm.Cache.Tests.Unit.Configuration.ConfigurationLab;

namespace FastOrm.Cache.Tests.Unit.Configuration;

public sealed class RedisSettingTests
{
    [Theory]
    [InlineData("localhost", "localhost", 6379, false, 0)]
    [InlineData("localhost:6380", "localhost", 6380, false, 0)]
    [InlineData("redis://localhost:6379/0", "localhost", 6379, false, 0)]
    [InlineData("redis://localhost:6379/2", "localhost", 6379, false, 2)]
    [InlineData("redis://cache.example.org", "cache.example.org", 6379, false, 0)]
    [InlineData("rediss://cache.example.org:6380/", "cache.example.org", 6380, true, 0)]
    [InlineData("redis://10.0.0.1/15", "10.0.0.1", 6379, false, 15)]
    [InlineData("redis://[::1]:7000/1", "::1", 7000, false, 1)]
    [InlineData("REDIS://LOCALHOST", "localhost", 6379, false, 0)]
    public void An_address_says_host_port_and_database(string url, string host, int port, bool usesTls, int database)
    {
        Assert.True(RedisAddress.TryParse(url, out var address));
        Assert.Equal((host, port, usesTls, database), (address.Host, address.Port, address.UsesTls, address.Database));
    }

    [Theory]
    [InlineData("redis://:secret@host", null, "secret")]
    [InlineData("redis://app:secret@host:1/2", "app", "secret")]
    [InlineData("redis://app@host", "app", null)]
    [InlineData("redis://app:p%40ss%3Aw%2Frd@host", "app", "p@ss:w/rd")]
    [InlineData("redis://host", null, null)]
    public void An_address_says_user_and_password(string url, string? user, string? password)
    {
        Assert.True(RedisAddress.TryParse(url, out var address));
        Assert.Equal((user, password), (address.User, address.Password));
    }

    [Theory]
    [InlineData("http://localhost:6379")]
    [InlineData("redis:localhost")]
    [InlineData("redis://")]
    [InlineData("redis:///0")]
    [InlineData("redis://localhost:99999")]
    [InlineData("redis://localhost:0")]
    [InlineData("redis://localhost/zero")]
    [InlineData("redis://localhost/-1")]
    [InlineData("redis://localhost/0/1")]
    [InlineData("redis://localhost?db=1")]
    [InlineData("redis://localhost#1")]
    [InlineData("localhost/1")]
    [InlineData("app:secret@localhost")]
    [InlineData("host one")]
    [InlineData("a:6379,b:6379")]
    public void What_is_no_address_is_refused(string url)
    {
        Assert.False(RedisAddress.TryParse(url, out _));
        Assert.EndsWith(
            "set by the setting Cache:URL (environment variable CACHE__URL), must be " + RedisAddress.Form + ".",
            Assert.Single(FailuresOf(Variables("CACHE__CACHE_TYPE=memory\nCACHE__URL=" + url))),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CACHE__URL=redis://app:hunter2@host/zero")]
    [InlineData("CACHE__URL=redis://app:hunter2@host")]
    [InlineData("CACHE__CACHE_TYPE=redis\nCACHE__PASSWORD=hunter2")]
    [InlineData("CACHE__PASSWORD__OF=hunter2")]
    [InlineData("CACHE__PASWORD=hunter2")]
    [InlineData("CACHE__DATABASE=hunter2")]
    public void A_password_is_never_part_of_an_error(string lines)
        => Assert.All(
            FailuresOf(Variables(lines)),
            failure => Assert.DoesNotContain("hunter2", failure, StringComparison.Ordinal));

    [Fact]
    public void A_cache_in_Redis_needs_an_address()
        => Assert.Contains(
            FailuresOf(Variables("CACHE__CACHE_TYPE=redis")),
            failure => failure.EndsWith("Redis.Url of the cache \"default\" must be given where CacheType is Redis."));

    [Fact]
    public void An_address_without_a_type_means_Redis()
    {
        using var lab = new ConfigurationLab(Variables("CACHE__SESSION__URL=redis://localhost:1/2"));

        Assert.NotNull(((CacheEngine)lab.Caches.Get("session")).Remote);
        Assert.Null(((CacheEngine)lab.Caches.Get()).Remote);
    }

    [Theory]
    [InlineData("CONNECTION_OPTIONS")]
    [InlineData("ConnectionPoolKwargs")]
    [InlineData("REDIS")]
    public void Connection_options_may_have_a_section_of_their_own(string section)
    {
        using var lab = new ConfigurationLab(Variables($"""
            CACHE__{section}__MAX_CONNECTIONS=20
            CACHE__{section}__CONNECT_TIMEOUT=2
            CACHE__{section}__KEEP_ALIVE=00:00:30
            """));
        var redis = lab.Options().Redis;

        Assert.Equal(
            (20, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(30)),
            (redis.MaxConnections, redis.ConnectTimeout, redis.KeepAlive));
    }
}
