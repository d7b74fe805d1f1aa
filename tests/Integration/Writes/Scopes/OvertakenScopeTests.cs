using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Loads;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using static FastOrm.Cache.Tests.Integration.Writes.Scopes.ItemQueries;

namespace FastOrm.Cache.Tests.Integration.Writes.Scopes;

/// <summary>A write between the SELECT and the store, when the rows of a list are already read but their stamps are not.</summary>
public abstract class OvertakenScopeTests(Provider provider) : IDisposable
{
    private readonly TestDatabase<ItemContext> _database = ItemContext.NewDatabase(provider);

    public static TheoryData<string, Action<ItemContext>> Writes { get; } = new()
    {
        { "a change", db => db.Items.Single(i => i.Id == 7).Price = 100 },
        { "a delete", db => db.Remove(new Item { Id = 7 }) },
        { "a stub", db => db.Attach(new Item { Id = 7 }).Entity.ShelfId = 4 },
        { "a row that enters", db => db.Items.Single(i => i.Id == 8).ShelfId = 3 },
        { "an insert", db => db.Add(new Item { ShelfId = 3, Rank = 1 }) },
    };

    [Theory]
    [MemberData(nameof(Writes))]
    public void A_list_that_was_overtaken_is_not_served(string kind, Action<ItemContext> write)
    {
        Assert.NotEmpty(kind);
        Overtake(List(3), write);
        _database.AssertExact(List(3));
    }

    [Theory]
    [MemberData(nameof(Writes))]
    public void A_list_by_two_columns_that_was_overtaken_is_not_served(string kind, Action<ItemContext> write)
    {
        Assert.NotEmpty(kind);
        Overtake(List(3, 1), write);
        _database.AssertExact(List(3, 1));
    }

    [Fact]
    public void A_row_that_was_overtaken_is_not_served()
    {
        var before = Overtake(Point(7), db => db.Items.Single(i => i.Id == 7).Price = 100);
        _database.AssertFresh(Point(7), before);
        before = Overtake(Point(8), db => db.Remove(new Item { Id = 8 }));
        _database.AssertFresh(Point(8), before);
        before = Overtake(Point(1000), db => db.Add(ItemContext.New(1000)));
        _database.AssertFresh(Point(1000), before);
    }

    [Fact]
    public void A_row_is_remembered_although_another_was_written_meanwhile()
    {
        var before = Overtake(Point(7), db => db.Items.Single(i => i.Id == 8).Price = 100);
        _database.AssertHit(Point(7), before);
    }

    [Fact]
    public void A_list_is_not_remembered_when_its_table_was_written_meanwhile()
    {
        var before = Overtake(List(3), db => db.Items.Single(i => i.Id == 8).Price = 100);
        Assert.Equal((before, 1), _database.Count(List(3)));
        _database.AssertHit(List(3), before);
    }

    [Fact]
    public void A_list_that_was_overtaken_by_ExecuteUpdate_is_not_served()
    {
        Overtake(List(3), db => db.Items.Where(i => i.Id == 7).ExecuteUpdate(set => set.SetProperty(i => i.Price, 100)), saves: false);
        _database.AssertExact(List(3));
    }

    [Fact]
    public async Task Who_comes_after_a_write_does_not_join_the_load_of_a_list_that_began_before_it()
    {
        static async Task<string> ReadAsync(ItemContext db) => (await db.Items.Where(i => i.ShelfId == 3).Remember().ToListAsync()).Sorted();

        var gate = new Gate();
        _database.Sql.AfterRead = gate.PassAsync;
        var first = _database.CountAsync(ReadAsync);
        await gate.Reached;
        _database.Save(db => db.Attach(new Item { Id = 7 }).Entity.ShelfId = 4);
        var second = await _database.CountAsync(ReadAsync).WaitAsync(Gate.Patience);
        gate.Open();
        var old = await first;

        Assert.Contains("item 7", old.Result, StringComparison.Ordinal);
        Assert.DoesNotContain("item 7", second.Result, StringComparison.Ordinal);
        _database.AssertExact(List(3));
    }

    [Fact]
    public async Task Who_comes_after_a_write_of_another_row_may_join_the_load_of_one()
    {
        static async Task<string> ReadAsync(ItemContext db) => (await db.Items.Where(i => i.Id == 7).Remember().ToListAsync()).Text();

        var gate = new Gate();
        _database.Sql.AfterRead = gate.PassAsync;
        var first = _database.CountAsync(ReadAsync);
        await gate.Reached;
        _database.Save(db => db.Attach(new Item { Id = 8 }).Entity.ShelfId = 5);
        var second = _database.CountAsync(ReadAsync);
        gate.Open();

        Assert.Equal((await first).Result, (await second).Result);
        _database.AssertExact(Point(7));
    }

    [Fact]
    public async Task A_fresh_read_narrows_like_any_other()
    {
        static async Task<string> ReadAsync(ItemContext db)
            => (await db.Items.Where(i => i.ShelfId == 3).RememberFresh().ToListAsync()).Sorted();

        _database.Warm(List(3));
        var (fresh, commands) = await _database.CountAsync(ReadAsync);

        Assert.Equal(1, commands);
        _database.AssertHit(List(3), fresh);
        _database.AssertSurvives(List(3), db => db.Items.Single(i => i.Id == 8).Name = "new");
        _database.AssertDies(List(3), db => db.Items.Single(i => i.Id == 7).Name = "new");
    }

    [Fact]
    public async Task A_fresh_read_that_is_overtaken_is_not_served()
    {
        var gate = new Gate();
        _database.Sql.AfterRead = gate.PassAsync;
        var first = _database.CountAsync(async db => (await db.Items.Where(i => i.ShelfId == 3).RememberFresh().ToListAsync()).Sorted());
        await gate.Reached;
        _database.Save(db => db.Attach(new Item { Id = 7 }).Entity.Name = "new");
        gate.Open();
        await first;

        _database.AssertExact(List(3));
    }

    public void Dispose() => _database.Dispose();

    private string Overtake(Func<ItemContext, string> read, Action<ItemContext> write, bool saves = true)
    {
        _database.Sql.AfterRead = _ =>
        {
            _database.Sql.AfterRead = null;
            _database.Run(db =>
            {
                write(db);
                if (saves)
                {
                    db.SaveChanges();
                }
            });
            return Task.CompletedTask;
        };
        return _database.Count(read).Result;
    }
}

public sealed class SqliteOvertakenScopeTests() : OvertakenScopeTests(Provider.Sqlite);

public sealed class PostgresOvertakenScopeTests() : OvertakenScopeTests(Provider.PostgreSql);
