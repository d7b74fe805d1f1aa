using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Writes;

/// <summary>
/// SQL of contexts without interceptors and logging, as most are in production: EF Core then tells nobody of its commands, unless
/// it is asked to.
/// </summary>
public abstract class BareContextTests(Provider provider) : IDisposable
{
    private const string Update = """UPDATE "Tags" SET "Name" = 'new' WHERE "Id" = 1""";
    private const string Returning = Update + """ RETURNING "Id", "Name" """;

    private readonly TestShop _shop = new(provider: provider);

    public static TheoryData<string> Names => [.. Statements.Keys];

    private static Dictionary<string, Func<ShopContext, Task>> Statements { get; } = new(StringComparer.Ordinal)
    {
        ["ExecuteSqlRaw"] = static db => Task.FromResult(db.Database.ExecuteSqlRaw(Update)),
        ["ExecuteSqlRaw, async"] = static db => db.Database.ExecuteSqlRawAsync(Update),
        ["ExecuteSqlRaw with values"] = static db => Task.FromResult(
            db.Database.ExecuteSqlRaw("""UPDATE "Tags" SET "Name" = {0} WHERE "Id" = 1""", "new")),
        ["ExecuteSql"] = static db => Task.FromResult(
            db.Database.ExecuteSql($"""UPDATE "Tags" SET "Name" = 'new' WHERE "Id" = {1}""")),
        ["ExecuteSql, async"] = static db => db.Database.ExecuteSqlAsync(
            $"""UPDATE "Tags" SET "Name" = 'new' WHERE "Id" = {1}"""),
        ["SqlQuery"] = static db => Task.FromResult(db.Database.SqlQueryRaw<TagRow>(Returning).ToList()),
        ["SqlQuery, async"] = static db => db.Database.SqlQueryRaw<TagRow>(Returning).ToListAsync(),
        ["FromSql"] = static db => Task.FromResult(db.Tags.FromSqlRaw(Returning).AsNoTracking().ToList()),
        ["FromSql, async"] = static db => db.Tags.FromSqlRaw(Returning).AsNoTracking().ToListAsync(),
        ["FromSql with values"] = static db => Task.FromResult(
            db.Tags.FromSql($"""UPDATE "Tags" SET "Name" = 'new' WHERE "Id" = {1} RETURNING *""").AsNoTracking().ToList()),
        ["FromSql, compiled"] = static db => Task.FromResult(
            EF.CompileQuery(static (ShopContext other) => other.Tags.FromSqlRaw(Returning).AsNoTracking())(db).ToList()),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_statement_is_seen_without_interceptors_and_logging(string name)
    {
        var before = _shop.Warm(Tag);
        await using (var db = NewBare())
        {
            await Statements[name](db);
        }

        _shop.AssertFresh(Tag, before);
    }

    [Fact]
    public async Task Each_of_several_statements_is_seen()
    {
        await using var db = NewBare();
        foreach (var statement in Statements.Values)
        {
            _shop.Run(static other => other.Database.ExecuteSqlRaw("""UPDATE "Tags" SET "Name" = 'old' WHERE "Id" = 1"""));
            Assert.Equal("old", _shop.Warm(Tag));
            await statement(db);
            Assert.Equal("new", _shop.Count(Tag).Result);
        }
    }

    [Fact]
    public void Tables_that_are_stated_are_dropped()
    {
        _shop.Warm(Tag);
        using (var db = NewBare())
        using (RememberScope.Writing("tags"))
        {
            db.Database.ExecuteSqlRaw("SELECT 1");
        }

        Assert.Equal(1, _shop.Count(Tag).Commands);
    }

    public void Dispose() => _shop.Dispose();

    private static string Tag(ShopContext db) => db.Tags.Where(t => t.Id == 1).Select(t => t.Name).Remember().Single();

    /// <summary>EF Core asks with the first command of a context whether anybody listens, and then not for a second.</summary>
    private ShopContext NewBare()
    {
        var db = new ShopContext(_shop.ConfigurePlain().UseFastOrmCache(_shop.Cache).Options);
        _ = db.Products.Count();
        return db;
    }

    private sealed record TagRow(int Id, string Name);
}

public sealed class SqliteBareContextTests() : BareContextTests(Provider.Sqlite);

public sealed class PostgresBareContextTests() : BareContextTests(Provider.PostgreSql);
