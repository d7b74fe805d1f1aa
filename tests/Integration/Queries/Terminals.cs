using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Queries;

/// <summary>Every terminal operator by name, each over the products that it is given.</summary>
internal static class Terminals
{
    public static Dictionary<string, Func<IQueryable<Product>, object?>> Sync { get; } = new(StringComparer.Ordinal)
    {
        ["ToList"] = q => q.ToList(),
        ["ToArray"] = q => q.ToArray(),
        ["ToDictionary"] = q => q.ToDictionary(p => p.Id),
        ["ToDictionary with values"] = q => q.ToDictionary(p => p.Id, p => p.Name),
        ["ToHashSet"] = q => q.Select(p => p.Name).ToHashSet(),
        ["ToLookup"] = q => q.ToLookup(p => p.Kind).Select(g => new { g.Key, Names = g.Select(p => p.Name) }),
        ["First"] = q => q.First(),
        ["First of"] = q => q.First(p => p.Id > 20),
        ["FirstOrDefault"] = q => q.FirstOrDefault(),
        ["FirstOrDefault of"] = q => q.FirstOrDefault(p => p.Id > 20),
        ["FirstOrDefault of none"] = q => q.FirstOrDefault(p => p.Id < 0),
        ["Single"] = q => q.Where(p => p.Id == 11).Single(),
        ["Single of"] = q => q.Single(p => p.Id == 11),
        ["SingleOrDefault"] = q => q.Where(p => p.Id == 11).SingleOrDefault(),
        ["SingleOrDefault of"] = q => q.SingleOrDefault(p => p.Id == 11),
        ["SingleOrDefault of none"] = q => q.SingleOrDefault(p => p.Id < 0),
        ["Last"] = q => q.Last(),
        ["Last of"] = q => q.Last(p => p.Id < 50),
        ["LastOrDefault"] = q => q.LastOrDefault(),
        ["LastOrDefault of"] = q => q.LastOrDefault(p => p.Id < 50),
        ["LastOrDefault of none"] = q => q.LastOrDefault(p => p.Id < 0),
        ["Any"] = q => q.Any(),
        ["Any of"] = q => q.Any(p => p.Id == 12),
        ["All"] = q => q.All(p => p.CategoryId == 2),
        ["Count"] = q => q.Count(),
        ["Count of"] = q => q.Count(p => p.Stock > 3),
        ["LongCount"] = q => q.LongCount(),
        ["LongCount of"] = q => q.LongCount(p => p.Stock > 3),
        ["Contains"] = q => q.Select(p => p.Id).Contains(11),
        ["Contains none"] = q => q.Select(p => p.Id).Contains(12),
        ["Sum"] = q => q.Select(p => p.Stock).Sum(),
        ["Sum of"] = q => q.Sum(p => p.Stock),
        ["Sum of a decimal"] = q => q.Sum(p => p.Price),
        ["Sum of a nullable"] = q => q.Sum(p => (int?)p.Stock),
        ["Min"] = q => q.Select(p => p.Created).Min(),
        ["Min of"] = q => q.Min(p => p.Name),
        ["Min of nothing"] = q => q.Where(p => p.Id < 0).Min(p => (int?)p.Stock),
        ["Max"] = q => q.Select(p => p.Price).Max(),
        ["Max of"] = q => q.Max(p => p.Kind),
        ["Average"] = q => q.Select(p => p.Stock).Average(),
        ["Average of"] = q => q.Average(p => (double)p.Price),
        ["ElementAt"] = q => q.ElementAt(3),
        ["ElementAtOrDefault"] = q => q.ElementAtOrDefault(3),
        ["ElementAtOrDefault of none"] = q => q.ElementAtOrDefault(3000),
        ["foreach"] = Enumerate,
        ["Load"] = q =>
        {
            q.Load();
            return null;
        },
    };

