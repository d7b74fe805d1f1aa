using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Keys;

/// <summary>Of every type that can be captured: two values never share rows, equal ones always do.</summary>
public sealed class CapturedTypeTests : IDisposable
{
    private static readonly DateTime Noon = new(2026, 3, 29, 12, 0, 0);

    private static readonly Dictionary<string, Case> Cases = new(StringComparer.Ordinal)
    {
        ["bool"] = Of<bool>((rows, x) => rows.Where(r => r.Bool == x), true, false),
        ["byte"] = Of<byte>((rows, x) => rows.Where(r => r.Byte == x), 1, 2),
        ["sbyte"] = Of<sbyte>((rows, x) => rows.Where(r => r.SByte == x), -1, 1),
        ["short"] = Of<short>((rows, x) => rows.Where(r => r.Short == x), -1, 1),
        ["ushort"] = Of<ushort>((rows, x) => rows.Where(r => r.UShort == x), 1, ushort.MaxValue),
        ["int"] = Of<int>((rows, x) => rows.Where(r => r.Int == x), 1, -1),
        ["uint"] = Of<uint>((rows, x) => rows.Where(r => r.UInt == x), 1, uint.MaxValue),
        ["long"] = Of<long>((rows, x) => rows.Where(r => r.Long == x), 1, 1L << 40),
        ["long from int"] = Of<int>((rows, x) => rows.Where(r => r.Long == x), 1, 2),
        ["ulong"] = Of<ulong>((rows, x) => rows.Where(r => r.ULong == x), 1, long.MaxValue),
        ["float"] = Of<float>((rows, x) => rows.Where(r => r.Float < x), 1f, 1.5f),
        ["double"] = Of<double>((rows, x) => rows.Where(r => r.Double < x), 1, 1.5),
        ["double zero"] = Of<double>((rows, x) => rows.Where(r => r.Double == x), 0d, -0d),
        ["decimal"] = Of<decimal>((rows, x) => rows.Where(r => r.Decimal == x), 1m, 2m),
        ["scale of decimal"] = Of<decimal>((rows, x) => rows.Where(r => r.Decimal == x), 1.0m, 1.00m),
        ["char"] = Of<char>((rows, x) => rows.Where(r => r.Char == x), 'a', 'b'),
        ["string"] = Of<string>((rows, x) => rows.Where(r => r.Text == x), "a", "A"),
        ["string or null"] = Of<string?>((rows, x) => rows.Where(r => r.Note == x), null, ""),
        ["nullable"] = Of<int?>((rows, x) => rows.Where(r => r.Rank == x), null, 0),
        ["value of a nullable"] = Of<int?>((rows, x) => rows.Where(r => r.Int == x!.Value), 1, 2),
        ["lifted int"] = Of<int>((rows, x) => rows.Where(r => r.Rank == x), 1, 2),
        ["Guid"] = Of<Guid>((rows, x) => rows.Where(r => r.Guid == x), Guid.Empty, Guid.AllBitsSet),
        ["DateTime"] = Of<DateTime>((rows, x) => rows.Where(r => r.DateTime == x), Noon, Noon.AddMilliseconds(1)),
        ["kind of DateTime"] = Of<DateTime>((rows, x) => rows.Where(r => r.DateTime == x), Noon, DateTime.SpecifyKind(Noon, DateTimeKind.Utc)),
        ["DateTimeOffset"] = Of<DateTimeOffset>(
            (rows, x) => rows.Where(r => r.Offset == x), new(Noon, TimeSpan.Zero), new(Noon, TimeSpan.FromHours(1))),
        ["offset of the same instant"] = Of<DateTimeOffset>(
            (rows, x) => rows.Where(r => r.Offset == x), new(Noon, TimeSpan.Zero), new(Noon.AddHours(1), TimeSpan.FromHours(1))),
        ["DateOnly"] = Of<DateOnly>((rows, x) => rows.Where(r => r.Date == x), default, DateOnly.FromDateTime(Noon)),
        ["TimeOnly"] = Of<TimeOnly>((rows, x) => rows.Where(r => r.Time == x), default, TimeOnly.FromDateTime(Noon)),
        ["TimeSpan"] = Of<TimeSpan>((rows, x) => rows.Where(r => r.Span == x), TimeSpan.Zero, TimeSpan.FromTicks(1)),
        ["byte[]"] = Of<byte[]>((rows, x) => rows.Where(r => r.Bytes == x), [1], [2]),
        ["enum"] = Of<IntKind>((rows, x) => rows.Where(r => r.IntKind == x), IntKind.One, IntKind.Two),
        ["enum of bytes"] = Of<ByteKind>((rows, x) => rows.Where(r => r.ByteKind == x), ByteKind.One, ByteKind.Two),
        ["nullable enum"] = Of<IntKind?>((rows, x) => rows.Where(r => r.IntKind == x), null, IntKind.Two),
        ["int as enum"] = Of<int>((rows, x) => rows.Where(r => r.IntKind == (IntKind)x), 1, 2),
        ["enum as int"] = Of<IntKind>((rows, x) => rows.Where(r => r.Int == (int)x), IntKind.One, IntKind.Two),
        ["converted struct"] = Of<StrongId>((rows, x) => rows.Where(r => r.Strong == x), new(1), new(2)),
        ["member of a tuple"] = Of<(int A, int B)>((rows, x) => rows.Where(r => r.Int == x.A || r.Int == x.B), (1, 2), (2, 3)),
        ["object"] = Of<object>((rows, x) => rows.Where(r => r.Text.Equals(x)), "a", "b"),
        ["StartsWith"] = Of<string>((rows, x) => rows.Where(r => r.Text.StartsWith(x)), "a", "b"),
        ["EndsWith"] = Of<string>((rows, x) => rows.Where(r => r.Text.EndsWith(x)), "a", "b"),
        ["Contains of a text"] = Of<string>((rows, x) => rows.Where(r => r.Text.Contains(x)), "a", "b"),
        ["Like"] = Of<string>((rows, x) => rows.Where(r => EF.Functions.Like(r.Text, x)), "a%", "b%"),
        ["EF.Constant"] = Of<int>((rows, x) => rows.Where(r => r.Int == EF.Constant(x)), 1, 2),
        ["EF.Parameter"] = Of<int>((rows, x) => rows.Where(r => r.Int == EF.Parameter(x)), 1, 2),
        ["EF.Property"] = Of<string>((rows, x) => rows.Where(r => EF.Property<int>(r, x) == 1), nameof(TypesRow.Int), nameof(TypesRow.Short)),
        ["conditional"] = Of<bool>((rows, x) => rows.Where(r => x ? r.Int == 1 : r.Int == 2), true, false),
        ["coalesce"] = Of<int?>((rows, x) => rows.Where(r => (x ?? r.Rank) == 1), null, 1),
        ["or"] = Of<bool>((rows, x) => rows.Where(r => x || r.Int == 1), true, false),
        ["Skip"] = Of<int>((rows, x) => rows.OrderBy(r => r.Id).Skip(x), 0, 1),
        ["Take"] = Of<int>((rows, x) => rows.OrderBy(r => r.Id).Take(x), 1, 2),
        ["projected"] = Of<int>((rows, x) => rows.Where(r => r.Id + x == 3), 1, 2),
        ["FromSql"] = Of<int>((rows, x) => ((DbSet<TypesRow>)rows).FromSql($"SELECT * FROM Rows WHERE \"Int\" = {x}"), 1, -1),
    };

