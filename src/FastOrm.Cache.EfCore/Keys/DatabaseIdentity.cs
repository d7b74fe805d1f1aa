using System.Data.Common;
using System.Globalization;
using System.IO.Hashing;
using FastOrm.Cache.Keys;

namespace FastOrm.Cache.EfCore.Keys;

/// <summary>Which database a context is connected to, once as part of keys and once as part of tags.</summary>
/// <param name="Key">
/// A digest of the provider and the connection string without password and pooling words: another user or another search path may see
/// other rows.
/// </param>
/// <param name="Tag">
/// The hash of the provider and the name of the database only: an alias, a pooler or another user writes to the same tables.
/// </param>
/// <param name="Place">
/// A digest of what the connection string says of server, database, user and search path: the same when the provider puts the string
/// into other words, as some do when the connection is opened.
/// </param>
internal sealed record DatabaseIdentity(UInt128 Key, ulong Tag, UInt128 Place)
{
    private const long Kind = 4;
    private const string InMemory = ":memory:"; // Other cases of it are names of files.
    private const string UriScheme = "file:";

    // Npgsql's own reader of connection strings knows which words mean the same. By name: the library depends on no provider.
    private static readonly Type? NpgsqlBuilder
        = Type.GetType("Npgsql.NpgsqlConnectionStringBuilder, Npgsql", throwOnError: false);

    private static readonly string[] NpgsqlPlace = ["host", "port", "database", "username", "search path", "options"];

    // What says how to connect, but not to what nor as whom.
    private static readonly HashSet<string> Ignored = new(StringComparer.OrdinalIgnoreCase)
    {
        "password", "pwd", "psw", "pooling", "min pool size", "minimum pool size", "max pool size", "maximum pool size", "minpoolsize",
        "maxpoolsize", "connection lifetime", "connectionlifetime", "connection idle lifetime", "connection pruning interval",
        "load balance timeout", "timeout", "connect timeout", "connection timeout", "command timeout", "default timeout",
        "application name", "app", "keepalive", "persist security info", "enlist", "max auto prepare", "auto prepare min usages",
        "cancellation timeout", "include error detail", "log parameters", "multiplexing",
    };

    public static DatabaseIdentity Of(string? provider, string? connectionString, string? name)
    {
        var parts = Parse(provider, connectionString);
        string[] text =
        [
            .. parts.Where(static part => !Ignored.Contains(part.Key))
                .OrderBy(static part => part.Key, StringComparer.Ordinal)
                .SelectMany(static part => new[] { part.Key, part.Value }),
        ];
        var database = name ?? NameOf(parts, provider) ?? string.Join(';', text);

        // Spelling that one system keeps apart and another does not: to take two databases for one only invalidates too much.
        var key = Digest(provider, text, name);
        var place = IsNpgsql(provider) ? Digest(provider, [.. NpgsqlPlace.Select(part => Value(parts, part) ?? "")], name) : key;
        return new DatabaseIdentity(key, TagHash.Of($"{provider}|{database.ToUpperInvariant()}", Kind), place);
    }

    /// <summary>A database that exists only as long as one connection, such as a private in-memory one.</summary>
    public static DatabaseIdentity Private(string? provider, long number)
    {
        var text = $"{provider}|private|{number.ToString(CultureInfo.InvariantCulture)}";
        return new DatabaseIdentity(StableId.Of(text), TagHash.Of(text, Kind), StableId.Of(text));
    }

    /// <summary>Whether each connection with this string has a database of its own.</summary>
    public static bool IsPrivate(string? provider, string? connectionString)
    {
        if (!IsSqlite(provider))
        {
            return false;
        }

        var parts = Parse(provider, connectionString);
        var source = Source(parts);
        var isUri = source.StartsWith(UriScheme, StringComparison.OrdinalIgnoreCase);
        var hasMemoryMode = string.Equals(Value(parts, "mode"), "memory", StringComparison.OrdinalIgnoreCase);
        var isMemory = source.Length == 0
            || source == InMemory
            || hasMemoryMode
            || (isUri && (PathOf(source) == InMemory || source.Contains("mode=memory", StringComparison.OrdinalIgnoreCase)));
        var isShared = string.Equals(Value(parts, "cache"), "shared", StringComparison.OrdinalIgnoreCase)
            || (isUri && source.Contains("cache=shared", StringComparison.OrdinalIgnoreCase));

        // Only a URI, or a name that the provider makes one of, reaches the cache that connections share.
        return isMemory && !(isShared && (isUri || hasMemoryMode));
    }

    private static string Source(Dictionary<string, string> parts) => Value(parts, "data source", "datasource", "filename") ?? "";

    /// <summary>The path in a <c>file:</c> URI: without the scheme, the authority and the query.</summary>
    private static string PathOf(string uri)
    {
        var path = uri[UriScheme.Length..].Split('?', '#')[0];
        if (path.StartsWith("//", StringComparison.Ordinal))
        {
            var start = path.IndexOf('/', 2);
            path = start < 0 ? "" : path[start..];
        }

        return Uri.UnescapeDataString(path);
    }

    // Each part with its length, so that no value can pass for two parts.
    private static UInt128 Digest(string? provider, string[] parts, string? name)
    {
        var buffer = new KeyBuffer();
        foreach (var part in (string[])[provider ?? "", .. parts, name ?? ""])
        {
            buffer.Text(part);
        }

        return XxHash128.HashToUInt128(buffer.Span);
    }

    public static bool IsSqlite(string? provider) => provider?.Contains("Sqlite", StringComparison.OrdinalIgnoreCase) == true;

    private static bool IsNpgsql(string? provider) => provider?.Contains("Npgsql", StringComparison.OrdinalIgnoreCase) == true;

    private static Dictionary<string, string> Parse(string? provider, string? connectionString)
        => (IsNpgsql(provider) && NpgsqlBuilder is not null
                ? Parse((DbConnectionStringBuilder)Activator.CreateInstance(NpgsqlBuilder)!, connectionString)
                : null)
            ?? Parse(new DbConnectionStringBuilder(), connectionString)
            ?? new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["text"] = connectionString ?? "" };

    /// <summary>The words of a connection string and their values, or null when it is not of the form that the builder reads.</summary>
    private static Dictionary<string, string>? Parse(DbConnectionStringBuilder builder, string? connectionString)
    {
        var parts = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        try
        {
            builder.ConnectionString = connectionString;
            foreach (string key in builder.Keys)
            {
                parts[key.ToLowerInvariant()] = Convert.ToString(builder[key], CultureInfo.InvariantCulture) ?? "";
            }
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException)
        {
            return null;
        }

        return parts;
    }

    private static string? NameOf(Dictionary<string, string> parts, string? provider)
    {
        if (!IsSqlite(provider))
        {
            // PostgreSQL takes the name of the user for that of the database.
            return Value(parts, "database", "initial catalog", "db")
                ?? (IsNpgsql(provider) ? Value(parts, "username", "user name", "userid", "user id", "uid") : null);
        }

        var source = Source(parts);
        var path = source.StartsWith(UriScheme, StringComparison.OrdinalIgnoreCase) ? PathOf(source) : source;
        return path.Length == 0 || path == InMemory || string.Equals(Value(parts, "mode"), "memory", StringComparison.OrdinalIgnoreCase)
            ? source
            : Path.GetFullPath(path);
    }

    private static string? Value(Dictionary<string, string> parts, params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            if (parts.TryGetValue(key, out var value))
            {
                return value;
            }
        }

        return null;
    }
}
