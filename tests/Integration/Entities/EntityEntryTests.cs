using FastOrm.Cache.EfCore;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Entities;

/// <summary>What is stored under the keys of entities can be asked for alone, stored by hand, and dropped.</summary>
public sealed class EntityEntryTests : IDisposable
{
    private readonly Registry _registry = new();

    [Fact]
    public async Task Without_the_database_only_what_is_stored_is_found()
    {
        var (missing, commands) = await _registry.CountAsync(static db => db.People.FindCachedAsync(1).AsTask());
        Assert.Null(missing);
        Assert.Equal(0, commands);
        Assert.Equal((0L, 1L), (_registry.Cache.Statistics.Hits, _registry.Cache.Statistics.Misses));

        await _registry.CountAsync(static db => db.People.FindOrCacheAsync(1).AsTask());
        using var db = _registry.NewForbidden();
        Assert.Equal("person 1", (await db.People.FindCachedAsync(1))!.Name);
        Assert.Equal("person 1", db.People.AsNoTracking().FindCached(1)!.Name);
        Assert.Null(db.People.FindCached(2));
    }

    [Fact]
    public void Without_the_database_nothing_is_found_in_a_transaction_or_while_the_cache_is_off()
    {
        _registry.Count(static db => db.People.FindOrCache(1));
        using (var db = _registry.New())
        {
            using var transaction = db.Database.BeginTransaction();
            var before = _registry.Sql.Count;
            Assert.Null(db.People.FindCached(1));
            Assert.Equal(before, _registry.Sql.Count);
        }

        using (RememberScope.Suppress())
        {
            var (found, commands) = _registry.Count(static db => db.People.FindCached(1));
            Assert.Null(found);
            Assert.Equal(0, commands);
        }
    }

    [Fact]
    public async Task What_was_forgotten_is_loaded_anew_and_only_that()
    {
        await _registry.HitAsync(static db => db.Vehicles.FindOrCacheAsync(1).AsTask());
        await _registry.HitAsync(static db => db.Cars.AsNoTracking().FindOrCacheAsync(1).AsTask());
        await _registry.HitAsync(static db => db.Vehicles.FindOrCacheAsync(2).AsTask());
        using (var db = _registry.NewForbidden())
        {
            await db.Vehicles.ForgetCacheAsync(1);
        }

        Assert.Equal(0, (await _registry.CountAsync(static db => db.Vehicles.FindOrCacheAsync(2).AsTask())).Commands);
        Assert.Equal(1, (await _registry.CountAsync(static db => db.Vehicles.FindOrCacheAsync(1).AsTask())).Commands);
        Assert.Equal(1, (await _registry.CountAsync(static db => db.Cars.FindOrCacheAsync(1).AsTask())).Commands);
    }

    [Fact]
    public async Task An_instance_is_stored_as_the_database_has_it()
    {
        await _registry.HitAsync(static db => db.People.FindOrCacheAsync(1).AsTask());
        _registry.WriteBehindItsBack("UPDATE \"People\" SET \"Name\" = 'theirs' WHERE \"Id\" = 1");
        using (var db = _registry.New())
        {
            var person = db.People.FindOrCache(1)!;
            Assert.True(await db.CacheInstanceAsync(person, TimeSpan.FromMinutes(1)));
            Assert.Equal("person 1", person.Name);
        }

        using var later = _registry.NewForbidden();
        Assert.Equal("theirs", later.People.FindOrCache(1)!.Name);
    }

    [Fact]
    public async Task An_instance_whose_row_is_gone_is_stored_as_absent()
    {
        using (var db = _registry.New())
        {
            Assert.False(await db.CacheInstanceAsync(new Person { Id = 777, Name = "", Email = "" }));
        }

        using var later = _registry.NewForbidden();
        Assert.Null(later.People.FindOrCache(777));
    }

