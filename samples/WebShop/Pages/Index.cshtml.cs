using Microsoft.AspNetCore.Mvc.RazorPages;
using WebShop.Shop;

namespace WebShop.Pages;

public sealed class IndexModel(CatalogService catalog) : PageModel
{
    public List<CategoryTile> Categories { get; private set; } = [];

    public List<ProductCard> BestSellers { get; private set; } = [];

    public async Task OnGetAsync()
    {
        Categories = await catalog.GetCategoriesAsync();
        BestSellers = await catalog.GetBestSellersAsync();
    }
}
