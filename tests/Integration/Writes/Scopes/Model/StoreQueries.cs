using System.Linq.Expressions;
using System.Runtime.CompilerServices;
using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Writes.Scopes.Model;

/// <summary>Random queries of every kind that scopes tell apart.</summary>
internal sealed partial class StoreQueries
{
    /// <summary>Keys of rows that mostly are not there.</summary>
    public const int FirstRare = 100_001;

    public const int Rare = 20;

    /// <summary>Most rows have keys up to this one; of those that the database makes some are beyond.</summary>
    public const int Seen = 250;

    private readonly TestDatabase<StoreContext> _database;
    private readonly Random _random;
    private readonly (int Weight, Func<StoreQuery> Make)[] _table;

    public StoreQueries(TestDatabase<StoreContext> database, Random random)
    {
        _database = database;
        _random = random;
        _table =
        [
            (7, OnePoint), (4, AnotherPoint), (3, NotFoundPoint),
            (5, OneList), (3, ReviewList), (6, TwoColumnList),
            (2, Filtered), (2, Limited), (2, Range), (2, ByDefault), (2, OfOneType), (2, OfAnotherModel),
            (3, Join), (3, Aggregate), (4, Include),
        ];
    }

    public StoreQuery Next()
    {
        var place = _random.Next(_table.Sum(static row => row.Weight));
        return _table.First(row => (place -= row.Weight) < 0).Make();
    }

    private int Category() => 1 + _random.Next(StoreContext.Categories);

    private int Owner() => 1 + _random.Next(StoreContext.Owners);

    private int Product() => 1 + _random.Next(Seen);

    private StoreQuery OnePoint() => Products(StoreQuery.Point, Product(), static id => p => p.Id == id);

    private StoreQuery AnotherPoint()
    {
        var (id, category, tag) = (Product(), Category(), 1 + _random.Next(StoreContext.Tags));
        return _random.Next(6) switch
        {
            0 => Products(
                StoreQuery.Point, id, static id => p => p.Id == id,
                static q => Text(q.Select(static p => new { p.Price, p.Origin.Country }).Remember())),
            1 => Products(
                StoreQuery.Point, id, static id => p => p.Id == id,
                static q => $"{q.Where(static p => p.Price > 50).Remember().Count()}"),
            2 => Products(
                StoreQuery.Point, id, static id => p => p.Id == id, static q => Text(q.OfType<StoreBundle>().Remember())),
            3 => new(
                StoreQuery.Point, Tables.Reviews, $"review {id}",
                row => row is StoreReview review && review.Id == id,
                db => Text(db.Review.Where(r => r.Id == id).Remember())),
            4 => new(
                StoreQuery.Point, Tables.Tags, $"tag {tag}",
                row => row is StoreTag found && found.Id == tag,
                db => db.Tag.Remember().SingleOrDefault(t => t.Id == tag)?.ToString() ?? "none"),
            _ => new(
                StoreQuery.Point, Tables.Categories, $"category {category}",
                row => row is StoreCategory found && found.Id == category,
                db => db.Category.Remember().SingleOrDefault(c => c.Id == category)?.ToString() ?? "none"),
        };
    }

    private StoreQuery NotFoundPoint()
        => Products(
            StoreQuery.NotFound, FirstRare + _random.Next(Rare), static id => p => p.Id == id,
            static q => q.Remember().SingleOrDefault()?.ToString() ?? "none");

    private StoreQuery OneList() => _random.Next(5) switch
    {
        0 => Products(StoreQuery.List, Owner(), static owner => p => p.OwnerId == owner),
        1 => Products(StoreQuery.List, _random.Next(StoreContext.Countries), static country => p => p.Origin.Country == country),
        2 => Products(
            StoreQuery.List, Category(), static category => p => p.CategoryId == category,
            static q => Text(q.Select(static p => new { p.Id, p.Name }).Remember())),
        _ => Products(StoreQuery.List, Category(), static category => p => p.CategoryId == category),
    };

    private StoreQuery ReviewList()
    {
        var product = Product();
        return new(
            StoreQuery.List, Tables.Reviews, $"reviews of {product}",
            row => row is StoreReview review && review.ProductId == product,
            db => Text(db.Review.Where(r => r.ProductId == product).Remember()));
    }

    private StoreQuery TwoColumnList()
    {
        var category = Category();
        return _random.Next(4) switch
        {
            0 => Products(
                StoreQuery.TwoColumns, _random.Next(2) == 0, hidden => p => p.IsHidden == hidden && p.CategoryId == category),
            1 => Products(StoreQuery.TwoColumns, Owner(), owner => p => p.CategoryId == category && p.OwnerId == owner),
            _ => Products(
                StoreQuery.TwoColumns, _random.Next(StoreContext.Grades),
                grade => p => p.CategoryId == category && p.Grade == grade),
        };
    }

    /// <summary>A query of products, and the same condition for the rows of the model.</summary>
    private static StoreQuery Products<T>(
        string kind,
        T value,
        Func<T, Expression<Func<StoreProduct, bool>>> make,
        Func<IQueryable<StoreProduct>, string>? read = null,
        [CallerArgumentExpression(nameof(make))] string name = "")
    {
        var filter = make(value);
        var concerns = filter.Compile(preferInterpretation: true);
        return new(
            kind, Tables.Products, $"{name} for {value}",
            row => row is StoreProduct product && concerns(product),
            db => read is null ? Text(db.Product.Where(filter).Remember()) : read(db.Product.Where(filter)));
    }

    private static string Text<T>(IEnumerable<T> rows) => rows.Sorted();
}
