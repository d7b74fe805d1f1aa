using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace FastOrm.Cache.Tests.Integration.Queries;

/// <summary>Queries that go past the cache: their rows come one by one, as EF Core reads them, unless EF Core itself holds them.</summary>
public sealed class StreamedQueryTests : IDisposable
{
    private const string Touched = "SELECT touch(\"Id\") AS \"Id\", \"Name\" FROM \"Tags\" ORDER BY \"Tags\".\"Id\"";

    private static readonly Func<ShopContext, IEnumerable<Tag>> Compiled
        = EF.CompileQuery((ShopContext db) => db.Tags.FromSqlRaw(Touched).Remember());

    private static readonly Func<ShopContext, IAsyncEnumerable<Tag>> CompiledAsync
        = EF.CompileAsyncQuery((ShopContext db) => db.Tags.FromSqlRaw(Touched).Remember());

    // Raw SQL that is not a SELECT is not remembered. The second row cannot be read.
    private const string Inserting
        = "INSERT INTO \"Tags\" VALUES (10, 'ten'), (11, '') RETURNING \"Id\", CASE WHEN \"Id\" < 11 THEN \"Name\" END AS \"Name\"";

    private static readonly Func<ShopContext, IEnumerable<Tag>> PlainInsert
        = EF.CompileQuery((ShopContext db) => db.Tags.FromSqlRaw(Inserting));

    private static readonly Func<ShopContext, IAsyncEnumerable<Tag>> PlainInsertAsync
        = EF.CompileAsyncQuery((ShopContext db) => db.Tags.FromSqlRaw(Inserting));

    private static readonly Func<ShopContext, IEnumerable<Tag>> Insert
        = EF.CompileQuery((ShopContext db) => db.Tags.FromSqlRaw(Inserting).Remember());

    private static readonly Func<ShopContext, IAsyncEnumerable<Tag>> InsertAsync
        = EF.CompileAsyncQuery((ShopContext db) => db.Tags.FromSqlRaw(Inserting).Remember());

    private readonly TestShop _shop = new();
    private int _touched;

    public static TheoryData<Circumstance> Cases => [Circumstance.Transaction, Circumstance.TransactionBegunBySql, Circumstance.SwitchedOff];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task No_more_rows_are_read_than_are_asked_for(Circumstance circumstance)
    {
        Assert.Equal(2, await Touches(circumstance, static db => Task.FromResult(db.Tags.FromSqlRaw(Touched).Remember().AsEnumerable().Take(2).Count())));
        Assert.Equal(2, await Touches(circumstance, static db => Task.FromResult(Compiled(db).Take(2).Count())));
        Assert.Equal(2, await Touches(circumstance, static async db => await CompiledAsync(db).Take(2).CountAsync()));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task All_rows_are_read_at_once_where_EF_Core_does_so_in_order_to_retry(Circumstance circumstance)
    {
        if (circumstance != Circumstance.Transaction)
        {
            // In a strategy of the application's own; a transaction begins inside of it.
            Assert.Equal(3, await Touches(circumstance, static db => new Retrying(db).ExecuteAsync(
                () => Task.FromResult(db.Tags.FromSqlRaw(Touched).Remember().AsEnumerable().Take(2).Count()))));
        }

        Assert.Equal(3, await Touches(Circumstance.Nothing, db => new Retrying(db).ExecuteAsync(() => circumstance.RunAsync(
            db, () => Task.FromResult(db.Tags.FromSqlRaw(Touched).Remember().AsEnumerable().Take(2).Count())))));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_compiled_query_that_cannot_be_remembered_is_EF_Core_s_own(bool async)
    {
        var expected = await ReadAsync(async ? PlainInsertAsync : Async(PlainInsert));
        Assert.StartsWith("1 rows, InvalidOperationException", expected, StringComparison.Ordinal);

        Assert.Equal(expected, await ReadAsync(async ? InsertAsync : Async(Insert)));
        Assert.Equal(1, _shop.Cache.Statistics.Bypasses.Values.Sum());

        static Func<ShopContext, IAsyncEnumerable<Tag>> Async(Func<ShopContext, IEnumerable<Tag>> query)
            => db => query(db).ToAsyncEnumerable();
    }

    public void Dispose() => _shop.Dispose();

    private async Task<int> Touches(Circumstance circumstance, Func<ShopContext, Task<int>> run)
    {
        await using var db = _shop.New();
        ((SqliteConnection)db.Database.GetDbConnection()).CreateFunction("touch", (long id) =>
        {
            _touched++;
            return id;
        });
        _touched = 0;
        Assert.Equal(2, await circumstance.RunAsync(db, () => run(db)));
        return _touched;
    }

    private async Task<string> ReadAsync(Func<ShopContext, IAsyncEnumerable<Tag>> query)
    {
        await using var db = _shop.New();
        await db.Tags.Where(static tag => tag.Id >= 10).ExecuteDeleteAsync();
        var read = 0;
        try
        {
            await foreach (var tag in query(db))
            {
                read++;
            }

            return $"{read} rows";
        }
        catch (InvalidOperationException exception)
        {
            return $"{read} rows, {exception.GetType().Name}: {exception.Message}\n{Proof.Tracked(db)}";
        }
    }

    private sealed class Retrying(DbContext db) : ExecutionStrategy(db, maxRetryCount: 1, maxRetryDelay: TimeSpan.Zero)
    {
        protected override bool ShouldRetryOn(Exception exception) => false;
    }
}
