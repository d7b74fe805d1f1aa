using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Queries;

/// <summary><c>DontRemember</c> against <c>Remember</c>: of several marks in one chain the last one counts.</summary>
public sealed class DontRememberTests : IDisposable
{
    private readonly TestShop _shop = new();

    [Fact]
    public void A_query_that_is_not_to_be_remembered_goes_to_the_database()
        => AssertGoesPast(static db => db.Products.Remember(Proof.Minute).Where(p => p.CategoryId == 1).DontRemember().ToList());

    [Fact]
    public void So_it_does_if_more_follows() => AssertGoesPast(static db => db.Products.RememberForever().DontRemember().Count(p => p.Id > 5));

    [Fact]
    public async Task So_it_does_asynchronously()
    {
        foreach (var _ in new[] { 1, 2 })
        {
            Assert.Equal((100, 1), await _shop.CountAsync(static db => db.Products.Remember(Proof.Minute).DontRemember().CountAsync()));
        }

        Assert.Equal(0, _shop.Cache.Statistics.Entries);
    }

    [Fact]
    public void A_later_mark_remembers_it_after_all()
    {
        Assert.Equal((100, 1), _shop.Count(Query));
        Assert.Equal((100, 0), _shop.Count(Query));

        static int Query(ShopContext db) => db.Products.DontRemember().Where(p => p.Id > 0).Remember(Proof.Minute).Count();
    }

    [Fact]
    public void In_a_subquery_it_means_nothing()
    {
        Assert.Equal(1, _shop.Commands(Query));
        Assert.Equal(0, _shop.Commands(Query));

        static int Query(ShopContext db)
            => db.Categories.Where(c => db.Products.DontRemember().Any(p => p.CategoryId == c.Id)).Remember(Proof.Minute).Count();
    }

    [Fact]
    public void A_bulk_write_is_carried_out()
        => Assert.Equal((20, 1), _shop.Count(static db => db.Products.Where(p => p.CategoryId == 1).DontRemember()
            .ExecuteUpdate(static set => set.SetProperty(static p => p.Stock, 5))));

    [Fact]
    public void A_compiled_query_may_hold_it()
    {
        var past = EF.CompileQuery((ShopContext db, int id) => db.Products.Remember(Proof.Minute).Where(p => p.Id == id).DontRemember().Count());
        var remembered = EF.CompileQuery((ShopContext db, int id) => db.Products.DontRemember().Where(p => p.Id == id).Remember(Proof.Minute).Count());
        AssertGoesPast(db => past(db, 1));
        Assert.Equal((1, 1), _shop.Count(db => remembered(db, 1)));
        Assert.Equal((1, 0), _shop.Count(db => remembered(db, 1)));
    }

    [Theory]
    [MemberData(nameof(ForeignCompilers.Names), MemberType = typeof(ForeignCompilers))]
    public void It_works_through_other_libraries_compilers(string place)
    {
        var options = ForeignCompilers.Options(place, _shop);
        foreach (var _ in new[] { 1, 2 })
        {
            var before = _shop.Sql.Count;
            using var db = new ShopContext(options);
            Assert.Equal(100, db.Products.Remember(Proof.Minute).DontRemember().Count());
            Assert.Equal(1, _shop.Sql.Count - before);
        }
    }

    [Fact]
    public void Where_nothing_can_be_remembered_there_is_nothing_to_do()
    {
        using var db = _shop.NewPlain();
        var list = new List<int> { 1 }.AsQueryable();

        Assert.Equal(100, db.Products.DontRemember().Count());
        Assert.Same(list, list.DontRemember());
        Assert.Throws<ArgumentNullException>(() => ((IQueryable<int>)null!).DontRemember());
    }

    [Fact]
    public void What_is_not_to_be_remembered_can_be_forgotten()
    {
        using var db = _shop.New();
        _ = db.Products.Remember(Proof.Minute).Count();
        db.Products.DontRemember().Forget();

        Assert.Equal(1, _shop.Commands(static db => db.Products.Remember(Proof.Minute).Count()));
    }

    public void Dispose() => _shop.Dispose();

    private void AssertGoesPast<T>(Func<ShopContext, T> query)
    {
        Assert.Equal(1, _shop.Commands(query));
        Assert.Equal(1, _shop.Commands(query));
        Assert.Equal(0, _shop.Cache.Statistics.Entries);
        Assert.Empty(_shop.Cache.Statistics.Bypasses);
    }
}
