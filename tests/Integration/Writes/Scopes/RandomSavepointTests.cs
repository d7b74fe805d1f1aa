using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using static FastOrm.Cache.Tests.Integration.Writes.Scopes.ItemQueries;

namespace FastOrm.Cache.Tests.Integration.Writes.Scopes;

/// <summary>Transactions of writes and savepoints in any order, with names that are used again.</summary>
public abstract class RandomSavepointTests(Provider provider) : IDisposable
{
    private const int Items = 8;

    private readonly TestDatabase<ItemContext> _database = ItemContext.NewDatabase(provider);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Nothing_is_stale_after_the_commit(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 12; round++)
        {
            for (var id = 1; id <= Items; id++)
            {
                _database.Warm(Point(id));
            }

            _database.Run(db =>
            {
                using var transaction = db.Database.BeginTransaction();
                var savepoints = new Savepoints(transaction, random);
                for (var step = 0; step < 12; step++)
                {
                    Step(db, savepoints, random);
                }

                transaction.Commit();
            });
            for (var id = 1; id <= Items; id++)
            {
                _database.AssertExact(Point(id));
            }
        }
    }

    public void Dispose() => _database.Dispose();

    private static void Step(ItemContext db, Savepoints savepoints, Random random)
    {
        var id = 1 + random.Next(Items);
        switch (random.Next(8))
        {
            case 0 or 1:
                savepoints.Create();
                break;
            case 2:
                savepoints.RollBack();
                break;
            case 3:
                savepoints.Release();
                break;
            case 4:
                db.Database.ExecuteSql($"""UPDATE "Items" SET "Price" = "Price" + 100 WHERE "Id" = {id}""");
                break;
            default:
                db.Items.Single(i => i.Id == id).Price += 1000;
                db.SaveChanges();
                break;
        }

        db.ChangeTracker.Clear();
    }

    /// <summary>The savepoints that there are, the newest last. Of those with one name, the newest counts.</summary>
    private sealed class Savepoints(IDbContextTransaction transaction, Random random)
    {
        private readonly List<string> _names = [];

        public void Create()
        {
            var name = "abc"[random.Next(3)].ToString();
            transaction.CreateSavepoint(name);
            _names.Add(name);
        }

        public void RollBack()
        {
            if (Any() is { } name)
            {
                transaction.RollbackToSavepoint(name);
                Keep(_names.LastIndexOf(name) + 1);
            }
        }

        public void Release()
        {
            if (Any() is { } name)
            {
                transaction.ReleaseSavepoint(name);
                Keep(_names.LastIndexOf(name));
            }
        }

        private string? Any() => _names.Count == 0 ? null : _names[random.Next(_names.Count)];

        private void Keep(int count) => _names.RemoveRange(count, _names.Count - count);
    }
}

public sealed class SqliteRandomSavepointTests() : RandomSavepointTests(Provider.Sqlite);

public sealed class PostgresRandomSavepointTests() : RandomSavepointTests(Provider.PostgreSql);
