using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Queries;

public sealed class SwitchingOffTests : IDisposable
{
    private readonly TestShop _shop = new();

    [Fact]
    public void A_context_with_remembering_switched_off_runs_every_query()
    {
        using var off = new TestShop(context: o => o.IsEnabled = false);

        Assert.Equal((100, 1), off.Count(db => db.Products.Remember().Count()));
        Assert.Equal((100, 1), off.Count(db => db.Products.Remember().Count()));
        Assert.Equal(0, off.Cache.Statistics.Stores);
    }

    [Fact]
    public async Task A_context_with_remembering_switched_off_still_invalidates_for_the_others()
    {
        await _shop.CountAsync(db => db.Categories.Remember().CountAsync());
        var options = TestOptions.New()
            .UseSqlite(_shop.ConnectionString)
            .UseFastOrmCache(_shop.Cache, o => o.IsEnabled = false)
            .Options;
        await using (var off = new ShopContext(options))
        {
            Assert.Equal(5, await off.Categories.Remember().CountAsync());
            off.Add(new Category { Name = "new" });
            await off.SaveChangesAsync();
        }

        Assert.Equal((6, 1), await _shop.CountAsync(db => db.Categories.Remember().CountAsync()));
    }

    [Fact]
    public void A_suppressed_scope_neither_reads_nor_stores()
    {
        using (RememberScope.Suppress())
        {
            Assert.True(RememberScope.IsSuppressed);
            Assert.Equal(1, _shop.Commands(db => db.Products.Remember().Count()));
            Assert.Equal(0, _shop.Cache.Statistics.Stores);
        }

        Assert.False(RememberScope.IsSuppressed);
        Assert.Equal(1, _shop.Commands(db => db.Products.Remember().Count()));
        using (RememberScope.Suppress())
        {
            Assert.Equal(1, _shop.Commands(db => db.Products.Remember().Count()));
        }

        Assert.Equal(0, _shop.Commands(db => db.Products.Remember().Count()));
    }

    [Fact]
    public async Task A_suppressed_scope_covers_what_is_awaited_and_started_in_it()
    {
        await _shop.CountAsync(db => db.Products.Remember().CountAsync());
        using (RememberScope.Suppress())
        {
            await Task.Yield();
            Assert.Equal(1, (await _shop.CountAsync(db => db.Products.Remember().CountAsync())).Commands);
            Assert.Equal(1, (await Task.Run(() => _shop.CountAsync(db => db.Products.Remember().CountAsync()))).Commands);
        }
    }

    [Fact]
    public async Task A_suppressed_scope_does_not_reach_other_flows()
    {
        await _shop.CountAsync(db => db.Products.Remember().CountAsync());
        var begun = new TaskCompletionSource();
        var done = new TaskCompletionSource();
        var other = Task.Run(async () =>
        {
            using (RememberScope.Suppress())
            {
                begun.SetResult();
                await done.Task;
            }
        });
        await begun.Task;

        Assert.Equal(0, (await _shop.CountAsync(db => db.Products.Remember().CountAsync())).Commands);
        done.SetResult();
        await other;
    }

    [Fact]
    public void Suppressed_scopes_nest_and_disposing_one_twice_ends_it_once()
    {
        using (RememberScope.Suppress())
        {
            var inner = RememberScope.Suppress();
            inner.Dispose();
            inner.Dispose();

            Assert.True(RememberScope.IsSuppressed);
            Assert.Equal(1, _shop.Commands(db => db.Products.Remember().Count()));
            Assert.Equal(1, _shop.Commands(db => db.Products.Remember().Count()));
        }

        Assert.False(RememberScope.IsSuppressed);
    }

    [Fact]
    public void A_cache_that_is_switched_off_neither_reads_nor_stores()
    {
        _shop.Cache.IsEnabled = false;
        Assert.Equal(1, _shop.Commands(db => db.Products.Remember().Count()));
        Assert.Equal(0, _shop.Cache.Statistics.Stores);

        _shop.Cache.IsEnabled = true;
        Assert.Equal(1, _shop.Commands(db => db.Products.Remember().Count()));
        Assert.Equal(0, _shop.Commands(db => db.Products.Remember().Count()));

        _shop.Cache.IsEnabled = false;
        Assert.Equal(1, _shop.Commands(db => db.Products.Remember().Count()));
    }

    [Fact]
    public void A_cache_that_was_switched_off_during_a_write_is_not_stale_afterwards()
    {
        _shop.Count(db => db.Categories.Remember().Count());
        _shop.Cache.IsEnabled = false;
        using (var db = _shop.New())
        {
            db.Add(new Category { Name = "new" });
            db.SaveChanges();
        }

        _shop.Cache.IsEnabled = true;

        Assert.Equal(6, _shop.Count(db => db.Categories.Remember().Count()).Result);
    }

    [Fact]
    public void Flushing_and_forgetting_work_while_remembering_is_switched_off()
    {
        _shop.Count(db => db.Products.Remember(Proof.Minute, "a").Count());
        _shop.Count(db => db.Tags.Remember(Proof.Minute).Count());
        using (RememberScope.Suppress())
        {
            _shop.Cache.IsEnabled = false;
            using var db = _shop.New();
            db.Products.Flush("a");
            db.Tags.Forget();
        }

        _shop.Cache.IsEnabled = true;
        Assert.Equal(1, _shop.Commands(db => db.Products.Remember(Proof.Minute, "a").Count()));
        Assert.Equal(1, _shop.Commands(db => db.Tags.Remember(Proof.Minute).Count()));
    }

    public void Dispose() => _shop.Dispose();
}
