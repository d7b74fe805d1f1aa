using System.Net;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.ColumnTypes;

/// <summary>Arrays of PostgreSQL are answered from the cache exactly, whatever they are mapped to, and each caller gets its own.</summary>
public sealed class PostgresArrayTests(PostgresValues database) : IClassFixture<PostgresValues>
{
    private static readonly DateTime Noon = new(2026, 3, 29, 12, 0, 0, DateTimeKind.Utc);

    private static readonly Dictionary<string, ValueCase> Cases = new(StringComparer.Ordinal)
    {
        ["boolean[]"] = new ValueCase<bool[]?>(null, [], [true, false], null),
        ["smallint[]"] = new ValueCase<short[]?>(null, [short.MinValue, short.MaxValue], null),
        ["integer[]"] = new ValueCase<int[]?>(null, [], [int.MinValue, 0, int.MaxValue], null),
        ["integer[], required"] = new ValueCase<int[]>(static value => value.IsRequired(), [], [1]),
        ["integer[] with nulls"] = new ValueCase<int?[]?>(null, [], [1, null], null),
        ["bigint[]"] = new ValueCase<long[]?>(null, [long.MinValue, long.MaxValue], null),
        ["real[]"] = new ValueCase<float[]?>(null, [float.NaN, -0f], null),
        ["double precision[]"] = new ValueCase<double[]?>(null, [double.NaN, double.PositiveInfinity], null),
        ["numeric[]"] = new ValueCase<decimal[]?>(null, [1.10m, decimal.MaxValue], null),
        ["text[]"] = new ValueCase<string?[]?>(null, [], ["", null, "\ud83d\ude00"], null),
        ["bytea[]"] = new ValueCase<byte[][]?>(null, [], [[], [1, 2]], null),
        ["uuid[]"] = new ValueCase<Guid[]?>(null, [Guid.Empty, Guid.AllBitsSet], null),
        ["timestamp with time zone[]"] = new ValueCase<DateTime[]?>(null, [Noon, DateTime.MaxValue], null),
        ["date[]"] = new ValueCase<DateOnly[]?>(null, [DateOnly.MinValue, new(2026, 1, 1)], null),
        ["time[]"] = new ValueCase<TimeOnly[]?>(null, [TimeOnly.MinValue, new(1, 2)], null),
        ["interval[]"] = new ValueCase<TimeSpan[]?>(null, [TimeSpan.Zero, TimeSpan.FromDays(-1)], null),
        ["inet[]"] = new ValueCase<IPAddress[]?>(null, [IPAddress.Loopback, IPAddress.Parse("2001:db8::1")], null),
        ["enum[] of the database"] = new ValueCase<Mood[]?>(null, [], [Mood.Happy, Mood.Sad], null),
        ["enum[] as numbers"] = new ValueCase<DayOfWeek[]?>(null, [DayOfWeek.Friday], null),
        ["list of numbers"] = new ValueCase<List<int>?>(null, [], [1, 2], null),
        ["list of nullable numbers"] = new ValueCase<List<int?>?>(null, [1, null], null),
        ["list of texts"] = new ValueCase<List<string?>?>(null, ["", null], null),
        ["list of enums of the database"] = new ValueCase<List<Mood>?>(null, [Mood.Happy], null),
        ["interface of a list"] = new ValueCase<IList<int>?>(null, [1, 2], null),
        ["text of two dimensions"] = new ValueCase<string[,]?>(null, new[,] { { "a", "b" }, { "c", "d" } }, null),
        ["numbers of two dimensions"] = new ValueCase<int[,]?>(null, new[,] { { 1, 2, 3 }, { 4, 5, 6 } }, null),
        ["numbers of three dimensions"] = new ValueCase<int[,,]?>(null, new[,,] { { { 1 }, { 2 } } }, null),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public Task A_column_of_the_type_is_answered_exactly(string name) => Cases[name].CheckAsync(database, name);
}
