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

    public static TheoryData<string, Provider, bool> Cases
    {
        get
        {
            var cases = new TheoryData<string, Provider, bool>();
            foreach (var provider in Enum.GetValues<Provider>())
            {
                foreach (var row in BadRows.Keys.Where(row => provider == Provider.Sqlite || row != "bad guid"))
                {
                    cases.Add(row, provider, row.Length % 2 == 0);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_remembered_query_fails_where_and_as_it_does_without_the_library(
        string badRow, Provider provider, bool detailed)
    {
        using var database = Database(provider, detailed);
        using (var db = database.NewPlain())
        {
            await db.Database.ExecuteSqlRawAsync(BadRows[badRow]);
        }

        foreach (var circumstance in Circumstances.Of(provider))
        {
            foreach (var (name, query) in Queries)
            {
                foreach (var isTracked in name is "entities" or "children" or "children, split" ? [false, true] : new[] { false })
                {
                    var expected = Text(await Run(circumstance, isTracked, database.NewPlain(), query, List));
                    Assert.Equal(expected, Text(await Run(circumstance, isTracked, database.New(), Remembered, List)));
                    Assert.Equal(expected, Text(await Run(circumstance, isTracked, database.New(), Remembered, ListAsync)));

                    string Text(string seen) => $"{name}, {circumstance}{(isTracked ? ", tracked" : "")}: {seen}";
                    IQueryable<object?> Remembered(IQueryable<Reading> readings) => query(readings.Remember(Proof.Minute));
                }
            }
        }
    }

    [Theory]
    [InlineData(Provider.Sqlite)]
    [InlineData(Provider.PostgreSql)]
    public async Task However_many_rows_follow_one_that_EF_Core_does_not_read(Provider provider)
    {
        using var database = Database(provider, detailed: false);
        await using (var db = database.NewPlain())
        {
            await db.Database.ExecuteSqlRawAsync(BadRows["null number"]);
            await db.Database.ExecuteSqlRawAsync(
                """
                INSERT INTO readings WITH RECURSIVE ids(id) AS (SELECT 4 UNION ALL SELECT id + 1 FROM ids WHERE id < 3000)
                SELECT id, id, 'many', 0, NULL, NULL FROM ids
                """);
        }

        foreach (var circumstance in Circumstances.Of(provider))
        {
            var expected = await Run(circumstance, isTracked: true, database.NewPlain(), Plain, List);

            Assert.StartsWith("3000 rows", expected, StringComparison.Ordinal);
            Assert.Equal(expected, await Run(circumstance, isTracked: true, database.New(), Remembered, List));
            Assert.Equal(expected, await Run(circumstance, isTracked: true, database.New(), Remembered, ListAsync));
        }

        static IQueryable<object> Plain(IQueryable<Reading> readings) => readings.OrderBy(r => r.Id);
        static IQueryable<object> Remembered(IQueryable<Reading> readings) => Plain(readings.Remember(Proof.Minute));
    }

    [Theory]
    [InlineData(Provider.Sqlite)]
    [InlineData(Provider.PostgreSql)]
    public async Task An_error_of_the_database_comes_after_the_rows_before_it(Provider provider)
    {
        using var database = Database(provider, detailed: false);
        await using (var db = database.NewPlain())
        {
            await db.Database.ExecuteSqlRawAsync("INSERT INTO readings VALUES (2, 2, 'b', 0, NULL, NULL), (4, 4, 'd', 0, NULL, NULL)");
        }

        foreach (var circumstance in Circumstances.Of(provider))
        {
            var expected = await Run(circumstance, isTracked: false, database.NewPlain(), Plain, List);
            Assert.StartsWith($"2 rows, {(provider == Provider.Sqlite ? "Sqlite" : "Postgres")}Exception", expected, StringComparison.Ordinal);
            Assert.Equal(expected, await Run(circumstance, isTracked: false, database.New(), Remembered, List));
            Assert.Equal(expected, await Run(circumstance, isTracked: false, database.New(), Remembered, ListAsync));

            // Npgsql reads what is left when the enumeration is given up.
            var abandoned = await Run(circumstance, isTracked: false, database.NewPlain(), Plain, ListTwo);
            Assert.StartsWith(provider == Provider.Sqlite ? "2 rows\n" : "2 rows, PostgresException", abandoned, StringComparison.Ordinal);
            Assert.Equal(abandoned, await Run(circumstance, isTracked: false, database.New(), Remembered, ListTwo));
            Assert.Equal(abandoned, await Run(circumstance, isTracked: false, database.New(), Remembered, ListTwoAsync));
        }

        Assert.Equal(0, database.Cache.Statistics.Stores);

        IQueryable<object> Plain(IQueryable<Reading> readings)
            => ((DbSet<Reading>)readings).FromSqlRaw(Erroneous(provider));

        IQueryable<object> Remembered(IQueryable<Reading> readings)
            => ((DbSet<Reading>)readings).FromSqlRaw(Erroneous(provider)).Remember(Proof.Minute);
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

    // Of a column, so that it is not computed before the first row.
    private static string Erroneous(Provider provider)
        => provider == Provider.Sqlite
            ? """
                SELECT id, CASE WHEN id = 3 THEN abs(id - 9223372036854775807 - 4) ELSE number END AS number, text, kind, code, parent
                FROM readings ORDER BY id
                """
            : """
                SELECT i AS id, 1 / (3 - i) AS number, 'text' AS text, 0 AS kind, NULL AS code, NULL::int AS parent
                FROM generate_series(1, 4) AS i
                """;

    /// <summary>What is seen of a query: its rows, its exception, and what the context tracks afterwards.</summary>
    private static async Task<string> Run(
        Circumstance circumstance,
        bool isTracked,
        ReadingContext db,
        Func<IQueryable<Reading>, IQueryable<object?>> query,
        Func<IQueryable<object?>, Action, Task> enumerate)
    {
        await using var _ = db;
        if (isTracked)
        {
            db.Attach(new Reading { Id = 2 }); // EF Core keeps the entity that it knows and reads no value of the row but its key.
        }

        var read = 0;
        string? failure = null;
        try
        {
            await circumstance.RunAsync(db, async () =>
            {
                await enumerate(query(db.Readings), () => read++);
                return true;
            });
        }
        catch (Exception exception)
        {
            failure = $", {exception.GetType().Name}: {exception.Message} <- {exception.InnerException?.Message}";
        }

        return $"{read} rows{failure}\n{Proof.Tracked(db)}";
    }

    private static Task List(IQueryable<object?> query, Action count)
    {
        foreach (var item in query)
        {
            count();
        }

        return Task.CompletedTask;
    }

    private static Task ListTwo(IQueryable<object?> query, Action count)
    {
        foreach (var item in query.AsEnumerable().Take(2))
        {
            count();
        }

        return Task.CompletedTask;
    }

    private static async Task ListTwoAsync(IQueryable<object?> query, Action count)
    {
        await foreach (var item in query.AsAsyncEnumerable().Take(2))
        {
            count();
        }
    }

    private static async Task ListAsync(IQueryable<object?> query, Action count)
    {
        await foreach (var item in query.AsAsyncEnumerable())
        {
            count();
        }
    }

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
