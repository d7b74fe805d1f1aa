using FastOrm.Cache.Configuration;
using FastOrm.Cache.Redis;

namespace FastOrm.Cache.Tests.Unit.Redis;

public sealed class RedisConfigurationTests
{
    [Fact]
    public void An_address_says_all_that_it_can()
    {
        var configuration = RedisConfiguration.Of(new RedisCacheOptions { Url = "rediss://:p%2Css@cache.example:6380/3" });

        Assert.Equal("p,ss", configuration.Password);
        Assert.Equal((true, "cache.example", 3), (configuration.Ssl, configuration.SslHost, configuration.DefaultDatabase));
        Assert.EndsWith("cache.example:6380", Assert.Single(configuration.EndPoints).ToString(), StringComparison.Ordinal);
        Assert.False(configuration.AbortOnConnectFail);
    }

    [Fact]
    public void Options_count_more_than_the_address_and_the_raw_configuration_adds_to_both()
    {
        var configuration = RedisConfiguration.Of(new RedisCacheOptions
        {
            Url = "redis://:old@one:1/3",
            Password = "new",
            Database = 4,
            KeepAlive = TimeSpan.FromSeconds(7),
            Configuration = "two:2,connectTimeout=1234,abortConnect=true,password=older,defaultDatabase=9",
        });

        Assert.Equal(("new", 4, 7, 1234), (configuration.Password, configuration.DefaultDatabase, configuration.KeepAlive, configuration.ConnectTimeout));
        Assert.Equal(2, configuration.EndPoints.Count);
        Assert.False(configuration.AbortOnConnectFail);
    }

    [Theory]
    [InlineData("localhost,password=secret,nonsense=1")]
    [InlineData("localhost,connectTimeout=secret")]
    public void A_configuration_that_the_client_does_not_take_is_named_and_not_shown(string text)
    {
        var rules = new OptionRules();

        new RedisCacheOptions { Configuration = text }.Check(rules);

        var violation = Assert.Single(rules.Violations);
        Assert.Equal("Redis.Configuration", violation.Option);
        Assert.DoesNotContain("secret", violation.ToString(), StringComparison.Ordinal);
    }
}
