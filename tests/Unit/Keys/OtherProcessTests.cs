using System.Diagnostics;
using System.Globalization;
using System.IO.Hashing;
using System.Linq.Expressions;
using FastOrm.Cache.EfCore;
using FastOrm.Cache.EfCore.Keys;
using FastOrm.Cache.Tests.Unit.Keys.Generated;
using FastOrm.Cache.Tests.Unit.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Unit.Keys;

/// <summary>
/// Processes share a cache, so each must compute the same keys: whatever its random seeds are, where its code lies in memory, and
/// what it has met before. The other process meets the queries in the opposite order.
/// </summary>
public sealed class OtherProcessTests
{
    private const int Generated = 100;

    [Fact]
    public async Task Another_process_computes_the_same_keys()
    {
        var expected = Keys(reversed: false).ToArray();

        var actual = await KeysOfAnotherProcess();

        Assert.True(expected.Length >= 50 + Generated);
        Assert.Equal(expected, actual.Reverse());
    }

    /// <summary>The names and keys of the queries.</summary>
    internal static IEnumerable<string> Keys(bool reversed)
    {
        using var lab = new KeyLab();
        using var generated = new KeyLab<ThingContext>(static options => new ThingContext(options));
        var keys = GoldenQueries.All.Concat(ProcessQueries.All)
            .Select(query => (query.Name, Key: new Func<QueryKey>(() => Key(lab, query.Make(lab.Shop)))))
            .Concat(Enumerable.Range(1, Generated).Select(i => ($"generated {i}", new Func<QueryKey>(() => Key(generated, i)))));
        foreach (var (name, key) in reversed ? keys.Reverse() : keys)
        {
            yield return $"{name}: {Describe(key())}";
        }
    }

    private static QueryKey Key<TContext>(KeyLab<TContext> lab, Expression query)
        where TContext : DbContext
        => lab.Extracted(query, out _, out _, new RememberOptions { Key = "name", Tags = ["one", "two"] });

    private static QueryKey Key(KeyLab<ThingContext> lab, int seed)
    {
        var builder = new TermBuilder(lab.Context, new Captures(new Random(seed)), new Random(seed));
        return Key(lab, builder.Build(QueryPair.Of(seed, size: seed).First));
    }

    private static string Describe(QueryKey key)
    {
        if (key.Refusal is not null)
        {
            return key.Refusal;
        }

        var hash = new XxHash128();
        hash.Append(key.Shape.Span);
        hash.Append(key.Values.Span[key.ValuesHeaderLength..]);
        hash.Append(key.Names.Span);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{hash.GetCurrentHashAsUInt128():x32} {key.PlanHash():x16} {key.SourceHash(1):x16}");
    }

    private static async Task<string[]> KeysOfAnotherProcess()
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            ArgumentList = { "exec", typeof(OtherProcessTests).Assembly.Location, "reversed" },
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();

        Assert.True(process.ExitCode == 0, await errors);
        return (await output).Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
    }
}
