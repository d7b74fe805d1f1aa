using FastOrm.Cache.EfCore;
using FastOrm.Cache.EfCore.Plans;
using FastOrm.Cache.EfCore.Policies;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Unit.Policies;

/// <summary>The options of a query that reads types with policies of their own.</summary>
public sealed class QueryPolicyTests
{
    [Fact]
    public void Each_time_is_the_shortest_that_a_type_says()
    {
        using var db = new Context();
        var options = Find(db, db.Set<Fruit>().Select(static f => f.Id).Concat(db.Set<Basket>().Select(static b => b.Id)))!;

        Assert.Equal(TimeSpan.FromMinutes(2), options.Ttl);
        Assert.Equal(TimeSpan.FromSeconds(4), options.EmptyTtl);
        Assert.Equal(TimeSpan.Zero, options.StaleFor);
        Assert.Equal(["a", "b", "c"], options.Tags.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void An_infinite_time_is_longer_than_any()
    {
        using var db = new Context();

        Assert.Equal(Timeout.InfiniteTimeSpan, Find(db, db.Set<Basket>())!.Ttl);
        Assert.Equal(TimeSpan.FromSeconds(4), Find(db, db.Set<Basket>())!.EmptyTtl);
        Assert.Equal(TimeSpan.FromMinutes(2), Find(db, db.Set<Fruit>())!.Ttl);
        Assert.Equal(Timeout.InfiniteTimeSpan, Find(db, db.Set<Fruit>())!.EmptyTtl);
    }

    [Fact]
    public void What_no_type_says_is_the_caches()
    {
        using var db = new Context();
        var options = Find(db, db.Set<Crate>())!;

        Assert.Equal(TimeSpan.FromMinutes(7), options.Ttl);
        Assert.Null(options.EmptyTtl);
        Assert.Null(options.StaleFor);
        Assert.Empty(options.Tags);
    }

    private static RememberOptions? Find(Context db, IQueryable query)
        => QueryPolicy.Of(db.Model, null)!.Find(QueryReads.Of(query.Expression), new QueryFacts(), out _);

    private sealed class Context : DbContext
    {
        protected override void OnConfiguring(DbContextOptionsBuilder optionsBuilder) => optionsBuilder.UseSqlite("Data Source=:memory:");

        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<Fruit>().IsCacheable(static c => c
                .Ttl(TimeSpan.FromSeconds(1)).AllQueries(TimeSpan.FromMinutes(2)).EmptyTtl(Timeout.InfiniteTimeSpan)
                .StaleFor(TimeSpan.FromSeconds(9)).Tags("a", "b"));
            modelBuilder.Entity<Basket>().IsCacheable(static c => c
                .AllQueries(Timeout.InfiniteTimeSpan).EmptyTtl(TimeSpan.FromSeconds(4)).StaleFor(TimeSpan.Zero).Tags("b", "c"));
            modelBuilder.Entity<Crate>().IsCacheable(static c => c.AllQueries(TimeSpan.FromMinutes(7)));
        }
    }

    private sealed class Fruit
    {
        public int Id { get; set; }
    }

    private sealed class Basket
    {
        public int Id { get; set; }
    }

    private sealed class Crate
    {
        public int Id { get; set; }
    }
}
