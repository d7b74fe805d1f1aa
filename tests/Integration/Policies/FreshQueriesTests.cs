#pragma warning disable RS0030 // In a query they are no clocks of ours: they become SQL.
using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Policies;

/// <summary>Queries whose answer is another one each time, whatever is written: no policy remembers them, and <c>Remember</c> does.</summary>
public sealed class FreshQueriesTests : IDisposable
{
    private static readonly Dictionary<string, Func<OfferContext, object>> Queries = new(StringComparer.Ordinal)
    {
        ["DateTime.UtcNow"] = static db => db.Shelves.Count(s => s.Until > DateTime.UtcNow),
        ["DateTime.Now"] = static db => db.Shelves.Count(s => s.Until > DateTime.Now.AddDays(-1)),
        ["DateTime.Today"] = static db => db.Shelves.Count(s => s.Until > DateTime.Today),
        ["chance"] = static db => db.Shelves.OrderBy(s => EF.Functions.Random()).First().Id,
        ["a query filter with a time"] = static db => db.Offers.Count(),
        ["a query filter with a time, behind a navigation"] = static db => db.Shelves.Sum(s => s.Offers.Count),
        ["a new id"] = static db => db.Shelves.Where(s => s.Id == 1).Select(s => new { s.Id, New = Guid.NewGuid() }).Single().Id,
        ["a part that is not to be remembered"] = static db => db.Shelves.Count(s => db.Shelves.DontRemember().Any(o => o.Id > s.Id)),
        ["a part that is not to be remembered, captured"] = static db => OfCaptured(db, db.Shelves.DontRemember()),
        ["one of two that are put together"] = static db => db.Shelves.Concat(db.Shelves.DontRemember()).Count(),
    };

    private readonly TestDatabase<OfferContext> _database = new(
        static options => new OfferContext(options), OfferContext.Seed, context: static o => o.CacheAllQueries(Timeout.InfiniteTimeSpan));

    public static TheoryData<string> Names => [.. Queries.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_query_that_must_be_answered_anew_is_remembered_by_no_policy(string name)
    {
        Assert.Equal(1, _database.Count(Queries[name]).Commands);
        Assert.Equal(1, _database.Count(Queries[name]).Commands);
        Assert.Equal(0, _database.Cache.Statistics.Entries);
    }

    [Fact]
    public void A_time_that_the_application_has_taken_is_a_value_like_any_other()
    {
        var now = new DateTime(2020, 1, 1);
        Assert.Equal((2, 1), _database.Count(db => db.Shelves.Count(s => s.Until > now)));
        Assert.Equal((2, 0), _database.Count(db => db.Shelves.Count(s => s.Until > now)));
    }

    [Fact]
    public void With_Remember_it_is_remembered()
    {
        Assert.Equal((2, 1), _database.Count(static db => db.Shelves.Remember(Proof.Minute).Count(s => s.Until > DateTime.UtcNow)));
        Assert.Equal((2, 0), _database.Count(static db => db.Shelves.Remember(Proof.Minute).Count(s => s.Until > DateTime.UtcNow)));
    }

    [Fact]
    public void A_property_with_the_name_of_a_clock_is_a_property()
    {
        Assert.Equal((0, 1), _database.Count(static db => db.Shelves.Count(s => s.Today > 5)));
        Assert.Equal((0, 0), _database.Count(static db => db.Shelves.Count(s => s.Today > 5)));
    }

    public void Dispose() => _database.Dispose();

    private static int OfCaptured(OfferContext db, IQueryable<Shelf> fresh) => db.Shelves.Count(s => fresh.Any(o => o.Id > s.Id));

    public sealed class OfferContext(DbContextOptions options) : DbContext(options)
    {
        public DbSet<Shelf> Shelves => Set<Shelf>();

        public DbSet<Offer> Offers => Set<Offer>();

        public static void Seed(OfferContext db)
        {
            db.AddRange(new Shelf { Id = 1, Until = DateTime.MaxValue, Offers = [new Offer { Id = 1, Until = DateTime.MaxValue }] });
            db.Add(new Shelf { Id = 2, Until = DateTime.MaxValue });
            db.SaveChanges();
        }

        protected override void OnModelCreating(ModelBuilder modelBuilder)
            => modelBuilder.Entity<Offer>().HasQueryFilter(static offer => offer.Until > DateTime.UtcNow);
    }

    public sealed class Shelf
    {
        public int Id { get; set; }

        public int Today { get; set; }

        public DateTime Until { get; set; }

        public List<Offer> Offers { get; set; } = [];
    }

    public sealed class Offer
    {
        public int Id { get; set; }

        public DateTime Until { get; set; }
    }
}
