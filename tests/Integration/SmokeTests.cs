using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration;

public sealed class SmokeTests
{
    [Theory]
    [InlineData(Provider.Sqlite)]
    [InlineData(Provider.PostgreSql)]
    public void A_remembered_query_is_answered_without_touching_the_database(Provider provider)
    {
        using var shop = new TestShop(provider: provider);
        var first = shop.Count(db => db.Products.Where(p => p.CategoryId == 2).Remember(TimeSpan.FromMinutes(1)).ToList());
        using var forbidden = shop.NewForbidden();

        var second = forbidden.Products.Where(p => p.CategoryId == 2).Remember(TimeSpan.FromMinutes(1)).ToList();

        Assert.Equal(1, first.Commands);
        Assert.Equal(20, second.Count);
        Assert.Equal(first.Result.Select(p => p.Name), second.Select(p => p.Name));
    }

    [Fact]
    public void Rows_are_added_after_the_seeded_ones_on_PostgreSQL_too()
    {
        using var shop = new TestShop(provider: Provider.PostgreSql);
        using var db = shop.New();
        var category = new Category { Name = "new" };
        db.Add(category);
        db.SaveChanges();

        Assert.Equal(6, category.Id);
    }
}
