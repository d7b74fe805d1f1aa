using FastOrm.Cache.EfCore;
using Microsoft.EntityFrameworkCore;
using WebShop.Data;

namespace WebShop.Shop;

/// <summary>
/// What the shop's owner does. A change needs no code for the cache: <c>SaveChanges</c> invalidates what it touches. The methods
/// at the end are for what EF Core cannot see, such as another program writing to the same database file.
/// </summary>
public sealed class AdminService(ShopContext db)
{
    /// <returns>The product, or <see langword="null"/> when there is none with this id.</returns>
    public Task<Product?> SetPriceAsync(int productId, long priceCents) => ChangeAsync(productId, p => p.PriceCents = priceCents);

    /// <inheritdoc cref="SetPriceAsync"/>
    public Task<Product?> SetStockAsync(int productId, int stock) => ChangeAsync(productId, p => p.Stock = stock);

    /// <summary>Forgets one remembered query by its name.</summary>
    public async Task ForgetBestSellersAsync() => await db.ForgetAsync(CatalogService.BestSellersKey);

    /// <summary>Forgets every query that carries a tag.</summary>
    public async Task FlushCatalogAsync() => await db.FlushAsync(CatalogService.CatalogTag);

    /// <summary>Forgets every query that reads a table.</summary>
    public async Task FlushProductsAsync() => await db.FlushTablesAsync("Products");

    private async Task<Product?> ChangeAsync(int productId, Action<Product> change)
    {
        var product = await db.Products.FindAsync(productId);
        if (product is not null)
        {
            change(product);
            await db.SaveChangesAsync();
        }

        return product;
    }
}
