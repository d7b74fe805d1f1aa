using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Writes;

/// <summary><c>ExecuteDelete</c> inside <c>EF.CompileQuery</c> is a write like any other.</summary>
public sealed class CompiledWriteTests : IDisposable
{
    private readonly TestShop _shop = new();

    private readonly Func<ShopContext, int, int> _delete = EF.CompileQuery(
        (ShopContext db, int id) => db.Products.Where(p => p.Id == id).ExecuteDelete());

    private readonly Func<ShopContext, int, int> _marked = EF.CompileQuery(
        (ShopContext db, int id) => db.Products.Remember().Where(p => p.Id == id).ExecuteDelete());

    [Fact]
    public void A_compiled_delete_invalidates()
    {
        Assert.Equal((100, 1), _shop.Count(Count));
        Assert.Equal((1, 1), _shop.Count(db => _delete(db, 1)));
        Assert.Equal((99, 1), _shop.Count(Count));
        Assert.Equal((0, 1), _shop.Count(db => _delete(db, 1)));
        Assert.Equal((99, 1), _shop.Count(Count));
        Assert.Equal((99, 0), _shop.Count(Count));
    }

    [Fact]
    public void A_mark_in_a_compiled_delete_means_nothing()
    {
        Assert.Equal((100, 1), _shop.Count(Count));
        Assert.Equal((1, 1), _shop.Count(db => _marked(db, 1)));
        Assert.Equal((0, 1), _shop.Count(db => _marked(db, 1)));
        Assert.Equal((99, 1), _shop.Count(Count));
    }

    [Fact]
    public void A_compiled_delete_in_a_transaction_invalidates_at_its_commit()
    {
        Assert.Equal((100, 1), _shop.Count(Count));
        using (var db = _shop.New())
        {
            using var transaction = db.Database.BeginTransaction();
            Assert.Equal(1, _delete(db, 1));
            Assert.Equal((100, 0), _shop.Count(Count));
            transaction.Commit();
        }

        Assert.Equal((99, 1), _shop.Count(Count));
    }

    public void Dispose() => _shop.Dispose();

    private static int Count(ShopContext db) => db.Products.Remember().Count();
}
