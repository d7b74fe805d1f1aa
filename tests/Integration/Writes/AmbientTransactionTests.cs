using System.Transactions;
using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace FastOrm.Cache.Tests.Integration.Writes;

/// <summary>Ambient transactions, which PostgreSQL's provider joins and SQLite's does not.</summary>
public abstract class AmbientTransactionTests : IDisposable
{
    protected AmbientTransactionTests(Provider provider)
    {
        Shop = new TestShop(provider: provider);
        Shop.Warm(Tag);
    }

    public static TheoryData<string> KindsOfWrites => [.. Writes.Keys];

    protected TestShop Shop { get; }

    private static Dictionary<string, Func<ShopContext, string, Task>> Writes { get; } = new(StringComparer.Ordinal)
    {
        ["a save"] = static (db, name) =>
        {
            db.Attach(new Tag { Id = 1 }).Entity.Name = name;
            return Task.FromResult(db.SaveChanges());
        },
        ["an async save"] = static (db, name) =>
        {
            db.Attach(new Tag { Id = 1 }).Entity.Name = name;
            return db.SaveChangesAsync();
        },
        ["a bulk update"] = static (db, name)
            => Task.FromResult(First(db).ExecuteUpdate(set => set.SetProperty(static t => t.Name, name))),
        ["an async bulk update"] = static (db, name)
            => First(db).ExecuteUpdateAsync(set => set.SetProperty(static t => t.Name, name)),
        ["SQL"] = static (db, name)
            => Task.FromResult(db.Database.ExecuteSql($"""UPDATE "Tags" SET "Name" = {name} WHERE "Id" = 1""")),
        ["async SQL"] = static (db, name) => db.Database.ExecuteSqlAsync($"""UPDATE "Tags" SET "Name" = {name} WHERE "Id" = 1"""),
        ["a query that writes"] = static (db, name) => Task.FromResult(Returning(db, name).ToList()),
        ["an async query that writes"] = static (db, name) => Returning(db, name).ToListAsync(),
    };

