using System.Numerics;
using Microsoft.EntityFrameworkCore;
using NpgsqlTypes;

namespace FastOrm.Cache.Tests.Integration.ColumnTypes;

/// <summary>Columns of every scalar type that PostgreSQL's provider maps are answered from the cache exactly.</summary>
public sealed class PostgresValueTests(PostgresValues database) : IClassFixture<PostgresValues>
{
    private static readonly DateTime Noon = new(2026, 3, 29, 12, 0, 0, 123, 456);
    private static readonly DateTime NoonUtc = DateTime.SpecifyKind(Noon, DateTimeKind.Utc);

    private static readonly Dictionary<string, ValueCase> Cases = new(StringComparer.Ordinal)
    {
        ["boolean"] = new ValueCase<bool?>(null, true, false, null),
        ["byte"] = new ValueCase<byte?>(null, 0, byte.MaxValue, null),
        ["sbyte"] = new ValueCase<sbyte?>(null, sbyte.MinValue, sbyte.MaxValue, null),
        ["smallint"] = new ValueCase<short?>(null, short.MinValue, short.MaxValue, null),
        ["ushort"] = new ValueCase<ushort?>(null, 0, ushort.MaxValue, null),
        ["integer"] = new ValueCase<int?>(null, int.MinValue, int.MaxValue, null),
        ["integer, required"] = new ValueCase<int>(null, int.MinValue, int.MaxValue),
        ["uint"] = new ValueCase<uint?>(null, 0, uint.MaxValue, null),
        ["oid"] = new ValueCase<uint?>(static value => value.HasColumnType("oid"), 0, uint.MaxValue, null),
        ["xid"] = new ValueCase<uint?>(static value => value.HasColumnType("xid"), 0, uint.MaxValue, null),
        ["xid8"] = new ValueCase<ulong?>(static value => value.HasColumnType("xid8"), 0, ulong.MaxValue, null),
        ["bigint"] = new ValueCase<long?>(null, long.MinValue, long.MaxValue, null),
        ["ulong"] = new ValueCase<ulong?>(null, 0, ulong.MaxValue, null),
        ["real"] = new ValueCase<float?>(null, -0f, float.Epsilon, float.NaN, float.NegativeInfinity, float.PositiveInfinity, null),
        ["double precision"] = new ValueCase<double?>(
            null, -0d, double.Epsilon, double.NaN, double.NegativeInfinity, double.PositiveInfinity, null),
        ["numeric"] = new ValueCase<decimal?>(null, 0m, 1.10m, decimal.MinValue, decimal.MaxValue, null),
        ["numeric with a scale"] = new ValueCase<decimal?>(static value => value.HasPrecision(20, 5), 0m, 1.1m, 99999.12345m, null),
        ["numeric as BigInteger"] = new ValueCase<BigInteger?>(null, BigInteger.Zero, BigInteger.Pow(-10, 51), null),
        ["money"] = new ValueCase<decimal?>(static value => value.HasColumnType("money"), 0m, -12.34m, 1234567.89m, null),
        ["character(1)"] = new ValueCase<char?>(null, 'a', '\uffee', null),
        ["\"char\""] = new ValueCase<char?>(static value => value.HasColumnType("\"char\""), 'a', '~', null),
        ["text"] = new ValueCase<string?>(null, "", "text", "\ud83d\ude00", "a'b\\", null),
        ["text, required"] = new ValueCase<string>(static value => value.IsRequired(), "", "text"),
        ["character(5)"] = new ValueCase<string?>(static value => value.HasColumnType("character(5)"), "", "ab", null),
        ["citext"] = new ValueCase<string?>(static value => value.HasColumnType("citext"), "aBc", "", null),
        ["xml"] = new ValueCase<string?>(static value => value.HasColumnType("xml"), "<a b=\"1\"/>", null),
        ["name"] = new ValueCase<string?>(static value => value.HasColumnType("name"), "n", null),
        ["ltree as a text"] = new ValueCase<string?>(static value => value.HasColumnType("ltree"), "a.b.c", "", null),
        ["ltree"] = new ValueCase<LTree?>(null, "a.b.c", "", null),
        ["bytea"] = new ValueCase<byte[]?>(null, [], [0, 255], null),
        ["uuid"] = new ValueCase<Guid?>(null, Guid.Empty, Guid.AllBitsSet, null),
        ["timestamp with time zone"] = new ValueCase<DateTime?>(null, NoonUtc, DateTime.MinValue, DateTime.MaxValue, null),
        ["timestamp"] = new ValueCase<DateTime?>(
            static value => value.HasColumnType("timestamp without time zone"), Noon, DateTime.MinValue, DateTime.MaxValue, null),
        ["DateTimeOffset"] = new ValueCase<DateTimeOffset?>(
            null, new DateTimeOffset(NoonUtc), DateTimeOffset.MinValue, DateTimeOffset.MaxValue, null),
        ["time with time zone"] = new ValueCase<DateTimeOffset?>(
            static value => value.HasColumnType("time with time zone"), new DateTimeOffset(Noon, TimeSpan.FromHours(-3)), null),
        ["date"] = new ValueCase<DateOnly?>(null, DateOnly.FromDateTime(Noon), DateOnly.MinValue, DateOnly.MaxValue, null),
        ["date as DateTime"] = new ValueCase<DateTime?>(static value => value.HasColumnType("date"), Noon.Date, DateTime.MaxValue.Date, null),
        ["time"] = new ValueCase<TimeOnly?>(null, TimeOnly.MinValue, new TimeOnly(23, 59, 59, 999), null),
        ["time as TimeSpan"] = new ValueCase<TimeSpan?>(static value => value.HasColumnType("time"), TimeSpan.Zero, TimeSpan.FromHours(23), null),
        ["interval"] = new ValueCase<TimeSpan?>(null, TimeSpan.FromDays(-1000.5), TimeSpan.FromMicroseconds(1), null),
        ["enum as a number"] = new ValueCase<DayOfWeek?>(null, DayOfWeek.Friday, (DayOfWeek)77, null),
        ["enum by name"] = new ValueCase<DayOfWeek?>(static value => value.HasConversion<string>(), DayOfWeek.Friday, null),
        ["enum of the database"] = new ValueCase<Mood?>(null, Mood.Sad, Mood.Happy, null),
        ["enum of the database, required"] = new ValueCase<Mood>(null, Mood.Sad, Mood.Happy),
        ["pg_lsn"] = new ValueCase<NpgsqlLogSequenceNumber?>(null, new NpgsqlLogSequenceNumber(ulong.MaxValue), default(NpgsqlLogSequenceNumber), null),
        ["tid"] = new ValueCase<NpgsqlTid?>(null, new NpgsqlTid(uint.MaxValue, 7), null),
        ["regconfig"] = new ValueCase<uint?>(static value => value.HasColumnType("regconfig"), 3748u, null),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public Task A_column_of_the_type_is_answered_exactly(string name) => Cases[name].CheckAsync(database, name);
}