    public static Dictionary<string, Func<IQueryable<Product>, Task<object?>>> Async { get; } = new(StringComparer.Ordinal)
    {
        ["ToListAsync"] = async q => await q.ToListAsync(),
        ["ToArrayAsync"] = async q => await q.ToArrayAsync(),
        ["ToDictionaryAsync"] = async q => await q.ToDictionaryAsync(p => p.Id),
        ["ToDictionaryAsync with values"] = async q => await q.ToDictionaryAsync(p => p.Id, p => p.Name),
        ["ToHashSetAsync"] = async q => await q.Select(p => p.Name).ToHashSetAsync(),
        ["FirstAsync"] = async q => await q.FirstAsync(),
        ["FirstAsync of"] = async q => await q.FirstAsync(p => p.Id > 20),
        ["FirstOrDefaultAsync"] = async q => await q.FirstOrDefaultAsync(),
        ["FirstOrDefaultAsync of"] = async q => await q.FirstOrDefaultAsync(p => p.Id > 20),
        ["FirstOrDefaultAsync of none"] = async q => await q.FirstOrDefaultAsync(p => p.Id < 0),
        ["SingleAsync"] = async q => await q.Where(p => p.Id == 11).SingleAsync(),
        ["SingleAsync of"] = async q => await q.SingleAsync(p => p.Id == 11),
        ["SingleOrDefaultAsync"] = async q => await q.Where(p => p.Id == 11).SingleOrDefaultAsync(),
        ["SingleOrDefaultAsync of"] = async q => await q.SingleOrDefaultAsync(p => p.Id == 11),
        ["SingleOrDefaultAsync of none"] = async q => await q.SingleOrDefaultAsync(p => p.Id < 0),
        ["LastAsync"] = async q => await q.LastAsync(),
        ["LastAsync of"] = async q => await q.LastAsync(p => p.Id < 50),
        ["LastOrDefaultAsync"] = async q => await q.LastOrDefaultAsync(),
        ["LastOrDefaultAsync of"] = async q => await q.LastOrDefaultAsync(p => p.Id < 50),
        ["LastOrDefaultAsync of none"] = async q => await q.LastOrDefaultAsync(p => p.Id < 0),
        ["AnyAsync"] = async q => await q.AnyAsync(),
        ["AnyAsync of"] = async q => await q.AnyAsync(p => p.Id == 12),
        ["AllAsync"] = async q => await q.AllAsync(p => p.CategoryId == 2),
        ["CountAsync"] = async q => await q.CountAsync(),
        ["CountAsync of"] = async q => await q.CountAsync(p => p.Stock > 3),
        ["LongCountAsync"] = async q => await q.LongCountAsync(),
        ["LongCountAsync of"] = async q => await q.LongCountAsync(p => p.Stock > 3),
        ["ContainsAsync"] = async q => await q.Select(p => p.Id).ContainsAsync(11),
        ["SumAsync"] = async q => await q.Select(p => p.Stock).SumAsync(),
        ["SumAsync of"] = async q => await q.SumAsync(p => p.Stock),
        ["MinAsync"] = async q => await q.Select(p => p.Created).MinAsync(),
        ["MinAsync of"] = async q => await q.MinAsync(p => p.Name),
        ["MaxAsync"] = async q => await q.Select(p => p.Price).MaxAsync(),
        ["MaxAsync of"] = async q => await q.MaxAsync(p => p.Kind),
        ["AverageAsync"] = async q => await q.Select(p => p.Stock).AverageAsync(),
        ["AverageAsync of"] = async q => await q.AverageAsync(p => (double)p.Price),
        ["ElementAtAsync"] = async q => await q.ElementAtAsync(3),
        ["ElementAtOrDefaultAsync"] = async q => await q.ElementAtOrDefaultAsync(3),
        ["ElementAtOrDefaultAsync of none"] = async q => await q.ElementAtOrDefaultAsync(3000),
        ["await foreach"] = async q => await EnumerateAsync(q),
        ["ForEachAsync"] = async q =>
        {
            var names = new List<string>();
            await q.ForEachAsync(p => names.Add(p.Name));
            return names;
        },
        ["LoadAsync"] = async q =>
        {
            await q.LoadAsync();
            return null;
        },
    };

    /// <summary>The products of one category, in order.</summary>
    public static IQueryable<Product> Plain(ShopContext db) => db.Products.Where(p => p.CategoryId == 2).OrderBy(p => p.Id);

    /// <summary>The same, remembered.</summary>
    public static IQueryable<Product> Remembered(ShopContext db) => Plain(db).Remember(Proof.Minute);

    private static List<string> Enumerate(IQueryable<Product> query)
    {
        var names = new List<string>();
        foreach (var product in query)
        {
            names.Add(product.Name);
        }

        return names;
    }

    private static async Task<List<string>> EnumerateAsync(IQueryable<Product> query)
    {
        var names = new List<string>();
        await foreach (var product in query.AsAsyncEnumerable())
        {
            names.Add(product.Name);
        }

        return names;
    }
}
