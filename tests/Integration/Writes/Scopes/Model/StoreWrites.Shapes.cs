using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Writes.Scopes.Model;

/// <summary>Saves of types that are not just one table's rows, and by other models of the same tables.</summary>
internal sealed partial class StoreWrites
{
    private IEnumerable<StoreWrite> Shapes() =>
    [
        Save("owned value", 3, OwnedValue),
        Save("owned rows", 2, OwnedRows),
        Save("derived type", 3, DerivedType),
        Save("links", 3, Links),
        new("second model changes", 1, SecondModelChanges, IsSave: true),
        new("second model inserts", 1, SecondModelInserts, IsSave: true),
        new("second model links", 1, SecondModelLinks, IsSave: true),
        new("other column types", 1, OtherColumnTypes, IsSave: true),
    ];

    private void OwnedValue(StoreContext db)
    {
        var product = Any(db);
        var country = _random.Next(StoreContext.Countries);
        if (_random.Next(2) == 0)
        {
            product.Origin.Country = country;
        }
        else
        {
            product.Origin = new StoreOrigin { Country = country, Port = $"port {_random.Next(9)}" };
        }
    }

    private void OwnedRows(StoreContext db)
    {
        var owners = db.Owner.OrderBy(o => o.Id).ToList();
        var owner = owners[_random.Next(owners.Count)];
        switch (owner.Phones.Count == 0 ? 0 : _random.Next(3))
        {
            case 0:
                owner.Phones.Add(new StorePhone { Number = _random.Next(100) });
                break;
            case 1:
                owner.Phones[0].Number = _random.Next(100);
                break;
            default:
                owner.Phones.RemoveAt(0);
                break;
        }
    }

    private void DerivedType(StoreContext db)
    {
        var bundles = db.Bundle.OrderBy(b => b.Id).ToList();
        var bundle = bundles[_random.Next(bundles.Count)];
        bundle.Parts = _random.Next(5);
        if (_random.Next(2) == 0)
        {
            Move(bundle);
        }
    }

    private void Links(StoreContext db)
    {
        var id = 1 + _random.Next(StoreContext.Tags);
        var tag = db.Tag.Include(t => t.Products).Single(t => t.Id == id);
        if (tag.Products.Count > 25 || (tag.Products.Count > 10 && _random.Next(2) == 0))
        {
            tag.Products.RemoveAt(_random.Next(tag.Products.Count));
            return;
        }

        var product = Any(db);
        if (!tag.Products.Contains(product))
        {
            product.Tags.Add(tag);
        }
    }

    private void SecondModelChanges()
    {
        using var db = _database.NewPlainModel();
        var product = AnyPlain(db);
        switch (_random.Next(4))
        {
            case 0:
                product.Country = _random.Next(StoreContext.Countries);
                break;
            case 1:
                product.CategoryId = Category();
                break;
            case 2:
                product.Grade = _random.Next(StoreContext.Grades);
                break;
            default:
                (product.Kind, product.Parts) = product.Kind == "bundle" ? ("product", (int?)null) : ("bundle", 1);
                break;
        }

        db.SaveChanges();
    }

    /// <summary>The model knows nothing of states: the database gives them.</summary>
    private void SecondModelInserts()
    {
        using var db = _database.NewPlainModel();
        if (db.Product.Count() > StoreContext.Products + 10)
        {
            AnyPlain(db).Price = _random.Next(100);
        }
        else
        {
            db.Add(new PlainProduct { Name = "plain", CategoryId = Category(), Country = _random.Next(StoreContext.Countries) });
        }

        db.SaveChanges();
    }

    private void SecondModelLinks()
    {
        using var db = _database.NewPlainModel();
        var (product, tag) = (AnyPlain(db).Id, 1 + _random.Next(StoreContext.Tags));
        var links = db.Link.Where(l => l.TagsId == tag).OrderBy(l => l.ProductsId).ToList();
        if (links.Count > 25 || (links.Count > 10 && _random.Next(2) == 0))
        {
            db.Remove(links[_random.Next(links.Count)]);
        }
        else if (!links.Exists(l => l.ProductsId == product))
        {
            db.Add(new PlainLink { ProductsId = product, TagsId = tag });
        }

        db.SaveChanges();
    }

    private void OtherColumnTypes()
    {
        using var db = _database.NewNarrowModel();
        var ids = db.Product.Select(p => p.Id).OrderBy(id => id).ToList();
        var product = db.Product.Find(ids[_random.Next(ids.Count)])!;
        switch (_random.Next(3))
        {
            case 0:
                product.CategoryId = Category();
                break;
            case 1:
                product.Grade = _random.Next(StoreContext.Grades);
                break;
            default:
                product.Price = _random.Next(100);
                break;
        }

        db.SaveChanges();
    }

    private PlainProduct AnyPlain(PlainStoreContext db)
    {
        var ids = db.Product.Select(p => p.Id).OrderBy(id => id).ToList();
        return db.Product.Find(ids[_random.Next(ids.Count)])!;
    }
}
