using System.IO;
using System.Net;
using System.Security.Authentication;
using StackExchange.Redis;

namespace FastOrm.Cache.Redis;

/// <summary>What an error of Redis means, and what to do about it. The client's own texts show keys, so they are left out.</summary>
internal static class RedisTrouble
{
    private const string Tls = "TLS was refused: use rediss:// in Redis.Url only if the server has TLS, with a certificate of that name.";

    private static readonly (string Code, string Meaning)[] Errors =
    [
        ("NOAUTH", "It asks for a password, and got none or a wrong one. See Redis.Password, or Redis.Url: redis://:password@host."),
        ("WRONGPASS", "It refuses the user or the password. See Redis.User and Redis.Password."),
        ("invalid password", "It refuses the password. See Redis.Password."),
        ("NOPERM", "The user may not do this. A cache needs its keys, its channel, INFO and EVAL; see docs/redis.md."),
        ("READONLY", "It is a replica, which cannot be written to. Give the address of the master in Redis.Url."),
        ("OOM", "It has no memory left and evicts nothing. Raise its maxmemory, or set maxmemory-policy to allkeys-lfu."),
        ("MISCONF", "It refuses writes because it cannot save its data. See its log."),
        ("LOADING", "It is still loading its data."),
        ("CLUSTERDOWN", "The cluster is down."),
        ("WRONGTYPE", "A key of the cache holds something else. Give the cache another Redis.Prefix, or delete what begins with it."),
        (RedisScripts.Lacks, "It does not tell its run_id, by which a cache knows that a server was restarted. A proxy in between cannot be used."),
        ("unknown command", "It does not know a command that the cache needs. Redis 5 or newer is needed."),
    ];

    /// <summary>Whether Redis has refused a write because its memory is full.</summary>
    public static bool IsOutOfMemory(Exception error) => error is RedisServerException && Has(error, "OOM");

    public static bool IsUnknownScript(Exception error) => error is RedisServerException && Has(error, "NOSCRIPT");

    public static bool IsWrongType(Exception error) => error is RedisServerException && Has(error, "WRONGTYPE");

    /// <summary>Whether this is an error of Redis or of its client.</summary>
    public static bool IsKnown(Exception error)
        => error is RedisServerException or RedisConnectionException or RedisCommandException or TimeoutException;

    /// <summary>The error to throw instead.</summary>
    public static IOException Explain(Exception error, RedisLink? link)
        => error is RedisServerException
            ? new IOException($"Redis has refused a command. {Meaning(error) ?? error.Message}", error)
            : new IOException($"Redis at {Address(link)} does not answer ({Kind(error, link)}). {Remedy(error, link)}");

    private static string Remedy(Exception error, RedisLink? link)
    {
        // Not of the error itself: its text has keys, and these may say anything.
        foreach (var cause in Causes(error.InnerException).Concat(Causes(link?.Failure?.Exception)))
        {
            var remedy = cause is AuthenticationException ? Tls : Meaning(cause) ?? (cause as RedisConnectionException)?.FailureType switch
            {
                ConnectionFailureType.AuthenticationFailure => "It refuses the password, or TLS. See Redis.Password and Redis.Url.",
                ConnectionFailureType.ProtocolFailure => "What answers there is no Redis server. See Redis.Url.",
                _ => null,
            };
            if (remedy is not null)
            {
                return remedy;
            }
        }

        return link is { Multiplexer.IsConnected: true } && error is not TimeoutException
            ? "No server that answers is a master, and replicas cannot be written to. Give the address of the master in Redis.Url."
            : "See whether it runs, whether Redis.Url has its address (rediss:// if it has TLS, redis:// if not), and Redis.Password.";
    }

    private static IEnumerable<Exception> Causes(Exception? error)
        => error is null ? []
            : error is AggregateException many ? many.InnerExceptions.SelectMany(Causes)
            : Causes(error.InnerException).Append(error);

    private static string Kind(Exception error, RedisLink? link)
        => link?.Failure is { } failure ? failure.FailureType.ToString()
            : error is RedisConnectionException connection ? connection.FailureType.ToString()
            : error is TimeoutException ? "Timeout" : "no server for the command";

    private static string Address(RedisLink? link)
        => link is null ? "its address" : string.Join(
            ", ", link.Multiplexer.GetEndPoints(configuredOnly: true).Select(static at => at is DnsEndPoint name ? $"{name.Host}:{name.Port}" : at.ToString()));

    private static string? Meaning(Exception error) => Array.Find(Errors, known => Has(error, known.Code)).Meaning;

    private static bool Has(Exception error, string code) => error.Message.Contains(code, StringComparison.Ordinal);
}
