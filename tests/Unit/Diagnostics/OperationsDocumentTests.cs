using System.Reflection;
using FastOrm.Cache.Diagnostics;
using FastOrm.Cache.EfCore;
using FastOrm.Cache.EfCore.Internals;
using FastOrm.Cache.Tests.Unit.Support;
using Microsoft.Extensions.Logging;

namespace FastOrm.Cache.Tests.Unit.Diagnostics;

/// <summary>docs/operations.md says of all that a cache tells what to do about it, and of nothing else.</summary>
public sealed class OperationsDocumentTests
{
    private static readonly string[] Lines = File.ReadAllLines(Path.Combine(Repository.Root, "docs", "operations.md"));

    private static readonly LoggerMessageAttribute[] Events =
    [
        .. typeof(ICache).Assembly.GetTypes()
            .SelectMany(static type => type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .Select(static method => method.GetCustomAttribute<LoggerMessageAttribute>())
            .OfType<LoggerMessageAttribute>(),
    ];

    [Fact]
    public void Each_log_event_stands_there_with_its_level_and_a_remedy()
    {
        var ofQueries = typeof(FastOrmCacheEventId).GetFields().Select(static field => (EventId)field.GetValue(null)!);
        var told = Events.Select(static told => (Id: told.EventId, Level: told.Level.ToString()))
            .Concat(ofQueries.Select(static id => (id.Id, id == FastOrmCacheEventId.PolicyRefused ? nameof(LogLevel.Debug) : nameof(LogLevel.Warning))))
            .Order();

        Assert.NotEmpty(Events);
        Assert.Equal(told, Documented().Order());
    }

    [Fact]
    public void Each_warning_says_more_than_what_has_happened()
        => Assert.All(Events.Where(static told => told.Level >= LogLevel.Warning), static told
            => Assert.True(told.Message.Split(". ").Length > 1, told.Message));

    [Fact]
    public void Each_reason_for_leaving_something_out_stands_there_with_what_to_do()
    {
        var reasons = new[] { typeof(BypassReasons), typeof(ValueBypasses), typeof(RemoteBypasses) }
            .SelectMany(static reasons => reasons.GetFields())
            .Select(static field => ((string)field.GetValue(null)!).Replace("remote: ", "", StringComparison.Ordinal));

        Assert.All(reasons, static reason => Assert.Contains(Lines, line => line.StartsWith($"| `{reason}` | ", StringComparison.Ordinal)));
    }

    [Fact]
    public void Each_property_that_tells_how_a_cache_stands_with_the_tier_stands_there()
        => Assert.All(typeof(RemoteTierStatistics).GetProperties(), static property
            => Assert.Contains(Lines, line => line.StartsWith('|') && line.Split('|')[1].Contains($"`{property.Name}`", StringComparison.Ordinal)));

    private static IEnumerable<(int Id, string Level)> Documented()
        => from line in Lines
           let cells = line.Split('|', StringSplitOptions.TrimEntries)
           where line.StartsWith('|') && cells.Length == 7 && cells[1].Length > 0 && char.IsAsciiDigit(cells[1][0]) && cells[5].Length > 0
           let levels = cells[2].Split(", ")
           from one in cells[1].Split(", ").Select((id, at) => (int.Parse(id), levels[at]))
           select (one.Item1, char.ToUpperInvariant(one.Item2[0]) + one.Item2[1..]);
}
