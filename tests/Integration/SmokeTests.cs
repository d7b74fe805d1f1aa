using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration;

public sealed class SmokeTests : IDisposable
{
    private readonly TestShop _shop = new();

    [Fact]
    public void A_remembered_query_is_answered_without_touching_the_database()
    {
        var first = _shop.Count(db => db.Products.Where(p => p.CategoryId == 2).Remember(TimeSpan.FromMinutes(1)).ToList());
        using var forbidden = _shop.NewForbidden();

        var second = forbidden.Products.Where(p => p.CategoryId == 2).Remember(TimeSpan.FromMinutes(1)).ToList();

        Assert.Equal(1, first.Commands);
        Assert.Equal(first.Result.Select(p => p.Name), second.Select(p => p.Name));
    }

    public void Dispose() => _shop.Dispose();
}
