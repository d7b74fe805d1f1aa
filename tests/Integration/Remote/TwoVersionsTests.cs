using FastOrm.Cache.EfCore;
using FastOrm.Cache.Engine;
using FastOrm.Cache.Tests.Integration.Support;
using FastOrm.Cache.Tests.Unit.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Remote;

/// <summary>Two versions of an application on one database and one tier: each knows the tables in its way, and none serves what the other has changed.</summary>
public sealed class TwoVersionsTests : IDisposable
{
    private readonly InMemoryRemoteStore _store = new(TimeProvider.System);
    private readonly TestDatabase<NewContext> _new;
    private readonly ICache _oldCache;

    public TwoVersionsTests()
    {
        _new = new TestDatabase<NewContext>(
            static options => new NewContext(options), NewContext.Seed, options => options.UseRemoteTier(_ => new InMemoryRemoteTier(_store)), Named);
        _oldCache = FastCache.Create(options => options.UseRemoteTier(_ => new InMemoryRemoteTier(_store)));
    }

    [Fact]
    public async Task A_list_by_a_column_that_is_a_text_to_the_old_version_is_dropped_by_its_writes()
    {
        Assert.Equal(2, await ListAsync());
        Assert.Equal(2, await ListAsync());
        await using (var db = Old())
        {
            (await db.Items.SingleAsync(item => item.Id == 3)).Shelf = "7"; // To the new version it enters the list.
            await db.SaveChangesAsync();
        }

        await SettleAsync();
        Assert.Equal(3, await ListAsync());
    }

    [Fact]
    public async Task Each_version_has_entries_of_its_own_and_is_told_of_the_writes_of_the_other()
    {
        Assert.Equal("one", await NameAsync(_new.New()));
        Assert.Equal("one", await NameAsync(Old()));
        await using (var db = _new.New())
        {
            (await db.Items.SingleAsync(item => item.Id == 1)).Name = "changed";
            await db.SaveChangesAsync();
        }

        await SettleAsync();
        Assert.Equal("changed", await NameAsync(Old()));
        await using (var db = Old())
        {
            (await db.Items.SingleAsync(item => item.Id == 1)).Name = "again";
            await db.SaveChangesAsync();
        }

        await SettleAsync();
        Assert.Equal("again", await NameAsync(_new.New()));
    }

    [Fact]
    public async Task While_all_nodes_are_of_one_version_a_write_leaves_the_rows_that_it_does_not_touch()
    {
        await NameAsync(_new.New());
        await SettleAsync();
        await _new.Cache.ClearAsync();
        await NameAsync(_new.New());
        await SettleAsync();
        await using (var db = _new.New())
        {
            (await db.Items.SingleAsync(item => item.Id == 2)).Name = "changed";
            await db.SaveChangesAsync();
        }

        await SettleAsync();
        Assert.Equal(0, (await _new.CountAsync(NameAsync)).Commands);
    }

    public void Dispose()
    {
        _oldCache.Dispose();
        _new.Dispose();
    }

    private static void Named(FastOrmCacheContextOptions options) => options.DatabaseName = "versions";

    private static async Task<string> NameAsync(NewContext db)
    {
        await using (db)
        {
            return (await db.Items.Where(item => item.Id == 1).Remember(TimeSpan.FromMinutes(5)).SingleAsync()).Name;
        }
    }

    private static async Task<string> NameAsync(OldContext db)
    {
        await using (db)
        {
            return (await db.Items.Where(item => item.Id == 1).Remember(TimeSpan.FromMinutes(5)).SingleAsync()).Name;
        }
    }

    private async Task<int> ListAsync()
    {
        await using var db = _new.New();
        var list = await db.Items.Where(item => item.Shelf == 7).Remember(TimeSpan.FromMinutes(5)).ToListAsync();
        await SettleAsync();
        return list.Count;
    }

    private OldContext Old() => new(_new.ConfigurePlain().UseFastOrmCache(_oldCache, Named).Options);

    private async Task SettleAsync()
    {
        await ((CacheEngine)_new.Cache).Remote!.DrainAsync();
        await ((CacheEngine)_oldCache).Remote!.DrainAsync();
    }

    public sealed class NewContext(DbContextOptions options) : DbContext(options)
    {
        public DbSet<NewItem> Items => Set<NewItem>();

        public static void Seed(NewContext db)
        {
            db.AddRange(
                new NewItem { Id = 1, Name = "one", Shelf = 7 },
                new NewItem { Id = 2, Name = "two", Shelf = 7 },
                new NewItem { Id = 3, Name = "three", Shelf = 8 });
            db.SaveChanges();
        }

        protected override void OnModelCreating(ModelBuilder modelBuilder)
            => modelBuilder.Entity<NewItem>().ToTable("Items").Property(static item => item.Id).ValueGeneratedNever();
    }

    public sealed class OldContext(DbContextOptions options) : DbContext(options)
    {
        public DbSet<OldItem> Items => Set<OldItem>();

        protected override void OnModelCreating(ModelBuilder modelBuilder)
            => modelBuilder.Entity<OldItem>().ToTable("Items").Property(static item => item.Id).ValueGeneratedNever();
    }

    public sealed class NewItem
    {
        public int Id { get; set; }

        public string Name { get; set; } = "";

        public int Shelf { get; set; }
    }

    public sealed class OldItem
    {
        public int Id { get; set; }

        public string Name { get; set; } = "";

        public string Shelf { get; set; } = "";
    }
}
