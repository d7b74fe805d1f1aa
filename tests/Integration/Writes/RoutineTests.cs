#pragma warning disable EF1002 // The names of the functions are the test's own.
using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Writes;

/// <summary>Functions of the database in SQL of the application's: those of which it is said that they only read drop nothing.</summary>
public sealed class RoutineTests : IDisposable
{
    private readonly TestDatabase<RoutineContext> _database = new(
        static options => new RoutineContext(options),
        static db =>
        {
            foreach (var name in new[] { "told", "mapped", "both", "unknown" })
            {
                db.Database.ExecuteSqlRaw($"""CREATE FUNCTION {name}_items(lowest int) RETURNS SETOF "Items" AS $$ SELECT * FROM "Items" WHERE "Id" >= lowest $$ LANGUAGE sql""");
            }

            db.Add(new Item { Id = 1, Name = "one" });
            db.SaveChanges();
        },
        context: static options => options.RoutinesRead("public.Told_Items", "both_items"),
        provider: Provider.PostgreSql);

    public static TheoryData<string> ToldToRead => ["told_items", "both_items"];

    /// <summary>That the model offers a function to queries says nothing of what it does when SQL calls it.</summary>
    public static TheoryData<string> NotToldToRead => ["mapped_items", "unknown_items"];

    [Theory]
    [MemberData(nameof(ToldToRead))]
    public void SQL_drops_nothing_that_calls_a_function_of_which_it_is_said_that_it_only_reads(string function)
    {
        foreach (var send in Statements(function))
        {
            _database.AssertSurvivesWith(Read, send);
        }
    }

    [Theory]
    [MemberData(nameof(NotToldToRead))]
    public void SQL_drops_everything_that_calls_any_other_function(string function)
    {
        foreach (var send in Statements(function))
        {
            _database.Warm(Read);
            _database.Run(send);
            Assert.Equal(1, _database.Count(Read).Commands);
        }
    }

    [Fact]
    public void A_query_over_SQL_that_calls_one_drops_everything_unless_it_is_said_that_it_only_reads()
    {
        _database.AssertSurvivesWith(Read, static db => Assert.Single(Over(db, "told_items")));
        _database.Run(static db => Assert.Single(Over(db, "unknown_items")));
        Assert.Equal(1, _database.Count(Read).Commands);

        static List<Item> Over(RoutineContext db, string function)
            => db.Items.FromSqlRaw(Select(function)).Where(static i => i.Id > 0).ToList();
    }

    [Fact]
    public void A_function_of_the_model_in_a_query_only_reads()
    {
        _database.Run(static db => Assert.Single(db.Items.FromSqlRaw(Select("unknown_items")).ToList()));
        _database.AssertSurvivesWith(Read, static db => Assert.Single(db.Mapped(1).ToList()));
        _database.AssertSurvivesWith(Read, static db => Assert.Single(
            db.Items.Where(i => db.Mapped(1).Any(m => m.Id == i.Id)).ToList()));
    }

    [Fact]
    public void A_function_of_the_model_that_writes_is_seen_in_SQL()
    {
        _database.Run(static db => db.Database.ExecuteSqlRaw(
            """
            CREATE FUNCTION rename_items() RETURNS int AS $$ UPDATE "Items" SET "Name" = "Name" || '!'; SELECT 1 $$ LANGUAGE sql
            """));

        _database.AssertDiesWith(Read, static db => db.Database.ExecuteSqlRaw("SELECT rename_items()"));
        _database.AssertDiesWith(Read, static db => Assert.Single(
            db.Database.SqlQueryRaw<int>("""SELECT rename_items() AS "Value" """).ToList()));
        _database.AssertDiesWith(Read, static db => Assert.Single(
            db.Items.FromSqlRaw("""SELECT * FROM "Items" WHERE rename_items() = 1""").AsNoTracking().ToList()));
    }

    [Fact]
    public void A_statement_that_calls_one_and_writes_drops_what_it_names()
        => _database.AssertDiesWith(Read, static db
            => db.Database.ExecuteSqlRaw("""UPDATE "Items" SET "Name" = 'new' WHERE "Id" IN (SELECT "Id" FROM told_items(1))"""));

    [Fact]
    public void Names_are_checked()
    {
        var options = new FastOrmCacheContextOptions();

        Assert.Throws<ArgumentException>(() => options.RoutinesRead(" "));
        Assert.Throws<ArgumentNullException>(() => options.RoutinesRead(null!));
        Assert.Throws<ArgumentException>(() => RememberScope.Writing(""));
        Assert.Throws<ArgumentNullException>(() => RememberScope.Writing(null!));
    }

    public void Dispose() => _database.Dispose();

    private static string Select(string function) => $"SELECT * FROM {function}(1)";

    private static Action<RoutineContext>[] Statements(string function) =>
    [
        db => db.Database.ExecuteSqlRaw(Select(function)),
        db => Assert.Single(db.Database.SqlQueryRaw<Item>(Select(function)).ToList()),
        db => Assert.Single(db.Items.FromSqlRaw(Select(function)).ToList()),
    ];

    private static string Read(RoutineContext db) => db.Items.Remember().Select(static i => i.Name).ToList().Text();

    public sealed class RoutineContext(DbContextOptions options) : DbContext(options)
    {
        public DbSet<Item> Items => Set<Item>();

        public IQueryable<Item> Mapped(int lowest) => FromExpression(() => Mapped(lowest));

        public IQueryable<Item> Both(int lowest) => FromExpression(() => Both(lowest));

        public static int Rename() => throw new NotSupportedException();

        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.HasDbFunction(() => Mapped(default)).HasName("mapped_items");
            modelBuilder.HasDbFunction(() => Both(default)).HasName("both_items");
            modelBuilder.HasDbFunction(static () => Rename()).HasName("rename_items");
        }
    }

    public sealed class Item
    {
        public int Id { get; set; }

        public string Name { get; set; } = "";
    }
}
