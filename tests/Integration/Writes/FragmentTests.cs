using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query.SqlExpressions;
using Microsoft.EntityFrameworkCore.Storage;

namespace FastOrm.Cache.Tests.Integration.Writes;

/// <summary>SQL that the application itself writes into the translation of a function.</summary>
public sealed class FragmentTests : IDisposable
{
    private readonly TestDatabase<FragmentContext> _database = new(
        static options => new FragmentContext(options));

    [Fact]
    public void A_table_that_only_such_SQL_reads_is_not_missed()
    {
        Assert.Equal(0, Count());
        using (var db = _database.New())
        {
            db.AddRange(new Item { Id = 1 }, new Other { Id = 1 });
            db.SaveChanges();
        }

        Assert.Equal(1, Count());
        using (var db = _database.New())
        {
            db.Add(new Other { Id = 2 });
            db.SaveChanges();
        }

        Assert.Equal(2, Count());
    }

    public void Dispose() => _database.Dispose();

    private int Count() => _database.Count(static db => db.Items.Remember().Select(static i => FragmentContext.Others(i.Id)).FirstOrDefault()).Result;

    public sealed class FragmentContext(DbContextOptions options) : DbContext(options)
    {
        public DbSet<Item> Items => Set<Item>();

        public static int Others(int id) => throw new NotSupportedException();

        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<Other>();
            modelBuilder.HasDbFunction(static () => Others(default))
                .HasTranslation(static _ => new SqlFunctionExpression(
                    "abs", [new SqlFragmentExpression("""(SELECT COUNT(*) FROM "Other")""")], false, [false], typeof(int), IntTypeMapping.Default));
        }
    }

    public sealed class Item
    {
        public int Id { get; set; }
    }

    public sealed class Other
    {
        public int Id { get; set; }
    }
}
