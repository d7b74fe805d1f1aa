using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace FastOrm.Cache.Tests.Integration.Keys;

/// <summary>One type of context may have several models. Their queries may look alike; the SQL and the columns' types decide.</summary>
public sealed class TwoModelsTests : IDisposable
{
    private readonly TestDatabase<ModelContext> _database = new(static options => new ModelContext(options), static db =>
    {
        db.Database.ExecuteSqlRaw("INSERT INTO Items (Id, Name, Stock, Reserved) VALUES (1, 'one', 5, 9), (2, 'two', 6, 9)");
    });

    [Fact]
    public void The_same_column_as_another_type()
    {
        for (var run = 0; run < 2; run++)
        {
            Assert.Equal(5L, Read(Variant.Plain, static db => db.Items.Where(i => i.Id == 1)).Stock);
            Assert.Equal(105L, Read(Variant.Shifted, static db => db.Items.Where(i => i.Id == 1)).Stock);
            Assert.Equal(5L, Read(Variant.Text, static db => db.Items.Where(i => i.Id == 1)).Stock);
        }
    }

    [Fact]
    public void Other_columns_for_the_same_properties()
    {
        for (var run = 0; run < 2; run++)
        {
            Assert.Equal(5, Read(Variant.Plain, static db => db.Items.Where(i => i.Id == 1)).Stock);
            Assert.Equal(9, Read(Variant.Swapped, static db => db.Items.Where(i => i.Id == 1)).Stock);
        }
    }

    [Fact]
    public void Captured_values_that_one_model_converts()
    {
        var stock = 105L;
        for (var run = 0; run < 2; run++)
        {
            using var plain = New(Variant.Plain);
            using var shifted = New(Variant.Shifted);

            Assert.Empty(plain.Items.Where(i => i.Stock == stock).Remember().ToList());
            Assert.Equal(1, shifted.Items.Where(i => i.Stock == stock).Remember().ToList().Single().Id);
        }
    }

    [Fact]
    public void Raw_SQL_whose_columns_are_of_other_types()
    {
        for (var run = 0; run < 2; run++)
        {
            Assert.Equal(5L, Read(Variant.Plain, static db => db.Items.FromSqlRaw("SELECT * FROM Items WHERE Id = 1")).Stock);
            Assert.Equal(5L, Read(Variant.Text, static db => db.Items.FromSqlRaw("SELECT * FROM Items WHERE Id = 1")).Stock);
        }
    }

    [Fact]
    public void Raw_SQL_of_which_one_model_reads_fewer_columns()
    {
        for (var run = 0; run < 2; run++)
        {
            Assert.Equal("", Read(Variant.WithoutName, static db => db.Items.FromSqlRaw("SELECT * FROM Items WHERE Id = 2")).Name);
            Assert.Equal("two", Read(Variant.Plain, static db => db.Items.FromSqlRaw("SELECT * FROM Items WHERE Id = 2")).Name);
        }
    }

    [Fact]
    public void Two_models_do_not_displace_each_others_rows()
    {
        foreach (var commands in new[] { 1, 0 })
        {
            foreach (var variant in Enum.GetValues<Variant>())
            {
                var before = _database.Sql.Count;
                Assert.Equal(1, Read(variant, static db => db.Items.Where(i => i.Id == 1)).Id);
                Assert.Equal(commands, _database.Sql.Count - before);
            }
        }
    }

    public void Dispose() => _database.Dispose();

    private Item Read(Variant variant, Func<ModelContext, IQueryable<Item>> query)
    {
        using var db = New(variant);
        return query(db).Remember().ToList().Single();
    }

    private ModelContext New(Variant variant) => new(_database.Options) { Variant = variant };

    private enum Variant
    {
        Plain,
        Shifted,
        Text,
        Swapped,
        WithoutName,
    }

    private sealed class Item
    {
        public int Id { get; set; }

        public string Name { get; set; } = "";

        public long Stock { get; set; }

        public long Reserved { get; set; }
    }

    private sealed class ModelContext(DbContextOptions options) : DbContext(options)
    {
        public Variant Variant { get; init; }

        public DbSet<Item> Items => Set<Item>();

        protected override void OnConfiguring(DbContextOptionsBuilder optionsBuilder)
            => optionsBuilder.ReplaceService<IModelCacheKeyFactory, ModelKey>();

        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            var item = modelBuilder.Entity<Item>();
            switch (Variant)
            {
                case Variant.Shifted:
                    item.Property(i => i.Stock).HasConversion(static value => value - 100, static value => value + 100);
                    break;
                case Variant.Text:
                    item.Property(i => i.Stock).HasConversion<string>();
                    break;
                case Variant.Swapped:
                    item.Property(i => i.Stock).HasColumnName("Reserved");
                    item.Property(i => i.Reserved).HasColumnName("Stock");
                    break;
                case Variant.WithoutName:
                    item.Ignore(i => i.Name);
                    break;
            }
        }
    }

    private sealed class ModelKey : IModelCacheKeyFactory
    {
        public object Create(DbContext context, bool designTime) => (context.GetType(), ((ModelContext)context).Variant, designTime);
    }
}
