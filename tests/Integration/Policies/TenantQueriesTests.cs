using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Policies;

/// <summary>Queries that a policy remembers, with what the context itself puts into them, and with what the database alone can say.</summary>
public sealed class TenantQueriesTests : IDisposable
{
    private readonly TestDatabase<PaperContext> _database = new(
        static options => new PaperContext(options), PaperContext.Seed, context: static o => o.CacheAllQueries(Timeout.InfiniteTimeSpan));

    [Fact]
    public void Each_tenant_has_entries_of_its_own() => AssertApart(static db => db.Papers.Count());

    [Fact]
    public void So_it_is_with_a_compiled_query()
    {
        var query = EF.CompileQuery((PaperContext db) => db.Papers.Count());
        AssertApart(db => query(db));
    }

    [Fact]
    public void The_values_of_what_is_owned_are_those_of_the_database()
    {
        using var db = _database.New();
        db.Tenant = 1;
        var paper = db.Papers.OrderBy(static p => p.Id).First();
        Assert.Equal(("a", "l"), Values());
        Elsewhere("UPDATE Papers SET Place_Name = 'b'", "UPDATE Line SET Text = 'm'");

        Assert.Equal(("b", "m"), Values());
        db.Entry(paper.Lines[0]).Reload();
        Assert.Equal("m", paper.Lines[0].Text);

        (string Place, string Line) Values()
            => (db.Entry(paper.Place).GetDatabaseValues()!.GetValue<string>("Name"),
                db.Entry(paper.Lines[0]).GetDatabaseValues()!.GetValue<string>("Text"));
    }

    [Fact]
    public async Task What_is_stored_of_an_instance_is_what_the_database_has()
    {
        await using var db = _database.New();
        db.Tenant = 1;
        var paper = await db.Papers.SingleAsync(static p => p.Id == 1);
        Assert.True(await db.CacheInstanceAsync(paper));
        Elsewhere("UPDATE Papers SET Name = 'new'");

        Assert.True(await db.CacheInstanceAsync(paper));
        await using var other = _database.New();
        other.Tenant = 1;
        Assert.Equal("new", (await other.Papers.AsNoTracking().FindCachedAsync(1))!.Name);
    }

    [Theory]
    [InlineData("a query of the model's own")]
    [InlineData("a function of the model")]
    public void What_the_model_names_and_only_the_database_knows_is_not_remembered(string name)
    {
        Func<PaperContext, int> query = name.Contains("function", StringComparison.Ordinal)
            ? static db => db.Papers.Count(p => PaperContext.Function(p.Id) > 0)
            : static db => db.Set<PaperName>().Count();

        Assert.Equal((1, 1), (_database.Count(query).Commands, _database.Count(query).Commands));
    }

    public void Dispose() => _database.Dispose();

    private void AssertApart(Func<PaperContext, int> query)
    {
        Assert.Equal([(2, 1), (1, 1), (2, 0), (1, 0)], new[] { 1, 2, 1, 2 }.Select(tenant => _database.Count(db =>
        {
            db.Tenant = tenant;
            return query(db);
        })));
    }

    private void Elsewhere(params string[] statements)
    {
        using var plain = _database.NewPlain();
        foreach (var statement in statements)
        {
            plain.Database.ExecuteSqlRaw(statement);
        }
    }

    public sealed class PaperContext(DbContextOptions options) : DbContext(options)
    {
        public int Tenant { get; set; }

        public DbSet<Paper> Papers => Set<Paper>();

        public static int Function(int x) => throw new NotSupportedException($"The database knows it of {x}.");

        public static void Seed(PaperContext db)
        {
            db.AddRange(
                new Paper { Id = 1, Tenant = 1, Lines = [new Line { Text = "l" }] },
                new Paper { Id = 2, Tenant = 1 },
                new Paper { Id = 3, Tenant = 2 });
            db.SaveChanges();
        }

        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<Paper>().HasQueryFilter(paper => paper.Tenant == Tenant).OwnsOne(static paper => paper.Place);
            modelBuilder.Entity<Paper>().OwnsMany(static paper => paper.Lines, static line =>
            {
                line.Property<int>("Id");
                line.HasKey("Id");
            });
            modelBuilder.Entity<PaperName>().HasNoKey().ToSqlQuery("SELECT Name FROM Papers");
            modelBuilder.HasDbFunction(typeof(PaperContext).GetMethod(nameof(Function))!).HasName("abs");
        }
    }

    public sealed class Paper
    {
        public int Id { get; set; }

        public int Tenant { get; set; }

        public string Name { get; set; } = "old";

        public Place Place { get; set; } = new();

        public List<Line> Lines { get; set; } = [];
    }

    public sealed class Place
    {
        public string Name { get; set; } = "a";
    }

    public sealed class Line
    {
        public string Text { get; set; } = "";
    }

    public sealed class PaperName
    {
        public string Name { get; set; } = "";
    }
}
