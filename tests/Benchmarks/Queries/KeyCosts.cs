#pragma warning disable EF1001 // What is measured is EF Core's own extraction, and the session that spares it.
using System.Collections.Concurrent;
using System.Linq.Expressions;
using FastOrm.Cache.Benchmarks.Ratios;
using FastOrm.Cache.EfCore;
using FastOrm.Cache.EfCore.Internals;
using FastOrm.Cache.EfCore.Keys;
using FastOrm.Cache.EfCore.Plans;
using FastOrm.Cache.EfCore.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Query;
using Microsoft.EntityFrameworkCore.Query.Internal;

namespace FastOrm.Cache.Benchmarks.Queries;

/// <summary>
/// What it costs to know a query again, with its values: our key, or EF Core's extraction of the captured values and the look-up by
/// the expression. Both sides do it for the same ten queries in turn, from expressions that are there already.
/// </summary>
internal sealed class KeyCosts : IDisposable
{
    private static readonly int[] Ids = [3, 5, 7, 11];

    private static readonly Func<ShopContext, int, IQueryable<object>>[] Queries =
    [
        (db, v) => db.Products.AsNoTracking().Where(p => p.Id == v),
        (db, v) => db.Products.AsNoTracking().Where(p => p.CategoryId == v).OrderBy(p => p.Name).Take(20),
        (db, v) => db.Products.Where(p => p.CategoryId == v && p.Stock > 3 && !p.Discontinued).OrderBy(p => p.PriceCents),
        (db, v) => db.Products.Include(p => p.Category).Where(p => p.Category!.Name == "Category " || p.CategoryId == v),
        (db, v) => Contains(db, v),
        (db, v) => db.Products.Where(p => p.Id > v).OrderBy(p => p.Id).Skip(v * 10).Take(10),
        (db, v) => Search(db, new Criteria { Text = "Product 0", MaxPrice = 500 * v, CategoryId = v }),
        (db, v) => db.Products.Where(p => p.Stock > v).Select(p => new { p.Id, Total = p.PriceCents * p.Stock, p.Category!.Name }),
        (db, v) => db.Products.Where(p => p.Stock < v).GroupBy(p => p.CategoryId).Select(g => new { g.Key, Count = g.Count() }),
        (db, v) => db.Categories.Where(c => db.Products.Any(p => p.CategoryId == c.Id && p.Stock == v)).OrderBy(c => c.Name),
    ];

    private readonly ShopContext _plain;
    private readonly ShopContext _cached;

    public KeyCosts(Shop shop)
    {
        (_plain, _cached) = (shop.Plain.CreateDbContext(), shop.Cached.CreateDbContext());
        Ours = OursOf(All(_cached, static query => query.Remember()));
        EfCores = EfCoresOf(All(_plain, static query => query));
    }

    public Side Ours { get; }

    public Side EfCores { get; }

    public void Dispose()
    {
        _plain.Dispose();
        _cached.Dispose();
    }

    private static IQueryable<Product> Contains(ShopContext db, int variant)
    {
        int[] ids = [variant, .. Ids];
        return db.Products.AsNoTracking().Where(p => ids.Contains(p.Id));
    }

    private static IQueryable<Product> Search(ShopContext db, Criteria criteria)
        => db.Products.Where(p
            => p.Name.StartsWith(criteria.Text) && p.PriceCents < criteria.MaxPrice && p.CategoryId == criteria.CategoryId);

    private static IQueryable<object>[] All(ShopContext db, Func<IQueryable<object>, IQueryable<object>> mark)
        => [.. Enumerable.Range(1, QueryCase.Variants).SelectMany(v => Queries.Select(query => mark(query(db, v))))];

    private Side OursOf(IQueryable<object>[] queries)
    {
        var session = _cached.GetService<RememberSession>();
        foreach (var query in queries)
        {
            _ = query.ToList();
        }

        Expression[] expressions = [.. queries.Select(static query => query.Expression)];
        return new("keys, ours", count => Repeat(count, expressions, query => IsFound(session, query)), runsSql: false);
    }

    // All of it: from the expression to the parameters of EF Core's delegate and the key of the rows.
    private static bool IsFound(RememberSession session, Expression query)
    {
        var options = RememberNode.Find(query)!;
        var key = QueryKey.Rent();
        try
        {
            session.TryWriteHeader<IEnumerable<object>>(key, options, async: false);
            if (!ExpressionKeyWriter.TryWriteRaw(key, session.Model, query))
            {
                return IsFoundExtracted(session, query, options, key);
            }

            if (session.Plans.Find(key) is not { } plan)
            {
                return false;
            }

            var parameters = new RememberedParameters(session, plan, options, key, plan.ParameterCount);
            plan.Bind(key, parameters);
            return HasRowKey(plan, key);
        }
        finally
        {
            key.Return();
        }
    }

    // The way of a query with something in it that only EF Core can read.
    private static bool IsFoundExtracted(RememberSession session, Expression query, RememberOptions options, QueryKey raw)
    {
        var values = new Dictionary<string, object?>(StringComparer.Ordinal);
        var extracted = session.Extract(query, values);
        var sent = values.ToDictionary(
            static pair => pair.Key, static pair => ValueWriter.Freeze(pair.Value), StringComparer.Ordinal);
        var key = QueryKey.Rent();
        try
        {
            key.CopyHeader(raw);
            ExpressionKeyWriter.TryWriteExtracted(key, session.Model, extracted, sent);
            key.Names.Byte(byte.MaxValue);
            if (session.Plans.Find(key) is not { } plan)
            {
                return false;
            }

            var parameters = new RememberedParameters(session, plan, options, key, values.Count);
            foreach (var (name, value) in values)
            {
                parameters.Add(name, value);
                parameters.Send(name, value, sent[name]);
            }

            return HasRowKey(plan, key);
        }
        finally
        {
            key.Return();
        }
    }

    private static bool HasRowKey(Plan plan, QueryKey key) => RowKey.Of(plan, key.Values.Span.ToArray(), 0).Identity is not null;

    private Side EfCoresOf(IQueryable<object>[] queries)
    {
        var (model, type) = (_plain.Model, _plain.GetType());
        var filter = _plain.GetService<IEvaluatableExpressionFilter>();
        var logger = _plain.GetService<IDiagnosticsLogger<DbLoggerCategory.Query>>();
        var known = new ConcurrentDictionary<Expression, object>(ExpressionEqualityComparer.Instance);
        Expression[] expressions = [.. queries.Select(static query => query.Expression)];
        foreach (var expression in expressions)
        {
            known.TryAdd(Extract(expression), expression);
        }

        return new(
            "keys, EF Core's", count => Repeat(count, expressions, query => known.ContainsKey(Extract(query))), runsSql: false);

        Expression Extract(Expression query)
            => new ExpressionTreeFuncletizer(model, filter, type, generateContextAccessors: false, logger)
                .ExtractParameters(query, new Dictionary<string, object?>(), parameterize: true, clearParameterizedValues: true);
    }

    private static void Repeat(int count, Expression[] queries, Func<Expression, bool> find)
    {
        for (var i = 0; i < count; i++)
        {
            if (!find(queries[i % queries.Length]))
            {
                throw new MeasurementException($"keys: query {i % Queries.Length} was not found again.");
            }
        }
    }

    private sealed class Criteria
    {
        public required string Text { get; init; }

        public long MaxPrice { get; init; }

        public int CategoryId { get; init; }
    }
}
