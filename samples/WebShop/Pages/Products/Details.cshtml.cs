using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using WebShop.Shop;

namespace WebShop.Pages.Products;

public sealed class DetailsModel(CatalogService catalog) : PageModel
{
    public ProductDetails Details { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(int id)
    {
        if (await catalog.FindAsync(id) is not { } details)
        {
            return NotFound();
        }

        Details = details;
        return Page();
    }
}
