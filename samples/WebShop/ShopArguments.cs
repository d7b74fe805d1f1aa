using Microsoft.AspNetCore.Http;

namespace WebShop;

/// <summary>The command line.</summary>
public sealed record ShopArguments
{
    public const string Usage = """
        Usage: dotnet run --project samples/WebShop [-- options]
          --demo          play a scripted shopper without a browser, print what each step cost, and exit
          --load          put a shop under load for 20 s, with the cache on and then off, print a table, and exit
          --data <path>   the SQLite file, created when missing (default: shop.db beside the program)
          --redis <url>   a Redis server that several shops share, as localhost:6379; each still has its own memory
          --urls <urls>   the addresses to listen on, separated by ';' (default: http://localhost:5080)
          --help          show this text
        """;

    // Settings that ASP.NET Core itself reads from the command line; test hosts pass some of them.
    private static readonly string[] HostOptions = ["--urls", "--environment", "--contentRoot", "--applicationName"];

    public bool Demo { get; private init; }

    public bool Load { get; private init; }

    public bool Help { get; private init; }

    /// <summary>The full path of the SQLite file.</summary>
    public string DataPath { get; private init; } = Path.Combine(AppContext.BaseDirectory, "shop.db");

    /// <summary>The address of the Redis server; null for none.</summary>
    public string? Redis { get; private init; }

    /// <summary>Reads the command line.</summary>
    /// <exception cref="ArgumentException">It holds something unknown or unusable. The message is for the user.</exception>
    public static ShopArguments Parse(string[] args)
    {
        var parsed = new ShopArguments();
        var rest = new Queue<string>(args);
        while (rest.TryDequeue(out var argument))
        {
            parsed = parsed.With(argument, rest);
        }

        return parsed;
    }

    private ShopArguments With(string argument, Queue<string> rest)
    {
        var equals = argument.IndexOf('=', StringComparison.Ordinal);
        var name = equals < 0 ? argument : argument[..equals];
        switch (name)
        {
            case "--demo" when equals < 0:
                return this with { Demo = true };
            case "--load" when equals < 0:
                return this with { Load = true };
            case "--help" or "-h" when equals < 0:
                return this with { Help = true };
            case "--data":
                return this with { DataPath = CheckedPath(Value()) };
            case "--redis":
                return this with { Redis = Value() };
            case var host when HostOptions.Contains(host, StringComparer.OrdinalIgnoreCase):
                var value = Value();
                if (host.Equals("--urls", StringComparison.OrdinalIgnoreCase))
                {
                    CheckUrls(value);
                }

                return this;
            default:
                throw new ArgumentException($"Unknown option '{argument}'.");
        }

        string Value()
        {
            var value = equals >= 0 ? argument[(equals + 1)..]
                : rest.TryPeek(out var next) && !next.StartsWith('-') ? rest.Dequeue()
                : "";
            return value.Length > 0 ? value : throw new ArgumentException($"Option '{name}' needs a value.");
        }
    }

    private static string CheckedPath(string path)
    {
        var full = Path.GetFullPath(path);
        return Directory.Exists(full) || Path.EndsInDirectorySeparator(full)
            ? throw new ArgumentException($"Option '--data' needs the path of a file, but '{path}' is a directory.")
            : full;
    }

    private static void CheckUrls(string urls)
    {
        foreach (var url in urls.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            try
            {
                BindingAddress.Parse(url);
            }
            catch (FormatException problem)
            {
                throw new ArgumentException(
                    $"Option '--urls' needs addresses such as http://localhost:5080, but got '{url}'.", problem);
            }
        }
    }
}
