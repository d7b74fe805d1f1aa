using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace FastOrm.Cache.Tests.Integration.Entities;

/// <summary>The code of docs/entities.md: what FastORM's <c>CacheableModel</c> is called with, as it is written here.</summary>
[Collection(nameof(FastCache.Default))]
public sealed class FastOrmModelTests : IDisposable
{
    private readonly Members _members = new();

    [Fact]
    public async Task Find_or_cache()
    {
        for (var i = 0; i < 2; i++)
        {
            await using var db = _members.New();
            var before = _members.Sql.Count;

            // code: find_or_cache
            User? user = await User.FindOrCacheAsync(db, 1);
            User? other = await User.FindOrCacheAsync(db, 2, ttl: TimeSpan.FromMinutes(10));

            // end
            Assert.Equal(("user 1", "user 2"), (user!.Name, other!.Name));
            Assert.Equal(i == 0 ? 2 : 0, _members.Sql.Count - before);
        }
    }

    [Fact]
    public async Task Cache_for()
    {
        for (var i = 0; i < 2; i++)
        {
            await using var db = _members.New();
            var before = _members.Sql.Count;

            // code: cache_for
            List<User> users = await User.CacheFor(db, TimeSpan.FromHours(1)).Where(u => u.Status == "active").ToListAsync();

            // end
            Assert.Equal((10, 1 - i), (users.Count, _members.Sql.Count - before));
        }
    }

    [Fact]
    public async Task Remember_and_forget_cache()
    {
        await using var db = _members.New();
        var before = _members.Sql.Count;
        for (var i = 0; i < 2; i++)
        {
            // code: forget_cache
            List<User> active = await User.RememberAsync(
                db, "active_users", TimeSpan.FromHours(1), users => users.Where(u => u.Status == "active"));
            await User.ForgetNamedAsync(db, "active_users");   // a list, by its name
            await User.ForgetCacheAsync(db, 1);                // a user, by the key

            // end
            Assert.Equal((10, i + 1), (active.Count, _members.Sql.Count - before));
        }
    }

    [Fact]
    public async Task Flush_cache()
    {
        await using var db = _members.New();
        var before = _members.Sql.Count;
        for (var i = 0; i < 2; i++)
        {
            await User.FindOrCacheAsync(db, 1);
            Assert.Equal(20, await User.CacheFor(db, null, "profiles").CountAsync());
            Assert.Equal(2 + (2 * i), _members.Sql.Count - before);
            db.ChangeTracker.Clear();

            // code: flush_cache
            await User.FlushCacheAsync(db, "users", "profiles");
            await User.FlushCacheAsync(db);   // without a tag: everything that reads the table of the users

            // end
        }
    }

    [Fact]
    public async Task Cache_instance()
    {
        await using var db = _members.New();

        // code: cache_instance
        User user = await db.Users.SingleAsync(u => u.Id == 1);
        await user.CacheInstanceAsync(db, TimeSpan.FromHours(1));

        User? cached = await User.FindCachedAsync(db, 1);

        await user.ForgetInstanceCacheAsync(db);

        // end
        Assert.Equal("user 1", cached!.Name);
        Assert.Null(await db.Users.AsNoTracking().FindCachedAsync(1));
    }

    [Fact]
    public async Task Without_inheriting()
    {
        await using var db = _members.New();

        // code: sets
        User? user = await db.Users.FindOrCacheAsync(1);
        User? byMail = await db.Users.FindOrCacheByAsync(u => u.Email, "u1@example.com");
        IReadOnlyList<User> several = await db.Users.AsNoTracking().FindManyOrCacheAsync([3, 1, 2]);
        User? cached = await db.Users.FindCachedAsync(1);
        await db.Users.ForgetCacheAsync(1);
        await db.CacheInstanceAsync(user!);
        await db.ForgetInstanceCacheAsync(user!);

        // end
        Assert.Same(user, cached);
        Assert.Same(user, byMail);
        Assert.Equal([3, 1, 2], several.Select(static u => u.Id));
        Assert.Null(await db.Users.AsNoTracking().FindCachedAsync(1));
    }

    [Fact]
    public async Task Keys_of_all_kinds()
    {
        using var registry = new Registry();
        await using var db = registry.New();
        var id = new Guid(2, 0, 0, new byte[8]);

        // code: keys
        Person? person = await db.People.FindOrCacheAsync(7);
        Parcel? parcel = await db.Parcels.FindOrCacheAsync(id);
        Customer? customer = await db.Customers.FindOrCacheAsync(new CustomerId(3));   // a type of one's own, with a converter
        Seat? seat = await db.Seats.FindOrCacheAsync((3, 4));                          // several values: a tuple, or an array
        Person? byMail = await db.People.FindOrCacheByAsync(p => p.Email, "p8@example.com");
        Country? country = await db.Countries.FindOrCacheByAsync(
            c => new { c.Iso, c.Name }, new { Iso = 'F', Name = "name of FR" });

        // end
        Assert.Equal((7, id, new CustomerId(3), "guest 34"), (person!.Id, parcel!.Id, customer!.Id, seat!.Guest));
        Assert.Equal((8, "FR"), (byMail!.Id, country!.Code));
    }

    [Fact]
    public async Task Several_at_once()
    {
        using var registry = new Registry();
        await using var db = registry.New();

        // code: many
        IReadOnlyList<Person> people = await db.People.FindManyOrCacheAsync([7, 3, 99]);   // 7 and 3, if there is no 99
        int warm = await db.People.Where(p => p.Id <= 25).WarmAsync(new EntityWarmupOptions
        {
            BatchSize = 500, Limit = 10_000, OnProgress = done => Console.WriteLine($"{done.Done} of {done.Total}"),
        });

        // end
        Assert.Equal([7, 3], people.Select(static p => p.Id));
        Assert.Equal(25, warm);
    }

    [Fact]
    public async Task Without_a_context()
    {
        var builder = new { Services = (IServiceCollection)new ServiceCollection() };
        var connection = _members.ConnectionString;

        // code: factory
        builder.Services.AddFastOrmCache();
        builder.Services.AddPooledDbContextFactory<MembersContext>(
            (provider, options) => options.UseSqlite(connection).UseFastOrmCache(provider));
        builder.Services.AddCacheableEntities<MembersContext>();

        // end
        builder.Services.ConfigureDbContext<MembersContext>(static options => options.AllowManySetups());
        await using var provider = builder.Services.BuildServiceProvider();

        // code: use
        provider.UseCacheableEntities();   // a host that is started does it by itself

        // end
        // code: without a context
        User? user = await User.FindOrCacheAsync(1);
        List<User> active = await User.RememberAsync("active_users", users => users.Where(u => u.Status == "active"));
        int count = await User.CacheForAsync(TimeSpan.FromHours(1), users => users.CountAsync());

        // end
        Assert.Equal(("user 1", 10, 20), (user!.Name, active.Count, count));
    }

    public void Dispose() => _members.Dispose();
}
