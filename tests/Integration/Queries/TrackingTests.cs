using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Queries;

public sealed class TrackingTests : IDisposable
{
    private readonly TestShop _shop = new();

    public TrackingTests() => _shop.Count(One);

    [Fact]
    public void A_tracked_hit_is_attached_as_unchanged_with_its_original_values()
    {
        using var db = _shop.NewForbidden();
        var product = One(db);
        var entry = db.Entry(product);

        Assert.Equal(EntityState.Unchanged, entry.State);
        Assert.All(entry.Properties, p => Assert.Equal(p.CurrentValue, p.OriginalValue));
        Assert.All(entry.Properties, p => Assert.False(p.IsModified));
        Assert.Equal("product 007", entry.Property(p => p.Name).OriginalValue);
    }

    [Fact]
    public void A_change_of_a_hit_sends_an_update_of_just_the_changed_column()
    {
        using (var db = _shop.New())
        {
            var product = One(db);
            product.Stock = 77;
            Assert.Equal(EntityState.Modified, db.Entry(product).State);
            _shop.Sql.Texts.Clear();

            Assert.Equal(1, db.SaveChanges());
        }

        var sql = Assert.Single(_shop.Sql.Texts);
        Assert.StartsWith("UPDATE \"Products\" SET \"Stock\" = @p0", sql, StringComparison.Ordinal);
        Assert.DoesNotContain("Name", sql, StringComparison.Ordinal);
        using var plain = _shop.NewPlain();
        Assert.Equal(77, plain.Products.Single(p => p.Id == 7).Stock);
        Assert.Equal(77, _shop.Count(One).Result.Stock);
    }

    [Fact]
    public void Saving_an_unchanged_hit_sends_nothing()
    {
        using var db = _shop.NewForbidden();
        One(db).Image = [.. One(db).Image]; // An equal copy is no change to EF Core.

        Assert.Equal(0, db.SaveChanges());
    }

    [Fact]
    public void A_hit_can_be_deleted()
    {
        using (var db = _shop.New())
        {
            db.Remove(One(db));
            Assert.Equal(1, db.SaveChanges());
        }

        Assert.Empty(_shop.Count(db => db.Products.Where(p => p.Id == 7).Remember(Proof.Minute).ToList()).Result);
    }

    [Fact]
    public void An_instance_that_is_already_tracked_is_kept_with_its_local_changes()
    {
        using var db = _shop.New();
        var mine = db.Products.Single(p => p.Id == 7);
        mine.Name = "changed here";
        var before = _shop.Sql.Count;

        var hit = One(db);

        Assert.Same(mine, hit);
        Assert.Equal("changed here", hit.Name);
        Assert.Equal("product 007", db.Entry(hit).Property(p => p.Name).OriginalValue);
        Assert.Equal(before, _shop.Sql.Count);
    }

    [Fact]
    public void Two_hits_in_one_context_give_one_instance()
    {
        using var db = _shop.NewForbidden();

        Assert.Same(One(db), One(db));
        Assert.Single(db.ChangeTracker.Entries());
    }

    [Fact]
    public void Two_contexts_never_share_an_instance()
    {
        using var left = _shop.NewForbidden();
        using var right = _shop.NewForbidden();
        var one = One(left);
        var other = One(right);

        Assert.NotSame(one, other);
        Assert.NotSame(one.Image, other.Image);
    }

    [Fact]
    public void A_changed_entity_never_shows_in_the_next_hit()
    {
        var (cold, _) = _shop.Count(db => db.Products.Include(p => p.Tags).Where(p => p.Id == 5).Remember(Proof.Minute).Single());
        Spoil(cold);
        Spoil(_shop.OnHit(db => db.Products.Include(p => p.Tags).Where(p => p.Id == 5).Remember(Proof.Minute).Single()));

        var next = _shop.OnHit(db => db.Products.Include(p => p.Tags).Where(p => p.Id == 5).Remember(Proof.Minute).Single());

        Assert.Equal("product 005", next.Name);
        Assert.Equal([5, 2, 3], next.Image);
        Assert.Equal(["tag 1", "tag 2", "tag 3"], next.Tags.Select(t => t.Name));

        static void Spoil(Product product)
        {
            product.Name = "spoilt";
            Array.Clear(product.Image);
            product.Tags[0].Name = "spoilt";
            product.Tags.RemoveAt(1);
        }
    }

    [Fact]
    public void A_changed_byte_array_never_shows_in_the_next_hit()
    {
        Array.Clear(_shop.Count(Images).Result[0]);
        Array.Clear(_shop.OnHit(Images)[0]);
        Array.Clear(_shop.OnHit(db => db.Products.AsNoTracking().Where(p => p.Id == 7).Remember(Proof.Minute).ToList())[0].Image);

        Assert.Equal([7, 2, 3], _shop.OnHit(Images)[0]);
        Assert.Equal([7, 2, 3], _shop.OnHit(One).Image);

        List<byte[]> Images(ShopContext db)
        {
            db.Products.AsNoTracking().Where(p => p.Id == 7).Remember(Proof.Minute).Load();
            return db.Products.Where(p => p.Id == 7).Select(p => p.Image).Remember(Proof.Minute).ToList();
        }
    }

    [Fact]
    public void An_untracked_hit_is_not_tracked_and_gives_an_instance_for_each_row()
    {
        _shop.Count(db => Orders(db.Orders.AsNoTracking()));
        using var db = _shop.NewForbidden();

        var orders = Orders(db.Orders.AsNoTracking());

        Assert.Empty(db.ChangeTracker.Entries());
        var products = orders.SelectMany(o => o.Lines).Select(l => l.Product!).ToList();
        Assert.True(products.Distinct().Count() > products.Select(p => p.Id).Distinct().Count());
    }

    [Fact]
    public void A_hit_with_identity_resolution_gives_one_instance_for_each_key()
    {
        _shop.Count(db => Orders(db.Orders.AsNoTrackingWithIdentityResolution()));
        using var db = _shop.NewForbidden();

        var orders = Orders(db.Orders.AsNoTrackingWithIdentityResolution());

        Assert.Empty(db.ChangeTracker.Entries());
        var products = orders.SelectMany(o => o.Lines).Select(l => l.Product!).ToList();
        Assert.Equal(products.Select(p => p.Id).Distinct().Count(), products.Distinct().Count());
    }

    [Fact]
    public void A_context_that_tracks_nothing_by_default_keeps_to_that_on_a_hit()
    {
        using var db = _shop.New();
        db.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
        Assert.NotSame(One(db), One(db));
        Assert.Empty(db.ChangeTracker.Entries());

        db.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.TrackAll;
        Assert.Same(One(db), One(db));
        Assert.Single(db.ChangeTracker.Entries());
    }

    [Fact]
    public void A_hit_fixes_up_navigations_to_what_is_tracked_already()
    {
        using var db = _shop.New();
        var category = db.Categories.Single(c => c.Id == 3);

        var product = One(db);

        Assert.Same(category, product.Category);
        Assert.Contains(product, category.Products);
    }

    private static Product One(ShopContext db) => db.Products.Where(p => p.Id == 7).Remember(Proof.Minute).Single();

    private static List<Order> Orders(IQueryable<Order> orders)
        => orders.Include(o => o.Lines).ThenInclude(l => l.Product).Where(o => o.Id < 10).Remember(Proof.Minute).ToList();

    public void Dispose() => _shop.Dispose();
}