    private readonly TestDatabase<TypesContext> _database = new(static options => new TypesContext(options), Seed);

    private delegate IQueryable<TypesRow> Query<T>(IQueryable<TypesRow> rows, T value);

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Two_values_do_not_share_rows_and_equal_ones_do(string name)
    {
        var test = Cases[name];

        AssertRuns(test.First, commands: 1);
        AssertRuns(test.Second, commands: 1);
        AssertRuns(test.First, commands: 0);
        AssertRuns(test.Second, commands: 0);
        Assert.Equal(2, _database.Cache.Statistics.Hits);
        Assert.Empty(_database.Cache.Statistics.Bypasses);
    }

    public void Dispose() => _database.Dispose();

    private static Case Of<T>(Query<T> query, T first, T second)
        => new(rows => query(rows, first), rows => query(rows, second));

    private static void Seed(TypesContext db)
    {
        db.AddRange(
            new TypesRow
            {
                Bool = true, Byte = 1, SByte = -1, Short = -1, UShort = 1, Int = 1, UInt = 1, Long = 1, ULong = 1, Float = 1.2f, Double = 1.2, Decimal = 1m,
                Char = 'a', Text = "a", Rank = 1, DateTime = Noon, Offset = new(Noon, TimeSpan.Zero), Bytes = [1], IntKind = IntKind.One, ByteKind = ByteKind.One,
                Strong = new(1),
            },
            new TypesRow
            {
                Byte = 2, SByte = 1, Short = 1, UShort = ushort.MaxValue, Int = 2, UInt = uint.MaxValue, Long = 2, ULong = long.MaxValue, Decimal = 2m,
                Char = 'b', Text = "b", Note = "", Rank = 0, Guid = Guid.AllBitsSet, DateTime = Noon.AddMilliseconds(1), Offset = new(Noon, TimeSpan.FromHours(1)),
                Date = DateOnly.FromDateTime(Noon), Time = TimeOnly.FromDateTime(Noon), Span = TimeSpan.FromTicks(1), Bytes = [2], IntKind = IntKind.Two,
                ByteKind = ByteKind.Two, Strong = new(2),
            },
            new TypesRow { Text = "A", Int = -1, Long = 1L << 40, Double = 5, Float = 5 });
        db.SaveChanges();
    }

    private void AssertRuns(Func<DbSet<TypesRow>, IQueryable<TypesRow>> query, int commands)
    {
        var (result, sent) = _database.Count(db => query(db.Rows).Remember().Select(r => r.Id).ToList());
        using var plain = _database.NewPlain();

        Assert.Equal(query(plain.Rows).Select(r => r.Id).ToList(), result);
        Assert.Equal(commands, sent);
    }

    private sealed record Case(Func<DbSet<TypesRow>, IQueryable<TypesRow>> First, Func<DbSet<TypesRow>, IQueryable<TypesRow>> Second);
}
