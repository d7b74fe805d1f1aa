using FastOrm.Cache.EfCore;
using Microsoft.EntityFrameworkCore;
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
        // Rows of one basket, not their sum in SQL: a plain list by one column depends on that basket alone, so other shoppers'
        // purchases leave it remembered.
        var lines = await db.BasketLines.AsNoTracking().Where(l => l.BasketId == basketId).Remember(Minutes).ToListAsync();
        return lines.Sum(l => l.Quantity);
    }

    /// <summary>The lines with their products, at today's prices.</summary>
    public Task<List<BasketLine>> GetLinesAsync(Guid basketId)
        => db.BasketLines
            .AsNoTracking()
            .Include(l => l.Product!.Category)
            .Where(l => l.BasketId == basketId)
            .OrderBy(l => l.Product!.Name).ThenBy(l => l.ProductId)
            .Remember(Minutes)
            .ToListAsync();

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
