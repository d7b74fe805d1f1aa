using FastOrm.Cache.EfCore;
using Microsoft.EntityFrameworkCore;
using WebShop.Cost;
using WebShop.Data;

namespace WebShop.Shop;

/// <summary>
/// Baskets live in the database. Reading one is remembered, so that the number beside "Basket" on every page costs nothing;
/// adding to it is an ordinary <c>SaveChanges</c>, after which the next page reads it anew.
/// </summary>
public sealed class BasketService(ShopContext db, TimeProvider time)
{
    public const int MaxQuantity = 99;

    private static readonly TimeSpan Minutes = TimeSpan.FromMinutes(10);

    public async Task<int> CountAsync(Guid basketId)
    {
        // Rows of one basket, not their sum in SQL: they are on the way to the basket's own page, too.
        var lines = await LinesAsync(basketId);
        return lines.Sum(l => l.Quantity);
    }

    /// <summary>The lines with their products and these with their categories, at today's prices.</summary>
    public async Task<List<BasketLine>> GetLinesAsync(Guid basketId)
    {
        var lines = await LinesAsync(basketId);

        // Of its products those that anybody has looked at are there already; the others are read together, by one command.
        int[] productIds = [.. lines.Select(l => l.ProductId)];
        db.NameKeys<Product>("Products of the basket by their keys", productIds);
        var products = await db.Products.AsNoTracking().FindManyOrCacheAsync(productIds);
        var byId = products.ToDictionary(p => p.Id);
        lines.ForEach(l => l.Product = byId[l.ProductId]);
        await SetCategoriesAsync(products);
        return [.. lines.OrderBy(l => l.Product!.Name, StringComparer.Ordinal).ThenBy(l => l.ProductId)];
    }

    /// <summary>Puts a product into the basket, which is created when there is none.</summary>
    /// <returns>The basket's id, or <see langword="null"/> when there is no such product.</returns>
    public async Task<Guid?> AddAsync(Guid? basketId, int productId, int quantity)
    {
        // In a transaction nothing is remembered: what is read here is what the database holds now. SQLite lets one writer in
        // at a time, so two clicks at once cannot both insert the same line.
        await using var transaction = await db.Database.BeginTransactionAsync();
        if (!await db.Products.AnyAsync(p => p.Id == productId))
        {
            return null;
        }

        var basket = await FindAsync(basketId) ?? Create();
        Put(basket, productId, quantity);
        await db.SaveChangesAsync();
        await transaction.CommitAsync();
        return basket.Id;
    }

    /// <summary>Changes how many of a product are in the basket; none takes it out.</summary>
    public async Task SetQuantityAsync(Guid basketId, int productId, int quantity)
    {
        await using var transaction = await db.Database.BeginTransactionAsync();
        var line = await db.BasketLines.SingleOrDefaultAsync(l => l.BasketId == basketId && l.ProductId == productId);
        if (line is null)
        {
            return;
        }

        if (quantity <= 0)
        {
            db.Remove(line);
        }
        else
        {
            line.Quantity = Math.Min(quantity, MaxQuantity);
        }

        await db.SaveChangesAsync();
        await transaction.CommitAsync();
    }

    // A plain list by one column depends on that basket alone, so other shoppers' purchases leave it remembered.
    private Task<List<BasketLine>> LinesAsync(Guid basketId)
        => db.Read("Lines of your basket", db => db.BasketLines.AsNoTracking().Where(l => l.BasketId == basketId).Remember(Minutes))
            .ToListAsync();

    private async Task SetCategoriesAsync(IReadOnlyList<Product> products)
    {
        int[] ids = [.. products.Select(p => p.CategoryId).Distinct()];
        db.NameKeys<Category>("Categories of these products by their keys", ids);
        var categories = await db.Categories.AsNoTracking().FindManyOrCacheAsync(ids);
        foreach (var product in products)
        {
            product.Category = categories.Single(c => c.Id == product.CategoryId);
        }
    }

    private async Task<Basket?> FindAsync(Guid? basketId)
        => basketId is { } id ? await db.Baskets.Include(b => b.Lines).SingleOrDefaultAsync(b => b.Id == id) : null;

    private Basket Create()
    {
        var basket = new Basket { Id = Guid.NewGuid(), CreatedAt = time.GetUtcNow().UtcDateTime };
        db.Add(basket);
        return basket;
    }

    private static void Put(Basket basket, int productId, int quantity)
    {
        var line = basket.Lines.Find(l => l.ProductId == productId);
        if (line is null)
        {
            line = new BasketLine { ProductId = productId };
            basket.Lines.Add(line);
        }

        line.Quantity = Math.Clamp(line.Quantity + Math.Clamp(quantity, 1, MaxQuantity), 1, MaxQuantity);
    }
}
