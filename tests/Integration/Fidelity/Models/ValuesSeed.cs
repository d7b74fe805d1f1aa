namespace FastOrm.Cache.Tests.Integration.Fidelity.Models;

/// <summary>The values: ordinary ones, the ends of every range, nothing.</summary>
internal static class ValuesSeed
{
    /// <summary>Ordinary values, by which the queries look for them too.</summary>
    public static readonly Scalars Ordinary = new()
    {
        Id = 1, Bool = true, Byte = 200, SByte = -7, Short = -1234, UShort = 60_000, Int = -42, UInt = 3_000_000_000, Long = 1L << 40,
        ULong = ulong.MaxValue - 3, Float = 0.1f, Double = 1.0 / 3, Decimal = 12.3400m, Char = 'ß', Guid = new Guid("01234567-89ab-cdef-0123-456789abcdef"),
        Utc = new DateTime(2026, 2, 3, 4, 5, 6, DateTimeKind.Utc).AddTicks(1_234_560), Local = new DateTime(2026, 7, 8, 9, 10, 11, 120),
        Offset = new DateTimeOffset(2026, 2, 3, 4, 5, 6, TimeSpan.Zero), Date = new DateOnly(2024, 2, 29), Time = new TimeOnly(23, 59, 59, 999),
        Span = new TimeSpan(3, 4, 5, 6, 7), Colour = Colour.Green, Small = Small.Most, Large = Large.Least,
        Text = "a 'text' with \"quotes\", \\ and \ud83d\ude00", Bytes = [0, 1, 255],
    };

    public static void Add(ValuesContext db)
    {
        var tiny = db.IsPostgres ? 'a' : '\0';
        db.AddRange(
            Ordinary, new Scalars { Id = 2, Char = tiny, Utc = Utc(1), Local = new DateTime(1), Text = "", Bytes = [] }, Largest(db), Smallest(db));
        db.AddRange(
            new Optionals { Id = 1 },
            new Optionals
            {
                Id = 2, Bool = false, Byte = 0, SByte = 0, Short = 0, UShort = 0, Int = 0, UInt = 0, Long = 0, ULong = 0, Float = -0f, Double = -0.0,
                Decimal = 0.000m, Char = ' ', Guid = Guid.Empty, Utc = Utc(10), Local = new DateTime(10), Offset = default(DateTimeOffset),
                Date = default(DateOnly), Time = default(TimeOnly), Span = TimeSpan.Zero, Colour = Colour.None, Small = Small.None, Large = Large.None,
                Text = "", Bytes = [],
            },
            new Optionals
            {
                Id = 3, Bool = true, Byte = 200, Int = -42, Long = 5, Double = 1.0 / 3, Decimal = 12.3400m, Guid = Ordinary.Guid, Utc = Ordinary.Utc,
                Date = Ordinary.Date, Colour = Colour.Red, Text = "x", Bytes = [1],
            });
        AddConverted(db);
        AddLists(db);
    }

    private static DateTime Utc(long ticks) => new(ticks, DateTimeKind.Utc);

    private static Scalars Largest(ValuesContext db)
        => new()
        {
            Id = 3, Bool = true, Byte = byte.MaxValue, SByte = sbyte.MaxValue, Short = short.MaxValue, UShort = ushort.MaxValue, Int = int.MaxValue,
            UInt = uint.MaxValue, Long = long.MaxValue, ULong = ulong.MaxValue, Float = float.PositiveInfinity, Double = double.PositiveInfinity,
            Decimal = decimal.MaxValue, Char = '\uffef', Guid = new Guid([.. Enumerable.Repeat((byte)255, 16)]),
            Utc = DateTime.SpecifyKind(DateTime.MaxValue, DateTimeKind.Utc), Local = DateTime.MaxValue, Offset = DateTimeOffset.MaxValue,
            Date = DateOnly.MaxValue, Time = TimeOnly.MaxValue, Span = db.IsPostgres ? TimeSpan.FromDays(100_000) : TimeSpan.MaxValue,
            Text = new string('x', 5000) + "\ud83d\ude00", Bytes = [.. Enumerable.Range(0, 1000).Select(static i => (byte)i)],
        };

    private static Scalars Smallest(ValuesContext db)
        => new()
        {
            Id = 4, SByte = sbyte.MinValue, Short = short.MinValue, Int = int.MinValue, Long = long.MinValue,
            Float = db.IsPostgres ? float.NaN : float.Epsilon, Double = db.IsPostgres ? double.NaN : double.NegativeInfinity,
            Decimal = decimal.MinValue, Char = '1', Utc = Utc(0), Local = DateTime.MinValue, Offset = DateTimeOffset.MinValue,
            Date = DateOnly.MinValue, Span = db.IsPostgres ? TimeSpan.FromDays(-100_000) : TimeSpan.MinValue, Text = " ", Bytes = [0],
        };

    private static void AddConverted(ValuesContext db)
        => db.AddRange(Enumerable.Range(1, 3).Select(static i => new Converted
        {
            Id = i,
            Colour = i == 1 ? Colour.Red : Colour.Green,
            ColourOrNull = i == 2 ? null : Colour.Red,
            YesNo = i == 3,
            Ticks = TimeSpan.FromTicks(i * 12345),
            AsUtc = new DateTime(2026, 1, i, 0, 0, 0, DateTimeKind.Utc),
            Site = new Uri($"https://example.com/{i}?q=ü"),
            Code = new Code(i * 100),
            CodeOrNull = i == 1 ? null : new Code(-i),
            Reversed = $"abc{i}",
            Bytes = i == 1 ? [] : [(byte)i, 0],
            NullAsText = i == 2 ? null : "text",
            Map = Enumerable.Range(0, i - 1).ToDictionary(static n => $"k{n}"),
            Number = i * -11,
        }));

    private static void AddLists(ValuesContext db)
        => db.AddRange(Enumerable.Range(1, 3).Select(static i => new Lists
        {
            Id = i,
            Numbers = [.. Enumerable.Range(i, i)],
            Words = [.. Enumerable.Range(1, i - 1).Select(static n => $"word \"{n}\"")],
            Gaps = i == 1 ? [] : ["a", null, ""],
            Maybe = i == 2 ? [] : [1, null, i],
            Days = i == 1 ? null : [new DateOnly(2026, 1, i)],
            Weights = [i / 3.0, double.MaxValue],
            Colours = [Colour.Red, Colour.Green],
            Guids = [new Guid(i, 1, 2, new byte[8])],
            Bits = [true, false, i == 2],
        }));
}
