using System.Globalization;
using FastOrm.Cache.Configuration;
using StackExchange.Redis;

namespace FastOrm.Cache.Redis;

/// <summary>What a client of Redis is told of the options of a cache.</summary>
internal static class RedisConfiguration
{
    // How often each server is asked for its role. Without that a client would go on asking a master that is gone for up to a minute, though a
    // replica has taken its place: nobody is there to redirect it.
    private const int RoleCheckSeconds = 5;

    /// <exception cref="InvalidOperationException">The client cannot do what the options ask for.</exception>
    public static ConfigurationOptions Of(RedisCacheOptions options)
    {
        // Of what is said twice the last counts.
        var configuration = ConfigurationOptions.Parse(string.Create(
            CultureInfo.InvariantCulture,
            $"connectTimeout={(int)options.ConnectTimeout.TotalMilliseconds},keepAlive={(int)options.KeepAlive.TotalSeconds},"
                + $"configCheckSeconds={RoleCheckSeconds},{options.Configuration}"));

        // A Redis that is absent when the application starts is found when it is there.
        configuration.AbortOnConnectFail = false;
        var address = options.Url is { } url && RedisAddress.TryParse(url, out var parsed) ? parsed : null;
        if (address is not null)
        {
            configuration.EndPoints.Add(address.Host, address.Port);
            configuration.DefaultDatabase = address.Database;
            if (address.UsesTls)
            {
                configuration.Ssl = true;
                configuration.SslHost ??= address.Host;
            }
        }

        configuration.Password = options.Password ?? address?.Password ?? configuration.Password;
        configuration.DefaultDatabase = options.Database ?? configuration.DefaultDatabase;
        if ((options.User ?? address?.User) is { } user)
        {
            SetUser(configuration, user);
        }

        return configuration;
    }

    /// <summary>Whether a text is what <see cref="RedisCacheOptions.Configuration"/> may be.</summary>
    public static bool CanParse(string configuration)
    {
        try
        {
            ConfigurationOptions.Parse(configuration);
            return true;
        }
        catch (Exception error) when (error is ArgumentException or FormatException)
        {
            return false;
        }
    }

    private static void SetUser(ConfigurationOptions configuration, string user)
    {
        if (!RedisClient.KnowsUsers)
        {
            throw new InvalidOperationException(
                $"Redis.User is given, and StackExchange.Redis {typeof(ConfigurationOptions).Assembly.GetName().Version} knows no users. "
                + "Refer to version 2 or newer of the package, or give the password of the default user alone.");
        }

        RedisClient.SetUser(configuration, user);
    }
}
