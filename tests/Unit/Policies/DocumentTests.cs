using FastOrm.Cache.EfCore;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Unit.Policies;

/// <summary>The code of docs/policies.md.</summary>
public sealed class DocumentTests
{
    [Fact]
    public void The_document_shows_code_that_runs()
    {
        using var cache = FastCache.Create();
        var options = new DbContextOptionsBuilder().UseSqlite("Data Source=:memory:");

        // code: context
        options.UseFastOrmCache(cache, o => o.CacheAllQueries(TimeSpan.FromMinutes(5), rules => rules
            .Exclude<Session>()
            .ExcludeTables("audit_log")
            .When(static query => !query.Tags.Contains("fresh"))));
        // end
        using var db = new Context(options.Options);

        Assert.NotNull(db.Model);
    }

    private sealed class Context(DbContextOptions options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            // code: model
            modelBuilder.Entity<User>().IsCacheable(c => c
                .Ttl(TimeSpan.FromMinutes(10))          // of a row that is read by its key
                .EmptyTtl(TimeSpan.FromSeconds(5))      // of the fact that there is none
                .StaleFor(TimeSpan.FromMinutes(1))      // after its time, while one caller loads it anew
                .Tags("users")
                .AllQueries(TimeSpan.FromMinutes(2)));  // of every query that reads only cacheable types
            modelBuilder.Entity<Country>().IsCacheable();
            modelBuilder.Entity<Session>().IsCacheable(false);
            // end
        }
    }

    // code: attribute
    [Cacheable(TtlSeconds = 600, Tags = ["users"])]
    public class User
    {
        public int Id { get; set; }

        public string Name { get; set; } = "";
    }
    // end

    public sealed class Country
    {
        public int Id { get; set; }
    }

    public sealed class Session
    {
        public int Id { get; set; }
    }
}
