using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Loads;

/// <summary>Stamps are taken before a load and compared on every hit, so whatever overtakes a load kills what it stores.</summary>
public sealed class OvertakenLoadTests : IDisposable
{
    private readonly TestShop _shop = new();
    private readonly Gate _afterSelect = new();

    public OvertakenLoadTests() => _shop.Sql.AfterRead = _afterSelect.PassAsync;

    [Fact]
    public async Task A_write_between_SELECT_and_store_is_seen_by_the_next_read()
    {
        var reader = ReadAsync();
        await _afterSelect.Reached;
        Rename("new");
        _afterSelect.Open();

        Assert.Equal("product 001", await reader);
        Assert.Equal(("new", 1), await _shop.CountAsync(Read));
        Assert.Equal(("new", 0), await _shop.CountAsync(Read));
    }

    [Fact]
    public async Task The_same_holds_for_synchronous_readers()
    {
        var reader = Task.Run(() => _shop.Count(db => Named(db).Single()).Result);
        await _afterSelect.Reached;
        Rename("new");
        _afterSelect.Open();

        Assert.Equal("product 001", await reader);
        Assert.Equal("new", _shop.Count(db => Named(db).Single()).Result);
    }

    [Fact]
    public async Task The_same_holds_for_a_write_that_is_committed_by_a_transaction()
    {
        _shop.Sql.AfterRead = null;
        using var writer = _shop.New();
        using var transaction = writer.Database.BeginTransaction();
        writer.Products.Find(1)!.Name = "new";
        writer.SaveChanges();
        _shop.Sql.AfterRead = _afterSelect.PassAsync;
        var reader = ReadAsync();
        await _afterSelect.Reached;
        transaction.Commit();
        _afterSelect.Open();

        Assert.Equal("product 001", await reader);
        Assert.Equal("new", await ReadAsync());
    }

    [Fact]
    public async Task A_split_query_that_is_overtaken_between_its_commands_leaves_nothing_stale()
    {
        static async Task<string> Tags(ShopContext db)
        {
            var product = await db.Products.Include(p => p.Tags).Include(p => p.Category).AsSplitQuery().Where(p => p.Id == 5)
                .Remember().SingleAsync();
            return string.Join(',', product.Tags.Select(tag => tag.Name).Append(product.Name));
        }

        var reader = _shop.CountAsync(Tags);
        await _afterSelect.Reached;
        using (var writer = _shop.New())
        {
            var product = writer.Products.Include(p => p.Tags).Single(p => p.Id == 5);
            product.Name = "new";
            product.Tags.RemoveRange(1, 2);
            writer.SaveChanges();
        }

        _afterSelect.Open();
        await reader;

        Assert.Equal(("tag 1,new", 2), await _shop.CountAsync(Tags));
        Assert.Equal(("tag 1,new", 0), await _shop.CountAsync(Tags));
    }

    [Fact]
    public async Task A_write_of_another_table_does_not_disturb_a_load()
    {
        var reader = ReadAsync();
        await _afterSelect.Reached;
        using (var writer = _shop.New())
        {
            writer.Add(new Order { Customer = "new" });
            writer.SaveChanges();
        }

        _afterSelect.Open();
        await reader;

        Assert.Equal(("product 001", 0), await _shop.CountAsync(Read));
    }

    [Theory]
    [InlineData("name")]
    [InlineData("tag")]
    [InlineData("query")]
    [InlineData("table")]
    [InlineData("all")]
    public async Task What_is_flushed_during_a_load_is_not_served_afterwards(string what)
    {
        Task<string> Marked(ShopContext db)
            => db.Products.Where(p => p.Id == 1).Select(p => p.Name).Remember("the name", TimeSpan.FromHours(1), "a tag").SingleAsync();

        var reader = _shop.CountAsync(Marked);
        await _afterSelect.Reached;
        using (var db = _shop.New())
        {
            await (what switch
            {
                "name" => db.ForgetAsync("the name"),
                "tag" => db.FlushAsync("a tag"),
                "query" => db.Products.Where(p => p.Id == 1).Select(p => p.Name).ForgetAsync(),
                "table" => db.FlushTablesAsync("products"),
                _ => _shop.Cache.ClearAsync().AsTask(),
            });
        }

        _afterSelect.Open();
        await reader;

        Assert.Equal(1, (await _shop.CountAsync(Marked)).Commands);
        Assert.Equal(0, (await _shop.CountAsync(Marked)).Commands);
    }

    [Fact]
    public async Task A_caller_that_arrives_after_a_write_does_not_join_a_load_begun_before_it()
    {
        var before = ReadAsync();
        await _afterSelect.Reached;
        Rename("new");

        var after = _shop.CountAsync(Read);

        Assert.True(after.IsCompleted); // It has not waited.
        Assert.Equal(("new", 1), await after);
        _afterSelect.Open();
        Assert.Equal("product 001", await before);
        Assert.Equal(("new", 0), await _shop.CountAsync(Read));
    }

    [Fact]
    public async Task A_caller_that_joined_before_the_write_is_given_the_rows_of_the_load()
    {
        var leader = ReadAsync();
        await _afterSelect.Reached;
        var waiter = _shop.CountAsync(Read);
        Rename("new");
        _afterSelect.Open();

        Assert.Equal("product 001", await leader);
        Assert.Equal("product 001", (await waiter).Result);
        Assert.Equal("new", await ReadAsync());
    }

    [Fact]
    public void A_load_beside_an_open_reader_of_its_connection_stores_nothing_older_than_the_last_write()
    {
        using var reader = _shop.New();
        _afterSelect.Open();
        using var orders = reader.Orders.AsNoTracking().AsEnumerable().GetEnumerator();
        Assert.True(orders.MoveNext()); // From here on the connection may see the database as it is now, and not as it becomes.
        Rename("new");

        var seen = Named(reader).Single();

        Assert.Contains(seen, new[] { "product 001", "new" });
        Assert.Equal("new", _shop.Count(db => Named(db).Single()).Result);
    }

    public void Dispose() => _shop.Dispose();

    private static IQueryable<string> Named(ShopContext db) => db.Products.Where(p => p.Id == 1).Select(p => p.Name).Remember();

    private static Task<string> Read(ShopContext db) => Named(db).SingleAsync();

    private async Task<string> ReadAsync() => (await _shop.CountAsync(Read)).Result;

    private void Rename(string name)
    {
        using var db = _shop.New();
        db.Attach(new Product { Id = 1, Name = "any" }).Entity.Name = name;
        db.SaveChanges();
    }
}
