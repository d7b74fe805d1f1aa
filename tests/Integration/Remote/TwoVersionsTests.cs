using FastOrm.Cache.EfCore;
using FastOrm.Cache.Engine;
using FastOrm.Cache.Tests.Integration.Support;
using FastOrm.Cache.Tests.Unit.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

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

    // The one knows a row by its number, the other by number and shelf.
    [Fact]
    public async Task What_another_version_has_stored_is_dropped_by_the_writes_of_the_node_that_has_taken_it()
    {
        for (var i = 0; i < 2; i++)
        {
            await ByNumberAsync(Keyed(_oldCache, hasWideKey: false));
            await SettleAsync();
            await (i == 0 ? _oldCache.ClearAsync() : default); // By now it has told the tier what it takes the table for.
        }

        Assert.Equal("one", await ByNumberAsync(Keyed(_new.Cache, hasWideKey: true)));
        Assert.Equal(1, _new.Cache.Statistics.RemoteHits);
        Assert.Equal("one", await ByNumberAsync(Keyed(_new.Cache, hasWideKey: true)));
        Assert.Equal(2, _new.Cache.Statistics.Hits);

        await using (var db = Keyed(_new.Cache, hasWideKey: true))
        {
            (await db.Items.SingleAsync(static item => item.Id == 1)).Title = "changed";
            await db.SaveChangesAsync();
        }

        Assert.Equal("changed", await ByNumberAsync(Keyed(_new.Cache, hasWideKey: true)));
        await SettleAsync();
        Assert.Equal("changed", await ByNumberAsync(Keyed(_oldCache, hasWideKey: false)));
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

    private static async Task<string> ByNumberAsync(KeyedContext db)
    {
        await using (db)
        {
            return await db.Items.Where(static item => item.Id == 1).Select(static item => item.Title).Remember(TimeSpan.FromMinutes(5)).SingleAsync();
        }
    }

    private KeyedContext Keyed(ICache cache, bool hasWideKey)
        => new(
            _new.ConfigurePlain().ReplaceService<IModelCacheKeyFactory, KeyedContext.ModelKey>().UseFastOrmCache(cache, Named).Options, hasWideKey);

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

    public sealed class KeyedContext(DbContextOptions options, bool hasWideKey) : DbContext(options)
    {
        public DbSet<KeyedItem> Items => Set<KeyedItem>();

        private bool HasWideKey => hasWideKey;

        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            var items = modelBuilder.Entity<KeyedItem>().ToTable("Items");
            if (hasWideKey)
            {
                items.HasKey(static item => new { item.Id, item.Bin });
            }

            items.Property(static item => item.Id).ValueGeneratedNever();
            items.Property(static item => item.Bin).HasColumnName("Shelf").ValueGeneratedNever();
            items.Property(static item => item.Title).HasColumnName("Name");
        }

        public sealed class ModelKey : IModelCacheKeyFactory
        {
            public object Create(DbContext context, bool designTime) => ((KeyedContext)context).HasWideKey;
        }
    }

    public sealed class OldContext(DbContextOptions options) : DbContext(options)
    {
        public DbSet<OldItem> Items => Set<OldItem>();

        protected override void OnModelCreating(ModelBuilder modelBuilder)
            => modelBuilder.Entity<OldItem>().ToTable("Items").Property(static item => item.Id).ValueGeneratedNever();
    }

    public sealed class KeyedItem
    {
        public int Id { get; set; }

        public int Bin { get; set; }

        public string Title { get; set; } = "";
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
