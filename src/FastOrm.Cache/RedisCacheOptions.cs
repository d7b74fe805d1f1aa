using FastOrm.Cache.Configuration;
using FastOrm.Cache.Redis;

namespace FastOrm.Cache;

/// <summary>The Redis server of a cache, and how it is talked to.</summary>
public sealed class RedisCacheOptions
{
    private const string UpToMinute = "more than zero and at most a minute";

    /// <summary>
    /// The address: <c>host:port</c>, <c>redis://[user][:password@]host[:port][/database]</c>, or <c>rediss://…</c> for TLS. The
    /// port is 6379 and the database 0 where none is given; what is special in a URL is percent-encoded in the password. None by
    /// default.
    /// </summary>
    public string? Url { get; set; }

    /// <summary>The user, in place of the one in <see cref="Url"/>. None by default.</summary>
    public string? User { get; set; }

    /// <summary>The password, in place of the one in <see cref="Url"/>. Never part of an error. None by default.</summary>
    public string? Password { get; set; }

    /// <summary>The number of the database, in place of the one in <see cref="Url"/>. None by default; zero or more.</summary>
    public int? Database { get; set; }

    /// <summary>
    /// More for the client, in the form of StackExchange.Redis: the servers of a cluster, <c>sslHost=…</c>, <c>name=…</c>. What it
    /// says about connecting counts more than the other options, except that a Redis which is absent at first is always waited for. Never
    /// part of an error. None by default.
    /// </summary>
    public string? Configuration { get; set; }

    /// <summary>
    /// What every key begins with. Default <c>fastorm:</c>; up to 128 characters without white space, control characters or
    /// braces.
    /// </summary>
    public string? Prefix { get; set; } = "fastorm:";

    /// <summary>The most connections. Default 1, which carries the commands of all callers; from 1 to 64.</summary>
    public int MaxConnections { get; set; } = 1;

    /// <summary>How long connecting may take. Default 5 seconds; more than zero, at most a minute.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long one operation may take before it counts as a miss. Default 1 second; more than zero, at most a minute.
    /// </summary>
    public TimeSpan OperationTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How often an idle connection is used to keep it open. Default 1 minute; at least 1 second, at most an hour.
    /// </summary>
    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromMinutes(1);

    internal bool HasUser => User is not null || (Url is not null && RedisAddress.TryParse(Url, out var address) && address.User is not null);

    internal RedisCacheOptions Copy() => (RedisCacheOptions)MemberwiseClone();

    // What may hold a password is named, and not shown.
    internal void Check(OptionRules rules)
    {
        rules.Require(Url is null || RedisAddress.TryParse(Url, out _), "Redis.Url", null, RedisAddress.Form);
        rules.Require(
            Configuration is null || RedisConfiguration.CanParse(Configuration),
            "Redis.Configuration",
            null,
            "what StackExchange.Redis takes: host:port and name=value with commas between them");
        rules.Require(Database is null or >= 0, "Redis.Database", Database, "zero or more");
        rules.Require(
            Prefix is null || (Prefix.Length <= 128 && !Prefix.Any(IsSpecial)),
            "Redis.Prefix",
            Prefix,
            "at most 128 characters without white space, control characters or braces");
        rules.Require(MaxConnections is >= 1 and <= 64, "Redis.MaxConnections", MaxConnections, "from 1 to 64");
        rules.Require(IsUpToMinute(ConnectTimeout), "Redis.ConnectTimeout", ConnectTimeout, UpToMinute);
        rules.Require(IsUpToMinute(OperationTimeout), "Redis.OperationTimeout", OperationTimeout, UpToMinute);
        rules.Require(
            KeepAlive >= TimeSpan.FromSeconds(1) && KeepAlive <= TimeSpan.FromHours(1),
            "Redis.KeepAlive",
            KeepAlive,
            "from 1 second to an hour");
    }

    private static bool IsUpToMinute(TimeSpan value) => value > TimeSpan.Zero && value <= TimeSpan.FromMinutes(1);

    // Braces would say on which node of a cluster a key lives.
    private static bool IsSpecial(char c) => char.IsWhiteSpace(c) || char.IsControl(c) || c is '{' or '}';
}
