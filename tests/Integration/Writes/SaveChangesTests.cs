using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Writes;

/// <summary>What was changed is fresh before <c>SaveChanges</c> returns, however it was told to save and however it ended.</summary>
public sealed class SaveChangesTests : IDisposable
{
    private readonly TestShop _shop = new();

    [Fact]
    public void An_insert_an_update_and_a_delete_are_seen()
    {
        _shop.AssertDies(Names, db => db.Add(new Tag { Id = 4, Name = "tag 4" }));
        _shop.AssertDies(Names, db => db.Tags.Single(t => t.Id == 4).Name = "new");
        _shop.AssertDies(Names, db => db.Remove(db.Tags.Single(t => t.Id == 4)));
    }

    [Fact]
    public async Task The_same_holds_for_SaveChangesAsync()
    {
        foreach (var name in new[] { "a", "b" })
        {
            var before = _shop.Warm(Names);
            await using (var db = _shop.New())
            {
                (await db.Tags.SingleAsync(t => t.Id == 1)).Name = name;
                await db.SaveChangesAsync();
            }

            _shop.AssertFresh(Names, before);
        }
    }

    [Fact]
    public void A_save_with_nothing_to_save_invalidates_nothing()
    {
        var before = _shop.Warm(Names);
        var invalidations = _shop.Cache.Statistics.Invalidations;
        using var db = _shop.New();
        _ = db.Tags.ToList();
        db.SaveChanges();

        Assert.Equal(invalidations, _shop.Cache.Statistics.Invalidations);
        _shop.AssertHit(Names, before);
    }

    [Theory]
    [InlineData(AutoTransactionBehavior.WhenNeeded)]
    [InlineData(AutoTransactionBehavior.Always)]
    [InlineData(AutoTransactionBehavior.Never)]
    public void Writes_are_seen_whichever_transaction_EF_Core_uses(AutoTransactionBehavior behavior)
    {
        _shop.AssertDies(Names, db =>
        {
            db.Database.AutoTransactionBehavior = behavior;
            db.Tags.Single(t => t.Id == 1).Name = "one row";
        });
        _shop.AssertDies(Names, db =>
        {
            db.Database.AutoTransactionBehavior = behavior;
            db.Tags.ToList().ForEach(t => t.Name += " of many");
        });
    }

    [Theory]
    [InlineData(AutoTransactionBehavior.WhenNeeded)]
    [InlineData(AutoTransactionBehavior.Never)]
    public async Task A_save_that_fails_half_way_leaves_nothing_stale(AutoTransactionBehavior behavior)
    {
        var before = _shop.Warm(CategoryNames);
        await using var db = _shop.New();
        db.Database.AutoTransactionBehavior = behavior;
        db.Add(new Category { Id = 9, Name = "written first" });
        db.Add(new Product { Name = "refused", CategoryId = 999 });
        await Assert.ThrowsAsync<DbUpdateException>(() => db.SaveChangesAsync());

        var (after, commands) = _shop.Count(CategoryNames);

        Assert.Equal(1, commands);
        Assert.Equal(behavior == AutoTransactionBehavior.Never ? before + "; written first" : before, after);
    }

    [Fact]
    public async Task A_save_that_is_cancelled_leaves_nothing_stale()
    {
        var before = _shop.Warm(Names);
        await using var db = _shop.New();
        db.Database.AutoTransactionBehavior = AutoTransactionBehavior.Never;
        using var cancellation = new CancellationTokenSource();
        (await db.Tags.SingleAsync(t => t.Id == 1)).Name = "new";
        _shop.Sql.AfterRead = async token =>
        {
            await cancellation.CancelAsync();
            token.ThrowIfCancellationRequested();
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => db.SaveChangesAsync(cancellation.Token));
        _shop.Sql.AfterRead = null;

        _shop.AssertFresh(Names, before);
    }

    [Fact]
    public void Changes_that_are_not_accepted_are_seen_and_seen_again_when_they_are_saved_again()
    {
        var before = _shop.Warm(Names);
        using var db = _shop.New();
        var tag = db.Tags.Single(t => t.Id == 1);
        tag.Name = "new";
        db.SaveChanges(acceptAllChangesOnSuccess: false);
        _shop.AssertFresh(Names, before);
        before = _shop.Warm(Names);

        tag.Name = "newer";
        db.SaveChanges(acceptAllChangesOnSuccess: false);

        _shop.AssertFresh(Names, before);
    }

    [Fact]
    public void A_change_that_EF_Core_detects_only_while_it_saves_is_seen()
        => _shop.AssertDies(
            db => db.Products.Where(p => p.CategoryId == 5).Remember().Count().ToString(),
            db => db.Categories.Include(c => c.Products).First().Products.Add(db.Products.First(p => p.CategoryId == 5)));

    [Fact]
    public void Only_the_tables_that_were_written_lose_their_entries()
    {
        _shop.AssertSurvives(CategoryNames, db => db.Tags.Single(t => t.Id == 1).Name = "new");
        _shop.AssertSurvives(Names, db => db.Add(new Category { Name = "new" }));
        _shop.AssertSurvives(
            db => db.Orders.Remember().Count().ToString(),
            db => db.Set<OrderLine>().First().Quantity = 99);
        _shop.AssertDies(
            db => db.Orders.Include(o => o.Lines).OrderBy(o => o.Id).Remember().First().Lines[0].Quantity.ToString(),
            db => db.Orders.Include(o => o.Lines).OrderBy(o => o.Id).First().Lines[0].Quantity = 77);
    }

    [Fact]
    public void A_query_dies_with_any_table_that_it_reads()
    {
        static string Joined(ShopContext db)
            => db.Products.Where(p => db.Set<OrderLine>().Any(l => l.ProductId == p.Id && l.Quantity > 50) && p.Category!.Name != "")
                .OrderBy(p => p.Id).Select(p => p.Name + p.Category!.Name).Remember().ToList().Text();

        _shop.AssertDies(Joined, db => db.Set<OrderLine>().First().Quantity = 99);
        _shop.AssertDies(Joined, db => db.Categories.ToList().ForEach(c => c.Name += "!"));
        _shop.AssertDies(Joined, db => db.Products.ToList().ForEach(p => p.Name += "!"));
        _shop.AssertSurvives(Joined, db => db.Tags.First().Name = "new");
    }

    [Fact]
    public void A_write_by_a_context_whose_caching_is_off_is_seen()
    {
        var before = _shop.Warm(Names);
        var options = TestOptions.New().UseSqlite(_shop.ConnectionString).UseFastOrmCache(_shop.Cache, o => o.IsEnabled = false);
        using (var db = new ShopContext(options.Options))
        {
            db.Tags.Single(t => t.Id == 1).Name = "new";
            db.SaveChanges();
        }

        _shop.AssertFresh(Names, before);
    }

    [Fact]
    public void A_write_while_the_cache_is_off_is_seen_when_it_is_on_again()
    {
        var before = _shop.Warm(Names);
        _shop.Cache.IsEnabled = false;
        using (var db = _shop.New())
        {
            db.Tags.Single(t => t.Id == 1).Name = "new";
            db.SaveChanges();
        }

        _shop.Cache.IsEnabled = true;
        _shop.AssertFresh(Names, before);
    }

    public void Dispose() => _shop.Dispose();

    private static string Names(ShopContext db) => db.Tags.OrderBy(t => t.Id).Select(t => t.Name).Remember().ToList().Text();

    private static string CategoryNames(ShopContext db) => db.Categories.OrderBy(c => c.Id).Select(c => c.Name).Remember().ToList().Text();
}
