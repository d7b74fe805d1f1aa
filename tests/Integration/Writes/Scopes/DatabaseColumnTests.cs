using System.ComponentModel.DataAnnotations.Schema;
using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace FastOrm.Cache.Tests.Integration.Writes.Scopes;

/// <summary>Columns whose values the database gives, or the write does not tell.</summary>
public abstract class DatabaseColumnTests : IDisposable
{
    private readonly TestDatabase<ColumnContext> _database;

    protected DatabaseColumnTests(Provider provider)
        => _database = new TestDatabase<ColumnContext>(static options => new ColumnContext(options), ColumnContext.Seed, provider: provider);

    [Fact]
    public void A_default_of_the_database_is_known_after_the_insert()
    {
        _database.AssertDies(
            db => db.Tasks.Where(t => t.Priority == 7).Remember().ToList().Select(t => t.Id).Sorted(), db => db.Add(new ToDo { Id = 9 }));
        _database.AssertDies(
            db => db.Tasks.Where(t => t.Priority == 7 && t.ListId == 1).Remember().ToList().Select(t => t.Id).Sorted(),
            db => db.Add(new ToDo { Id = 10, ListId = 1 }));
    }

    [Fact]
    public void A_default_of_the_database_is_seen_though_the_type_that_is_inserted_does_not_know_the_column()
        => _database.AssertDies(
            db => db.Rows.Where(r => r.State == 5).Remember().ToList().Select(r => r.Id).Sorted(), db => db.Add(new BareRow { Id = 9 }));

    [Fact]
    public void A_value_that_is_neither_sent_nor_read_back_is_seen()
        => _database.AssertDies(
            db => db.Tasks.Where(t => t.Untold == 3).Remember().ToList().Select(t => t.Id).Sorted(), db => db.Add(new ToDo { Id = 9 }));

    [Fact]
    public void A_computed_column_is_seen_to_change_with_what_it_is_computed_from()
    {
        _database.AssertDies(
            db => db.Tasks.Where(t => t.Doubled == 20).Remember().ToList().Select(t => t.Id).Sorted(), db => db.Tasks.Single(t => t.Id == 1).ListId = 10);
        _database.AssertDies(
            db => db.Tasks.Where(t => t.ListId == 2).Remember().ToList().Select(t => t.Doubled).Sorted(), db => db.Tasks.Single(t => t.Id == 1).ListId = 2);
    }

    [Fact]
    public void A_value_that_is_given_on_every_update_is_seen()
        => _database.AssertDies(
            db => db.Tasks.Where(t => t.Revision == 1).Remember().ToList().Select(t => t.Id).Sorted(),
            db =>
            {
                var task = db.Tasks.Single(t => t.Id == 1);
                task.Name = "new";
                db.Entry(task).Property(t => t.Revision).CurrentValue = 1;
            });

    [Fact]
    public void A_shadow_foreign_key_makes_a_scope()
    {
        static string List(ColumnContext db) => OfOwner(db, 1);

        _database.AssertDies(List, db => db.Entry(db.Tasks.Single(t => t.Id == 2)).Property<int?>("OwnerId").CurrentValue = 1);
        _database.AssertDies(List, db => db.Tasks.Single(t => t.Id == 2).Name = "new");
        _database.AssertDies(List, db => db.Entry(db.Tasks.Single(t => t.Id == 2)).Property<int?>("OwnerId").CurrentValue = 2);
        _database.AssertSurvives(List, db => db.Tasks.Single(t => t.Id == 2).Name = "newer");
        _database.AssertDies(List, db => db.Owners.Single(o => o.Id == 1).Tasks.Add(new ToDo { Id = 9 }));
    }

    [Fact]
    public void A_child_of_a_parent_with_a_new_key_enters_its_list()
        => _database.AssertDies(db => OfOwner(db, 3), db => db.Add(new Owner { Tasks = [new ToDo { Id = 9 }] }));

