using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Queries;

/// <summary>Data that does not fit the model: a remembered query fails as it does without the library, and keeps nothing.</summary>
public sealed class UnreadableDataTests
{
    private static readonly Dictionary<string, Func<IQueryable<Reading>, IQueryable<object?>>> Queries = new(StringComparer.Ordinal)
    {
        ["entities"] = readings => readings.OrderBy(r => r.Id),
        ["entities, not tracked"] = readings => readings.AsNoTracking().OrderBy(r => r.Id),
        ["a number"] = readings => readings.OrderBy(r => r.Id).Select(r => (object?)r.Number),
        ["a text"] = readings => readings.OrderBy(r => r.Id).Select(r => r.Text),
        ["an enum"] = readings => readings.OrderBy(r => r.Id).Select(r => new { r.Kind }),
        ["a guid"] = readings => readings.OrderBy(r => r.Id).Select(r => new { r.Code }),
        ["children"] = readings => readings.Include(r => r.Children).OrderBy(r => r.Id),
        ["children, split"] = readings => readings.Include(r => r.Children).AsSplitQuery().OrderBy(r => r.Id),
        ["nested"] = readings => readings.OrderBy(r => r.Id).Select(r => new { r.Id, Of = r.Children.Select(c => c.Number).ToList() }),
    };

    private static readonly Dictionary<string, string> BadRows = new(StringComparer.Ordinal)
    {
        ["null number"] = "INSERT INTO readings VALUES (2, NULL, 'b', 1, NULL, NULL)",
        ["null text"] = "INSERT INTO readings VALUES (2, 2, NULL, 1, NULL, NULL)",
        ["null enum"] = "INSERT INTO readings VALUES (2, 2, 'b', NULL, NULL, NULL)",
        ["bad guid"] = "INSERT INTO readings VALUES (2, 2, 'b', 1, 'no guid', NULL)",
        ["bad child"] = "INSERT INTO readings VALUES (2, NULL, 'b', 1, NULL, 1)",
    };

    public static TheoryData<string, string, Provider, bool> Cases
    {
        get
        {
            var cases = new TheoryData<string, string, Provider, bool>();
            foreach (var provider in Enum.GetValues<Provider>())
            {
                foreach (var row in BadRows.Keys.Where(row => provider == Provider.Sqlite || row != "bad guid"))
                {
                    foreach (var query in Queries.Keys)
                    {
                        cases.Add(query, row, provider, row.Length % 2 == 0);
                    }
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_remembered_query_fails_where_and_as_it_does_without_the_library(
        string query, string badRow, Provider provider, bool detailed)
    {
        using var database = Database(provider, detailed);
        using (var db = database.NewPlain())
        {
            await db.Database.ExecuteSqlRawAsync(BadRows[badRow]);
        }

        // On PostgreSQL, EF Core reads the whole of a split query before it gives the first row.
        var countRows = provider == Provider.Sqlite || !query.EndsWith("split", StringComparison.Ordinal);
        await using var plain = database.NewPlain();
        await using var first = database.New();
        await using var second = database.New();
        var expected = Run(Queries[query](plain.Readings), countRows);

        Assert.Equal(expected, Run(Queries[query](first.Readings.Remember(Proof.Minute)), countRows));
        Assert.Equal(expected, await RunAsync(Queries[query](second.Readings.Remember(Proof.Minute)), countRows));
    }

    [Theory]
    [InlineData(Provider.Sqlite)]
    [InlineData(Provider.PostgreSql)]
    public void What_could_not_be_read_is_not_kept(Provider provider)
    {
        using var database = Database(provider, detailed: false);
        using (var plain = database.NewPlain())
        {
            plain.Database.ExecuteSqlRaw(BadRows["null number"]);
        }

        using (var db = database.New())
        {
            Assert.ThrowsAny<Exception>(() => db.Readings.Remember(Proof.Minute).ToList());
            Assert.Equal((1, 0), (database.Cache.Statistics.FailedLoads, database.Cache.Statistics.Entries));
            db.Database.ExecuteSqlRaw("UPDATE readings SET number = 7 WHERE id = 2");
        }

        var (repaired, commands) = database.Count(db => db.Readings.Remember(Proof.Minute).ToList());

        Assert.Equal((3, 7, 1), (repaired.Count, repaired.Single(r => r.Id == 2).Number, commands));
        Assert.Equal(0, database.Commands(db => db.Readings.Remember(Proof.Minute).ToList()));
    }

    private static TestDatabase<ReadingContext> Database(Provider provider, bool detailed)
        => new(
            static options => new ReadingContext(options),
            static db => db.Database.ExecuteSqlRaw(
                """
                CREATE TABLE readings (id INT PRIMARY KEY, number INT, text TEXT, kind INT, code TEXT, parent INT);
                INSERT INTO readings VALUES (1, 1, 'a', 0, NULL, NULL), (3, 3, 'c', 2, NULL, 1);
                """),
            provider: provider,
            configure: options => options.EnableDetailedErrors(detailed));

    private static string Run(IQueryable<object?> query, bool countRows)
    {
        var read = 0;
        try
        {
            foreach (var item in query)
            {
                read++;
            }

            return $"{read} rows";
        }
        catch (Exception exception)
        {
            return Describe(countRows ? read : 0, exception);
        }
    }

    private static async Task<string> RunAsync(IQueryable<object?> query, bool countRows)
    {
        var read = 0;
        try
        {
            await foreach (var item in query.AsAsyncEnumerable())
            {
                read++;
            }

            return $"{read} rows";
        }
        catch (Exception exception)
        {
            return Describe(countRows ? read : 0, exception);
        }
    }

    private static string Describe(int read, Exception exception)
        => $"{read} rows, {exception.GetType().Name}: {exception.Message} <- {exception.InnerException?.Message}";

    private sealed class ReadingContext(DbContextOptions options) : DbContext(options)
    {
        public DbSet<Reading> Readings => Set<Reading>();

        protected override void OnModelCreating(ModelBuilder modelBuilder)
            => modelBuilder.Entity<Reading>(reading =>
            {
                reading.ToTable("readings", static table => table.ExcludeFromMigrations());
                reading.HasMany(r => r.Children).WithOne().HasForeignKey(r => r.ParentId);
                foreach (var property in reading.Metadata.GetProperties())
                {
                    property.SetColumnName(property.Name == nameof(Reading.ParentId) ? "parent" : property.Name.ToLowerInvariant());
                }
            });
    }

    private enum ReadingKind
    {
        Plain,
    }

    private sealed class Reading
    {
        public int Id { get; set; }

        public int Number { get; set; }

        public string Text { get; set; } = "";

        public ReadingKind Kind { get; set; }

        public Guid? Code { get; set; }

        public int? ParentId { get; set; }

        public List<Reading> Children { get; set; } = [];
    }
}
