using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.ColumnTypes;

/// <summary>Columns of every type that SQLite's provider maps are answered from the cache exactly.</summary>
public sealed class SqliteValueTests(SqliteValues database) : IClassFixture<SqliteValues>
{
    private static readonly DateTime Noon = new(2026, 3, 29, 12, 0, 0, 123, 456);

    private static readonly Dictionary<string, ValueCase> Cases = new(StringComparer.Ordinal)
    {
        ["bool"] = new ValueCase<bool?>(null, true, false, null),
        ["byte"] = new ValueCase<byte?>(null, 0, byte.MaxValue, null),
        ["sbyte"] = new ValueCase<sbyte?>(null, sbyte.MinValue, sbyte.MaxValue, null),
        ["short"] = new ValueCase<short?>(null, short.MinValue, short.MaxValue, null),
        ["ushort"] = new ValueCase<ushort?>(null, 0, ushort.MaxValue, null),
        ["int"] = new ValueCase<int?>(null, int.MinValue, int.MaxValue, null),
        ["int, required"] = new ValueCase<int>(null, int.MinValue, 0, int.MaxValue),
        ["uint"] = new ValueCase<uint?>(null, 0, uint.MaxValue, null),
        ["long"] = new ValueCase<long?>(null, long.MinValue, long.MaxValue, null),
        ["ulong"] = new ValueCase<ulong?>(null, 0, ulong.MaxValue, null),
        ["float"] = new ValueCase<float?>(null, -0f, float.Epsilon, float.MaxValue, float.NegativeInfinity, float.PositiveInfinity, null),
        ["double"] = new ValueCase<double?>(null, -0d, double.Epsilon, double.MaxValue, double.NegativeInfinity, double.PositiveInfinity, null),
        ["decimal"] = new ValueCase<decimal?>(null, 0m, 1.10m, decimal.MinValue, decimal.MaxValue, null),
        ["char"] = new ValueCase<char?>(null, 'a', '\uffff', null),
        ["string"] = new ValueCase<string?>(null, "", "text", "\ud83d\ude00", "a'b\\", null),
        ["byte[]"] = new ValueCase<byte[]?>(null, [], [0, 255], null),
        ["Guid"] = new ValueCase<Guid?>(null, Guid.Empty, Guid.AllBitsSet, null),
        ["DateTime"] = new ValueCase<DateTime?>(
            null,
            DateTime.MinValue,
            DateTime.MaxValue,
            DateTime.SpecifyKind(Noon, DateTimeKind.Utc),
            DateTime.SpecifyKind(Noon, DateTimeKind.Local),
            null),
        ["DateTimeOffset"] = new ValueCase<DateTimeOffset?>(
            null, DateTimeOffset.MinValue, DateTimeOffset.MaxValue, new DateTimeOffset(Noon, TimeSpan.FromMinutes(-450)), null),
        ["DateOnly"] = new ValueCase<DateOnly?>(null, DateOnly.MinValue, DateOnly.MaxValue, null),
        ["TimeOnly"] = new ValueCase<TimeOnly?>(null, TimeOnly.MinValue, TimeOnly.MaxValue, null),
        ["TimeOnly, required"] = new ValueCase<TimeOnly>(null, TimeOnly.MinValue, TimeOnly.MaxValue),
        ["TimeSpan"] = new ValueCase<TimeSpan?>(null, TimeSpan.MinValue, TimeSpan.FromTicks(1), TimeSpan.MaxValue, null),
        ["enum"] = new ValueCase<Mood?>(null, Mood.Happy, (Mood)7, null),
        ["enum, by name"] = new ValueCase<Mood?>(static value => value.HasConversion<string>(), Mood.Happy, null),
        ["Uri"] = new ValueCase<Uri?>(null, new Uri("https://example.org/a?b#c"), null),
        ["list of numbers"] = new ValueCase<List<int>?>(null, [], [1, int.MaxValue], null),
        ["array of texts"] = new ValueCase<string?[]?>(null, [], ["", null, "a"], null),
        ["array of nullable numbers"] = new ValueCase<double?[]?>(null, [1.5, null], null),
        ["array of dates"] = new ValueCase<DateTime[]?>(null, [Noon, DateTime.MaxValue], null),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public Task A_column_of_the_type_is_answered_exactly(string name) => Cases[name].CheckAsync(database, name);
}
