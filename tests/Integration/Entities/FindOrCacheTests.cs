using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using FastOrm.Cache.Tests.Unit.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Entities;

/// <summary><c>FindOrCache</c> gives what <c>Find</c> would give, without the database where the cache has it.</summary>
public abstract class FindOrCacheTests(Provider provider) : IDisposable
{
    private readonly Registry _registry = new(provider);

    public sealed class OnSqlite() : FindOrCacheTests(Provider.Sqlite);

    public sealed class OnPostgres() : FindOrCacheTests(Provider.PostgreSql);

    [Fact]
    public async Task The_second_call_needs_no_database()
    {
        var person = await _registry.HitAsync(static db => db.People.FindOrCacheAsync(7).AsTask());

        Assert.Equal(("person 7", "city 7"), (person!.Name, person.Address!.City));
        using var db = _registry.NewForbidden();
        Assert.Equal("person 7", db.People.FindOrCache(7)!.Name);
        Assert.Equal("person 7", db.People.AsNoTracking().FindOrCache(7)!.Name);
    }

    [Fact]
    public async Task Ids_of_ones_own_are_keys()
        => Assert.Equal("customer 3", (await _registry.HitAsync(static db => db.Customers.FindOrCacheAsync(new CustomerId(3)).AsTask()))!.Name);

    [Fact]
    public async Task Guids_are_keys()
        => Assert.Equal(
            "content 2", (await _registry.HitAsync(static db => db.Parcels.FindOrCacheAsync(new Guid(2, 0, 0, new byte[8])).AsTask()))!.Content);

    [Fact]
    public async Task Texts_are_keys()
        => Assert.Equal("name of DE", (await _registry.HitAsync(static db => db.Countries.FindOrCacheAsync("DE").AsTask()))!.Name);

    [Fact]
    public async Task Several_values_are_a_key_as_a_tuple_and_as_an_array()
    {
        Assert.Equal("guest 34", (await _registry.HitAsync(static db => db.Seats.FindOrCacheAsync((3, 4)).AsTask()))!.Guest);
        using var db = _registry.NewForbidden();
        Assert.Equal("guest 34", db.Seats.FindOrCache(new object[] { 3, 4 })!.Guest);
    }

    [Fact]
    public async Task What_belongs_to_an_entity_comes_with_it()
        => Assert.Equal([1, 2, 3], (await _registry.HitAsync(static db => db.Ships.FindOrCacheAsync(3).AsTask()))!.Decks.Select(deck => deck.Level));

    [Fact]
    public async Task A_base_type_and_a_derived_type_find_the_same_row_and_never_one_of_another_type()
    {
        Assert.IsType<Car>(await _registry.HitAsync(static db => db.Vehicles.FindOrCacheAsync(1).AsTask()));
        Assert.Equal(5, (await _registry.HitAsync(static db => db.Cars.FindOrCacheAsync(1).AsTask()))!.Doors);
        Assert.Null(await _registry.HitAsync(static db => db.Cars.FindOrCacheAsync(2).AsTask()));
        Assert.IsType<Bicycle>(await _registry.HitAsync(static db => db.Vehicles.FindOrCacheAsync(2).AsTask()));
    }

    [Fact]
    public async Task An_entity_that_is_tracked_is_returned_as_it_is()
    {
        using var db = _registry.New();
        var changed = db.People.Single(person => person.Id == 1);
        changed.Name = "changed";
        var added = db.People.Add(new Person { Id = 99, Name = "added", Email = "a", Number = 99 }).Entity;
        var deleted = db.People.Single(person => person.Id == 2);
        db.Remove(deleted);

        Assert.Same(changed, await db.People.FindOrCacheAsync(1));
        Assert.Same(added, await db.People.FindOrCacheAsync(99));
        Assert.Same(await db.People.FindAsync(2), await db.People.FindOrCacheAsync(2));
        Assert.Equal("person 1", (await db.People.AsNoTracking().FindOrCacheAsync(1))!.Name);
    }

