using FastOrm.Cache.EfCore;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Writes.Scopes.Model;

/// <summary>A remembered query, and what it gave when it was last read.</summary>
internal sealed record StoreQuery(string Kind, Tables Reads, string Name, Func<StoreContext, string> Read)
{
    public string Text { get; set; } = "";
}

[Flags]
internal enum Tables
{
    None = 0,
    Categories = 1,
    Products = 2,
    Reviews = 4,
}

/// <summary>Random queries of every kind that scopes tell apart.</summary>
internal sealed class StoreQueries(Random random)
{
    public const string Point = "point";
    public const string NotFound = "not found";
    public const string List = "list by one column";
    public const string TwoColumns = "list by two columns";

    /// <summary>Keys of rows that mostly are not there.</summary>
    public const int FirstRare = 100_001;

    public const int Rare = 20;

    private const int Seen = 250; // The keys that inserts have made go a little beyond those of the beginning.

    public StoreQuery Next() => random.Next(40) switch
    {
        < 7 => OnePoint(),
        < 9 => AnotherPoint(),
        < 12 => NotFoundPoint(),
        < 17 => OneList(),
        < 20 => ReviewList(),
        < 26 => TwoColumnList(),
        < 28 => Filtered(),
        < 30 => Limited(),
        < 32 => Range(),
        < 34 => Join(),
        < 37 => Aggregate(),
        _ => Include(),
    };

    private int Category() => 1 + random.Next(StoreContext.Categories);

    private StoreQuery OnePoint()
    {
        var id = 1 + random.Next(Seen);
        return new(Point, Tables.Products, $"product {id}", db => Text(db.Product.Where(p => p.Id == id).Remember()));
    }

    private StoreQuery AnotherPoint()
    {
        var id = 1 + random.Next(Seen);
        var category = Category();
        return random.Next(4) switch
        {
            0 => new(Point, Tables.Products, $"price of {id}", db => Text(db.Product.Where(p => p.Id == id).Select(p => new { p.Price, p.Stock }).Remember())),
            1 => new(Point, Tables.Products, $"count of {id}", db => db.Product.Where(p => p.Id == id && p.Price > 50).Remember().Count().ToString()),
            2 => new(Point, Tables.Reviews, $"review {id}", db => Text(db.Review.Where(r => r.Id == id).Remember())),
            _ => new(Point, Tables.Categories, $"category {category}", db => db.Category.Remember().Single(c => c.Id == category).ToString()),
        };
    }

    private StoreQuery NotFoundPoint()
    {
        var id = FirstRare + random.Next(Rare);
        return new(NotFound, Tables.Products, $"product {id}", db => db.Product.Remember().SingleOrDefault(p => p.Id == id)?.ToString() ?? "none");
    }

    private StoreQuery OneList()
    {
        var category = Category();
        var owner = 1 + random.Next(StoreContext.Owners);
        return random.Next(4) switch
        {
            0 => new(List, Tables.Products, $"owner {owner}", db => Text(db.Product.Where(p => p.OwnerId == owner).Remember())),
            1 => new(List, Tables.Products, $"names in {category}", db => Text(db.Product.Where(p => p.CategoryId == category).OrderBy(p => p.Name).Select(p => new { p.Id, p.Name }).Remember())),
            _ => new(List, Tables.Products, $"category {category}", db => Text(db.Product.Where(p => p.CategoryId == category).Remember())),
        };
    }

    private StoreQuery ReviewList()
    {
        var product = 1 + random.Next(Seen);
        return new(List, Tables.Reviews, $"reviews of {product}", db => Text(db.Review.Where(r => r.ProductId == product).Remember()));
    }