    [Theory]
    [MemberData(nameof(KindsOfWrites))]
    public async Task Every_write_counts_when_the_transaction_is_completed_whatever_was_read_before(string write)
    {
        foreach (var (isOpened, complete) in new[] { (false, false), (false, true), (true, false), (true, true) })
        {
            var before = Shop.Warm(Tag);
            var name = $"opened: {isOpened}, completed: {complete}";
            using (var scope = new TransactionScope(TransactionScopeAsyncFlowOption.Enabled))
            {
                await using (var db = NewAmbient())
                {
                    if (isOpened)
                    {
                        await db.Database.OpenConnectionAsync();
                    }

                    await Writes[write](db, name);
                }

                using (new TransactionScope(TransactionScopeOption.Suppress, TransactionScopeAsyncFlowOption.Enabled))
                {
                    AssertOthersRead(IsJoined ? before : name);
                }

                if (complete)
                {
                    scope.Complete();
                }
            }

            AssertOthersRead(IsJoined && !complete ? before : name);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_save_counts_at_the_latest_when_the_transaction_has_ended(bool complete)
    {
        using (var scope = new TransactionScope())
        {
            using var db = NewAmbient();
            db.Tags.Single(t => t.Id == 1).Name = "new";
            db.SaveChanges();
            using (new TransactionScope(TransactionScopeOption.Suppress))
            {
                Assert.Equal((Expected(hasEnded: false, complete), 1), Shop.Count(Tag));
            }

            if (complete)
            {
                scope.Complete();
            }
        }

        Assert.Equal(Expected(hasEnded: true, complete), Shop.Count(Tag).Result);
    }

    [Fact]
    public async Task In_an_ambient_transaction_remembered_queries_go_to_the_database_and_store_nothing()
    {
        using var scope = new TransactionScope(TransactionScopeAsyncFlowOption.Enabled);
        await using var db = NewAmbient();
        var (before, stores) = (Shop.Sql.Count, Shop.Cache.Statistics.Stores);

        Assert.Equal("tag 1", Tag(db));
        Assert.Equal(3, (await db.Tags.Remember().ToListAsync()).Count);
        await db.SaveChangesAsync();

        Assert.Equal(2, Shop.Sql.Count - before);
        Assert.Equal(stores, Shop.Cache.Statistics.Stores);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_several_contexts_write_in_one_counts_when_it_has_ended(bool complete)
    {
        var names = Shop.Warm(Names);
        using (var scope = new TransactionScope(TransactionScopeAsyncFlowOption.Enabled))
        {
            await using (var first = NewAmbient())
            {
                first.Add(new Tag { Id = 8, Name = "eight" });
                await first.SaveChangesAsync();
            }

            await using (var second = NewAmbient())
            {
                await second.Tags.Where(static t => t.Id == 1).ExecuteUpdateAsync(static set => set.SetProperty(static t => t.Name, "new"));
            }

            await using (var third = NewAmbient())
            {
                await third.Database.ExecuteSqlRawAsync("""DELETE FROM "Tags" WHERE "Id" = 2""");
            }

            if (complete)
            {
                scope.Complete();
            }
        }

        var (after, _) = Shop.Count(Names);
        using var plain = Shop.NewPlain();
        Assert.Equal(plain.Tags.OrderBy(static t => t.Id).Select(static t => t.Name).ToList().Text(), after);
        Assert.Equal(IsJoined && !complete, names == after);
    }

    public void Dispose() => Shop.Dispose();

    private static string Names(ShopContext db) => db.Tags.OrderBy(static t => t.Id).Select(static t => t.Name).Remember().ToList().Text();

    /// <summary>Whether the provider takes part in ambient transactions.</summary>
    protected abstract bool IsJoined { get; }

    /// <summary>What another transaction reads of what was saved in the ambient one.</summary>
    protected abstract string Expected(bool hasEnded, bool complete);

    protected static Task WriteAsync(ShopContext db, string kind, string name) => Writes[kind](db, name);

    /// <summary>Twice, for what was read first is remembered.</summary>
    protected void AssertOthersRead(string name)
    {
        Assert.Equal(name, Shop.Count(Tag).Result);
        Assert.Equal(name, Shop.Count(Tag).Result);
    }

    private static IQueryable<Tag> First(ShopContext db) => db.Tags.Where(static t => t.Id == 1);

    private static IQueryable<int> Returning(ShopContext db, string name)
        => db.Database.SqlQuery<int>($"""UPDATE "Tags" SET "Name" = {name} WHERE "Id" = 1 RETURNING "Id" AS "Value" """);

    protected static string Tag(ShopContext db) => db.Tags.Where(t => t.Id == 1).Select(t => t.Name).Remember().Single();

    private ShopContext NewAmbient()
        => new(Shop.Configure().ConfigureWarnings(static warnings => warnings.Ignore(RelationalEventId.AmbientTransactionWarning)).Options);
}

public sealed class AmbientTransactionTestsOnSqlite() : AmbientTransactionTests(Provider.Sqlite)
{
    protected override bool IsJoined => false;

    protected override string Expected(bool hasEnded, bool complete) => "new";
}

public sealed class AmbientTransactionTestsOnPostgreSql() : AmbientTransactionTests(Provider.PostgreSql)
{
    protected override bool IsJoined => true;

    protected override string Expected(bool hasEnded, bool complete) => hasEnded && complete ? "new" : "tag 1";

    [Theory]
    [MemberData(nameof(KindsOfWrites))]
    public async Task Every_write_counts_when_the_transaction_is_committed_in_which_its_connection_was_enlisted(string write)
    {
        foreach (var commit in new[] { false, true })
        {
            Shop.Warm(Tag);
            using var transaction = new CommittableTransaction();
            await using (var db = Shop.New())
            {
                await db.Database.OpenConnectionAsync();
                db.Database.EnlistTransaction(transaction);
                await WriteAsync(db, write, "new");
            }

            AssertOthersRead("tag 1");
            if (commit)
            {
                transaction.Commit();
            }
            else
            {
                transaction.Rollback();
            }

            AssertOthersRead(commit ? "new" : "tag 1");
        }
    }
}
