using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Queries;

public sealed class RememberFreshTests : IDisposable
{
    private readonly TestShop _shop = new();

    [Fact]
    public void RememberFresh_loads_although_there_is_an_entry()
    {
        Assert.Equal(1, _shop.Commands(db => db.Products.Remember().Count()));
        Assert.Equal(1, _shop.Commands(db => db.Products.RememberFresh().Count()));
        Assert.Equal(1, _shop.Commands(db => db.Products.RememberFresh().Count()));
    }

    [Fact]
    public void RememberFresh_replaces_what_Remember_then_reads()
    {
        _shop.Count(db => Name(db.Products.Remember()));
        WriteBehindTheBack("changed");
        Assert.Equal("product 001", _shop.OnHit(db => Name(db.Products.Remember())));

        Assert.Equal("changed", _shop.Count(db => Name(db.Products.RememberFresh())).Result);

        Assert.Equal("changed", _shop.OnHit(db => Name(db.Products.Remember())));
    }

    [Fact]
    public async Task RememberFresh_replaces_asynchronously_too()
    {
        await _shop.CountAsync(db => db.Products.Where(p => p.Id == 1).Remember(Proof.Minute).Select(p => p.Name).SingleAsync());
        WriteBehindTheBack("changed");

        var fresh = await _shop.CountAsync(
            db => db.Products.Where(p => p.Id == 1).RememberFresh(Proof.Minute).Select(p => p.Name).SingleAsync());
        var hit = await _shop.OnHitAsync(
            db => db.Products.Where(p => p.Id == 1).Remember(Proof.Minute).Select(p => p.Name).SingleAsync());

        Assert.Equal(1, fresh.Commands);
        Assert.Equal("changed", fresh.Result);
        Assert.Equal("changed", hit);
    }

    [Fact]
    public void RememberFresh_stores_where_there_was_no_entry()
    {
        Assert.Equal(1, _shop.Commands(db => Name(db.Products.RememberFresh(Proof.Minute))));
        Assert.Equal("product 001", _shop.OnHit(db => Name(db.Products.Remember(Proof.Minute))));
    }

    [Fact]
    public void RememberFresh_replaces_the_entry_with_the_same_name_and_tags()
    {
        _shop.Count(db => Name(db.Products.Remember("top", Proof.Minute, "a", "b")));
        WriteBehindTheBack("changed");

        _shop.Count(db => Name(db.Products.RememberFresh("top", Proof.Minute, "b", "a")));

        Assert.Equal("changed", _shop.OnHit(db => Name(db.Products.Remember("top", Proof.Minute, "a", "b"))));
    }

    [Fact]
    public void RememberFresh_with_tags_replaces_the_entry_with_these_tags()
    {
        _shop.Count(db => Name(db.Products.Remember(Proof.Minute, "a")));
        WriteBehindTheBack("changed");

        _shop.Count(db => Name(db.Products.RememberFresh(Proof.Minute, "a")));

        Assert.Equal("changed", _shop.OnHit(db => Name(db.Products.Remember(Proof.Minute, "a"))));
    }

    [Fact]
    public void RememberFresh_reloads_every_command_of_a_split_query()
    {
        _shop.Count(db => Split(db).Remember().ToList());

        Assert.Equal(2, _shop.Commands(db => Split(db).RememberFresh().ToList()));
        Assert.Equal(0, _shop.Commands(db => Split(db).Remember().ToList()));

        static IQueryable<Category> Split(ShopContext db) => db.Categories.Include(c => c.Products).AsSplitQuery();
    }

    [Fact]
    public async Task RememberFresh_is_not_answered_by_a_load_that_began_before_it()
    {
        // Another caller has read the old row and is about to store it.
        var read = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        _shop.Sql.AfterRead = async _ =>
        {
            _shop.Sql.AfterRead = null;
            read.SetResult();
            await go.Task;
        };
        var early = Task.Run(() => _shop.CountAsync(db => NameAsync(db.Products.Remember(Proof.Minute))));
        await read.Task;
        WriteBehindTheBack("changed");

        // SQLite is synchronous: the call returns when the fresh load is done, or when it waits for the other.
        var fresh = _shop.CountAsync(db => NameAsync(db.Products.RememberFresh(Proof.Minute)));
        go.SetResult();
        await early;

        Assert.Equal("changed", (await fresh).Result);
        Assert.Equal("changed", await _shop.OnHitAsync(db => NameAsync(db.Products.Remember(Proof.Minute))));
    }

    private static string Name(IQueryable<Product> products) => products.Where(p => p.Id == 1).Select(p => p.Name).Single();

    private static Task<string> NameAsync(IQueryable<Product> products)
        => products.Where(p => p.Id == 1).Select(p => p.Name).SingleAsync();

    /// <summary>A write that the cache does not see.</summary>
    private void WriteBehindTheBack(string name)
    {
        using var db = _shop.NewPlain();
        db.Products.Where(p => p.Id == 1).ExecuteUpdate(set => set.SetProperty(p => p.Name, name));
    }

    public void Dispose() => _shop.Dispose();
}