    private StoreQuery TwoColumnList()
    {
        var (category, grade, owner, hidden) = (Category(), random.Next(StoreContext.Grades), 1 + random.Next(StoreContext.Owners), random.Next(2) == 0);
        return random.Next(4) switch
        {
            0 => new(TwoColumns, Tables.Products, $"category {category} hidden {hidden}", db => Text(db.Product.Where(p => p.IsHidden == hidden && p.CategoryId == category).Remember())),
            1 => new(TwoColumns, Tables.Products, $"category {category} owner {owner}", db => Text(db.Product.Where(p => p.CategoryId == category && p.OwnerId == owner).Remember())),
            _ => new(TwoColumns, Tables.Products, $"category {category} grade {grade}", db => Text(db.Product.Where(p => p.CategoryId == category && p.Grade == grade).Remember())),
        };
    }

    private StoreQuery Filtered()
    {
        var (category, price) = (Category(), random.Next(100));
        return new("filtered", Tables.Products, $"category {category} above {price}", db => Text(db.Product.Where(p => p.CategoryId == category && p.Price > price).Remember()));
    }

    private StoreQuery Limited()
    {
        var category = Category();
        return new("limited", Tables.Products, $"best of {category}", db => Text(db.Product.Where(p => p.CategoryId == category).OrderByDescending(p => p.Price).ThenBy(p => p.Id).Take(5).Remember()));
    }

    private StoreQuery Range()
    {
        var price = random.Next(100);
        return new("range", Tables.Products, $"about {price}", db => Text(db.Product.Where(p => p.Price >= price && p.Price < price + 5).Remember()));
    }

    private StoreQuery Join()
    {
        var (category, id) = (Category(), 1 + random.Next(Seen));
        return random.Next(2) == 0
            ? new("join", Tables.Products | Tables.Categories, $"with the name of {category}", db => Text(db.Product.Where(p => p.CategoryId == category).Join(db.Category, p => p.CategoryId, c => c.Id, (p, c) => new { p.Id, p.Name, Category = c.Name }).Remember()))
            : new("join", Tables.Products | Tables.Reviews, $"stars of {id}", db => Text(db.Product.Where(p => p.Id == id).SelectMany(p => p.Reviews, (p, r) => new { p.Name, r.Stars }).Remember()));
    }

    private StoreQuery Aggregate()
    {
        var category = Category();
        return random.Next(4) switch
        {
            0 => new("aggregate", Tables.Products, $"count of {category}", db => db.Product.Where(p => p.CategoryId == category).Remember().Count().ToString()),
            1 => new("aggregate", Tables.Products, $"stock of {category}", db => db.Product.Where(p => p.CategoryId == category).Remember().Sum(p => p.Stock).ToString()),
            2 => new("aggregate", Tables.Products, "counts", db => Text(db.Product.GroupBy(p => p.CategoryId).Select(g => new { g.Key, Count = g.Count(), Price = g.Max(p => p.Price) }).Remember())),
            _ => new("aggregate", Tables.Products | Tables.Reviews, $"stars of {category}", db => db.Product.Where(p => p.CategoryId == category).SelectMany(p => p.Reviews).Remember().Sum(r => r.Stars).ToString()),
        };
    }

    private StoreQuery Include()
    {
        var (category, id, floor) = (Category(), 1 + random.Next(Seen), random.Next(3));
        return random.Next(3) switch
        {
            0 => new("include", Tables.Products | Tables.Reviews, $"product {id} and reviews", db => Text(db.Product.Include(p => p.Reviews).Where(p => p.Id == id).Remember().AsEnumerable().Select(p => $"{p} {Text(p.Reviews)}"))),
            1 => new("include", Tables.Products | Tables.Reviews, $"category {category} and reviews", db => Text(db.Product.Include(p => p.Reviews).AsSplitQuery().Where(p => p.CategoryId == category).Remember().AsEnumerable().Select(p => $"{p} {Text(p.Reviews)}"))),
            _ => new("include", Tables.Products | Tables.Categories, $"floor {floor}", db => Text(db.Category.Include(c => c.Products.Where(p => p.Price > 50)).Where(c => c.Floor == floor).Remember().AsEnumerable().Select(c => $"{c} {Text(c.Products)}"))),
        };
    }

    private static string Text<T>(IEnumerable<T> rows) => rows.Sorted();
}
