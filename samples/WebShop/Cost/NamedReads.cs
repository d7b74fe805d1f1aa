using WebShop.Data;

namespace WebShop.Cost;

/// <summary>Gives the queries of a page names, so that the page can say what each has cost.</summary>
public static class NamedReads
{
    /// <summary>
    /// The query, made now for this context. It is made by a function so that it can be made again for another context, when somebody asks
    /// what the cache knows of it: by then this context serves another request.
    /// </summary>
    public static IQueryable<T> Read<T>(this ShopContext db, string label, Func<ShopContext, IQueryable<T>> query)
    {
        RequestCost.Current?.Begin(new PageRead(label));
        return query(db);
    }

    /// <summary>Names what follows, where there is no query to ask about.</summary>
    public static void Note(this ShopContext db, string label) => RequestCost.Current?.Begin(new PageRead(label));
}
