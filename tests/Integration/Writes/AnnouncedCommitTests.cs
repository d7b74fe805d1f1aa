using System.Data.Common;
using System.Transactions;
using FastOrm.Cache.EfCore;
using FastOrm.Cache.Engine;
using FastOrm.Cache.Tests.Integration.Remote;
using FastOrm.Cache.Tests.Integration.Support;
using FastOrm.Cache.Tests.Unit.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace FastOrm.Cache.Tests.Integration.Writes;

/// <summary>
/// What is about to be committed is announced to other nodes: until they hear how it has ended they keep nothing that depends on it, so that a
/// writer may die at any point.
/// </summary>
public abstract partial class AnnouncedCommitTests : IDisposable
{
    private const string Sql = "UPDATE \"Products\" SET \"Price\" = 999 WHERE \"Id\" = 7";
    private const string NotAnnounced = "remote: a commit that was not announced in time";

    private static readonly TimeSpan Ttl = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(10);

    private readonly Provider _provider;
    private readonly ManualTimeProvider _time = new();
    private readonly TwoNodes _nodes;
    private Exception? _failure;

    protected AnnouncedCommitTests(Provider provider)
    {
        _provider = provider;
        _nodes = new TwoNodes(provider, time: _time, cache: static options => options.CrashMarkerLife = Life);
        _nodes.Settle().GetAwaiter().GetResult();
    }

    public static TheoryData<Way, bool> Ways
    {
        get
        {
            var data = new TheoryData<Way, bool>();
            foreach (var way in Enum.GetValues<Way>())
            {
                data.Add(way, true);
                data.Add(way, false);
            }

            return data;
        }
    }

