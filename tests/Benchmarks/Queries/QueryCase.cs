using FastOrm.Cache.Benchmarks.Ratios;
using FastOrm.Cache.EfCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace FastOrm.Cache.Benchmarks.Queries;

/// <summary>A query that is measured uncached and as a hit, each time in a freshly rented context.</summary>
/// <param name="Name">The case in the tables.</param>
/// <param name="Rows">The rows that every execution must give.</param>
/// <param name="Query">Builds the query for one of <see cref="Variants"/> values of its parameters.</param>
/// <param name="Terminal">Executes it and returns the number of rows.</param>
internal sealed record QueryCase(
    string Name, int Rows, Func<ShopContext, int, IQueryable<Product>> Query, Func<IQueryable<Product>, int> Terminal)
{
    /// <summary>Several, so that no measured hit is the repetition of the one before it.</summary>
    public const int Variants = 4;

    private static readonly TimeSpan Ttl = TimeSpan.FromHours(1);

    private static readonly int[][] Ids =
        [.. Enumerable.Range(1, Variants).Select(v => Enumerable.Range(0, 20).Select(i => v + i * 211).ToArray())];

    private static readonly Func<ShopContext, int, Product?> CompiledOneRow = EF.CompileQuery(
        (ShopContext db, int v) => db.Products.AsNoTracking().Where(p => p.Id == v).Remember(Ttl).FirstOrDefault());

    public static QueryCase OneRow { get; } = new(
        "one_row", 1, (db, v) => db.Products.AsNoTracking().Where(p => p.Id == v), q => q.FirstOrDefault() is null ? 0 : 1);

    public static QueryCase List20 { get; } = new(
        "list20", 20, (db, v) => List(db.Products.AsNoTracking(), v), q => q.ToList().Count);

    public static IReadOnlyList<QueryCase> All { get; } =
    [
        OneRow,
        List20,
        new("list20_tracked", 20, (db, v) => List(db.Products, v), q => q.ToList().Count),
        new("include20", 20, (db, v) => List(db.Products.AsNoTracking().Include(p => p.Category), v), q => q.ToList().Count),
        new("contains20", 20, Contains, q => q.ToList().Count),
        new("rows1000", 1_000, Rows1000, q => q.ToList().Count),
    ];

    public int Uncached(ShopContext db, int variant) => Terminal(Query(db, variant));

    public int Hit(ShopContext db, int variant) => Terminal(Query(db, variant).Remember(Ttl));

    public Side Uncached(PooledDbContextFactory<ShopContext> pool)
        => new(Name + " uncached", Loop(pool, Uncached), runsSql: true);

    /// <summary>Stores the results and returns the side that finds them.</summary>
    public Side Hit(PooledDbContextFactory<ShopContext> pool) => Hit(pool, Hit);

    /// <summary>The same where a policy remembers the query, which has no mark.</summary>
    public Side PolicyHit(PooledDbContextFactory<ShopContext> pool) => Hit(pool, Uncached);

    /// <summary>The hit of <see cref="OneRow"/> as a compiled query. Stores the results and returns the side that finds them.</summary>
    public static Side CompiledHit(PooledDbContextFactory<ShopContext> pool)
    {
        var loop = OneRow.Loop(pool, static (db, variant) => CompiledOneRow(db, variant) is null ? 0 : 1);
        loop(Variants);
        return new("one_row compiled hit", loop, runsSql: false);
    }

    /// <summary>What no cache of queries can avoid: renting the context and building the LINQ expression.</summary>
    public Side Floor(PooledDbContextFactory<ShopContext> pool)
        => new(Name + " floor", Loop(pool, (db, variant) => Query(db, variant) is null ? 0 : Rows), runsSql: false);

    private static IQueryable<Product> List(IQueryable<Product> products, int variant)
        => products.Where(p => p.CategoryId == variant).OrderBy(p => p.Name).Take(20);

    private static IQueryable<Product> Contains(ShopContext db, int variant)
    {
        var ids = Ids[variant - 1];
        return db.Products.AsNoTracking().Where(p => ids.Contains(p.Id));
    }

    private static IQueryable<Product> Rows1000(ShopContext db, int variant)
        => db.Products.AsNoTracking().Where(p => p.Id > variant).OrderBy(p => p.Id).Take(1_000);

    private Side Hit(PooledDbContextFactory<ShopContext> pool, Func<ShopContext, int, int> operation)
    {
        var loop = Loop(pool, operation);
        loop(Variants);
        return new(Name + " hit", loop, runsSql: false);
    }

    private Action<int> Loop(PooledDbContextFactory<ShopContext> pool, Func<ShopContext, int, int> operation)
    {
        var done = 0;
        return count =>
        {
            var rows = 0L;
            for (var i = 0; i < count; i++)
            {
                using var db = pool.CreateDbContext();
                rows += operation(db, 1 + done++ % Variants);
            }

            if (rows != (long)count * Rows)
            {
                throw new MeasurementException($"{Name}: {count} operations gave {rows} rows, but each must give {Rows}.");
            }
        };
    }
}
