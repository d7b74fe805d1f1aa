#pragma warning disable CS0618 // Nothing else makes a text vector.
using System.Collections;
using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;
using System.Text.Json;
using FastOrm.Cache.EfCore.Internals;
using Microsoft.EntityFrameworkCore;
using NpgsqlTypes;

namespace FastOrm.Cache.Tests.Integration.ColumnTypes;

/// <summary>
/// Columns of the collections and other objects that PostgreSQL's provider gives are answered from the cache exactly, and whoever
/// changes such an object changes nobody else's.
/// </summary>
public sealed class PostgresObjectTests(PostgresValues database) : IClassFixture<PostgresValues>
{
    private static readonly DateTime Noon = new(2026, 3, 29, 12, 0, 0, 123, 456);
    private static readonly DateTime NoonUtc = DateTime.SpecifyKind(Noon, DateTimeKind.Utc);

    private static readonly Dictionary<string, ValueCase> Cases = new(StringComparer.Ordinal)
    {
        ["bit(5)"] = new ValueCase<BitArray?>(static value => value.HasColumnType("bit(5)"), new BitArray([true, false, true, true, false]), null),
        ["bit varying"] = new ValueCase<BitArray?>(null, new BitArray(0), new BitArray(100, true), null),
        ["inet"] = new ValueCase<IPAddress?>(null, IPAddress.Loopback, IPAddress.Parse("2001:db8::1"), null),
        ["inet with a mask"] = new ValueCase<NpgsqlInet?>(null, new NpgsqlInet("10.0.0.1/8"), new NpgsqlInet("2001:db8::1/64"), null),
        ["cidr"] = new ValueCase<IPNetwork?>(null, IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("2001:db8::/32"), null),
        ["macaddr"] = new ValueCase<PhysicalAddress?>(null, new PhysicalAddress([1, 2, 3, 4, 5, 6]), null),
        ["macaddr8"] = new ValueCase<PhysicalAddress?>(
            static value => value.HasColumnType("macaddr8"), new PhysicalAddress([1, 2, 3, 4, 5, 6, 7, 8]), null),
        ["point"] = new ValueCase<NpgsqlPoint?>(null, new NpgsqlPoint(-0d, double.NaN), null),
        ["line"] = new ValueCase<NpgsqlLine?>(null, new NpgsqlLine(1, 2, 3), null),
        ["lseg"] = new ValueCase<NpgsqlLSeg?>(null, new NpgsqlLSeg(1, 2, 3, 4), null),
        ["box"] = new ValueCase<NpgsqlBox?>(null, new NpgsqlBox(4, 3, 2, 1), null),
        ["path"] = new ValueCase<NpgsqlPath?>(null, new NpgsqlPath([new(1, 2), new(3, 4)], open: true), new NpgsqlPath([new(1, 2)]), null),
        ["polygon"] = new ValueCase<NpgsqlPolygon?>(null, new NpgsqlPolygon(new NpgsqlPoint(1, 2), new NpgsqlPoint(3, 4)), null),
        ["circle"] = new ValueCase<NpgsqlCircle?>(null, new NpgsqlCircle(1, 2, 3), null),
        ["cube"] = new ValueCase<NpgsqlCube?>(null, new NpgsqlCube([1, 2], [3, 4]), new NpgsqlCube(1), null),
        ["tsvector"] = new ValueCase<NpgsqlTsVector?>(
            null, NpgsqlTsVector.Parse("'a':1A,3 'b' 'c':2"), NpgsqlTsVector.Empty, null),
        ["tsquery"] = new ValueCase<NpgsqlTsQuery?>(
            null, new NpgsqlTsQueryNot(new NpgsqlTsQueryAnd(new NpgsqlTsQueryLexeme("a"), new NpgsqlTsQueryLexeme("b"))), null),
        ["hstore"] = new ValueCase<Dictionary<string, string?>?>(
            static value => value.HasColumnType("hstore"), [], new() { ["b"] = "", ["a"] = null }, null),
        ["hstore, immutable"] = new ValueCase<ImmutableDictionary<string, string?>?>(
            static value => value.HasColumnType("hstore"), ImmutableDictionary<string, string?>.Empty.Add("a", null).Add("b", "1"), null),
        ["json as a text"] = new ValueCase<string?>(static value => value.HasColumnType("json"), """{ "b":1.0,  "a":[null] }""", null),
        ["jsonb as a text"] = new ValueCase<string?>(static value => value.HasColumnType("jsonb"), """{"b":1.0,"a":[null]}""", null),
        ["json document"] = new ValueCase<JsonDocument?>(
            static value => value.HasColumnType("json"), JsonDocument.Parse("""{ "b":1.0,  "a":[null], "b":2 }"""), null),
        ["jsonb document"] = new ValueCase<JsonDocument?>(null, JsonDocument.Parse("""{"b":1.0,"a":[{}]}"""), JsonDocument.Parse("null"), null),
        ["jsonb element"] = new ValueCase<JsonElement?>(null, JsonDocument.Parse("""{"b":1.0,"a":["\ud83d\ude00"]}""").RootElement, null),
        ["jsonb as a class"] = new ValueCase<Settings?>(
            static value => value.HasColumnType("jsonb"), new Settings { Name = "a" }, null) { Refusal = BypassReasons.Column },
        ["int4range"] = new ValueCase<NpgsqlRange<int>?>(null, new NpgsqlRange<int>(1, 5), NpgsqlRange<int>.Empty, null),
        ["int8range without bounds"] = new ValueCase<NpgsqlRange<long>?>(null, new NpgsqlRange<long>(0, true, true, 0, true, true), null),
        ["numrange"] = new ValueCase<NpgsqlRange<decimal>?>(null, new NpgsqlRange<decimal>(1.50m, false, 2.0m, true), null),
        ["daterange"] = new ValueCase<NpgsqlRange<DateOnly>?>(null, new NpgsqlRange<DateOnly>(new(2026, 1, 1), new(2026, 2, 1)), null),
        ["tsrange"] = new ValueCase<NpgsqlRange<DateTime>?>(
            static value => value.HasColumnType("tsrange"), new NpgsqlRange<DateTime>(Noon, Noon.AddDays(1)), null),
        ["tstzrange"] = new ValueCase<NpgsqlRange<DateTime>?>(null, new NpgsqlRange<DateTime>(NoonUtc, DateTime.MaxValue), null),
        ["int4multirange"] = new ValueCase<NpgsqlRange<int>[]?>(null, [], [new(1, 2), new(5, 9)], null),
        ["datemultirange as a list"] = new ValueCase<List<NpgsqlRange<DateOnly>>?>(null, [new(new(2026, 1, 1), new(2026, 2, 1))], null),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public Task A_column_of_the_type_is_answered_exactly(string name) => Cases[name].CheckAsync(database, name);

    internal sealed class Settings
    {
        public string Name { get; set; } = "";
    }
}
