using FastOrm.Cache.EfCore;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Writes.Scopes.Model;

/// <summary>Queries that depend on whole tables, at least on one of theirs.</summary>
internal sealed partial class StoreQueries
{
    private StoreQuery Filtered()
    {
        var category = Category();
        return Products("filtered", _random.Next(100), price => p => p.CategoryId == category && p.Price > price);
    }

    private StoreQuery Limited()
        => Products(
            "limited", Category(), static category => p => p.CategoryId == category,
            static q => Text(q.OrderByDescending(static p => p.Price).ThenBy(static p => p.Id).Take(5).Remember()));

    private StoreQuery Range()
        => Products("range", _random.Next(100), static price => p => p.Price >= price && p.Price < price + 5);

    /// <summary>Only the database knows the values of some inserts.</summary>
    private StoreQuery ByDefault()
    {
        var category = Category();
        return _random.Next(2) == 0
            ? Products("list by a default", _random.Next(StoreContext.States), static state => p => p.State == state)
            : Products(
                "list by a default too", _random.Next(StoreContext.States),
                state => p => p.State == state && p.CategoryId == category);
    }

    private StoreQuery OfOneType()
        => Products(
            "list of a type", Category(), static category => p => p.CategoryId == category,
            static q => Text(q.OfType<StoreBundle>().Remember()));

    private StoreQuery OfAnotherModel()
    {
        const string Kind = "of another model";
        var (id, category, grade) = (Product(), Category(), _random.Next(StoreContext.Grades));
        return _random.Next(3) switch
        {
            0 => Products(
                Kind, id, static id => p => p.Id == id,
                _ => OfPlain(db => Text(db.Product.Where(p => p.Id == id).Remember()))),
            1 => Products(
                Kind, category, static category => p => p.CategoryId == category,
                _ => OfPlain(db => Text(db.Product.Where(p => p.CategoryId == category).Remember()))),
            _ => Products(
                Kind, grade, static grade => p => p.Grade == grade,
                _ => OfNarrow(db => Text(db.Product.Where(p => p.Grade == grade).Remember()))),
        };
    }

    private string OfPlain(Func<PlainStoreContext, string> read)
    {
        using var db = _database.NewPlainModel();
        return read(db);
    }

    private string OfNarrow(Func<NarrowStoreContext, string> read)
    {
        using var db = _database.NewNarrowModel();
        return read(db);
    }

    private StoreQuery Join()
    {
        var (category, id, tag) = (Category(), Product(), 1 + _random.Next(StoreContext.Tags));
        return _random.Next(3) switch
        {
            0 => new(
                "join", Tables.Products | Tables.Categories, $"with the name of {category}",
                row => row is StoreProduct product ? product.CategoryId == category : ((StoreCategory)row).Id == category,
                db => Text(db.Product.Where(p => p.CategoryId == category)
                    .Join(db.Category, p => p.CategoryId, c => c.Id, (p, c) => new { p.Id, c.Name })
                    .Remember())),
            1 => new(
                "join", Tables.Products | Tables.Reviews, $"stars of {id}",
                row => row is StoreProduct product ? product.Id == id : ((StoreReview)row).ProductId == id,
                db => Text(db.Product.Where(p => p.Id == id)
                    .SelectMany(p => p.Reviews, (p, r) => new { p.Name, r.Stars })
                    .Remember())),
            _ => new(
                "join", Tables.Products | Tables.Links, $"with tag {tag}",
                row => row is StoreProduct product ? HasTag(product, tag) : ((StoreLink)row).TagsId == tag,
                db => Text(db.Product.Where(p => p.Tags.Any(t => t.Id == tag)).Remember())),
        };
    }

    private StoreQuery Aggregate()
    {
        var category = Category();
        return _random.Next(4) switch
        {
            0 => Products(
                "aggregate", category, static category => p => p.CategoryId == category, static q => $"{q.Remember().Count()}"),
            1 => Products(
                "aggregate", category, static category => p => p.CategoryId == category,
                static q => $"{q.Remember().Sum(static p => p.Stock)}"),
            2 => Products(
                "aggregate", 0, static _ => static _ => true,
                static q => Text(q.GroupBy(static p => p.CategoryId)
                    .Select(static g => new { g.Key, Count = g.Count(), Price = g.Max(static p => p.Price) })
                    .Remember())),
            _ => new(
                "aggregate", Tables.Products | Tables.Reviews, $"stars of {category}",
                row => ProductOf(row).CategoryId == category,
                db => db.Product.Where(p => p.CategoryId == category)
                    .SelectMany(static p => p.Reviews)
                    .Remember()
                    .Sum(static r => r.Stars)
                    .ToString()),
        };
    }

    private StoreQuery Include()
    {
        var (category, id, floor, owner) = (Category(), Product(), _random.Next(3), Owner());
        return _random.Next(5) switch
        {
            0 => new(
                "include", Tables.Products | Tables.Reviews, $"product {id} and reviews",
                row => ProductOf(row).Id == id,
                db => Text(db.Product.Include(p => p.Reviews).Where(p => p.Id == id)
                    .Remember().AsEnumerable().Select(static p => $"{p} {Text(p.Reviews)}"))),
            1 => new(
                "include", Tables.Products | Tables.Reviews, $"category {category} and reviews",
                row => ProductOf(row).CategoryId == category,
                db => Text(db.Product.Include(p => p.Reviews).AsSplitQuery().Where(p => p.CategoryId == category)
                    .Remember().AsEnumerable().Select(static p => $"{p} {Text(p.Reviews)}"))),
            2 => new(
                "include", Tables.Products | Tables.Categories, $"floor {floor}",
                row => row is StoreProduct product ? product.Price > 50 : ((StoreCategory)row).Floor == floor,
                db => Text(db.Category.Include(c => c.Products.Where(p => p.Price > 50)).Where(c => c.Floor == floor)
                    .Remember().AsEnumerable().Select(static c => $"{c} {Text(c.Products)}"))),
            3 => new(
                "include", Tables.Products | Tables.Links | Tables.Tags, $"product {id} and tags",
                row => row is StoreTag || (row is StoreProduct product ? product.Id : ((StoreLink)row).ProductsId) == id,
                db => Text(db.Product.Include(p => p.Tags).Where(p => p.Id == id)
                    .Remember().AsEnumerable().Select(static p => $"{p} {Text(p.Tags)}"))),
            _ => new(
                "include", Tables.Owners, $"owner {owner} and phones",
                row => row is StoreOwner found && found.Id == owner,
                db => Text(db.Owner.Where(o => o.Id == owner).Remember())),
        };
    }

    private static bool HasTag(StoreProduct product, int tag) => product.Tags.Exists(found => found.Id == tag);

    private static StoreProduct ProductOf(object row) => row as StoreProduct ?? ((StoreReview)row).Product!;
}