    [Fact]
    public async Task What_is_found_is_tracked_unless_the_set_or_the_context_says_otherwise()
    {
        await _registry.HitAsync(static db => db.People.FindOrCacheAsync(1).AsTask());
        using var db = _registry.NewForbidden();
        Assert.Equal(EntityState.Detached, db.Entry((await db.People.AsNoTracking().FindOrCacheAsync(1))!).State);
        Assert.Equal(EntityState.Unchanged, db.Entry((await db.People.FindOrCacheAsync(1))!).State);
        Assert.Same(db.People.FindOrCache(1), await db.People.FindOrCacheAsync(1));

        using var untracking = _registry.NewForbidden();
        untracking.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
        Assert.Equal(EntityState.Detached, untracking.Entry((await untracking.People.FindOrCacheAsync(1))!).State);
        Assert.Equal(EntityState.Unchanged, untracking.Entry((await untracking.People.AsTracking().FindOrCacheAsync(1))!).State);
    }

    [Fact]
    public async Task A_change_of_another_row_leaves_the_entry()
    {
        await _registry.HitAsync(static db => db.People.FindOrCacheAsync(42).AsTask());
        await _registry.CountAsync(async db =>
        {
            (await db.People.FindAsync(43))!.Name = "changed";
            return await db.SaveChangesAsync();
        });

        Assert.Equal(0, (await _registry.CountAsync(static db => db.People.FindOrCacheAsync(42).AsTask())).Commands);
    }

    [Fact]
    public async Task A_change_of_the_row_drops_the_entry()
    {
        await _registry.HitAsync(static db => db.People.FindOrCacheAsync(42).AsTask());
        await _registry.CountAsync(async db =>
        {
            (await db.People.FindOrCacheAsync(42))!.Name = "changed";
            return await db.SaveChangesAsync();
        });

        Assert.Equal("changed", (await _registry.HitAsync(static db => db.People.FindOrCacheAsync(42).AsTask()))!.Name);
    }

    [Fact]
    public async Task Absence_is_remembered_until_the_row_is_inserted()
    {
        Assert.Null(await _registry.HitAsync(static db => db.People.FindOrCacheAsync(77).AsTask()));
        await _registry.CountAsync(static db =>
        {
            db.Add(new Person { Id = 77, Name = "new", Email = "new", Number = 77 });
            return db.SaveChangesAsync();
        });

        Assert.Equal("new", (await _registry.HitAsync(static db => db.People.FindOrCacheAsync(77).AsTask()))!.Name);
    }

    [Fact]
    public async Task Another_tenants_row_is_absent_and_the_absence_is_that_tenants_alone()
    {
        Assert.Null(await _registry.HitAsync(static db => db.Secrets.FindOrCacheAsync(1).AsTask()));
        Assert.Equal("secret 1", (await _registry.HitAsync(static db =>
        {
            db.Tenant = 2;
            return db.Secrets.FindOrCacheAsync(1).AsTask();
        }))!.Text);
        Assert.Null(await _registry.HitAsync(static db => db.Secrets.FindOrCacheAsync(1).AsTask()));
        Assert.NotNull(await _registry.HitAsync(static db => db.Secrets.IgnoreQueryFilters().FindOrCacheAsync(1).AsTask()));
    }

    [Fact]
    public async Task A_stale_concurrency_token_ends_in_EF_Cores_own_exception()
    {
        await _registry.HitAsync(static db => db.People.FindOrCacheAsync(5).AsTask());
        _registry.WriteBehindItsBack("UPDATE \"People\" SET \"Version\" = 9, \"Name\" = 'theirs' WHERE \"Id\" = 5");
        using (var db = _registry.New())
        {
            var person = (await db.People.FindOrCacheAsync(5))!;
            (person.Name, person.Version) = ("mine", 1);
            await Assert.ThrowsAsync<DbUpdateConcurrencyException>(() => db.SaveChangesAsync());
        }

        // The conflict has told that the entry is old.
        Assert.Equal("theirs", (await _registry.HitAsync(static db => db.People.FindOrCacheAsync(5).AsTask()))!.Name);
    }

