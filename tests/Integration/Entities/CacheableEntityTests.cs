using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using FastOrm.Cache.Tests.Unit.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Entities;

/// <summary>An entity type that derives from <see cref="CacheableEntity{TSelf}"/> finds, caches and forgets.</summary>
public abstract class CacheableEntityTests : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly Members _members;

    protected CacheableEntityTests(Provider provider) => _members = new Members(provider, _time);

    public sealed class OnSqlite() : CacheableEntityTests(Provider.Sqlite);

    public sealed class OnPostgres() : CacheableEntityTests(Provider.PostgreSql);

    [Fact]
    public async Task What_was_found_needs_no_database()
    {
        Assert.Equal(1, await _members.CommandsOfAsync(static db => User.FindOrCacheAsync(db, 1).AsTask()));
        Assert.Equal(1, await _members.CommandsOfAsync(static db => Chair.FindOrCacheAsync(db, (1, 5)).AsTask()));

        using var db = _members.NewForbidden();
        var user = (await User.FindOrCacheAsync(db, 1))!;
        Assert.Equal("user 1", user.Name);
        Assert.Equal(EntityState.Unchanged, db.Entry(user).State);
        Assert.Equal("guest 5", (await Chair.FindOrCacheAsync(db, (1, 5)))!.Guest);
        Assert.Same(user, await User.FindCachedAsync(db, 1));
        Assert.Null(await User.FindCachedAsync(db, 2));
    }

    [Fact]
    public async Task Several_are_found_with_one_command_and_then_with_none()
    {
        int[] keys = [5, 3, 99, 4];
        await _members.CommandsOfAsync(static db => User.FindOrCacheAsync(db, 3).AsTask());
        Assert.Equal(1, await _members.CommandsOfAsync(db => User.FindManyOrCacheAsync(db, keys).AsTask()));
        using var db = _members.NewForbidden();
        Assert.Equal([5, 3, 4], (await User.FindManyOrCacheAsync(db, keys)).Select(static user => user.Id));
    }

    [Fact]
    public async Task Without_a_time_the_policy_of_the_type_counts()
    {
        await FillAsync();
        _time.Advance(TimeSpan.FromSeconds(590));
        Assert.Equal(0, await FillAsync());
        _time.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(3, await FillAsync());

        await _members.CommandsOfAsync(static db => User.FindOrCacheAsync(db, 2, TimeSpan.FromSeconds(5)).AsTask());
        _time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(1, await _members.CommandsOfAsync(static db => User.FindOrCacheAsync(db, 2, TimeSpan.FromSeconds(5)).AsTask()));
    }

    [Fact]
    public async Task Without_a_tag_of_the_call_the_tags_of_the_policy_flush()
    {
        await FillAsync();
        await _members.WithoutDatabaseAsync(static db => User.FlushCacheAsync(db, "users"));
        Assert.Equal(3, await FillAsync());
    }

    [Fact]
    public async Task Tags_of_the_call_are_added_to_those_of_the_policy()
    {
        await ReadAsync();
        await _members.WithoutDatabaseAsync(static db => User.FlushCacheAsync(db, "lists"));
        Assert.Equal(1, await ReadAsync());
        await _members.WithoutDatabaseAsync(static db => User.FlushCacheAsync(db, "users"));
        Assert.Equal(1, await ReadAsync());
        await _members.WithoutDatabaseAsync(static db => User.FlushCacheAsync(db, "others"));
        Assert.Equal(0, await ReadAsync());

        Task<int> ReadAsync() => _members.CommandsOfAsync(static db => User.CacheFor(db, TimeSpan.FromHours(1), "lists").ToListAsync());
    }

    [Fact]
    public async Task A_remembered_queryable_is_an_ordinary_query()
    {
        for (var i = 0; i < 2; i++)
        {
            var (names, commands) = await _members.CountAsync(static db => User.CacheFor(db, TimeSpan.FromHours(1))
                .Where(static user => user.Status == "active")
                .OrderByDescending(static user => user.Id)
                .Select(static user => user.Name)
                .FirstAsync());
            Assert.Equal(("user 20", 1 - i), (names, commands));
        }
    }

    [Fact]
    public async Task A_list_under_a_name_is_forgotten_by_it_and_by_writes()
    {
        Assert.Equal(1, await ReadAsync());
        Assert.Equal(0, await ReadAsync());
        await _members.WithoutDatabaseAsync(static db => User.ForgetNamedAsync(db, "active"));
        Assert.Equal(1, await ReadAsync());
        await _members.CommandsOfAsync(static async db =>
        {
            (await User.FindOrCacheAsync(db, 1))!.Status = "active";
            return await db.SaveChangesAsync();
        });

        Assert.Equal((11, 1), await Read(TimeSpan.FromHours(1)));
        await _members.WithoutDatabaseAsync(static db => db.ForgetAsync("active"));
        Assert.Equal((11, 1), await Read(TimeSpan.FromHours(1)));

        async Task<int> ReadAsync() => (await Read(TimeSpan.FromHours(1))).Commands;

        async Task<(int Rows, int Commands)> Read(TimeSpan ttl)
        {
            var (rows, commands) = await _members.CountAsync(
                db => User.RememberAsync(db, "active", ttl, static users => users.Where(static user => user.Status == "active")));
            return (rows.Count, commands);
        }
    }

    [Fact]
    public async Task Queries_under_one_name_never_share_rows()
    {
        using var db = _members.New();
        var names = await User.RememberAsync(db, "some", static users => users.Where(static user => user.Id < 3).Select(static user => user.Name));
        var others = await User.RememberAsync(db, "some", static users => users.Where(static user => user.Id == 9));
        Assert.Equal(["user 1", "user 2"], names.Order());
        Assert.Equal([9], others.Select(static user => user.Id));
    }

    [Fact]
    public async Task What_was_forgotten_by_its_key_is_loaded_anew_and_only_that()
    {
        await _members.CommandsOfAsync(static db => User.FindOrCacheAsync(db, 1).AsTask());
        await _members.CommandsOfAsync(static db => User.FindOrCacheAsync(db, 2).AsTask());
        await _members.WithoutDatabaseAsync(static db => User.ForgetCacheAsync(db, 1));

        Assert.Equal(1, await _members.CommandsOfAsync(static db => User.FindOrCacheAsync(db, 1).AsTask()));
        Assert.Equal(0, await _members.CommandsOfAsync(static db => User.FindOrCacheAsync(db, 2).AsTask()));
    }

    [Fact]
    public async Task Flushing_without_a_tag_drops_what_reads_the_type_and_nothing_else()
    {
        await FillAsync();
        await _members.CommandsOfAsync(static db => Chair.FindOrCacheAsync(db, (1, 1)).AsTask());
        await _members.WithoutDatabaseAsync(static db => User.FlushCacheAsync(db));

        Assert.Equal(3, await FillAsync());
        Assert.Equal(0, await _members.CommandsOfAsync(static db => Chair.FindOrCacheAsync(db, (1, 1)).AsTask()));
    }

    [Fact]
    public async Task An_instance_is_stored_and_forgotten()
    {
        await _members.CommandsOfAsync(static async db => await (await db.Users.FindAsync(1))!.CacheInstanceAsync(db, TimeSpan.FromHours(1)));
        User user;
        using (var db = _members.NewForbidden())
        {
            user = (await User.FindCachedAsync(db, 1))!;
        }

        await _members.WithoutDatabaseAsync(user.ForgetInstanceCacheAsync);
        Assert.Equal(1, await _members.CommandsOfAsync(static db => User.FindOrCacheAsync(db, 1).AsTask()));
    }

    [Fact]
    public async Task Unsaved_changes_are_refused()
    {
        using var db = _members.New();
        var user = (await db.Users.FindAsync(1))!;
        user.Name = "changed";
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => user.CacheInstanceAsync(db));
        Assert.Contains("SaveChanges", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_instance_of_a_type_below_is_found_under_the_type_that_is_read()
    {
        await _members.CommandsOfAsync(static async db => await (await db.Set<Dog>().SingleAsync(static dog => dog.Id == 2)).CacheInstanceAsync(db));

        using var db = _members.NewForbidden();
        Assert.Equal("c2", Assert.IsType<Dog>(await Animal.FindOrCacheAsync(db, 2)).Chip);
        Assert.IsType<Dog>(await Dog.FindCachedAsync(db, 2));
        Assert.IsType<Dog>(await db.Set<Animal>().AsNoTracking().FindOrCacheAsync(2));
    }

    [Fact]
    public async Task What_is_asked_of_a_type_below_reads_the_set_of_its_base()
    {
        using var db = _members.New();
        Assert.Equal("cat", (await Dog.FindOrCacheAsync(db, 1))!.Name);
        Assert.Equal(3, await Dog.CacheFor(db).CountAsync());
    }

    [Fact]
    public async Task Forgetting_an_instance_of_a_type_below_forgets_the_indexes_of_that_type()
    {
        Animal dog = null!;
        await _members.CommandsOfAsync(static db => db.Set<Dog>().FindOrCacheByAsync(static d => d.Chip, "c2").AsTask());
        await _members.CommandsOfAsync(static db => db.Set<Dog>().FindOrCacheByAsync(static d => d.Chip, "c3").AsTask());
        await _members.CommandsOfAsync(static db => db.Set<Dog>().FindOrCacheAsync(2).AsTask());
        await _members.CommandsOfAsync(async db => dog = (await Animal.FindOrCacheAsync(db, 2))!);
        await _members.WithoutDatabaseAsync(dog.ForgetInstanceCacheAsync);

        Assert.Equal(0, await _members.CommandsOfAsync(static db => db.Set<Dog>().FindOrCacheByAsync(static d => d.Chip, "c3").AsTask()));
        Assert.Equal(1, await _members.CommandsOfAsync(static db => db.Set<Dog>().FindOrCacheByAsync(static d => d.Chip, "c2").AsTask()));
        Assert.Equal(1, await _members.CommandsOfAsync(static db => db.Set<Dog>().FindOrCacheAsync(2).AsTask()));
        Assert.Equal(1, await _members.CommandsOfAsync(static db => Animal.FindOrCacheAsync(db, 2).AsTask()));
    }

    [Fact]
    public async Task What_does_not_fit_is_refused_with_the_remedy()
    {
        using var db = _members.NewForbidden();
        Assert.Contains("User.Id is a String", (await Refused(() => User.ForgetCacheAsync(db, "active"))).Message, StringComparison.Ordinal);
        Assert.Contains("time to live", (await Refused(() => Query(TimeSpan.Zero, "some"))).Message, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("name", (await Refused(() => Query(TimeSpan.FromHours(1), " "))).Message, StringComparison.Ordinal);
        Assert.Contains("db", (await Refused(() => User.FindOrCacheAsync(null!, 1).AsTask())).Message, StringComparison.Ordinal);
        Assert.Contains("CacheableEntity<Mistaken>", (await Refused(() => new Mistaken().CacheInstanceAsync(db))).Message, StringComparison.Ordinal);

        Task Query(TimeSpan ttl, string name) => User.RememberAsync(db, name, ttl, static users => users);

        static Task<Exception> Refused(Func<Task> call) => Assert.ThrowsAnyAsync<Exception>(call);
    }

    public void Dispose()
    {
        _members.Dispose();
        GC.SuppressFinalize(this);
    }

    // One entity, one list and one query, and the commands for them.
    private async Task<int> FillAsync()
        => await _members.CommandsOfAsync(static db => User.FindOrCacheAsync(db, 1).AsTask())
            + await _members.CommandsOfAsync(static db => User.CacheFor(db).CountAsync())
            + await _members.CommandsOfAsync(static db => User.RememberAsync(db, "all", static users => users));

    private sealed class Mistaken : CacheableEntity<User>;
}