    private InMemoryRemoteStore Store => _nodes.Store;

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Before_it_is_committed_a_write_is_announced_and_nothing_is_kept_until_it_is_known(Way way, bool async)
    {
        await ReadB();
        Assert.Equal((8.75m, 0), await ReadB());
        var marks = Store.Marks;
        var looks = new List<((decimal Price, int Commands) First, (decimal Price, int Commands) Second)>();
        Store.OnMark = () => looks.Add((ReadB().GetAwaiter().GetResult(), ReadB().GetAwaiter().GetResult()));

        await WriteAsync(way, async);
        Store.OnMark = null;
        await _nodes.Settle();

        Assert.Equal(marks + 1, Store.Marks);
        Assert.Equal(((8.75m, 1), (8.75m, 1)), Assert.Single(looks));
        Assert.Equal(0, Store.Markers);
        Assert.Equal((999m, 1), await ReadB());
        Assert.Equal((999m, 0), await ReadB());
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Of_a_writer_who_dies_after_his_commit_others_serve_nothing_old_and_keep_it_again_when_the_time_is_over(Way way, bool async)
    {
        await ReadB();
        OnMark(() =>
        {
            Assert.Equal(8.75m, ReadB().GetAwaiter().GetResult().Price);
            ((CacheEngine)_nodes.A).Remote!.Dispose(); // From now on it tells nobody anything.
        });

        await WriteAsync(way, async);
        Store.OnMark = null;

        Assert.Equal(1, Store.Markers);
        Assert.Equal((999m, 1), await ReadB());
        Assert.Equal((999m, 1), await ReadB());
        var entries = Store.Keys.Count;
        _time.Advance(Life);
        Assert.Equal(0, Store.Markers);
        Assert.Equal((999m, 1), await ReadB());
        Assert.Equal((999m, 0), await ReadB());
        Assert.True(Store.Keys.Count >= entries);
    }

    [Fact]
    public async Task A_row_that_is_inserted_takes_no_other_row_with_it_although_the_database_makes_its_key()
    {
        await ReadB();

        await using var db = _nodes.NewA();
        db.Add(new Category { Name = "new" });
        db.Add(NewProduct());
        await db.SaveChangesAsync();
        await _nodes.Settle();

        Assert.Equal(0, (await ReadB()).Commands);
    }

    [Fact]
    public async Task A_row_that_is_announced_takes_no_other_row_with_it()
    {
        await ReadB();
        await ReadB(8);
        OnMark(() => Assert.Equal(0, ReadB(8).GetAwaiter().GetResult().Commands));

        await WriteAsync(Way.Save, async: true);
        Store.OnMark = null;

        Assert.Equal(0, (await ReadB(8)).Commands);
    }

    [Theory]
    [InlineData(AutoTransactionBehavior.WhenNeeded)]
    [InlineData(AutoTransactionBehavior.Never)]
    [InlineData(AutoTransactionBehavior.Always)]
    public async Task The_transactions_of_a_context_are_as_the_application_has_set_them(AutoTransactionBehavior behavior)
    {
        await using var db = _nodes.NewA();
        db.Database.AutoTransactionBehavior = behavior;
        (await db.Products.SingleAsync(static product => product.Id == 7)).Price = 999;
        await db.SaveChangesAsync();
        Assert.Equal(behavior, db.Database.AutoTransactionBehavior);

        db.Add(new Category { Id = 1, Name = "there is one already" });
        await Assert.ThrowsAsync<DbUpdateException>(() => db.SaveChangesAsync());
        Assert.Equal(behavior, db.Database.AutoTransactionBehavior);
    }

    [Fact]
    public async Task Where_it_is_switched_off_or_there_is_no_shared_tier_nothing_is_announced_and_one_command_is_no_transaction()
    {
        var transactions = new TransactionCounter();
        using var nodes = new TwoNodes(_provider, cache: static options => options.CrashSafeWrites = false);
        using var shop = new TestShop(provider: _provider);
        foreach (var db in (ShopContext[])[nodes.NewA(transactions), new ShopContext(shop.Configure(transactions).Options)])
        {
            await using (db)
            {
                (await db.Products.SingleAsync(static product => product.Id == 7)).Price = 999;
                await db.SaveChangesAsync();
            }
        }

        Assert.Equal(0, nodes.Store.Marks);
        Assert.Equal(0, transactions.Begun);
        await using var announced = _nodes.NewA(transactions);
        (await announced.Products.SingleAsync(static product => product.Id == 7)).Price = 999;
        await announced.SaveChangesAsync();
        Assert.Equal(1, transactions.Begun);
    }

    [Fact]
    public async Task What_is_rolled_back_is_never_announced()
    {
        await ReadB();
        var marks = Store.Marks;
        await using var db = _nodes.NewA();
        await using (var transaction = await db.Database.BeginTransactionAsync())
        {
            await db.Products.ExecuteUpdateAsync(static set => set.SetProperty(static product => product.Price, 999m));
            await db.Database.ExecuteSqlRawAsync(Sql);
            await transaction.RollbackAsync();
        }

        Assert.Equal(marks, Store.Marks);
        Assert.Equal((8.75m, 0), await ReadB());
        if (_provider == Provider.PostgreSql)
        {
            using (new TransactionScope(TransactionScopeAsyncFlowOption.Enabled))
            {
                await SaveAsync(db, async: true, 1000); // And never completed.
            }

            Assert.Equal(marks, Store.Marks);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_the_database_refuses_is_not_in_doubt(bool async)
    {
        await ReadB();
        await using var db = _nodes.NewA();

        await Assert.ThrowsAnyAsync<DbException>(() => async
            ? db.Products.ExecuteUpdateAsync(static set => set.SetProperty(static product => product.Id, 1))
            : Task.Run(() => db.Products.ExecuteUpdate(static set => set.SetProperty(static product => product.Id, 1))));
        await Assert.ThrowsAnyAsync<DbException>(() => async
            ? db.Database.ExecuteSqlRawAsync("UPDATE \"Products\" SET \"Id\" = 1")
            : Task.Run(() => db.Database.ExecuteSqlRaw("UPDATE \"Products\" SET \"Id\" = 1")));
        await _nodes.Settle();

        Assert.Equal(0, Store.Markers);
        await ReadB();
        Assert.Equal(0, (await ReadB()).Commands);
    }

    [Theory]
    [InlineData(Way.Save)]
    [InlineData(Way.Transaction)]
    public async Task A_commit_of_which_nobody_knows_how_it_has_ended_stays_announced_and_counts_as_made_when_its_time_is_over(Way way)
    {
        await ReadB();
        var saboteur = new Saboteur();
        await using (var db = _nodes.NewA(saboteur))
        {
            await Assert.ThrowsAnyAsync<Exception>(() => WriteAsync(db, way, async: true));
        }

        await _nodes.Settle();
        Assert.Equal(1, Store.Markers);
        Assert.Equal(1, (await ReadB()).Commands);
        Assert.Equal(1, (await ReadB()).Commands);
        for (var i = 0; i < 5; i++)
        {
            _time.Advance(Life / 4); // It is renewed no longer.
        }

        Assert.Equal(0, Store.Markers);
        Assert.Equal(1, (await ReadB()).Commands);
        Assert.Equal(0, (await ReadB()).Commands);
    }

    [Fact]
    public async Task A_commit_that_takes_longer_than_its_announcement_lives_stays_announced()
    {
        await ReadB();
        var meanwhile = new List<(int Markers, int First, int Second)>();
        var slow = new SlowCommand(async () =>
        {
            for (var i = 0; i < 12; i++)
            {
                _time.Advance(Life / 4);
            }

            meanwhile.Add((Store.Markers, (await ReadB()).Commands, (await ReadB()).Commands));
        });

        await using (var db = _nodes.NewA(slow))
        {
            await WriteAsync(db, Way.Update, async: true);
        }

        Assert.Equal((1, 1, 1), Assert.Single(meanwhile));
        await _nodes.Settle();
        Assert.Equal(0, Store.Markers);
    }

    [Fact]
    public async Task A_statement_whose_rows_are_being_read_stays_announced_until_they_are()
    {
        await using var db = _nodes.NewA();
        await using (var rows = db.Products.FromSqlRaw(Sql + " RETURNING *").AsAsyncEnumerable().GetAsyncEnumerator())
        {
            Assert.True(await rows.MoveNextAsync());
            await _nodes.Settle();
            Assert.Equal(1, Store.Markers);
        }

        Assert.Equal(999m, (await _nodes.On('A', Price(7))).Result); // The next look-up sees that the reader is closed.
        Assert.Equal(0, Store.Markers);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_write_that_cannot_be_announced_is_committed_and_counted(Way way, bool async)
    {
        Store.RefusesMarkers = true;
        var before = Count(NotAnnounced);
        await WriteAsync(way, async);
        Assert.Equal(before + 1, Count(NotAnnounced));
        Assert.Equal((999m, 1), await ReadB());

        Store.RefusesMarkers = false;
        Store.Failure = new IOException("gone");
        before = Count(NotAnnounced);
        await WriteAsync(way, async, 888);
        Assert.Equal(before + 1, Count(NotAnnounced));
        await using var db = _nodes.NewPlain();
        Assert.Equal(888m, await db.Products.Where(static product => product.Id == 7).Select(static product => product.Price).SingleAsync());
    }

    public void Dispose()
    {
        _nodes.Dispose();
        Assert.Null(_failure);
        GC.SuppressFinalize(this);
    }

    // What the tier throws is caught by the cache.
    private void OnMark(Action check)
        => Store.OnMark = () =>
        {
            try
            {
                check();
            }
            catch (Exception failure)
            {
                _failure = failure;
            }
        };

    private static Product NewProduct() => new() { Name = "new", CategoryId = 1, Created = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc) };

    private static Func<ShopContext, Task<decimal>> Price(int id)
        => db => db.Products.Where(product => product.Id == id).Select(static product => product.Price).Remember(Ttl).SingleAsync();

    private Task<(decimal Price, int Commands)> ReadB(int id = 7) => _nodes.On('B', Price(id));

    private long Count(string bypass) => _nodes.A.Statistics.Bypasses.GetValueOrDefault(bypass);

    private async Task WriteAsync(Way way, bool async, decimal price = 999)
    {
        await using var db = _nodes.NewA();
        await WriteAsync(db, way, async, price);
    }

    private async Task WriteAsync(ShopContext db, Way way, bool async, decimal price = 999)
    {
        switch (way)
        {
            case Way.Save:
                await SaveAsync(db, async, price);
                break;
            case Way.SaveWithoutTransaction:
                db.Database.AutoTransactionBehavior = AutoTransactionBehavior.Never;
                await SaveAsync(db, async, price);
                break;
            case Way.Update:
                _ = async
                    ? await db.Products.Where(static product => product.Id == 7)
                        .ExecuteUpdateAsync(set => set.SetProperty(static product => product.Price, price))
                    : db.Products.Where(static product => product.Id == 7)
                        .ExecuteUpdate(set => set.SetProperty(static product => product.Price, price));
                break;
            case Way.Sql:
                _ = async
                    ? await db.Database.ExecuteSqlAsync($"UPDATE \"Products\" SET \"Price\" = {price} WHERE \"Id\" = 7")
                    : db.Database.ExecuteSql($"UPDATE \"Products\" SET \"Price\" = {price} WHERE \"Id\" = 7");
                break;
            case Way.Transaction when async:
                await using (var transaction = await db.Database.BeginTransactionAsync())
                {
                    await SaveAsync(db, async, price + 1);
                    await SaveAsync(db, async, price);
                    await transaction.CommitAsync();
                }

                break;
            case Way.Transaction:
                using (var transaction = db.Database.BeginTransaction())
                {
                    await SaveAsync(db, async, price + 1);
                    await SaveAsync(db, async, price);
                    transaction.Commit();
                }

                break;
            default:
                await WriteInScopeAsync(db, async, price);
                break;
        }
    }

    // SQLite takes no part in such a transaction.
    private async Task WriteInScopeAsync(ShopContext db, bool async, decimal price)
    {
        if (_provider == Provider.Sqlite)
        {
            await SaveAsync(db, async, price);
            return;
        }

        using var scope = new TransactionScope(TransactionScopeAsyncFlowOption.Enabled);
        await SaveAsync(db, async, price);
        scope.Complete();
    }

    private static async Task SaveAsync(ShopContext db, bool async, decimal price)
    {
        if (async)
        {
            (await db.Products.SingleAsync(static product => product.Id == 7)).Price = price;
            await db.SaveChangesAsync();
        }
        else
        {
            db.Products.Single(static product => product.Id == 7).Price = price;
            db.SaveChanges();
        }
    }

    /// <summary>How something is written.</summary>
    public enum Way
    {
        Save,
        SaveWithoutTransaction,
        Update,
        Sql,
        Transaction,
        Scope,
    }

    /// <summary>Throws in the middle of a commit.</summary>
    private sealed class Saboteur : DbTransactionInterceptor
    {
        public override ValueTask<InterceptionResult> TransactionCommittingAsync(
            DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
            => throw new IOException("The answer is lost.");
    }

    private sealed class SlowCommand(Func<Task> wait) : DbCommandInterceptor
    {
        public override async ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
        {
            await wait();
            return result;
        }
    }

    private sealed class TransactionCounter : DbTransactionInterceptor
    {
        public int Begun { get; private set; }

        public override InterceptionResult<DbTransaction> TransactionStarting(
            DbConnection connection, TransactionStartingEventData eventData, InterceptionResult<DbTransaction> result)
        {
            Begun++;
            return result;
        }

        public override ValueTask<InterceptionResult<DbTransaction>> TransactionStartingAsync(
            DbConnection connection,
            TransactionStartingEventData eventData,
            InterceptionResult<DbTransaction> result,
            CancellationToken cancellationToken = default)
            => ValueTask.FromResult(TransactionStarting(connection, eventData, result));
    }
}

public sealed class SqliteAnnouncedCommitTests() : AnnouncedCommitTests(Provider.Sqlite);

public sealed class PostgresAnnouncedCommitTests() : AnnouncedCommitTests(Provider.PostgreSql);
