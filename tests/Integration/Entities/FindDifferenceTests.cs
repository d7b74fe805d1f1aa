using System.Text.Json;
using System.Text.Json.Serialization;
using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Entities;

/// <summary>Whatever the keys, the tables and the parts are like: what is found is what EF Core's <c>FindAsync</c> finds, cold and warm.</summary>
public abstract class FindDifferenceTests(Provider provider, Action<DbContextOptionsBuilder> configure) : IDisposable
{
    private static readonly JsonSerializerOptions Json = new() { ReferenceHandler = ReferenceHandler.Preserve, WriteIndented = false };

    private TestDatabase<KeysContext>? _keys;
    private TestDatabase<RegistryContext>? _registry;

    private TestDatabase<KeysContext> Keys
        => _keys ??= new(static options => new KeysContext(options), KeysContext.Seed, provider: provider, configure: configure);

    private TestDatabase<RegistryContext> Registry
        => _registry ??= new(static options => new RegistryContext(options), RegistryContext.Seed, provider: provider, configure: configure);

    public sealed class OnSqlite() : FindDifferenceTests(
        Provider.Sqlite, static options => options.UseSqlite(static sqlite => sqlite.UseQuerySplittingBehavior(QuerySplittingBehavior.SingleQuery)));

    public sealed class OnSqliteSplit() : FindDifferenceTests(
        Provider.Sqlite, static options => options.UseSqlite(static sqlite => sqlite.UseQuerySplittingBehavior(QuerySplittingBehavior.SplitQuery)));

    public sealed class OnPostgres() : FindDifferenceTests(
        Provider.PostgreSql, static options => options.UseNpgsql(static npgsql => npgsql.UseQuerySplittingBehavior(QuerySplittingBehavior.SingleQuery)));

    [Fact]
    public Task Texts_without_case() => Same(Keys, static db => db.Words, "Alpha", "alpha", "BETA", "none");

    [Fact]
    public Task One_text_in_another_case() => Same(Keys, static db => db.Words, "alpha");

    [Fact]
    public Task Texts_without_case_and_parts() => Same(Keys, static db => db.Topics, "Alpha", "alpha", "BETA", "none");

    [Fact]
    public Task Bytes() => Same(Keys, static db => db.Blobs, new byte[] { 4 }, new byte[] { 1, 2, 3 }, new byte[] { 1, 2 });

    [Fact]
    public Task Decimals() => Same(Keys, static db => db.Amounts, 2.00m, 1.50m, 3m);

