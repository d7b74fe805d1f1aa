namespace FastOrm.Cache.Tests.Unit.Keys.Generated;

/// <summary>The columns and the values of generated queries: few of each, so that many differ in one thing only.</summary>
internal static class Pools
{
    private static readonly DateTime Noon = new(2026, 3, 29, 12, 0, 0, DateTimeKind.Unspecified);

    public static readonly string?[] Texts = ["", "a", "A", "ab", "b%", null];

    /// <summary>The columns by type, also those behind the navigation.</summary>
    public static readonly (Type Type, string[] Columns)[] Columns =
    [
        (typeof(int), ["Id", "Number", "GroupId", "Group.Id"]), (typeof(int?), ["Rank"]), (typeof(long), ["Weight"]),
        (typeof(string), ["Name", "Note", "Group.Name"]), (typeof(decimal), ["Price"]), (typeof(double), ["Ratio"]),
        (typeof(float), ["Share"]), (typeof(bool), ["IsOpen"]), (typeof(ThingKind), ["Kind"]), (typeof(ThingSize), ["Size"]),
        (typeof(char), ["Grade"]), (typeof(byte), ["Level"]), (typeof(sbyte), ["Shift"]), (typeof(short), ["Row"]),
        (typeof(ushort), ["Port"]), (typeof(uint), ["Count"]), (typeof(ulong), ["Serial"]), (typeof(Guid), ["Code"]),
        (typeof(DateTime), ["Created"]), (typeof(DateTimeOffset), ["Seen"]), (typeof(DateOnly), ["Day"]),
        (typeof(TimeOnly), ["Opens"]), (typeof(TimeSpan), ["Length"]), (typeof(byte[]), ["Image"]),
    ];

    /// <summary>The values by type: those of the columns, and lists of them.</summary>
    public static readonly Dictionary<Type, object?[]> Values = new()
    {
        [typeof(int)] = [0, 1, 2, 3, 7, -1],
        [typeof(int?)] = [null, 0, 1, 2],
        [typeof(long)] = [0L, 1L, 2L, 1L << 40],
        [typeof(string)] = Texts,
        [typeof(decimal)] = [0m, 1m, 1.0m, 2.5m],
        [typeof(double)] = [0d, 1d, 1.5d, -2d],
        [typeof(float)] = [0f, 1f, 1.5f],
        [typeof(bool)] = [true, false],
        [typeof(ThingKind)] = [ThingKind.Plain, ThingKind.Special, ThingKind.Rare],
        [typeof(ThingSize)] = [ThingSize.Small, ThingSize.Large, ThingSize.Huge],
        [typeof(char)] = ['a', 'b', '0'],
        [typeof(byte)] = [(byte)0, (byte)1, (byte)2],
        [typeof(sbyte)] = [(sbyte)0, (sbyte)1, (sbyte)-1],
        [typeof(short)] = [(short)0, (short)1, (short)2],
        [typeof(ushort)] = [(ushort)0, (ushort)1, ushort.MaxValue],
        [typeof(uint)] = [0u, 1u, uint.MaxValue],
        [typeof(ulong)] = [0ul, 1ul, 2ul],
        [typeof(Guid)] = [Guid.Empty, new Guid(1, 0, 0, new byte[8]), Guid.AllBitsSet],
        [typeof(DateTime)] = [Noon, Noon.AddTicks(10_000), Noon.AddDays(1), DateTime.SpecifyKind(Noon, DateTimeKind.Utc)],
        [typeof(DateTimeOffset)] =
        [
            new DateTimeOffset(Noon, TimeSpan.Zero), new DateTimeOffset(Noon.AddHours(1), TimeSpan.FromHours(1)),
        ],
        [typeof(DateOnly)] = [default(DateOnly), DateOnly.FromDateTime(Noon)],
        [typeof(TimeOnly)] = [default(TimeOnly), TimeOnly.FromDateTime(Noon)],
        [typeof(TimeSpan)] = [TimeSpan.Zero, TimeSpan.FromHours(1), TimeSpan.FromTicks(10)],
        [typeof(byte[])] = [Array.Empty<byte>(), new byte[] { 1 }, new byte[] { 1, 0 }],
        [typeof(int[])] = [Array.Empty<int>(), new[] { 1 }, new[] { 1, 2 }, new[] { 2, 1 }, new[] { 1, 2, 3, 7 }],
        [typeof(List<int>)] = [new List<int>(), new List<int> { 1 }, new List<int> { 0, 2 }, new List<int> { 0, 2, 3 }],
        [typeof(HashSet<int>)] = [new HashSet<int>(), new HashSet<int> { 1, 2 }, new HashSet<int> { 2, 3 }],
        [typeof(int?[])] = [Array.Empty<int?>(), new int?[] { null }, new int?[] { null, 1 }, new int?[] { 1, 2 }],
        [typeof(string[])] = [Array.Empty<string>(), new[] { "a" }, new[] { "a", null }, new[] { "A", "ab" }],
        [typeof(List<string>)] = [new List<string?> { null }, new List<string> { "a", "" }, new List<string> { "ab" }],
        [typeof(Guid[])] = [Array.Empty<Guid>(), new[] { Guid.Empty }, new[] { Guid.AllBitsSet, Guid.Empty }],
        [typeof(List<ThingKind>)] = [new List<ThingKind> { ThingKind.Rare }, new List<ThingKind> { ThingKind.Plain }],
        [typeof(ThingKind[])] = [Array.Empty<ThingKind>(), new[] { ThingKind.Special }, new[] { ThingKind.Rare }],
        [typeof(long[])] = [Array.Empty<long>(), new[] { 1L }, new[] { 1L, 0L }],
        [typeof(List<DateTime>)] = [new List<DateTime> { Noon }, new List<DateTime> { Noon, Noon.AddDays(1) }],
        [typeof(Thing)] = [new Thing { Id = 1 }, new Thing { Id = 2 }, new SpecialThing { Id = 4 }],
    };

    /// <summary>The lists, with what their items are compared with.</summary>
    public static readonly (Type List, Type Item)[] Lists =
    [
        (typeof(int[]), typeof(int)), (typeof(List<int>), typeof(int)), (typeof(HashSet<int>), typeof(int)),
        (typeof(int?[]), typeof(int?)), (typeof(string[]), typeof(string)), (typeof(List<string>), typeof(string)),
        (typeof(Guid[]), typeof(Guid)), (typeof(List<ThingKind>), typeof(ThingKind)), (typeof(ThingKind[]), typeof(ThingKind)),
        (typeof(long[]), typeof(long)), (typeof(List<DateTime>), typeof(DateTime)),
    ];

    public static readonly string[] Tags = ["one", "two"];

    public static readonly string[] Includes = ["Group", "Group.Things"];

    public static readonly string[] Roots =
    [
        "things", "specials", "SELECT * FROM Things", "SELECT * FROM Things WHERE Id <> 3",
    ];

    public static string[] ColumnsOf(Type type) => Array.Find(Columns, entry => entry.Type == type).Columns ?? [];
}
