using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Entities;

/// <summary>Several keys are asked for together, and each is an entry of its own.</summary>
public abstract class FindManyOrCacheTests(Provider provider) : IDisposable
{
    private readonly Registry _registry = new(provider);

    public sealed class OnSqlite() : FindManyOrCacheTests(Provider.Sqlite);

    public sealed class OnPostgres() : FindManyOrCacheTests(Provider.PostgreSql);

    [Fact]
    public async Task All_that_is_missing_is_loaded_by_one_command_and_then_needs_none()
    {
        int[] keys = [9, 3, 27, 1];
        var (found, commands) = await Many(keys);
        Assert.Equal(1, commands);
        Assert.Equal(keys, found.Select(person => person.Id));
        Assert.Equal(["city 9", "city 3", "city 27", "city 1"], found.Select(person => person.Address!.City));

        (found, commands) = await Many([1, 27]);
        Assert.Equal(0, commands);
        Assert.Equal([1, 27], found.Select(person => person.Id));
    }

    [Fact]
    public async Task Only_what_is_missing_is_asked_for()
    {
        await Many([1, 2, 3]);
        _registry.Sql.Texts.Clear();
        var (found, commands) = await Many([5, 2, 4, 1]);

        Assert.Equal(1, commands);
        Assert.Equal([5, 2, 4, 1], found.Select(person => person.Id));
        Assert.Equal(5, _registry.Cache.Statistics.Entries);
    }

    [Fact]
    public async Task What_one_call_loads_the_other_finds()
    {
        await Many([1, 2, 99]);
        using (var db = _registry.NewForbidden())
        {
            Assert.Equal("person 1", (await db.People.FindOrCacheAsync(1))!.Name);
            Assert.Equal("person 2", db.People.AsNoTracking().FindOrCache(2)!.Name);
            Assert.Null(db.People.FindOrCache(99));
        }

        await _registry.CountAsync(static db => db.People.FindOrCacheAsync(7).AsTask());
        _registry.Count(static db => db.People.AsNoTracking().FindOrCache(8));
        var (found, commands) = await Many([8, 7, 1]);
        Assert.Equal(0, commands);
        Assert.Equal([8, 7, 1], found.Select(person => person.Id));
    }

    [Fact]
    public void It_works_without_waiting_too()
    {
        using (var db = _registry.New())
        {
            Assert.Equal([4, 2], db.People.AsNoTracking().FindManyOrCache([4, 2]).Select(person => person.Id));
        }

        using var later = _registry.NewForbidden();
        Assert.Equal([2, 4], later.People.FindManyOrCache([2, 4]).Select(person => person.Id));
    }

    [Fact]
    public async Task Absences_are_remembered_until_the_row_is_inserted()
    {
        Assert.Equal([1], (await Many([70, 1, 71])).Result.Select(person => person.Id));
        Assert.Equal(0, (await Many([71, 70])).Commands);
        await _registry.CountAsync(static db =>
        {
            db.Add(new Person { Id = 70, Name = "new", Email = "new", Number = 70 });
            return db.SaveChangesAsync();
        });

        var (found, commands) = await Many([71, 70]);
        Assert.Equal(1, commands);
        Assert.Equal("new", Assert.Single(found).Name);
    }

    [Fact]
    public async Task A_write_drops_the_entries_of_its_rows_alone()
    {
        await Many([1, 2, 3]);
        await _registry.CountAsync(static async db =>
        {
            (await db.People.FindAsync(2))!.Name = "changed";
            return await db.SaveChangesAsync();
        });

        using (var db = _registry.NewForbidden())
        {
            Assert.Equal([1, 3], db.People.FindManyOrCache([1, 3]).Select(person => person.Id));
        }

        var (found, commands) = await Many([1, 2, 3]);
        Assert.Equal(1, commands);
        Assert.Equal(["person 1", "changed", "person 3"], found.Select(person => person.Name));
    }

    [Fact]
    public async Task What_is_tracked_is_returned_as_it_is_and_the_rest_is_tracked()
    {
        await Many([1, 2, 3]);
        using var db = _registry.NewForbidden();
        var own = db.Attach(new Person { Id = 2, Name = "own", Email = "x" }).Entity;
        var found = await db.People.FindManyOrCacheAsync([3, 2, 1]);

        Assert.Same(own, found[1]);
        Assert.Equal(["person 3", "own", "person 1"], found.Select(person => person.Name));
        Assert.Equal(3, db.ChangeTracker.Entries<Person>().Count());
    }

    [Fact]
    public async Task Keys_of_every_kind_are_asked_for_together()
    {
        Assert.Equal(["customer 4", "customer 2"], await Twice(static db
            => db.Customers.FindManyOrCacheAsync([new CustomerId(4), new CustomerId(2)]), static customer => customer.Name));
        Assert.Equal(["content 5", "content 1"], await Twice(static db
            => db.Parcels.FindManyOrCacheAsync([new Guid(5, 0, 0, new byte[8]), new Guid(1, 0, 0, new byte[8])]), static parcel => parcel.Content));
        Assert.Equal(["guest 34", "guest 12", "guest 7"], await Twice(static db
            => db.Seats.FindManyOrCacheAsync([(3, 4), (99, 1), (1, 2), (0, 7)]), static seat => seat.Guest));
    }

