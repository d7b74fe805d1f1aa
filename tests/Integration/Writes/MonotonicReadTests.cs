using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Writes;

/// <summary>Writers and readers at full speed: whoever begins to read after a save has completed sees it or something newer.</summary>
public sealed class MonotonicReadTests : IDisposable
{
    private const int Threads = 4;
    private const int Operations = 500;

    private readonly TestDatabase<AccountContext> _database = new(static options => new AccountContext(options), static db =>
    {
        db.Add(new Account { Id = 1, Owner = "Ada" });
        db.SaveChanges();
    });

    private readonly Lock _writing = new();
    private int _saved;

    [Fact]
    public async Task A_read_never_sees_less_than_the_last_save_that_completed_before_it()
    {
        var threads = Enumerable.Range(0, Threads).Select(i => Task.Factory.StartNew(() => Run(new Random(i)), TaskCreationOptions.LongRunning));

        await Task.WhenAll(threads);

        Assert.NotEqual(0, _database.Cache.Statistics.Hits);
        Assert.Equal(_saved, _database.Count(Read).Result);
    }

    public void Dispose() => _database.Dispose();

    private static int Read(AccountContext db) => db.Accounts.Where(a => a.Id == 1).Remember().Single().Balance;

    private void Run(Random random)
    {
        for (var i = 0; i < Operations; i++)
        {
            switch (random.Next(10))
            {
                case 0:
                    Write(Save);
                    break;
                case 1:
                    Write(SaveInTransaction);
                    break;
                case 2:
                    lock (_writing)
                    {
                        RollBack();
                    }

                    break;
                default:
                    Check();
                    break;
            }
        }
    }

    private void Check()
    {
        var floor = Volatile.Read(ref _saved);
        using var db = _database.New();
        var seen = Read(db);
        Assert.True(seen >= floor, $"{floor} was saved before the read began, but it saw {seen}.");
    }

    private void Write(Action<AccountContext, int> save)
    {
        lock (_writing)
        {
            using var db = _database.New();
            save(db, _saved + 1);
            Volatile.Write(ref _saved, _saved + 1);
        }
    }

    private static void Save(AccountContext db, int value)
    {
        db.Attach(new Account { Id = 1, Balance = -1 }).Entity.Balance = value;
        db.SaveChanges();
    }

    private static void SaveInTransaction(AccountContext db, int value)
    {
        using var transaction = db.Database.BeginTransaction();
        Save(db, value);
        Assert.Equal(value, Read(db));
        transaction.Commit();
    }

    private void RollBack()
    {
        using var db = _database.New();
        using var transaction = db.Database.BeginTransaction();
        Save(db, int.MaxValue);
    }
}
