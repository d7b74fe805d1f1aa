using System.Linq.Expressions;
using FastOrm.Cache.EfCore;
using Microsoft.EntityFrameworkCore;
using WebShop.Cost;
using WebShop.Data;

namespace WebShop.Shop;

/// <summary>
/// What the shop window shows. Every query is remembered; none says which tables it reads or when it becomes invalid, because
/// both are known from the query itself.
/// </summary>
public sealed class CatalogService(ShopContext db)
{
    public const int PageSize = 24;
    public const string CatalogTag = ShopContext.CatalogTag;
    public const string BestSellersKey = "best-sellers";

    private static readonly TimeSpan Minutes = TimeSpan.FromMinutes(10);

    private static readonly Expression<Func<Product, ProductCard>> ToCard = p => new ProductCard(
        p.Id, p.Sku, p.Name, p.Category!.Icon, p.Colour, p.PriceCents, p.Stock,
        p.Reviews.Average(r => (double?)r.Stars), p.Reviews.Count);

    /// <summary>All categories with the number of their products: remembered until one of the two tables changes.</summary>
    public Task<List<CategoryTile>> GetCategoriesAsync()
        => db.Read("All categories", static db => db.Categories
            .OrderBy(c => c.Name)
            .Select(c => new CategoryTile(c.Id, c.Name, c.Description, c.Icon, c.Products.Count))
            .RememberForever(CatalogTag))
            .ToListAsync();

    /// <summary>The products sold most, under a name by which <see cref="AdminService"/> can forget them.</summary>
    public Task<List<ProductCard>> GetBestSellersAsync()
        => db.Read("Best sellers", static db => db.Products
            .OrderByDescending(p => p.OrderLines.Sum(l => l.Quantity)).ThenBy(p => p.Id)
            .Take(8)
            .Select(ToCard)
            .Remember(BestSellersKey, Minutes, CatalogTag))
            .ToListAsync();

    /// <summary>How many products match: a single value is remembered like any other result.</summary>
    public Task<int> CountAsync(ProductQuery query)
        => db.Read("Number of products that match", db => Matching(db, query).Remember(Minutes, CatalogTag), q => q.Count())
            .CountAsync();

    public async Task<ProductPage> SearchAsync(ProductQuery query)
    {
        var total = await CountAsync(query);
        var pageCount = Math.Max(1, (total + PageSize - 1) / PageSize);
        var page = Math.Clamp(query.Page, 1, pageCount);
        var products = await db.Read("One page of products", db => Sorted(Matching(db, query), query.Sort)
            .Skip((page - 1) * PageSize)
            .Take(PageSize)
            .Select(ToCard)
            .Remember(Minutes, CatalogTag))
            .ToListAsync();
        return new ProductPage(products, page, pageCount, total);
    }

    /// <summary>
    /// A product with everything on its page. What is found by its key is one entry for all who ask: the category is there as soon as
    /// anybody has looked at one of its products, and a review leaves both.
    /// </summary>
    /// <returns><see langword="null"/> when there is no such product.</returns>
    public async Task<ProductDetails?> FindAsync(int id)
    {
        db.NameKeys<Product>("Product by its key", id);
        if (await db.Products.AsNoTracking().FindOrCacheAsync(id) is not { } product)
        {
            return null;
        }

        db.NameKeys<Category>("Category by its key", product.CategoryId);
        return await db.Categories.AsNoTracking().FindOrCacheAsync(product.CategoryId) is { } category
            ? new ProductDetails(product, category, await GetReviewsAsync(id), await GetAlsoBoughtAsync(id))
            : null;
    }

    // Entities with Include are remembered as they are.
    private Task<List<Review>> GetReviewsAsync(int productId)
        => db.Read("Reviews with their customers", db => db.Reviews
            .AsNoTracking()
            .Include(r => r.Customer)
            .Where(r => r.ProductId == productId)
            .OrderByDescending(r => r.WrittenOn).ThenByDescending(r => r.Id)
            .Remember(Minutes, CatalogTag))
            .ToListAsync();

    // Three tables in one subquery; an order for any product changes them, and only then is this read again.
    private Task<List<ProductCard>> GetAlsoBoughtAsync(int id)
        => db.Read("Often bought together", db => db.Products
            .Where(p => p.Id != id && db.OrderLines
                .Where(l => l.ProductId == id)
                .SelectMany(l => l.Order!.Lines)
                .Select(l => l.ProductId)
                .Contains(p.Id))
            .OrderByDescending(p => p.OrderLines.Sum(l => l.Quantity)).ThenBy(p => p.Id)
            .Take(4)
            .Select(ToCard)
            .Remember(Minutes, CatalogTag))
            .ToListAsync();

    private static IQueryable<Product> Matching(ShopContext db, ProductQuery query)
    {
        IQueryable<Product> products = db.Products;
        if (query.CategoryId is { } categoryId)
        {
            products = products.Where(p => p.CategoryId == categoryId);
        }

        if (!string.IsNullOrWhiteSpace(query.Search))
        {
            var pattern = LikePattern(query.Search);
            products = products.Where(p =>
                EF.Functions.Like(p.Name, pattern, "\\") || EF.Functions.Like(p.Sku, pattern, "\\"));
        }

        return products;
    }

    private static string LikePattern(string search)
    {
        var text = search.Trim();
        text = text[..Math.Min(text.Length, ProductQuery.MaxSearchLength)];
        var literal = text
            .Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("%", "\\%", StringComparison.Ordinal)
            .Replace("_", "\\_", StringComparison.Ordinal);
        return $"%{literal}%";
    }

    // The id comes last in every order: without it rows that compare equal could move between pages.
    private static IQueryable<Product> Sorted(IQueryable<Product> products, ProductSort sort)
        => sort switch
        {
            ProductSort.PriceUp => products.OrderBy(p => p.PriceCents).ThenBy(p => p.Id),
            ProductSort.PriceDown => products.OrderByDescending(p => p.PriceCents).ThenBy(p => p.Id),
            ProductSort.Newest => products.OrderByDescending(p => p.AddedOn).ThenBy(p => p.Id),
            ProductSort.BestRated => products
                .OrderByDescending(p => p.Reviews.Average(r => (double?)r.Stars) ?? 0)
                .ThenByDescending(p => p.Reviews.Count)
                .ThenBy(p => p.Id),
            _ => products.OrderBy(p => p.Name).ThenBy(p => p.Id),
        };
}
