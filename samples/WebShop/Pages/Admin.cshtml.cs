using FastOrm.Cache;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using WebShop.Shop;

namespace WebShop.Pages;

public sealed class AdminModel(CatalogService catalog, AdminService admin, ICache cache) : PageModel
{
    public const int MaxStock = 1_000_000;

    [BindProperty(SupportsGet = true)]
    public string? Q { get; set; }

    [BindProperty(SupportsGet = true)]
    public int P { get; set; } = 1;

    public ICache Cache => cache;

    public ProductPage Result { get; private set; } = new([], 1, 1, 0);

    public Dictionary<string, string?> PageLinkValues => new() { ["q"] = Q };

    public async Task OnGetAsync() => Result = await catalog.SearchAsync(new ProductQuery { Search = Q, Page = P });

    public async Task<IActionResult> OnPostPriceAsync(int id, string? price)
    {
        if (!Money.TryParse(price, out var cents))
        {
            return Done($"“{price}” is not a price; nothing was changed.");
        }

        var product = await admin.SetPriceAsync(id, cents);
        return product is null ? NotFound() : Done($"{product.Name} now costs {Money.Format(cents)}.");
    }

    public async Task<IActionResult> OnPostStockAsync(int id, int? stock)
    {
        if (stock is not (>= 0 and <= MaxStock))
        {
            return Done($"A stock is a whole number from 0 to {MaxStock:N0}; nothing was changed.");
        }

        var product = await admin.SetStockAsync(id, stock.Value);
        return product is null ? NotFound() : Done($"There are now {stock} of {product.Name}.");
    }

    public async Task<IActionResult> OnPostForgetBestSellersAsync()
    {
        await admin.ForgetBestSellersAsync();
        return Done("The best sellers are forgotten.");
    }

    public async Task<IActionResult> OnPostFlushCatalogAsync()
    {
        await admin.FlushCatalogAsync();
        return Done("Everything with that tag is flushed.");
    }

    public async Task<IActionResult> OnPostFlushProductsAsync()
    {
        await admin.FlushProductsAsync();
        return Done("Everything that reads the table Products is flushed.");
    }

    private RedirectToPageResult Done(string notice)
    {
        TempData.Leave(notice);
        return RedirectToPage(new { q = Q, p = P == 1 ? (int?)null : P });
    }
}