    [Fact]
    public async Task In_a_transaction_the_database_answers()
    {
        await _registry.HitAsync(static db => db.People.FindOrCacheAsync(1).AsTask());
        var (_, commands) = await _registry.CountAsync(static async db =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync();
            return await db.People.FindOrCacheAsync(1);
        });
        Assert.Equal(1, commands);
    }

    [Fact]
    public async Task A_cache_that_is_switched_off_is_passed_by()
    {
        using (RememberScope.Suppress())
        {
            Assert.Equal("person 1", (await _registry.CountAsync(static db => db.People.FindOrCacheAsync(1).AsTask())).Result!.Name);
            Assert.Equal(1, (await _registry.CountAsync(static db => db.People.FindOrCacheAsync(1).AsTask())).Commands);
        }
    }

    [Fact]
    public async Task Where_neither_the_call_nor_the_type_says_a_time_that_of_the_cache_counts()
    {
        var time = new ManualTimeProvider();
        using var registry = new Registry(_registry.Provider, cache => (cache.TimeProvider, cache.DefaultTtl, cache.Jitter) = (time, TimeSpan.FromMinutes(3), 0));
        foreach (var find in new Func<RegistryContext, Task<Person?>>[]
        {
            static db => db.People.FindOrCacheAsync(1).AsTask(),
            static db => db.People.FindOrCacheByAsync(person => person.Number, 1002).AsTask(),
            static async db => (await db.People.FindManyOrCacheAsync([3]))[0],
        })
        {
            Assert.Equal(1, (await registry.CountAsync(find)).Commands);
            time.Advance(TimeSpan.FromSeconds(179));
            Assert.Equal(0, (await registry.CountAsync(find)).Commands);
            time.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal(1, (await registry.CountAsync(find)).Commands);
        }
    }

    [Fact]
    public async Task The_time_to_live_is_that_of_the_call_and_an_absence_has_a_short_one()
    {
        var time = new ManualTimeProvider();
        using var registry = new Registry(_registry.Provider, cache => (cache.TimeProvider, cache.EmptyTtl, cache.Jitter) = (time, TimeSpan.FromMinutes(1), 0));
        Task<int> CommandsAsync(int key, TimeSpan ttl)
            => registry.CountAsync(db => db.People.FindOrCacheAsync(key, ttl).AsTask()).ContinueWith(static read => read.Result.Commands, TaskScheduler.Default);
        Assert.Equal(1, await CommandsAsync(1, TimeSpan.FromHours(1)));
        Assert.Equal(1, await CommandsAsync(99, TimeSpan.FromHours(1)));

        time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(0, await CommandsAsync(1, TimeSpan.FromHours(1)));
        Assert.Equal(1, await CommandsAsync(99, TimeSpan.FromHours(1)));
        Assert.Equal(1, await CommandsAsync(1, TimeSpan.FromMinutes(1)));

        time.Advance(TimeSpan.FromMinutes(61));
        Assert.Equal(1, await CommandsAsync(1, TimeSpan.FromHours(1)));
    }

    [Fact]
    public async Task Keys_that_do_not_fit_are_refused_with_the_name_of_the_entity()
    {
        using var db = _registry.NewForbidden();
        Assert.Contains("Person.Id is a String", (await Refused(() => db.People.FindOrCacheAsync("1"))).Message, StringComparison.Ordinal);
        Assert.Contains("Person.Id is null", (await Refused(() => db.People.FindOrCacheAsync(null!))).Message, StringComparison.Ordinal);
        Assert.Contains("Seat has 2 properties", (await Refused(() => db.Seats.FindOrCacheAsync(1))).Message, StringComparison.Ordinal);
        Assert.Contains("Seat has 2 properties", (await Refused(() => db.Seats.FindOrCacheAsync((1, 2, 3)))).Message, StringComparison.Ordinal);
        Assert.Contains("Total has no primary key", (await Refused(() => db.Totals.FindOrCacheAsync(1))).Message, StringComparison.Ordinal);
        Assert.Contains("with Where", (await Refused(() => db.People.Where(p => p.Id > 3).FindOrCacheAsync(1))).Message, StringComparison.Ordinal);

        static Task<Exception> Refused<T>(Func<ValueTask<T>> call)
            => Assert.ThrowsAnyAsync<Exception>(async () => await call());
    }

    [Fact]
    public async Task A_context_without_the_library_is_told_how_to_set_it_up()
    {
        using var db = _registry.NewPlain();
        var error = await Assert.ThrowsAsync<InvalidOperationException>(async () => await db.People.FindOrCacheAsync(1));
        Assert.Contains("UseFastOrmCache", error.Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _registry.Dispose();
        GC.SuppressFinalize(this);
    }
}
