using System.Runtime.CompilerServices;
using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Keys;

/// <summary>A cached entry keeps nothing of the caller's alive: not its context, not its closure, not what the closure captured.</summary>
public sealed class CollectableTests : IDisposable
{
    private static readonly Func<ShopContext, List<int>, IAsyncEnumerable<int>> Compiled = EF.CompileAsyncQuery(
        (ShopContext db, List<int> ids) => db.Products.Where(p => ids.Contains(p.Id)).Remember().Select(static p => p.Id));

    private readonly TestShop _shop = new();

    public static TheoryData<string> Ways => [.. Queries.Keys];

    private static Dictionary<string, Func<ShopContext, List<int>, Task<int>>> Queries { get; } = new(StringComparer.Ordinal)
    {
        ["a list"] = static (db, ids) => db.Products.Where(p => ids.Contains(p.Id)).Remember().CountAsync(),
        ["a list of one's own class"] = static (db, ids) =>
        {
            var own = new Ids { ids[0], ids[1] };
            return db.Products.Where(p => own.Contains(p.Id)).Remember().CountAsync();
        },
        ["an array of objects"] = static (db, ids) =>
        {
            object[] items = [ids];
            return db.Products.Where(p => ((List<int>)items[0]).Contains(p.Id)).Remember().CountAsync();
        },
        ["an item"] = static (db, ids) => db.Products.Where(p => p.Id == ids[1] || p.Id == ids[0]).Remember().CountAsync(),
        ["a sequence"] = static (db, ids) => db.Products.Where(p => ids.Where(static id => id > 0).Contains(p.Id)).Remember().CountAsync(),
        ["tracked entities"] = static async (db, ids)
            => (await db.Products.Where(p => ids.Contains(p.Id)).Remember().ToListAsync()).Count,
        ["synchronously"] = static (db, ids)
            => Task.FromResult(db.Products.Where(p => ids.Contains(p.Id)).Remember().ToList().Count),
        ["the list in the projection"] = static async (db, ids)
            => (await db.Products.Where(p => p.Id < 3).Select(p => new { p.Id, Ids = ids }).Remember().ToListAsync()).Count,
        ["the context in the projection"] = static async (db, ids)
            => (await db.Products.Where(p => ids.Contains(p.Id)).Select(p => new { p.Id, Context = db }).Remember().ToListAsync()).Count,
        ["a split query"] = static async (db, ids)
            => (await db.Orders.Where(o => ids.Contains(o.Id)).Include(static o => o.Lines).AsSplitQuery().Remember().ToListAsync()).Count,
        ["a compiled query"] = static async (db, ids) => await Compiled(db, ids).CountAsync(),
        ["raw SQL"] = static async (db, ids)
            => (await db.Products.FromSql($"SELECT * FROM Products WHERE Id IN ({ids[0]}, {ids[1]})").Remember().ToListAsync()).Count,
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task What_a_query_has_captured_can_be_collected_while_its_entry_is_cached(string way)
    {
        var captured = new List<WeakReference>();
        var commands = _shop.Sql.Count;
        for (var i = 0; i < 3; i++)
        {
            // First as it is met for the first time, then the short way, then again.
            captured.AddRange(await RunAsync(way));
        }

        var sent = _shop.Sql.Count - commands;
        Collect();

        Assert.All(captured, static reference => Assert.False(reference.IsAlive, $"{reference.Target} is kept alive"));
        await RunAsync(way);
        Assert.Equal(sent, _shop.Sql.Count - commands);
        Assert.InRange(sent, 1, 2);
    }

    [Fact]
    public async Task So_can_the_value_of_a_query_filter()
    {
        using var database = new TestDatabase<TenantContext>(static options => new TenantContext(options), TenantContext.Seed);
        var captured = new List<WeakReference>();
        for (var i = 0; i < 3; i++)
        {
            captured.AddRange(await FilterAsync(database));
        }

        var commands = database.Sql.Count;
        Collect();

        Assert.All(captured, static reference => Assert.False(reference.IsAlive, $"{reference.Target} is kept alive"));
        await FilterAsync(database);
        Assert.Equal(commands, database.Sql.Count);
    }

    public void Dispose() => _shop.Dispose();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private async Task<WeakReference[]> RunAsync(string way)
    {
        await using var db = _shop.New();
        List<int> ids = [1, 2];
        Assert.Equal(2, await Queries[way](db, ids));
        return [new WeakReference(db), new WeakReference(ids)];
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<WeakReference[]> FilterAsync(TestDatabase<TenantContext> database)
    {
        await using var db = database.New();
        db.Allowed = [1, 2];
        Assert.Equal(20, (await db.Lists.Remember().ToListAsync()).Count);
        return [new WeakReference(db), new WeakReference(db.Allowed)];
    }

    private static void Collect()
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }

    /// <summary>A class of which nothing is known, so that its queries are told apart by their commands.</summary>
    private sealed class Ids : List<int>;
}
