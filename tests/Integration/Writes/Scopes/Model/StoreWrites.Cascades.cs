using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Writes.Scopes.Model;

/// <summary>Deletes to which the database adds others, or changes of other rows.</summary>
internal sealed partial class StoreWrites
{
    private IEnumerable<StoreWrite> Cascades() =>
    [
        new("delete", 6, Delete),
        new("owner", 3, Owner),
        new("tag", 1, Tag),
    ];

    /// <summary>Takes its reviews and links along.</summary>
    private void Delete() => _database.Save(db =>
    {
        var ids = Ids(db);
        if (ids.Count < StoreContext.Products - 20)
        {
            db.Add(NewProduct(db, 0));
            return;
        }

        var rare = ids.FindLast(static id => id >= StoreQueries.FirstRare);
        var id = rare > 0 && _random.Next(2) == 0 ? rare : ids[_random.Next(ids.Count)];
        db.Remove(_random.Next(2) == 0 ? new StoreProduct { Id = id } : db.Product.Single(p => p.Id == id));
    });

    /// <summary>One owner goes, and the products are nobody's; the next time they come back.</summary>
    private void Owner() => _database.Save(db =>
    {
        var ids = db.Owner.Select(o => o.Id).OrderBy(id => id).ToList();
        if (ids.Count == StoreContext.Owners)
        {
            db.Remove(new StoreOwner { Id = ids[_random.Next(ids.Count)] });
            return;
        }

        var id = Enumerable.Range(1, StoreContext.Owners).Except(ids).First();
        db.Add(StoreOwner.New(id));
        Any(db).OwnerId = id;
    });

    /// <summary>A tag goes with all of its links, and comes back without any.</summary>
    private void Tag() => _database.Run(db =>
    {
        var id = 1 + _random.Next(StoreContext.Tags);
        db.Remove(new StoreTag { Id = id });
        db.SaveChanges();
        _readAsAnother();
        db.Add(new StoreTag { Id = id, Name = $"tag {_random.Next(100)}", Products = [Any(db)] });
        db.SaveChanges();
    });
}
