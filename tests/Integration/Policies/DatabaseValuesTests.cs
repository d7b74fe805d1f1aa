using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;

namespace FastOrm.Cache.Tests.Integration.Policies;

/// <summary>What EF Core asks for so that the database says what is there is never remembered by a policy.</summary>
public sealed class DatabaseValuesTests : IDisposable
{
    private static readonly Dictionary<string, Func<EntityEntry<Item>, Task<string>>> Questions = new(StringComparer.Ordinal)
    {
        ["Reload"] = static entry =>
        {
            entry.Reload();
            return Task.FromResult(entry.Entity.Name);
        },
        ["ReloadAsync"] = static async entry =>
        {
            await entry.ReloadAsync();
            return entry.Entity.Name;
        },
        ["GetDatabaseValues"] = static entry => Task.FromResult(entry.GetDatabaseValues()!.GetValue<string>(nameof(Item.Name))),
        ["GetDatabaseValuesAsync"] = static async entry => (await entry.GetDatabaseValuesAsync())!.GetValue<string>(nameof(Item.Name)),
    };

    private readonly TestDatabase<ItemContext> _database = new(static options => new ItemContext(options), static db =>
    {
        db.Add(new Item { Id = 1, Name = "one", Parts = { Weight = 3 } });
        db.Add(new SpecialItem { Id = 2, Name = "special" });
        db.SaveChanges();
    });

    public static TheoryData<string> Names => [.. Questions.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_values_of_the_database_are_those_of_the_database(string question)
    {
        using var db = _database.New();
        foreach (var id in new[] { 1, 2 })
        {
            var item = await db.Items.SingleAsync(i => i.Id == id);
            Assert.Equal(item.Name, await Questions[question](db.Entry(item)));
            Elsewhere(id, "another", version: 5);

            Assert.Equal("another", await Questions[question](db.Entry(item)));
        }
    }

    [Fact]
    public void An_ordinary_query_is_remembered_all_the_same()
    {
        _database.Count(Name);
        Elsewhere(1, "another", version: 5);

        Assert.Equal(("one", 0), _database.Count(Name));

        static string Name(ItemContext db) => db.Items.Single(i => i.Id == 1).Name;
    }

    [Fact]
    public void A_conflict_is_resolved_by_what_the_database_has()
    {
        using var db = _database.New();
        var item = db.Items.Single(i => i.Id == 1);
        db.Entry(item).GetDatabaseValues();
        Elsewhere(1, "another", version: 5);

        item.Name += " and mine";
        var conflict = Assert.Throws<DbUpdateConcurrencyException>(() => db.SaveChanges());
        var entry = Assert.Single(conflict.Entries);
        entry.OriginalValues.SetValues(entry.GetDatabaseValues()!);
        db.SaveChanges();

        using var plain = _database.NewPlain();
        Assert.Equal("one and mine", plain.Items.Single(i => i.Id == 1).Name);
    }

    [Fact]
    public void After_a_conflict_a_query_asks_the_database()
    {
        using var db = _database.New();
        var item = db.Items.Single(i => i.Id == 1);
        Elsewhere(1, "another", version: 5);
        item.Name = "mine";
        Assert.Throws<DbUpdateConcurrencyException>(() => db.SaveChanges());

        Assert.Equal(("another", 1), _database.Count(static db => db.Items.Single(i => i.Id == 1).Name));
    }

    public void Dispose() => _database.Dispose();

    private void Elsewhere(int id, string name, int version)
    {
        using var plain = _database.NewPlain();
        plain.Items.Where(item => item.Id == id)
            .ExecuteUpdate(set => set.SetProperty(item => item.Name, name).SetProperty(item => item.Version, version));
    }

    public sealed class ItemContext(DbContextOptions options) : DbContext(options)
    {
        public DbSet<Item> Items => Set<Item>();

        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<Item>().IsCacheable(static c => c.AllQueries(Timeout.InfiniteTimeSpan));
            modelBuilder.Entity<Item>().Property(static item => item.Version).IsConcurrencyToken();
            modelBuilder.Entity<Item>().ComplexProperty(static item => item.Parts);
            modelBuilder.Entity<SpecialItem>();
        }
    }

    public class Item
    {
        public int Id { get; set; }

        public string Name { get; set; } = "";

        public int Version { get; set; }

        public Parts Parts { get; set; } = new();
    }

    public sealed class SpecialItem : Item
    {
        public string? Special { get; set; }
    }

    public sealed class Parts
    {
        public int Weight { get; set; }
    }
}