    [Fact]
    public void A_row_whose_type_is_changed_by_hand_is_seen_in_the_lists_of_both_types()
    {
        _database.AssertDies(
            db => db.Set<SecretFile>().Where(f => f.Drawer == 1).Remember().ToList().Select(f => f.Id).Sorted(),
            db => db.Entry(db.Files.Single(f => f.Id == 1)).Property<string>("Type").CurrentValue = "secret");
        _database.AssertDies(
            db => db.Set<OpenFile>().Where(f => f.Drawer == 1).Remember().ToList().Select(f => f.Id).Sorted(),
            db => db.Entry(db.Files.Single(f => f.Id == 2)).Property<string>("Type").CurrentValue = "open");
    }

    [Fact]
    public void A_part_that_is_added_to_a_row_brings_it_into_lists_by_what_the_row_had_before()
    {
        static string List(ColumnContext db) => db.Set<Sheet>().Where(s => s.Color == 1 && s.Back!.Color == 2).Remember().ToList().Select(s => s.Id).Sorted();
        static string Backs(ColumnContext db) => db.Set<Sheet>().Where(s => s.Back!.Color == 2 && s.Color == 1).Select(s => new { s.Id, s.Color }).Remember().ToList().Sorted();

        foreach (var read in (Func<ColumnContext, string>[])[List, Backs])
        {
            _database.AssertDies(read, db => db.Set<Sheet>().Single(s => s.Id == 1).Back = new Side { Color = 2 });
            _database.AssertDies(read, db => db.Set<Sheet>().Single(s => s.Id == 1).Back = null);
        }

        _database.AssertDies(List, db =>
        {
            db.Remove(db.Set<Sheet>().Single(s => s.Id == 2));
            db.Add(new Sheet { Id = 2, Color = 1, Back = new Side { Color = 2 } });
        });
    }

    [Fact]
    public void A_row_with_a_version_is_seen_where_it_was_and_where_it_comes()
    {
        static string Here(ColumnContext db) => Versions(db, 1);
        static string There(ColumnContext db) => Versions(db, 2);

        _database.AssertDies(Here, Update);
        _database.Save(db => db.Versions.Single(v => v.Id == 1).ListId = 1);
        _database.AssertDies(There, Update);
        _database.AssertSurvives(There, db => db.Versions.Single(v => v.Id == 3).Name = "new");

        void Update(ColumnContext db)
        {
            using var reader = _database.New();
            var version = reader.Versions.AsNoTracking().Single(v => v.Id == 1);
            version.ListId = 2;
            db.Update(version);
        }
    }

    [Fact]
    public void A_row_with_an_outdated_version_is_not_written_and_nothing_is_stale()
    {
        static string Here(ColumnContext db) => Versions(db, 1);

        var before = _database.Warm(Here);
        using (var db = _database.New())
        {
            var row = db.Versions.Single(v => v.Id == 1);
            _database.Save(other =>
            {
                var newer = other.Versions.Single(v => v.Id == 1);
                newer.Name = "new";
                newer.Version++;
            });
            row.ListId = 2;
            Assert.Throws<DbUpdateConcurrencyException>(() => db.SaveChanges());
        }

        _database.AssertFresh(Here, before);
    }

    public void Dispose() => _database.Dispose();

    private static string OfOwner(ColumnContext db, int owner)
        => db.Tasks.Where(t => EF.Property<int?>(t, "OwnerId") == owner).Remember().ToList().Select(t => $"{t.Id} {t.Name}").Sorted();

    private static string Versions(ColumnContext db, int list)
        => db.Versions.Where(v => v.ListId == list).Remember().ToList().Select(v => $"{v.Id} {v.Name}").Sorted();
}

public sealed class SqliteDatabaseColumnTests() : DatabaseColumnTests(Provider.Sqlite);

public sealed class PostgresDatabaseColumnTests() : DatabaseColumnTests(Provider.PostgreSql);

