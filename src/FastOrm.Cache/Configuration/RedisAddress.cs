using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace FastOrm.Cache.Configuration;

/// <summary>What the URL of a Redis server says. A class and no record, whose text would show the password.</summary>
internal sealed class RedisAddress
{
    public const string Form =
        "of the form host:port, redis://[user][:password@]host[:port][/database] or rediss://… (a password is percent-encoded)";

    private const int DefaultPort = 6379;

    private RedisAddress(Uri url, int database)
    {
        var user = url.UserInfo.Split(':', 2);
        Host = url.IdnHost;
        Port = url.Port < 0 ? DefaultPort : url.Port;
        UsesTls = url.Scheme == "rediss";
        Database = database;
        User = user[0].Length > 0 ? Uri.UnescapeDataString(user[0]) : null;
        Password = user.Length > 1 ? Uri.UnescapeDataString(user[1]) : null;
    }

    public string Host { get; }

    public int Port { get; }

    public bool UsesTls { get; }

    public int Database { get; }

    public string? User { get; }

    public string? Password { get; }

    public static bool TryParse(string text, [NotNullWhen(true)] out RedisAddress? address)
    {
        address = null;
        var hasScheme = text.Contains("://", StringComparison.Ordinal);
        if ((!hasScheme && text.AsSpan().ContainsAny('/', '@'))
            || !Uri.TryCreate(hasScheme ? text : "redis://" + text, UriKind.Absolute, out var url)
            || url.Scheme is not ("redis" or "rediss")
            || url.IdnHost.Length == 0
            || url.Port == 0
            || url.Query.Length + url.Fragment.Length > 0
            || !TryParseDatabase(url.AbsolutePath, out var database))
        {
            return false;
        }

        address = new RedisAddress(url, database);
        return true;
    }

    private static bool TryParseDatabase(string path, out int database)
    {
        database = 0;
        return path is "" or "/" || int.TryParse(path.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out database);
    }
}
