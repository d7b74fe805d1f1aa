using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace FastOrm.Cache.Tests.Integration.Writes;

/// <summary>Which contexts see the writes of which others: those of the same database, whatever their type and however they are made.</summary>
public sealed class DatabaseTests : IDisposable
{
    private readonly TestShop _shop = new();

    [Fact]
    public void Two_databases_with_one_model_and_one_cache_do_not_invalidate_each_other()
    {
        using var other = new TestShop();
        var options = other.Configure().UseFastOrmCache(_shop.Cache).Options;
        string Other() => Names(new ShopContext(options));

        var before = _shop.Warm(Names);
        Other();
        using (var db = new ShopContext(options))
        {
            db.Tags.Single(t => t.Id == 1).Name = "other";
            db.SaveChanges();
        }

        _shop.AssertHit(Names, before);
        Assert.Equal("other; tag 2; tag 3", Other());
        _shop.AssertDies(Names, db => db.Tags.Single(t => t.Id == 1).Name = "new");
        var commands = other.Sql.Count;
        Assert.Equal("other; tag 2; tag 3", Other());
        Assert.Equal(commands, other.Sql.Count);
    }

    [Fact]
    public void Contexts_of_different_types_on_one_database_invalidate_each_other()
    {
        var options = TestOptions.New().UseSqlite(_shop.ConnectionString).AddInterceptors(_shop.Sql).UseFastOrmCache(_shop.Cache).Options;
        static string Labels(LabelContext db) => db.Labels.OrderBy(l => l.Id).Select(l => l.Name).Remember().ToList().Text();

        using var labels = new LabelContext(options);
        Assert.Equal("tag 1; tag 2; tag 3", Labels(labels));
        _shop.AssertDiesWith(Names, _ =>
        {
            labels.Labels.Single(l => l.Id == 1).Name = "new";
            labels.SaveChanges();
        });
        Assert.Equal("new; tag 2; tag 3", Labels(labels));
        using (var db = _shop.New())
        {
            db.Tags.Single(t => t.Id == 1).Name = "newer";
            db.SaveChanges();
        }

        Assert.Equal("newer; tag 2; tag 3", Labels(labels));
    }

    [Theory]
    [InlineData(";Pooling=False")]
    [InlineData(";Default Timeout=7")]
    [InlineData(";Mode=ReadWrite")]
    public void Another_way_to_connect_is_the_same_database(string more)
    {
        var before = _shop.Warm(Names);
        var options = TestOptions.New().UseSqlite(_shop.ConnectionString + more).UseFastOrmCache(_shop.Cache).Options;
        using (var db = new ShopContext(options))
        {
            db.Tags.Single(t => t.Id == 1).Name = "new";
            db.SaveChanges();
        }

        _shop.AssertFresh(Names, before);
    }

    [Fact]
    public void Databases_of_one_given_name_are_one_database()
    {
        using var replica = new TestShop();
        DbContextOptions Named(TestShop shop)
            => TestOptions.New().UseSqlite(shop.ConnectionString).AddInterceptors(shop.Sql)
                .UseFastOrmCache(_shop.Cache, o => o.DatabaseName = "shop").Options;

        using var reader = new ShopContext(Named(replica));
        Names(reader);
        using (var writer = new ShopContext(Named(_shop)))
        {
            writer.Tags.Single(t => t.Id == 1).Name = "new";
            writer.SaveChanges();
        }

        var before = replica.Sql.Count;
        Names(reader);
        Assert.Equal(1, replica.Sql.Count - before);
    }

    [Fact]
    public void Private_databases_in_memory_know_nothing_of_each_other()
    {
        ShopContext Open()
        {
            var options = TestOptions.New().UseSqlite("Data Source=:memory:").UseFastOrmCache(_shop.Cache).Options;
            var db = new ShopContext(options);
            db.Database.OpenConnection();
            db.Database.EnsureCreated();
            return db;
        }

        using var first = Open();
        using var second = Open();
        first.Add(new Tag { Id = 1, Name = "first" });
        first.SaveChanges();

        Assert.Equal("first", Names(first));
        Assert.Equal("", Names(second));
        first.Add(new Tag { Id = 2, Name = "again" });
        first.SaveChanges();
        Assert.Equal("first; again", Names(first));
        second.Add(new Tag { Id = 1, Name = "second" });
        second.SaveChanges();
        Assert.Equal("second", Names(second));
        Assert.Equal("first; again", Names(first));
    }

    [Fact]
    public void A_context_that_moves_to_another_database_invalidates_there()
    {
        using var other = new TestShop();
        var before = _shop.Warm(Names);
        using var db = new ShopContext(_shop.Configure().Options);
        db.Tags.Single(t => t.Id == 1).Name = "first";
        db.SaveChanges();
        _shop.AssertFresh(Names, before);
        before = _shop.Warm(Names);

        db.Database.SetConnectionString(other.ConnectionString);
        Assert.Equal("tag 1; tag 2; tag 3", Names(db));
        db.Tags.Single(t => t.Id == 1).Name = "second";
        db.Entry(db.Tags.Local.First(t => t.Id == 1)).State = EntityState.Modified;
        db.SaveChanges();

        Assert.Equal("second; tag 2; tag 3", Names(db));
        _shop.AssertHit(Names, before);
    }

    [Fact]
    public async Task Pooled_contexts_invalidate_in_each_of_their_lives()
    {
        var factory = new PooledDbContextFactory<ShopContext>(
            TestOptions.New<ShopContext>().UseSqlite(_shop.ConnectionString).UseFastOrmCache(_shop.Cache).Options, poolSize: 1);
        for (var life = 0; life < 3; life++)
        {
            var before = _shop.Warm(Names);
            await using (var db = await factory.CreateDbContextAsync())
            {
                db.Tags.Single(t => t.Id == 1).Name = $"life {life}";
                await db.SaveChangesAsync();
            }

            _shop.AssertFresh(Names, before);
        }
    }

    [Fact]
    public void A_transaction_that_a_pooled_context_left_open_does_not_live_on_in_its_next_life()
    {
        var factory = new PooledDbContextFactory<ShopContext>(
            TestOptions.New<ShopContext>().UseSqlite(_shop.ConnectionString).AddInterceptors(_shop.Sql).UseFastOrmCache(_shop.Cache).Options,
            poolSize: 1);
        var before = _shop.Warm(Names);
        using (var db = factory.CreateDbContext())
        {
            db.Database.BeginTransaction();
            db.Tags.Single(t => t.Id == 1).Name = "lost";
            db.SaveChanges();
        }

        using var next = factory.CreateDbContext();
        var commands = _shop.Sql.Count;
        Assert.Equal(before, Names(next));
        Assert.Equal(commands, _shop.Sql.Count);
        next.Tags.Single(t => t.Id == 2).Name = "kept";
        next.SaveChanges();

        _shop.AssertFresh(Names, before);
    }

    public void Dispose() => _shop.Dispose();

    private static string Names(ShopContext db) => db.Tags.OrderBy(t => t.Id).Select(t => t.Name).Remember().ToList().Text();

    /// <summary>The tags of the shop under other names.</summary>
    private sealed class LabelContext(DbContextOptions options) : DbContext(options)
    {
        public DbSet<Label> Labels => Set<Label>();

        protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<Label>().ToTable("TAGS");
    }

    private sealed class Label
    {
        public int Id { get; set; }

        public string Name { get; set; } = "";
    }
}
