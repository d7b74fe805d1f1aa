using System.Data.Common;
using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Writes;

/// <summary>SQLite says that a transaction is over before it has been carried out. Whoever reads just then leaves nothing old behind.</summary>
public sealed class CommitWindowTests : IDisposable
{
    private readonly TestShop _shop = new();

    /// <summary>Who begins the transaction and who ends it.</summary>
    public enum Owner
    {
        EfCore,
        RawTransaction,
        Sql,
        RawSql,
    }

    [Theory]
    [InlineData(Owner.EfCore)]
    [InlineData(Owner.RawTransaction)]
    [InlineData(Owner.Sql)]
    [InlineData(Owner.RawSql)]
    public void A_read_while_a_commit_is_carried_out_leaves_nothing_old_behind(Owner owner)
    {
        _shop.Warm(Tag);
        using var connection = (SqliteConnection)_shop.Connect();
        using var db = _shop.NewOn(connection);
        var commit = Begin(owner, connection, db);
        db.Tags.Single(static t => t.Id == 1).Name = "new";
        db.SaveChanges();
        var seen = new List<string>();
        BeforeCommit(connection, _ =>
        {
            seen.Add(_shop.Count(Tag).Result);
            seen.Add(_shop.Count(Tag).Result);
            return 0;
        });
        commit();
        BeforeCommit(connection, null);

        Assert.Equal(["tag 1", "tag 1"], seen);
        Assert.Equal("new", _shop.Count(Tag).Result);
        Assert.Equal("new", _shop.Count(Tag).Result);
    }

    public void Dispose() => _shop.Dispose();

    private static string Tag(ShopContext db) => db.Tags.Where(static t => t.Id == 1).Select(static t => t.Name).Remember().Single();

    // By reflection, because the tests do not name the library below the provider.
    private static void BeforeCommit(SqliteConnection connection, Func<object?, int>? run)
    {
        var handle = typeof(SqliteConnection).GetProperty("Handle")!.GetValue(connection)!;
        var hook = Assert.Single(
            handle.GetType().Assembly.GetType("SQLitePCL.raw")!.GetMethods(), static method => method.Name == "sqlite3_commit_hook");
        var callback = run is null ? null : Delegate.CreateDelegate(hook.GetParameters()[1].ParameterType, run.Target, run.Method);
        hook.Invoke(null, [handle, callback, null]);
    }

    private static Action Begin(Owner owner, DbConnection connection, ShopContext db)
    {
        switch (owner)
        {
            case Owner.EfCore:
                return db.Database.BeginTransaction().Commit;
            case Owner.RawTransaction:
                var transaction = connection.BeginTransaction();
                db.Database.UseTransaction(transaction);
                return transaction.Commit;
            case Owner.Sql:
                db.Database.ExecuteSqlRaw("BEGIN");
                return () => db.Database.ExecuteSqlRaw("COMMIT");
            default:
                Run("BEGIN");
                return () => Run("COMMIT");
        }

        void Run(string sql)
        {
            using var command = connection.CreateCommand();
            command.CommandText = sql;
            command.ExecuteNonQuery();
        }
    }
}
