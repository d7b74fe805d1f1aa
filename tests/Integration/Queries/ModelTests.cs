using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Queries;

/// <summary>Types of columns and of entities: a hit gives what EF Core gives.</summary>
public sealed class ModelTests : IDisposable
{
    private readonly TestDatabase<ZooContext> _zoo = new(static options => new ZooContext(options), ZooContext.Seed);

    private static readonly Dictionary<string, Func<ZooContext, bool, object>> Queries = new(StringComparer.Ordinal)
    {
        ["every type of column"] = (db, on) => Mark(db.Set<Everything>().OrderBy(e => e.Id), on).ToList(),
        ["every type of column, untracked"] = (db, on) => Mark(db.Set<Everything>().AsNoTracking().OrderBy(e => e.Id), on).ToList(),
        ["every type of column, projected"] = (db, on) => Mark(
            db.Set<Everything>().OrderBy(e => e.Id).Select(e => new
            {
                e.Bool, e.Byte, e.SByte, e.Short, e.UShort, e.UInt, e.Long, e.ULong, e.Char, e.Float, e.Double, e.Decimal, e.Guid,
                e.Day, e.Time, e.Span, e.Offset, e.Bytes, e.Uri, e.Numbers, e.MaybeInt, e.MaybeDay, e.Colour, e.ColourText,
            }), on).ToList(),
        ["nullable aggregates"] = (db, on) => Mark(db.Set<Everything>(), on).Max(e => e.MaybeInt)!,
        ["inheritance"] = (db, on) => Mark(db.Set<Animal>().OrderBy(a => a.Id), on).ToList<object>(),
        ["a derived type"] = (db, on) => Mark(db.Set<Animal>(), on).OfType<Bird>().ToList(),
        ["owned types"] = (db, on) => Mark(db.Set<Keeper>().OrderBy(k => k.Id), on).ToList(),
        ["owned types, untracked"] = (db, on) => Mark(db.Set<Keeper>().AsNoTracking().OrderBy(k => k.Id), on).ToList(),
        ["part of an owned type"] = (db, on) => Mark(db.Set<Keeper>().OrderBy(k => k.Id).Select(k => k.Home.Town), on).ToList(),
        ["a shadow property"] = (db, on) => Mark(db.Set<Keeper>().OrderBy(k => k.Id).Select(k => EF.Property<string>(k, "Secret")), on).ToList(),
    };

    public static TheoryData<string> Names => [.. Queries.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_query_gives_the_same_uncached_cold_and_on_a_hit(string name)
    {
        var query = Queries[name];
        using var plain = _zoo.NewPlain();
        var expected = (Proof.Describe(query(plain, false)), Proof.Tracked(plain), Originals(plain));

        var cold = _zoo.Count(db => (Proof.Describe(query(db, true)), Proof.Tracked(db), Originals(db)));
        var hit = _zoo.OnHit(db => (Proof.Describe(query(db, true)), Proof.Tracked(db), Originals(db)));

        Assert.Equal(1, cold.Commands);
        Assert.Equal(expected, cold.Result);
        Assert.Equal(expected, hit);
    }

    [Fact]
    public void The_query_filter_of_a_context_uses_that_context_s_own_value()
    {
        foreach (var round in new[] { 1, 0 })
        {
            foreach (var tenant in new[] { 1, 2 })
            {
                var before = _zoo.Sql.Count;
                using var db = _zoo.New();
                db.Tenant = tenant;
                Assert.Equal($"keeper {tenant}", Assert.Single(db.Set<Keeper>().Where(k => k.Id > 0).Remember().ToList()).Name);
                Assert.Equal(round, _zoo.Sql.Count - before);
            }
        }
    }

    [Fact]
    public void A_concurrency_token_of_a_hit_takes_part_in_the_update()
    {
        _zoo.Count(db => db.Set<Keeper>().Remember().Single());
        using var db = _zoo.New();
        var keeper = db.Set<Keeper>().Remember().Single();
        using (var plain = _zoo.NewPlain())
        {
            plain.Set<Keeper>().ExecuteUpdate(set => set.SetProperty(k => k.Version, 9));
        }

        keeper.Name = "changed";

        Assert.Throws<DbUpdateConcurrencyException>(() => db.SaveChanges());
    }

    private static IQueryable<T> Mark<T>(IQueryable<T> query, bool on) => on ? query.Remember(Proof.Minute) : query;

    private static string Originals(DbContext db)
        => string.Join('\n', db.ChangeTracker.Entries()
            .SelectMany(e => e.Properties.Select(p => $"{e.Metadata.ShortName()}.{p.Metadata.Name}={Proof.Describe(p.OriginalValue)}"))
            .Order(StringComparer.Ordinal));

    public void Dispose() => _zoo.Dispose();
}
