using System.Linq.Expressions;
using FastOrm.Cache.EfCore;
using Microsoft.EntityFrameworkCore;
using WebShop.Data;

namespace WebShop.Cost;

/// <summary>
/// Gives the queries of a page names, so that the page can say what each has cost and what the cache knows of it. Queries carry them as
/// <c>TagWith</c>, by which the operator page lists them; they stand in their SQL as a comment.
/// </summary>
public static class NamedReads
{
    /// <summary>
    /// The query, made now for this context. It is made by a function so that it can be made again for another context, when somebody asks
    /// what the cache knows of it: by then this context serves another request.
    /// </summary>
    public static IQueryable<T> Read<T>(this ShopContext db, string label, Func<ShopContext, IQueryable<T>> query)
    {
        Begin(label, async other => (await Tagged(other).ExplainCacheAsync()).ToString());
        return Tagged(db);

        IQueryable<T> Tagged(ShopContext context) => query(context).TagWith(label);
    }

    /// <summary>The same for a query whose last operator gives one value.</summary>
    public static IQueryable<T> Read<T, TResult>(
        this ShopContext db, string label, Func<ShopContext, IQueryable<T>> query, Expression<Func<IQueryable<T>, TResult>> last)
    {
        Begin(label, async other => (await Tagged(other).ExplainCacheAsync(last)).ToString());
        return Tagged(db);

        IQueryable<T> Tagged(ShopContext context) => query(context).TagWith(label);
    }

    /// <summary>Names what is found by its keys.</summary>
    public static void NameKeys<TEntity>(this ShopContext _, string label, params int[] keys)
        where TEntity : class
        => Begin(label, async other =>
        {
            var explanations = new List<string>(keys.Length);
            foreach (var key in keys)
            {
                explanations.Add((await other.Set<TEntity>().ExplainCacheAsync((object)key)).ToString());
            }

            return string.Join("\n\n", explanations);
        });

    /// <summary>Names what follows, where there is no query that the cache could answer.</summary>
    public static void Name(this ShopContext _, string label) => Begin(label, explain: null);

    private static void Begin(string label, Func<ShopContext, Task<string>>? explain) => RequestCost.Current?.Begin(new PageRead(label, explain));
}
