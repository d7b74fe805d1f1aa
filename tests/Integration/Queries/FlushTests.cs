using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Queries;

public sealed class FlushTests : IDisposable
{
    private readonly TestShop _shop = new();

    private static readonly Func<ShopContext, object>[] Queries =
    [
        db => db.Products.Remember(Proof.Minute, "red").ToList(),
        db => db.Categories.Remember("named", Proof.Minute, "red", "blue").Count(),
        db => db.Products.Include(p => p.Category).RememberForever("blue").ToList(),
        db => db.Tags.Remember(Proof.Minute).ToList(),
        db => db.Orders.Include(o => o.Lines).AsSplitQuery().Remember(Proof.Minute, "green").ToList(),
    ];

    [Fact]
    public void Flush_with_tags_drops_every_entry_that_carries_one_of_them()
    {
        Store();
        Do(db => db.Orders.Flush("red"));
        Assert.Equal([1, 1, 0, 0, 0], Runs());

        Do(db => db.Orders.Flush("blue", "green"));
        Assert.Equal([0, 1, 1, 0, 2], Runs());
    }

    [Fact]
    public async Task FlushAsync_with_tags_drops_every_entry_that_carries_one_of_them()
    {
        Store();
        await DoAsync(db => db.Orders.FlushAsync("red"));
        Assert.Equal([1, 1, 0, 0, 0], Runs());

        await DoAsync(db => db.FlushAsync("blue"));
        Assert.Equal([0, 1, 1, 0, 0], Runs());

        await _shop.Cache.FlushAsync("green");
        Assert.Equal([0, 0, 0, 0, 2], Runs());
    }

    [Fact]
    public void Tags_are_compared_by_ordinal()
    {
        Store();
        Do(db => db.Orders.Flush("Red", "re", "red "));
        Assert.Equal([0, 0, 0, 0, 0], Runs());
    }

    [Fact]
    public void Flush_without_tags_drops_everything_that_reads_the_tables_of_the_query()
    {
        Store();
        Do(db => db.Products.Where(p => p.Id == -1).Flush());
        Assert.Equal([1, 0, 1, 0, 0], Runs());

        Do(db => db.Products.Include(p => p.Category).Flush());
        Assert.Equal([1, 1, 1, 0, 0], Runs());
    }

    [Fact]
    public async Task FlushAsync_without_tags_drops_everything_that_reads_the_tables_of_the_query()
    {
        Store();
        await DoAsync(db => db.Set<OrderLine>().FlushAsync());
        Assert.Equal([0, 0, 0, 0, 2], Runs());

        await DoAsync(db => db.Products.SelectMany(p => p.Tags).Remember().FlushAsync());
        Assert.Equal([1, 0, 1, 1, 0], Runs());
    }

    [Fact]
    public void Flush_of_raw_SQL_drops_everything_for_nobody_knows_what_it_reads()
    {
        Store();
        Do(db => db.Database.SqlQueryRaw<int>("SELECT Id AS Value FROM Tags").Flush());
        Assert.Equal([1, 1, 1, 1, 2], Runs());
    }

    [Fact]
    public async Task FlushAsync_of_an_entity_type_drops_everything_that_reads_its_table()
    {
        Store();
        await DoAsync(db => db.FlushAsync<Product>());
        Assert.Equal([1, 0, 1, 0, 0], Runs());

        await DoAsync(db => db.FlushAsync<Tag>());
        Assert.Equal([0, 0, 0, 1, 0], Runs());
    }

    [Fact]
    public async Task FlushAsync_of_a_type_that_is_no_entity_says_so()
    {
        await using var db = _shop.NewForbidden();

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => db.FlushAsync<FlushTests>());

        Assert.Contains("FlushTests", error.Message, StringComparison.Ordinal);
        Assert.Contains("ShopContext", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Products")]
    [InlineData("products")]
    [InlineData("PRODUCTS")]
    public async Task FlushTablesAsync_takes_names_without_regard_to_case(string table)
    {
        Store();
        await DoAsync(db => db.FlushTablesAsync(table));
        Assert.Equal([1, 0, 1, 0, 0], Runs());
    }

    [Fact]
    public async Task FlushTablesAsync_takes_several_tables_and_unknown_ones_do_nothing()
    {
        Store();
        await DoAsync(db => db.FlushTablesAsync("categories", "orderline", "nosuchtable"));
        Assert.Equal([0, 1, 1, 0, 2], Runs());
    }

    [Fact]
    public async Task FlushTablesAsync_reaches_raw_SQL()
    {
        Assert.Equal(1, _shop.Commands(Raw));
        await DoAsync(db => db.FlushTablesAsync("products"));
        Assert.Equal(1, _shop.Commands(Raw));

        static List<Product> Raw(ShopContext db) => db.Products.FromSqlRaw("SELECT * FROM Products").Remember(Proof.Minute).ToList();
    }

    [Fact]
    public async Task Flushing_makes_a_write_past_EF_Core_visible()
    {
        Assert.Equal("category 1", Name());
        using (var plain = _shop.NewPlain())
        {
            plain.Categories.Where(c => c.Id == 1).ExecuteUpdate(set => set.SetProperty(c => c.Name, "changed"));
        }

        Assert.Equal("category 1", Name());
        await DoAsync(db => db.FlushTablesAsync("categories"));
        Assert.Equal("changed", Name());

        string Name() => _shop.Count(db => db.Categories.Where(c => c.Id == 1).Select(c => c.Name).Remember(Proof.Minute).Single()).Result;
    }

    private void Store()
    {
        Assert.Equal([1, 1, 1, 1, 2], Runs());
        Assert.Equal([0, 0, 0, 0, 0], Runs());
    }

    private int[] Runs() => [.. Queries.Select(query => _shop.Commands(query))];

    private void Do(Action<ShopContext> action)
    {
        using var db = _shop.NewForbidden();
        action(db);
    }

    private async Task DoAsync(Func<ShopContext, Task> action)
    {
        await using var db = _shop.NewForbidden();
        await action(db);
    }

    public void Dispose() => _shop.Dispose();
}
