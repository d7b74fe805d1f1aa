using System.Globalization;
using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Writes.Scopes;

/// <summary>Columns whose converters give the database something else: and it compares what it holds.</summary>
public abstract class ConverterTests : IDisposable
{
    private readonly TestDatabase<ConvertedContext> _database;

    protected ConverterTests(Provider provider)
        => _database = new TestDatabase<ConvertedContext>(static options => new ConvertedContext(options), static db =>
        {
            db.AddRange(Enumerable.Range(1, 9).Select(
                static i => new Converted { Id = i, Folded = i, Number = $"{i % 5}", Big = (ulong)i }));
            db.SaveChanges();
        }, provider: provider);

    /// <summary>Each with two changes of a row: after the first it is in, after the second it is out.</summary>
    public static TheoryData<string, Query, Action<Converted>, Action<Converted>> Queries { get; } = new()
    {
        { "a flag that is a number", rows => rows.Where(r => r.Flag), r => r.Flag = true, r => r.Flag = false },
        { "a captured flag", rows => ByFlag(rows, true), r => r.Flag = true, r => r.Flag = false },
        { "a flag that may be null", rows => rows.Where(r => r.Maybe == true), r => r.Maybe = true, r => r.Maybe = null },
        { "the value of one", rows => rows.Where(r => r.Maybe!.Value), r => r.Maybe = true, r => r.Maybe = false },
        { "several values that become one", rows => rows.Where(r => r.Folded == 14), r => r.Folded = 24, r => r.Folded = 23 },
        { "a text that is a number", rows => rows.Where(r => r.Number == "7"), r => r.Number = "007", r => r.Number = "6" },
        { "a captured text", rows => ByNumber(rows, "7"), r => r.Number = "7", r => r.Number = "8" },
        { "an unsigned number", rows => rows.Where(r => r.Big == ulong.MaxValue), r => r.Big = ulong.MaxValue, r => r.Big = 1 },
    };

    [Theory]
    [MemberData(nameof(Queries))]
    public void A_row_is_seen_to_come_and_to_go(string kind, Query query, Action<Converted> enter, Action<Converted> leave)
    {
        Assert.NotEmpty(kind);
        _database.AssertDies(Read, db => enter(db.Rows.Single(r => r.Id == 8)));
        _database.AssertDies(Read, db => db.Rows.Single(r => r.Id == 8).Name = "new");
        _database.AssertDies(Read, db => leave(db.Rows.Single(r => r.Id == 8)));
        _database.AssertDies(Read, db =>
        {
            var row = new Converted { Id = 99 };
            enter(row);
            db.Add(row);
        });

        string Read(ConvertedContext db) => query(db.Rows).Remember().ToList().Select(r => $"{r.Id} {r.Name}").Sorted();
    }

    public void Dispose() => _database.Dispose();

    private static IQueryable<Converted> ByFlag(IQueryable<Converted> rows, bool flag) => rows.Where(r => r.Flag == flag);

    private static IQueryable<Converted> ByNumber(IQueryable<Converted> rows, string number)
        => rows.Where(r => r.Number == number);

    public delegate IQueryable<Converted> Query(IQueryable<Converted> rows);
}

public sealed class SqliteConverterTests() : ConverterTests(Provider.Sqlite);

public sealed class PostgresConverterTests() : ConverterTests(Provider.PostgreSql);

public class ConvertedContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<Converted> Rows => Set<Converted>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
        => modelBuilder.Entity<Converted>(row =>
        {
            row.Property(r => r.Id).ValueGeneratedNever();
            row.Property(r => r.Flag).HasConversion<int>();
            row.Property(r => r.Maybe).HasConversion<int?>();
            row.Property(r => r.Folded).HasConversion(static value => value % 10, static value => value);
            row.Property(r => r.Number).HasConversion(
                static text => int.Parse(text, CultureInfo.InvariantCulture),
                static value => value.ToString(CultureInfo.InvariantCulture));
            row.Property(r => r.Big).HasConversion<long>();
        });
}

public class Converted
{
    public int Id { get; set; }

    public string Name { get; set; } = "";

    public bool Flag { get; set; }

    public bool? Maybe { get; set; }

    public int Folded { get; set; }

    public string Number { get; set; } = "0";

    public ulong Big { get; set; }
}
