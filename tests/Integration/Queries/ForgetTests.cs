using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Queries;

/// <summary><c>query.Forget()</c>: the entries of every terminal of that query, and of no other.</summary>
public sealed class ForgetTests : IDisposable
{
    private readonly TestShop _shop = new();

    [Fact]
    public void Forget_drops_the_entries_of_every_terminal_of_the_query()
    {
        StoreAll();

        _shop.OnHit(db =>
        {
            Query(db, 2).Forget();
            return 0;
        });

        Assert.All(Terminals, terminal => Assert.Equal(1, _shop.Commands(db => terminal(Query(db, 2).Remember(Proof.Minute)))));
    }

    [Fact]
    public async Task ForgetAsync_drops_the_entries_of_every_terminal_of_the_query()
    {
        StoreAll();

        await using (var db = _shop.NewForbidden())
        {
            await Query(db, 2).ForgetAsync();
        }

        Assert.All(Terminals, terminal => Assert.Equal(1, _shop.Commands(db => terminal(Query(db, 2).Remember(Proof.Minute)))));
    }

    [Fact]
    public void Forget_leaves_other_queries_alone()
    {
        StoreAll();
        _shop.Count(db => Query(db, 3).Remember(Proof.Minute).ToList());
        _shop.Count(db => Query(db, 2).Where(p => p.Stock > 1).Remember(Proof.Minute).ToList());
        _shop.Count(db => db.Products.Remember(Proof.Minute).ToList());

        using (var db = _shop.New())
        {
            Query(db, 2).Forget();
        }

        Assert.Equal(0, _shop.Commands(db => Query(db, 3).Remember(Proof.Minute).ToList()));
        Assert.Equal(0, _shop.Commands(db => Query(db, 2).Where(p => p.Stock > 1).Remember(Proof.Minute).ToList()));
        Assert.Equal(0, _shop.Commands(db => db.Products.Remember(Proof.Minute).ToList()));
    }

    [Fact]
    public void Forget_reaches_entries_under_any_name_and_tag()
    {
        Assert.Equal(1, _shop.Commands(db => Query(db, 2).Remember("x", Proof.Minute, "a").ToList()));
        Assert.Equal(1, _shop.Commands(db => Query(db, 2).RememberForever("b").ToList()));

        using (var db = _shop.New())
        {
            Query(db, 2).Forget();
        }

        Assert.Equal(1, _shop.Commands(db => Query(db, 2).Remember("x", Proof.Minute, "a").ToList()));
        Assert.Equal(1, _shop.Commands(db => Query(db, 2).RememberForever("b").ToList()));
    }

    [Fact]
    public void Forget_may_be_called_on_the_query_with_its_Remember()
    {
        _shop.Count(db => Query(db, 2).Remember("x", Proof.Minute).ToList());
        using (var db = _shop.New())
        {
            Query(db, 2).Remember("x", Proof.Minute).Forget();
        }

        Assert.Equal(1, _shop.Commands(db => Query(db, 2).Remember("x", Proof.Minute).ToList()));
    }

    [Fact]
    public void Forget_reaches_sources_with_operators_after_Remember()
    {
        _shop.Count(db => db.Products.Remember(Proof.Minute).Where(p => p.CategoryId == 2).OrderBy(p => p.Name).First());
        using (var db = _shop.New())
        {
            db.Products.Where(p => p.CategoryId == 2).OrderBy(p => p.Name).Forget();
        }

        Assert.Equal(1, _shop.Commands(db => db.Products.Remember(Proof.Minute).Where(p => p.CategoryId == 2).OrderBy(p => p.Name).First()));
    }

    [Fact]
    public void Forget_reaches_tracked_untracked_included_and_split_variants_only_as_they_were_written()
    {
        Assert.Equal(1, _shop.Commands(db => Query(db, 2).AsNoTracking().Remember(Proof.Minute).ToList()));
        Assert.Equal(2, _shop.Commands(db => Query(db, 2).Include(p => p.Tags).AsSplitQuery().Remember(Proof.Minute).ToList()));
        using (var db = _shop.New())
        {
            Query(db, 2).Include(p => p.Tags).AsSplitQuery().Forget();
        }

        Assert.Equal(0, _shop.Commands(db => Query(db, 2).AsNoTracking().Remember(Proof.Minute).ToList()));
        Assert.Equal(2, _shop.Commands(db => Query(db, 2).Include(p => p.Tags).AsSplitQuery().Remember(Proof.Minute).ToList()));
    }

    [Fact]
    public void Forget_knows_a_query_by_its_values_whatever_the_variables_are_called()
    {
        _shop.Count(db => Query(db, 4).Remember(Proof.Minute).ToList());
        var wanted = 4;
        using (var db = _shop.New())
        {
            db.Products.Where(product => product.CategoryId == wanted).Forget();
        }

        Assert.Equal(1, _shop.Commands(db => Query(db, 4).Remember(Proof.Minute).ToList()));
    }

    [Fact]
    public void Forgetting_what_was_never_remembered_does_nothing()
    {
        using var db = _shop.NewForbidden();

        Query(db, 5).Forget();
        db.Categories.Select(c => c.Name).Forget();
        db.Database.SqlQueryRaw<int>("SELECT 1 AS Value").Forget();
    }

    private static readonly Func<IQueryable<Product>, object?>[] Terminals =
    [
        q => q.ToList(), q => q.First(), q => q.FirstOrDefault(), q => q.Count(), q => q.LongCount(), q => q.Any(),
        q => q.Max(p => p.Price), q => q.Sum(p => p.Stock), q => q.ElementAt(2), q => q.Any(p => p.Stock > 5), q => q.All(p => p.Id > 0),
    ];

    private static IQueryable<Product> Query(ShopContext db, int category) => db.Products.Where(p => p.CategoryId == category);

    private void StoreAll()
        => Assert.All(Terminals, terminal =>
        {
            _shop.Count(db => terminal(Query(db, 2).Remember(Proof.Minute)));
            Assert.Equal(0, _shop.Commands(db => terminal(Query(db, 2).Remember(Proof.Minute))));
        });

    public void Dispose() => _shop.Dispose();
}