public class ColumnContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<ToDo> Tasks => Set<ToDo>();

    public DbSet<Owner> Owners => Set<Owner>();

    public DbSet<StateRow> Rows => Set<StateRow>();

    public DbSet<CabinetFile> Files => Set<CabinetFile>();

    public DbSet<Versioned> Versions => Set<Versioned>();

    public static void Seed(ColumnContext db)
    {
        var tasks = Enumerable.Range(1, 4).Select(i => new ToDo { Id = i, Name = $"task {i}", ListId = i % 2 + 1, Priority = 1 }).ToList();
        db.AddRange(tasks);
        db.AddRange(new Owner { Id = 1, Tasks = [tasks[0]] }, new Owner { Id = 2, Tasks = [tasks[1]] });
        db.Add(new BareRow { Id = 1, State = new StateRow { State = 5 } });
        db.AddRange(new Sheet { Id = 1, Color = 1 }, new Sheet { Id = 2, Color = 3, Back = new Side { Color = 2 } });
        db.AddRange(new OpenFile { Id = 1, Drawer = 1 }, new SecretFile { Id = 2, Drawer = 1 });
        db.AddRange(Enumerable.Range(1, 3).Select(i => new Versioned { Id = i, ListId = i == 3 ? 3 : 1, Name = $"row {i}" }));
        db.SaveChanges();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<ToDo>(task =>
        {
            task.HasOne<Owner>().WithMany(o => o.Tasks).HasForeignKey("OwnerId");
            task.Property(t => t.Id).ValueGeneratedNever();
            task.Property(t => t.Priority).HasDefaultValue(7);
            task.Property(t => t.Doubled).HasComputedColumnSql("\"ListId\" * 2", stored: true);
            task.Property(t => t.Revision).ValueGeneratedOnUpdateSometimes();
            var untold = task.Property(t => t.Untold).HasDefaultValue(3).ValueGeneratedNever().Metadata;
            untold.SetBeforeSaveBehavior(PropertySaveBehavior.Ignore);
        });
        modelBuilder.Entity<BareRow>().ToTable("Rows").Property(r => r.Id).ValueGeneratedNever();
        modelBuilder.Entity<StateRow>(row =>
        {
            row.ToTable("Rows").Property(r => r.State).HasDefaultValue(5);
            row.HasOne<BareRow>().WithOne(r => r.State).HasForeignKey<StateRow>(r => r.Id);
        });
        modelBuilder.Entity<BareRow>().Navigation(r => r.State).IsRequired();
        modelBuilder.Entity<Sheet>(sheet =>
        {
            sheet.Property(s => s.Id).ValueGeneratedNever();
            sheet.OwnsOne(s => s.Back);
        });
        modelBuilder.Entity<CabinetFile>(file =>
        {
            file.Property(f => f.Id).ValueGeneratedNever();
            file.HasDiscriminator<string>("Type").HasValue<OpenFile>("open").HasValue<SecretFile>("secret");
            file.Property<string>("Type").Metadata.SetAfterSaveBehavior(PropertySaveBehavior.Save);
        });
        var version = modelBuilder.Entity<Versioned>().Property(v => v.Version);
        if (Database.IsNpgsql())
        {
            version.IsRowVersion();
        }
        else
        {
            version.IsConcurrencyToken();
        }
    }
}

public class ToDo
{
    public int Id { get; set; }

    public string Name { get; set; } = "";

    public int ListId { get; set; }

    public int Priority { get; set; }

    [DatabaseGenerated(DatabaseGeneratedOption.Computed)]
    public int Doubled { get; set; }

    public int Revision { get; set; }

    public int Untold { get; set; }
}

public class Owner
{
    public int Id { get; set; }

    public List<ToDo> Tasks { get; set; } = [];
}

public class BareRow
{
    public int Id { get; set; }

    public StateRow? State { get; set; }
}

public class StateRow
{
    public int Id { get; set; }

    public int State { get; set; }
}

public class Sheet
{
    public int Id { get; set; }

    public int Color { get; set; }

    public Side? Back { get; set; }
}

public class Side
{
    public int Color { get; set; }
}

public abstract class CabinetFile
{
    public int Id { get; set; }

    public int Drawer { get; set; }
}

public class OpenFile : CabinetFile;

public class SecretFile : CabinetFile;

public class Versioned
{
    public int Id { get; set; }

    public int ListId { get; set; }

    public string Name { get; set; } = "";

    public uint Version { get; set; }
}
