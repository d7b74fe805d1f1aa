using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Writes.Scopes.Model;

[Flags]
internal enum Tables
{
    None = 0,
    Categories = 1,
    Products = 2,
    Reviews = 4,
    Owners = 8,
    Tags = 16,
    Links = 32,
}

/// <summary>What is in the database, whatever anybody says: all rows, read without the library.</summary>
internal sealed class StoreSnapshot
{
    private readonly Dictionary<(Tables Table, object Key), (object Row, string Text)> _rows = [];

    public static StoreSnapshot Of(TestDatabase<StoreContext> database)
    {
        using var db = database.NewPlain();
        db.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
        var snapshot = new StoreSnapshot();
        var products = db.Product.ToDictionary(static p => p.Id);
        var reviews = db.Review.ToList();
        var tags = db.Tag.ToDictionary(static t => t.Id);
        var links = db.Tag.SelectMany(t => t.Products, (t, p) => new StoreLink(p.Id, t.Id)).ToList();
        reviews.ForEach(review => review.Product = products[review.ProductId]);
        links.ForEach(link => products[link.ProductsId].Tags.Add(tags[link.TagsId]));
        snapshot.Add(Tables.Products, products.Values, static p => p.Id);
        snapshot.Add(Tables.Reviews, reviews, static r => r.Id);
        snapshot.Add(Tables.Categories, db.Category, static c => c.Id);
        snapshot.Add(Tables.Owners, db.Owner, static o => o.Id);
        snapshot.Add(Tables.Tags, tags.Values, static t => t.Id);
        snapshot.Add(Tables.Links, links, static link => link);
        return snapshot;
    }

    /// <summary>The rows that are not in the other as they are here.</summary>
    public IEnumerable<(Tables Table, object Row)> Except(StoreSnapshot other)
        => from pair in _rows
           where !other._rows.TryGetValue(pair.Key, out var row) || row.Text != pair.Value.Text
           select (pair.Key.Table, pair.Value.Row);

    private void Add<T>(Tables table, IEnumerable<T> rows, Func<T, object> key)
        where T : notnull
    {
        foreach (var row in rows)
        {
            _rows.Add((table, key(row)), (row, row.ToString()!));
        }
    }
}
