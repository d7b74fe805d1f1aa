using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Writes;

/// <summary>An entity that came from the cache is tracked, changed, saved and deleted like any other.</summary>
public sealed class RememberedEntityTests : IDisposable
{
    private readonly TestDatabase<AccountContext> _database = new(static options => new AccountContext(options), static db =>
    {
        db.Add(new Account { Id = 1, Owner = "Ada", Balance = 100, Version = 1 });
        db.Add(new Account { Id = 2, Owner = "Bob", Balance = 50, Version = 1 });
        db.SaveChanges();
    });

    public RememberedEntityTests() => _database.Warm(All);

    [Fact]
    public void A_change_of_a_remembered_entity_updates_just_what_changed_and_is_read_again()
    {
        using (var db = _database.New())
        {
            Load(db).Balance = 75;
            _database.Sql.Texts.Clear();
            Assert.Equal(1, db.SaveChanges());
        }

        var update = Assert.Single(_database.Sql.Texts);
        Assert.Contains("SET \"Balance\" = ", update, StringComparison.Ordinal);
        Assert.DoesNotContain("\"Owner\"", update, StringComparison.Ordinal);
        _database.AssertFresh(All, "Ada 100 v1; Bob 50 v1");
    }

    [Fact]
    public void A_remembered_entity_that_is_not_changed_is_not_written()
    {
        using var db = _database.New();
        Load(db).Balance = 100;

        Assert.Equal(0, db.SaveChanges());
        _database.AssertHit(All, "Ada 100 v1; Bob 50 v1");
    }

    [Fact]
    public void A_remembered_entity_is_deleted()
    {
        using (var db = _database.New())
        {
            db.Remove(Load(db));
            db.SaveChanges();
        }

        _database.AssertFresh(All, "Ada 100 v1; Bob 50 v1");
    }

    [Fact]
    public void A_remembered_entity_without_tracking_can_be_attached_and_saved()
    {
        using (var db = _database.New())
        {
            var account = db.Accounts.AsNoTracking().Where(a => a.Id == 1).Remember().Single();
            account.Balance = 10;
            db.Update(account);
            db.SaveChanges();
        }

        _database.AssertFresh(All, "Ada 100 v1; Bob 50 v1");
    }

    [Fact]
    public void A_change_that_was_not_saved_is_nobody_elses()
    {
        using (var db = _database.New())
        {
            Load(db).Balance = 1;
        }

        _database.AssertHit(All, "Ada 100 v1; Bob 50 v1");
    }

    [Fact]
    public async Task A_remembered_row_with_a_stale_token_ends_in_a_concurrency_exception_and_is_read_anew_for_the_next_try()
    {
        Assert.Equal(100, _database.Count(Load).Result.Balance);
        await using (var past = _database.NewPlain())
        {
            // A write that the library does not see: the remembered row is stale from here on.
            var account = past.Accounts.Single(a => a.Id == 1);
            (account.Balance, account.Version) = (80, 2);
            await past.SaveChangesAsync();
        }

        await using (var db = _database.New())
        {
            var stale = Load(db);
            Assert.Equal(100, stale.Balance);
            (stale.Balance, stale.Version) = (90, 2);
            await Assert.ThrowsAsync<DbUpdateConcurrencyException>(() => db.SaveChangesAsync());
        }

        await using (var db = _database.New())
        {
            var again = Load(db);
            Assert.Equal((80, 2), (again.Balance, again.Version));
            (again.Balance, again.Version) = (70, 3);
            await db.SaveChangesAsync();
        }

        Assert.Equal("Ada 70 v3; Bob 50 v1", _database.Count(All).Result);
    }

    [Fact]
    public async Task The_values_of_the_database_are_not_taken_from_the_cache()
    {
        await using var db = _database.New();
        var account = Load(db);
        await using (var past = _database.NewPlain())
        {
            past.Accounts.Single(a => a.Id == 1).Balance = 80;
            await past.SaveChangesAsync();
        }

        Assert.Equal(80, (await db.Entry(account).GetDatabaseValuesAsync())!.GetValue<int>(nameof(Account.Balance)));
        await db.Entry(account).ReloadAsync();
        Assert.Equal(80, account.Balance);
    }

    public void Dispose() => _database.Dispose();

    private static Account Load(AccountContext db) => db.Accounts.Where(a => a.Id == 1).Remember().Single();

    private static string All(AccountContext db)
        => db.Accounts.OrderBy(a => a.Id).Remember().ToList().Select(a => $"{a.Owner} {a.Balance} v{a.Version}").Text();
}

public class AccountContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<Account> Accounts => Set<Account>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
        => modelBuilder.Entity<Account>().Property(a => a.Version).IsConcurrencyToken();
}

public class Account
{
    public int Id { get; set; }

    public string Owner { get; set; } = "";

    public int Balance { get; set; }

    public int Version { get; set; }
}
