using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace FastOrm.Cache.Tests.Integration.Entities;

/// <summary>Entities that derive from <see cref="CacheableEntity{TSelf}"/>, in a database of their own.</summary>
internal sealed class Members(Provider provider = Provider.Sqlite, TimeProvider? time = null)
    : TestDatabase<MembersContext>(
        static options => new MembersContext(options),
        MembersContext.Seed,
        cache => cache.TimeProvider = time ?? TimeProvider.System,
        provider: provider)
{
    /// <summary>The commands that something sends in a context of its own.</summary>
    public async Task<int> CommandsOfAsync<T>(Func<MembersContext, Task<T>> run) => (await CountAsync(run)).Commands;

    /// <summary>Runs something for its effect, in a context that may not touch the database.</summary>
    public async Task WithoutDatabaseAsync(Func<MembersContext, Task> run)
    {
        await using var db = NewForbidden();
        await run(db);
    }

    /// <summary>The services of an application that has this database.</summary>
    public IServiceCollection AddTo(IServiceCollection services)
        => services.AddPooledDbContextFactory<MembersContext>(options => options
            .AllowManySetups()
            .UseSqlite(ConnectionString)
            .AddInterceptors(Sql)
            .UseFastOrmCache(Cache));
}

internal sealed class MembersContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<User> Users => Set<User>();

    public static void Seed(MembersContext db)
    {
        db.AddRange(Enumerable.Range(1, 20).Select(static i => new User
        {
            Id = i, Name = $"user {i}", Email = $"u{i}@example.com", Status = i % 2 == 0 ? "active" : "away",
        }));
        db.AddRange(new Animal { Id = 1, Name = "cat" }, new Dog { Id = 2, Name = "dog", Chip = "c2" }, new Dog { Id = 3, Name = "pup", Chip = "c3" });
        db.AddRange(Enumerable.Range(1, 9).Select(static i => new Chair { Row = 1, Place = i, Guest = $"guest {i}" }));
        db.SaveChanges();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<User>().HasIndex(static user => user.Email).IsUnique();
        modelBuilder.Entity<Animal>().Property(static animal => animal.Id).ValueGeneratedNever();
        modelBuilder.Entity<Dog>().HasIndex(static dog => dog.Chip).IsUnique();
        modelBuilder.Entity<Chair>().HasKey(static chair => new { chair.Row, chair.Place });
    }
}

// code: model
[Cacheable(TtlSeconds = 600, Tags = ["users"])]
public sealed class User : CacheableEntity<User>
{
    public int Id { get; set; }

    public required string Name { get; set; }

    public required string Email { get; set; }

    public required string Status { get; set; }
}

// end
internal class Animal : CacheableEntity<Animal>
{
    public int Id { get; set; }

    public required string Name { get; set; }
}

internal sealed class Dog : Animal
{
    public required string Chip { get; set; }
}

internal sealed class Chair : CacheableEntity<Chair>
{
    public int Row { get; set; }

    public int Place { get; set; }

    public required string Guest { get; set; }
}