    [Fact]
    public async Task Texts_that_have_no_row_are_asked_for_once_more_by_themselves()
    {
        var (found, commands) = await _registry.CountAsync(static db => db.Countries.FindManyOrCacheAsync(["FR", "XX", "BE"]).AsTask());
        Assert.Equal(["FR", "BE"], found.Select(country => country.Code));
        Assert.Equal(2, commands);
        Assert.Equal(0, (await _registry.CountAsync(static db => db.Countries.FindManyOrCacheAsync(["FR", "XX", "BE"]).AsTask())).Commands);
    }

    [Fact]
    public async Task What_belongs_to_the_entities_comes_with_each()
    {
        Assert.Equal(["3: 1 2 3", "1: 1"], await Twice(static db
            => db.Ships.FindManyOrCacheAsync([3, 1]), static ship => $"{ship.Id}: {string.Join(' ', ship.Decks.Select(deck => deck.Level))}"));
        using (var db = _registry.NewForbidden())
        {
            Assert.Equal(3, db.Ships.FindOrCache(3)!.Decks.Count);
        }

        Assert.Equal(["5 in two", "4 in one"], await Twice(static db
            => db.Documents.FindManyOrCacheAsync([5, 1, 4]), static document => $"{document.Id} in {document.Folder!.Name}"));
    }

    [Fact]
    public async Task Each_is_of_the_type_that_is_asked_for()
    {
        Assert.Equal(["Bicycle", "Car", "Vehicle"], await Twice(static db
            => db.Vehicles.FindManyOrCacheAsync([2, 1, 3]), static vehicle => vehicle.GetType().Name));
        Assert.Equal(["5"], await Twice(static db => db.Cars.FindManyOrCacheAsync([2, 1, 3]), static car => $"{car.Doors}"));
    }

    [Fact]
    public async Task Tenants_see_their_own()
    {
        Assert.Equal(["2", "4"], await Twice(static db => db.Secrets.FindManyOrCacheAsync([1, 2, 3, 4]), static secret => $"{secret.Id}"));
        Assert.Equal(["1", "3"], await Twice(
            static db =>
            {
                db.Tenant = 2;
                return db.Secrets.FindManyOrCacheAsync([1, 2, 3, 4]);
            },
            static secret => $"{secret.Id}"));
    }

    [Fact]
    public async Task More_keys_than_one_command_takes_are_asked_for_by_several()
    {
        var (found, commands) = await _registry.CountAsync(
            static db => db.People.AsNoTracking().FindManyOrCacheAsync(Enumerable.Range(1, 2500)).AsTask());
        Assert.Equal(3, commands);
        Assert.Equal(Enumerable.Range(1, 50), found.Select(person => person.Id));
        Assert.Equal(0, (await Many([.. Enumerable.Range(1, 2500)])).Commands);

        var (seats, asked) = await _registry.CountAsync(
            static db => db.Seats.FindManyOrCacheAsync(Enumerable.Range(1, 100).Select(i => (i / 10, i % 10))).AsTask());
        Assert.Equal(4, asked);
        Assert.Equal(Enumerable.Range(1, 100).Select(i => $"guest {i}"), seats.Select(seat => seat.Guest));
    }

    [Fact]
    public async Task Past_the_cache_the_order_is_kept_as_well()
    {
        var (inTransaction, commands) = await _registry.CountAsync(static async db =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync();
            return await db.People.FindManyOrCacheAsync([9, 99, 3]);
        });
        Assert.Equal([9, 3], inTransaction.Select(person => person.Id));
        Assert.Equal(1, commands);
        Assert.Equal(0, _registry.Cache.Statistics.Entries);

        using (RememberScope.Suppress())
        {
            Assert.Equal([9, 3], (await Many([9, 99, 3])).Result.Select(person => person.Id));
            Assert.Equal([(0, 7), (3, 4)], (await _registry.CountAsync(static db => db.Seats.FindManyOrCacheAsync([(0, 7), (88, 1), (3, 4)]).AsTask()))
                .Result.Select(seat => (seat.Row, seat.Place)));
        }
    }

    [Fact]
    public async Task Bad_keys_are_refused_and_none_need_no_database()
    {
        using var db = _registry.NewForbidden();
        Assert.Empty(await db.People.FindManyOrCacheAsync(Array.Empty<int>()));
        Assert.Contains("key 3 of Person is given twice", Refused(() => db.People.FindManyOrCache([3, 1, 3])), StringComparison.Ordinal);
        Assert.Contains("Country.Code is null", Refused(() => db.Countries.FindManyOrCache(["BE", null!])), StringComparison.Ordinal);
        Assert.Contains("Person.Id is a Int64", Refused(() => db.People.FindManyOrCache([3L])), StringComparison.Ordinal);
        Assert.Contains("Total has no primary key", Refused(() => db.Totals.FindManyOrCache([3])), StringComparison.Ordinal);

        static string Refused(Func<object> call) => Assert.ThrowsAny<Exception>(call).Message;
    }

    public void Dispose()
    {
        _registry.Dispose();
        GC.SuppressFinalize(this);
    }

    private Task<(IReadOnlyList<Person> Result, int Commands)> Many(int[] keys)
        => _registry.CountAsync(db => db.People.FindManyOrCacheAsync(keys).AsTask());

    // From the database, and then without it.
    private async Task<IEnumerable<string>> Twice<TEntity>(
        Func<RegistryContext, ValueTask<IReadOnlyList<TEntity>>> find, Func<TEntity, string> text)
    {
        var (first, commands) = await _registry.CountAsync(db => find(db).AsTask());
        Assert.Equal(1, commands);
        using var later = _registry.NewForbidden();
        var second = await find(later);
        Assert.Equal(first.Select(text), second.Select(text));
        return second.Select(text);
    }
}
