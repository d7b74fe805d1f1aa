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
            foreach (var name in new[] { "told", "mapped", "unknown" })
            {
                db.Database.ExecuteSqlRaw($"""CREATE FUNCTION {name}_items(lowest int) RETURNS SETOF "Items" AS $$ SELECT * FROM "Items" WHERE "Id" >= lowest $$ LANGUAGE sql""");
            }

            db.Add(new Item { Id = 1, Name = "one" });
            db.SaveChanges();
        },
        context: static options => options.RoutinesRead("public.Told_Items"),
        provider: Provider.PostgreSql);

    [Theory]
    [InlineData("told_items", true)]
    [InlineData("mapped_items", true)]
    [InlineData("unknown_items", false)]
    public void A_function_that_only_reads_drops_nothing(string function, bool survives)
    {
        _database.Warm(Read);
        using (var db = _database.New())
        {
            Assert.Single(db.Items.FromSqlRaw($"SELECT * FROM {function}(1)").ToList());
            Assert.Single(db.Items.FromSqlRaw($"SELECT * FROM {function}(1)").Where(static i => i.Id > 0).ToList());
        }

        Assert.Equal(survives ? 0 : 1, _database.Count(Read).Commands);
    }

    [Fact]
    public void Such_a_function_in_a_query_drops_nothing_either()
    {
        _database.Warm(Read);
        using (var db = _database.New())
        {
            Assert.Single(db.Mapped(1).ToList());
        }

        Assert.Equal(0, _database.Count(Read).Commands);
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

    private static string Read(RoutineContext db) => db.Items.Remember().Select(static i => i.Name).ToList().Text();

    public sealed class RoutineContext(DbContextOptions options) : DbContext(options)
    {
        public DbSet<Item> Items => Set<Item>();

        public IQueryable<Item> Mapped(int lowest) => FromExpression(() => Mapped(lowest));

        protected override void OnModelCreating(ModelBuilder modelBuilder)
            => modelBuilder.HasDbFunction(() => Mapped(default)).HasName("mapped_items");
    }

    public sealed class Item
    {
        public int Id { get; set; }

        public string Name { get; set; } = "";
    }
}