    [Fact]
    public async Task Unsaved_changes_are_refused()
    {
        using var db = _registry.New();
        var person = db.People.Find(1)!;
        person.Name = "changed";
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => db.CacheInstanceAsync(person));
        Assert.Contains("Person is Modified", error.Message, StringComparison.Ordinal);
        Assert.Contains("SaveChanges", error.Message, StringComparison.Ordinal);
        Assert.Null(db.People.AsNoTracking().FindCached(1));
    }

    [Fact]
    public async Task Unsaved_changes_of_an_owned_part_are_refused()
    {
        using var db = _registry.New();
        var person = db.People.Find(1)!;
        person.Address!.City = "changed";
        await RefusedAsync(person, "Address is Modified");
        person.Address = null;
        await RefusedAsync(person, "Address is Deleted");

        var ship = db.Ships.Find(2)!;
        ship.Decks.Add(new Deck { Level = 9 });
        await RefusedAsync(ship, "Deck is Added");
        var other = db.Ships.Find(3)!;
        other.Decks.RemoveAt(0);
        await RefusedAsync(other, "Deck is Deleted");
        Assert.True(await db.CacheInstanceAsync(db.Ships.Find(4)!)); // What is changed is of other ships.
        Assert.Null(db.Ships.AsNoTracking().FindCached(2));

        await db.SaveChangesAsync();
        Assert.True(await db.CacheInstanceAsync(ship));
        using var later = _registry.NewForbidden();
        Assert.Equal(3, later.Ships.FindCached(2)!.Decks.Count);

        async Task RefusedAsync<T>(T entity, string message)
            where T : class
        {
            var error = await Assert.ThrowsAsync<InvalidOperationException>(() => db.CacheInstanceAsync(entity));
            Assert.Contains(message, error.Message, StringComparison.Ordinal);
            Assert.Contains("SaveChanges", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_was_stored_with_a_tag_of_the_call_is_found_with_it_and_flushed_by_it()
    {
        var tagged = new RememberOptions { Ttl = TimeSpan.FromMinutes(5), Tags = ["vip"] };
        using (var db = _registry.New())
        {
            await db.CacheInstanceAsync(db.People.Find(1)!, tagged);
            await db.People.FindOrCacheByAsync(p => p.Email, "p2@example.com", tagged);
        }

        using (var db = _registry.NewForbidden())
        {
            Assert.Null(db.People.FindCached(1));
            Assert.NotNull(db.People.FindCached(1, tagged));
            Assert.NotNull(await db.People.AsNoTracking().FindCachedAsync(1, tagged));
            Assert.NotNull(db.People.FindOrCacheBy(p => p.Email, "p2@example.com", tagged));
            await db.FlushAsync("vip");
        }

        Assert.Equal(1, _registry.Count(db => db.People.FindOrCache(1, tagged)).Commands);
        Assert.Equal(1, _registry.Count(db => db.People.FindOrCacheBy(p => p.Email, "p2@example.com", tagged)).Commands);
    }

    [Fact]
    public async Task Forgetting_an_instance_forgets_all_its_keys()
    {
        await _registry.HitAsync(static db => db.People.FindOrCacheAsync(1).AsTask());
        await _registry.HitAsync(static db => db.People.FindOrCacheByAsync(p => p.Email, "p1@example.com").AsTask());
        await _registry.HitAsync(static db => db.People.FindOrCacheByAsync(p => p.Number, 1001).AsTask());
        using (var db = _registry.NewForbidden())
        {
            await db.ForgetInstanceCacheAsync(new Person { Id = 1, Name = "", Email = "p1@example.com", Number = 1001 });
        }

        Assert.Equal(1, (await _registry.CountAsync(static db => db.People.FindOrCacheAsync(1).AsTask())).Commands);
        Assert.Equal(1, (await _registry.CountAsync(static db => db.People.FindOrCacheByAsync(p => p.Email, "p1@example.com").AsTask())).Commands);
        Assert.Equal(1, (await _registry.CountAsync(static db => db.People.FindOrCacheByAsync(p => p.Number, 1001).AsTask())).Commands);
    }

    public void Dispose() => _registry.Dispose();
}
