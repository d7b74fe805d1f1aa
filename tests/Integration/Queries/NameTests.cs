using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Queries;

/// <summary><c>Remember(key, …)</c>: the name is a tag, never the identity.</summary>
public sealed class NameTests : IDisposable
{
    private readonly TestShop _shop = new();

    [Fact]
    public async Task Forgetting_a_name_drops_every_entry_under_it()
    {
        Store();

        await Forget("front page");

        Assert.Equal((1, 1, 0, 0), Runs());
    }

    [Fact]
    public async Task The_cache_itself_forgets_a_name()
    {
        Store();

        await _shop.Cache.ForgetAsync("front page");

        Assert.Equal((1, 1, 0, 0), Runs());
    }

    [Fact]
    public async Task Several_names_are_forgotten_at_once()
    {
        Store();

        await Forget("front page", "other");

        Assert.Equal((1, 1, 1, 0), Runs());
    }

    [Fact]
    public async Task A_name_is_not_a_tag_of_that_text_and_names_are_compared_by_ordinal()
    {
        Store();

        await Forget("Front page", "tagged");
        using (var db = _shop.New())
        {
            await db.FlushAsync("front page");
        }

        Assert.Equal((0, 0, 0, 0), Runs());
    }

    [Fact]
    public void Two_queries_under_one_name_never_get_the_rows_of_each_other()
    {
        foreach (var _ in new[] { 1, 2 })
        {
            using var db = _shop.New();
            Assert.Equal(20, db.Products.Where(p => p.CategoryId == 1).Remember("x", Proof.Minute).ToList().Count);
            Assert.Equal(100, db.Products.Remember("x", Proof.Minute).ToList().Count);
            Assert.Equal("category 1", db.Categories.Where(c => c.Id == 1).Select(c => c.Name).Remember("x", Proof.Minute).Single());
            Assert.Equal("tag 1", db.Tags.Where(c => c.Id == 1).Select(c => c.Name).Remember("x", Proof.Minute).Single());
            for (var category = 1; category < 4; category++)
            {
                Assert.All(
                    db.Products.Where(p => p.CategoryId == category).Remember("x", Proof.Minute).ToList(),
                    p => Assert.Equal(category, p.CategoryId));
            }
        }
    }

    [Fact]
    public void An_entry_without_a_name_does_not_answer_for_a_name()
    {
        _shop.Count(db => db.Products.Remember(Proof.Minute).Count());

        // Otherwise forgetting the name would not reach what its callers are given.
        Assert.Equal(1, _shop.Commands(db => db.Products.Remember("x", Proof.Minute).Count()));
        Assert.Equal(0, _shop.Commands(db => db.Products.Remember("x", Proof.Minute).Count()));
        Assert.Equal(1, _shop.Commands(db => db.Products.Remember("y", Proof.Minute).Count()));
    }

    [Fact]
    public void The_order_and_repetition_of_tags_do_not_matter()
    {
        _shop.Count(db => db.Products.Remember("x", Proof.Minute, "a", "b").Count());

        Assert.Equal(0, _shop.Commands(db => db.Products.Remember("x", Proof.Minute, "b", "a", "b").Count()));
    }

    [Fact]
    public async Task A_named_entry_also_falls_by_its_tags_and_by_a_write()
    {
        Assert.Equal(1, _shop.Commands(Named));
        using (var db = _shop.New())
        {
            await db.FlushAsync("a");
        }

        Assert.Equal(1, _shop.Commands(Named));
        using (var db = _shop.New())
        {
            db.Categories.Single(c => c.Id == 1).Name = "changed";
            db.SaveChanges();
        }

        Assert.Equal(1, _shop.Commands(Named));
        Assert.Equal(0, _shop.Commands(Named));

        static int Named(ShopContext db) => db.Categories.Remember("x", Proof.Minute, "a").Count();
    }

    [Fact]
    public async Task A_name_forgotten_during_a_load_does_not_come_back()
    {
        _shop.Sql.AfterRead = async _ =>
        {
            _shop.Sql.AfterRead = null;
            await Forget("x");
        };
        Assert.Equal(1, (await _shop.CountAsync(db => db.Products.Remember("x", Proof.Minute).CountAsync())).Commands);

        Assert.Equal(1, (await _shop.CountAsync(db => db.Products.Remember("x", Proof.Minute).CountAsync())).Commands);
    }

    private void Store() => Assert.Equal((1, 1, 1, 1), Runs());

    private (int FrontProducts, int FrontCategories, int Other, int Tagged) Runs()
        => (_shop.Commands(db => db.Products.Where(p => p.Stock > 2).Remember("front page", Proof.Minute).ToList()),
            _shop.Commands(db => db.Categories.Remember("front page", Proof.Minute, "tagged").Count()),
            _shop.Commands(db => db.Categories.Remember("other", Proof.Minute).Count()),
            _shop.Commands(db => db.Categories.Remember(Proof.Minute).Count()));

    private async Task Forget(params string[] names)
    {
        await using var db = _shop.NewForbidden();
        await db.ForgetAsync(names);
    }

    public void Dispose() => _shop.Dispose();
}
