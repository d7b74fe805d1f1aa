using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Writes.Scopes;

/// <summary>A column that two models take for different things, or that only one of them knows.</summary>
public sealed class ColumnOfTwoModelsTests : IDisposable
{
    private readonly TestDatabase<RichContext> _database = new(static options => new RichContext(options), static db =>
    {
        // As a migration adds a required column: its default is in the database, and in no model.
        db.Database.ExecuteSqlRaw("ALTER TABLE Boxes DROP COLUMN Room");
        db.Database.ExecuteSqlRaw("ALTER TABLE Boxes ADD COLUMN Room INTEGER NOT NULL DEFAULT 5");
        db.AddRange(new Box { Id = 1, Room = 5 }, new Box { Id = 2, Room = 6 });
        db.SaveChanges();
    });

    [Fact]
    public void A_column_that_the_other_does_not_know_gets_the_default_that_only_the_database_knows()
        => Dies(db => db.Boxes.Where(b => b.Room == 5), db => db.Add(new PoorBox { Id = 3 }));

    [Fact]
    public void A_number_that_the_other_writes_may_be_a_flag()
        => Dies(db => db.Boxes.Where(b => b.IsOpen), db => db.Boxes.Single(b => b.Id == 2).IsOpen = 2);

    [Fact]
    public void A_negative_number_that_the_other_writes_may_be_a_large_one()
        => Dies(db => db.Boxes.Where(b => b.Size == ulong.MaxValue), db => db.Boxes.Single(b => b.Id == 2).Size = -1);

    [Fact]
    public void A_large_number_may_be_a_negative_one_to_the_other()
    {
        Assert.Equal("", Negative());
        _database.Save(db => db.Boxes.Single(b => b.Id == 2).Size = ulong.MaxValue);
        Assert.Equal("2", Negative());

        string Negative()
        {
            using var db = new PoorContext(_database.Options);
            return db.Boxes.Where(b => b.Size == -1).Remember().ToList().Select(b => b.Id).Sorted();
        }
    }

    public void Dispose() => _database.Dispose();

    private void Dies(Func<RichContext, IQueryable<Box>> query, Action<PoorContext> change)
        => _database.AssertDiesWith(db => query(db).Remember().ToList().Select(b => b.Id).Sorted(), _ =>
        {
            using var db = new PoorContext(_database.Options);
            change(db);
            db.SaveChanges();
        });
}

public class RichContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<Box> Boxes => Set<Box>();
}

public class Box
{
    public int Id { get; set; }

    public int Room { get; set; }

    public bool IsOpen { get; set; }

    public ulong Size { get; set; }
}

/// <summary>Knows no rooms, and takes all else for signed numbers.</summary>
public class PoorContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<PoorBox> Boxes => Set<PoorBox>();
}

public class PoorBox
{
    public int Id { get; set; }

    public int IsOpen { get; set; }

    public long Size { get; set; }
}
