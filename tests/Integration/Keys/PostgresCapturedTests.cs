using System.Collections;
using System.Data;
using System.Net;
using System.Net.NetworkInformation;
using System.Text.Json;
using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;

namespace FastOrm.Cache.Tests.Integration.Keys;

/// <summary>Values of types that only PostgreSQL knows: two never share rows, equal ones always do.</summary>
public sealed class PostgresCapturedTests : IDisposable
{
    private static readonly Dictionary<string, Func<PgContext, int, IQueryable<PgRow>>> Queries = new(StringComparer.Ordinal)
    {
        ["array"] = static (db, i) => In(db, new[] { i, 9 }),
        ["list"] = static (db, i) => In(db, new List<int> { i, 9 }),
        ["queue"] = static (db, i) => In(db, new Queue<int>([i, 9])),
        ["iterator"] = static (db, i) => In(db, new[] { i - 1, 8 }.Select(static id => id + 1)),
        ["set"] = static (db, i) => In(db, new HashSet<int> { i, 9 }),
        ["array of texts"] = static (db, i) => With(db, [$"name {i}"]),
        ["address"] = static (db, i) => With(db, new IPAddress([10, 0, 0, (byte)i])),
        ["physical address"] = static (db, i) => With(db, new PhysicalAddress([0, 0, 0, 0, 0, (byte)i])),
        ["range"] = static (db, i) => With(db, new NpgsqlRange<int>(i, true, i, true)),
        ["bounds of a range"] = static (db, i) => With(db, new NpgsqlRange<int>(1, i == 1, 2, i == 2)),
        ["bits"] = static (db, i) => With(db, new BitArray([i == 1, i == 2])),
        ["document"] = static (db, i) => With(db, JsonDocument.Parse($"{{\"number\": {i}}}")),
        ["parameter of the provider"] = static (db, i)
            => db.Rows.FromSqlRaw("SELECT * FROM \"Rows\" WHERE \"Id\" = @id", new NpgsqlParameter("id", NpgsqlDbType.Integer) { Value = i }),
        ["typed parameter of the provider"] = static (db, i)
            => db.Rows.FromSqlRaw("SELECT * FROM \"Rows\" WHERE \"Id\" = @id", new NpgsqlParameter<int>("id", i)),
        ["array in a parameter of the provider"] = static (db, i)
            => db.Rows.FromSqlRaw("SELECT * FROM \"Rows\" WHERE \"Id\" = ANY(@ids)", new NpgsqlParameter("ids", new[] { i })),
    };

    private readonly TestDatabase<PgContext> _database = new(static options => new PgContext(options), PgContext.Seed, provider: Provider.PostgreSql);

    public static TheoryData<string> Names => [.. Queries.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Equal_values_share_rows_and_others_do_not(string name)
    {
        var query = Queries[name];
        for (var commands = 1; commands >= 0; commands--)
        {
            foreach (var i in new[] { 1, 2 })
            {
                var (ids, sent) = _database.Count(db => query(db, i).Select(row => row.Id).Remember().ToList());

                Assert.Equal([i], ids);
                Assert.Equal(commands, sent);
            }
        }

        var (again, none) = await _database.CountAsync(db => query(db, 2).Select(row => row.Id).Remember().ToListAsync());
        Assert.Equal([2], again);
        Assert.Equal(0, none);
        Assert.Empty(_database.Cache.Statistics.Bypasses);
    }

    [Fact]
    public void A_parameter_that_takes_something_back_goes_past_the_cache()
    {
        for (var run = 1; run <= 2; run++)
        {
            var id = new NpgsqlParameter("id", 1) { Direction = ParameterDirection.InputOutput };
            var (ids, sent) = _database.Count(
                db => db.Rows.FromSqlRaw("SELECT * FROM \"Rows\" WHERE \"Id\" = @id", id).Select(row => row.Id).Remember().ToList());

            Assert.Equal([1], ids);
            Assert.Equal(1, sent);
            Assert.Equal(run, _database.Cache.Statistics.Bypasses["not keyable"]);
        }
    }

    [Fact]
    public void An_iterator_is_run_as_often_as_by_EF_Core_alone()
    {
        var (plainRuns, runs) = (0, 0);
        using (var plain = _database.NewPlain())
        {
            _ = In(plain, Enumerable.Range(1, 1).Select(id => id + 0 * plainRuns++)).ToList();
        }

        for (var run = 1; run <= 2; run++)
        {
            runs = 0;
            _database.Count(db => In(db, Enumerable.Range(1, 1).Select(id => id + 0 * runs++)).Select(row => row.Id).Remember().ToList());
            Assert.Equal(plainRuns, runs);
        }
    }

    public void Dispose() => _database.Dispose();

    private static IQueryable<PgRow> In(PgContext db, IEnumerable<int> ids) => db.Rows.Where(row => ids.Contains(row.Id));

    private static IQueryable<PgRow> With(PgContext db, string[] names) => db.Rows.Where(row => row.Names == names);

    private static IQueryable<PgRow> With(PgContext db, IPAddress address) => db.Rows.Where(row => row.Address.Equals(address));

    private static IQueryable<PgRow> With(PgContext db, PhysicalAddress physical) => db.Rows.Where(row => row.Physical.Equals(physical));

    private static IQueryable<PgRow> With(PgContext db, NpgsqlRange<int> range) => db.Rows.Where(row => range.Contains(row.Id) && row.Id < 3);

    private static IQueryable<PgRow> With(PgContext db, BitArray bits) => db.Rows.Where(row => row.Bits == bits);

    private static IQueryable<PgRow> With(PgContext db, JsonDocument document)
        => db.Rows.Where(row => EF.Functions.JsonContains(row.Document, document));


    private sealed class PgContext(DbContextOptions options) : DbContext(options)
    {
        public DbSet<PgRow> Rows => Set<PgRow>();

        public static void Seed(PgContext db)
        {
            db.AddRange(Enumerable.Range(1, 4).Select(static i => new PgRow
            {
                Id = i,
                Names = [$"name {i}"],
                Address = new IPAddress([10, 0, 0, (byte)i]),
                Physical = new PhysicalAddress([0, 0, 0, 0, 0, (byte)i]),
                Bits = new BitArray([i == 1, i == 2]),
                Document = JsonDocument.Parse($"{{\"number\": {i}}}"),
            }));
            db.SaveChanges();
        }
    }

    private sealed class PgRow
    {
        public int Id { get; set; }

        public string[] Names { get; set; } = [];

        public IPAddress Address { get; set; } = IPAddress.None;

        public PhysicalAddress Physical { get; set; } = PhysicalAddress.None;

        public BitArray Bits { get; set; } = new(0);

        public required JsonDocument Document { get; set; }
    }
}