    [Fact]
    public Task Times() => Same(Keys, static db => db.Moments,
        new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc), new DateTime(2026, 1, 2, 3, 4, 6, DateTimeKind.Utc));

    [Fact]
    public Task Floats() => Same(Keys, static db => db.Weights, 2.0, 0.1, 0.2);

    [Fact]
    public Task Enums_as_text() => Same(Keys, static db => db.Grades, Level.High, (Level)7, Level.Low);

    [Fact]
    public Task Enums_as_numbers() => Same(Keys, static db => db.Ranks, Level.High, (Level)7, Level.Low);

    [Fact]
    public Task Several_converted_values() => Same(Keys, static db => db.Slots,
        new object[] { new CustomerId(2), Level.Low }, new object[] { new CustomerId(1), Level.High }, new object[] { new CustomerId(2), Level.High });

    [Fact]
    public Task A_filter_with_a_list() => Same(Keys, static db => db.Members, 1, 2, 3, 4, 9);

    [Fact]
    public Task What_cannot_be_remembered() => Same(Keys, static db => db.Offers, 1, 2, 3, 9);

    [Fact]
    public Task Rows_with_one_key() => Same(Keys, static db => db.Twins, 3, 1, 2, 4);

    [Fact]
    public Task Keys_without_a_property() => Same(Keys, static db => db.Hiddens, 3, 1, 7);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Keys_without_a_property_are_asked_for_by_one_command_past_the_cache(bool isTracked)
    {
        var (found, commands) = await Keys.CountAsync(async db =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync();
            return await (isTracked ? db.Hiddens : db.Hiddens.AsNoTracking()).FindManyOrCacheAsync([3, 1, 7]);
        });
        Assert.Equal(["hidden 3", "hidden 1"], found.Select(static hidden => hidden.Text));
        Assert.Equal(1, commands);
        Assert.Equal(0, Keys.Cache.Statistics.Entries);
    }

    [Fact]
    public async Task A_table_for_each_type()
    {
        await Same(Keys, static db => db.Shapes, 3, 2, 1, 4);
        await Same(Keys, static db => db.Circles, 1, 2);
    }

    [Fact]
    public async Task A_table_for_each_concrete_type()
    {
        await Same(Keys, static db => db.Animals, 2, 1, 3);
        await Same(Keys, static db => db.Dogs, 2, 1);
    }

    [Fact]
    public Task What_belongs_to_others_of_its_type() => Same(Keys, static db => db.Workers, 4, 2, 1, 3, 9);

    [Fact]
    public async Task Parts_in_the_same_table_in_JSON_and_complex()
    {
        await Same(Keys, static db => db.Profiles, 3, 1, 9);
        await Same(Keys, static db => db.Panels, 3, 1, 9);
    }

    [Fact]
    public async Task Types_that_share_a_class()
    {
        await Same(Keys, static db => db.Colors, 2, 1, 3);
        await Same(Keys, static db => db.Tastes, 2, 1, 3);
    }

    [Fact]
    public async Task All_of_the_registry()
    {
        await Same(Registry, static db => db.People, 3, 1, 99);
        await Same(Registry, static db => db.Customers, new CustomerId(3), new CustomerId(77));
        await Same(Registry, static db => db.Parcels, new Guid(3, 0, 0, new byte[8]), Guid.Empty);
        await Same(Registry, static db => db.Seats, new object[] { 3, 4 }, new object[] { 99, 1 }, new object[] { 1, 2 });
        await Same(Registry, static db => db.Countries, "DE", "de", "BE");
        await Same(Registry, static db => db.Ships, 3, 1, 9, 5);
        await Same(Registry, static db => db.Vehicles, 3, 1, 2, 9);
        await Same(Registry, static db => db.Cars, 3, 1, 2, 9);
        await Same(Registry, static db => db.Secrets, 3, 1, 2, 9);
        await Same(Registry, static db => db.Documents, 3, 1, 4, 5, 9);
    }

    public void Dispose()
    {
        _keys?.Dispose();
        _registry?.Dispose();
        GC.SuppressFinalize(this);
    }

    // Single keys and several, in either order, with waiting and without, tracked and not, in a transaction and out of it.
    private static async Task Same<TContext, TEntity>(
        TestDatabase<TContext> database, Func<TContext, DbSet<TEntity>> set, params object[] keys)
        where TContext : DbContext
        where TEntity : class
    {
        var expected = await Tracked(async db =>
        {
            var found = new List<TEntity?>();
            foreach (var key in keys)
            {
                found.Add(await set(db).FindAsync(key as object[] ?? [key]));
            }

            return found;
        });

        foreach (var manyFirst in new[] { true, false })
        {
            database.Cache.Clear();
            for (var round = 0; round < 2; round++)
            {
                for (var step = 0; step < 2; step++)
                {
                    if (manyFirst == (step == 0))
                    {
                        Equal(expected, await Tracked(async db => await set(db).FindManyOrCacheAsync(keys)), "many");
                        Equal(expected, await Tracked(db => Task.FromResult(set(db).FindManyOrCache(keys.Reverse()).Reverse())), "many sync");
                        await Untracked(async db => await set(db).AsNoTracking().FindManyOrCacheAsync(keys));
                        using var past = RememberScope.Suppress();
                        Equal(expected, await Tracked(async db => await set(db).FindManyOrCacheAsync(keys)), "many past");
                    }
                    else
                    {
                        Equal(expected, await Tracked(db => Each(db, key => set(db).FindOrCacheAsync(key).AsTask())), "one");
                        Equal(expected, await Tracked(db => Each(db, key => Task.FromResult(set(db).FindOrCache(key)))), "one sync");
                        await Untracked(db => Each(db, key => set(db).AsNoTracking().FindOrCacheAsync(key).AsTask()));
                        using var past = RememberScope.Suppress();
                        Equal(expected, await Tracked(db => Each(db, key => set(db).FindOrCacheAsync(key).AsTask())), "one past");
                    }
                }
            }
        }

        static void Equal((string Found, string Tracker) expected, (string Found, string Tracker) actual, string how)
        {
            Assert.Equal($"{how}: {expected.Found}", $"{how}: {actual.Found}");
            Assert.Equal($"{how}: {expected.Tracker}", $"{how}: {actual.Tracker}");
        }

        async Task<IEnumerable<TEntity?>> Each(TContext db, Func<object, Task<TEntity?>> find)
        {
            var found = new List<TEntity?>();
            foreach (var key in keys)
            {
                found.Add(await find(key));
            }

            return found;
        }

        async Task<(string Found, string Tracker)> Tracked<TFound>(Func<TContext, Task<TFound>> find)
            where TFound : IEnumerable<TEntity?>
        {
            await using var db = database.New();
            var found = (await find(db)).Where(static entity => entity is not null).ToList();
            return (
                string.Join(' ', found.Select(entity => db.Entry(entity!).DebugView.ShortView)),
                string.Join('\n', db.ChangeTracker.Entries().Select(static entry => entry.DebugView.LongView).Order(StringComparer.Ordinal)));
        }

        async Task Untracked<TFound>(Func<TContext, Task<TFound>> find)
            where TFound : IEnumerable<TEntity?>
        {
            await using var db = database.New();
            var plain = new List<TEntity>();
            foreach (var key in keys)
            {
                await using var other = database.New();
                if (await set(other).FindAsync(key as object[] ?? [key]) is { } entity)
                {
                    plain.Add(entity);
                }
            }

            var found = (await find(db)).Where(static entity => entity is not null).ToList();
            Assert.Empty(db.ChangeTracker.Entries());
            Assert.Equal(Text(plain), Text(found!));
        }

        static string Text(IEnumerable<TEntity> all)
            => string.Join('\n', all.Select(static entity => JsonSerializer.Serialize(entity, entity.GetType(), Json)));
    }
}
