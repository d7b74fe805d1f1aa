using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Writes;

/// <summary>"There is none" is remembered like any other answer, and dies with the insert.</summary>
public sealed class NotFoundTests : IDisposable
{
    private readonly TestShop _shop = new();

    public static TheoryData<string, Func<ShopContext, string>> Answers { get; } = new()
    {
        { "first or default", db => Missing(db).FirstOrDefault()?.Name ?? "none" },
        { "single or default", db => Missing(db).SingleOrDefault()?.Name ?? "none" },
        { "a projection", db => Missing(db).Select(t => t.Name).FirstOrDefault() ?? "none" },
        { "a list", db => Missing(db).ToList().Select(t => t.Name).Text() },
        { "any", db => Missing(db).Any().ToString() },
        { "all", db => db.Tags.Remember().All(t => t.Id < 9).ToString() },
        { "count", db => Missing(db).Count().ToString() },
        { "sum", db => Missing(db).Sum(t => t.Id).ToString() },
        { "max of nothing", db => Missing(db).Max(t => (int?)t.Id)?.ToString() ?? "none" },
        { "contains", db => Missing(db).Select(t => t.Id).Contains(9).ToString() },
        { "a subquery", db => db.Categories.Where(c => db.Tags.Any(t => t.Id == 9)).Remember().Count().ToString() },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public void It_dies_with_the_insert_and_comes_back_with_the_delete(string answer, Func<ShopContext, string> read)
    {
        Assert.NotEmpty(answer);
        _shop.AssertDies(read, db => db.Add(new Tag { Id = 9, Name = "new" }));
        _shop.AssertDies(read, db => db.Remove(new Tag { Id = 9 }));
    }

    [Fact]
    public void An_exception_of_an_empty_result_dies_with_the_insert()
    {
        Assert.Throws<InvalidOperationException>(() => _shop.Count(db => Missing(db).First()));
        Assert.Throws<InvalidOperationException>(() => _shop.Count(db => Missing(db).First()));
        using (var db = _shop.New())
        {
            db.Add(new Tag { Id = 9, Name = "new" });
            db.SaveChanges();
        }

        Assert.Equal("new", _shop.Count(db => Missing(db).First()).Result.Name);
    }

    [Fact]
    public void An_empty_collection_of_an_Include_dies_with_the_insert()
        => _shop.AssertDies(
            db => db.Products.Include(p => p.Tags).Remember().Single(p => p.Id == 1).Tags.Count.ToString(),
            db => db.Products.Include(p => p.Tags).Single(p => p.Id == 1).Tags.Add(db.Tags.First()));

    public void Dispose() => _shop.Dispose();

    private static IQueryable<Tag> Missing(ShopContext db) => db.Tags.Where(t => t.Id == 9).Remember();
}
